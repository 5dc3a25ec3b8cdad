// Opens the state store that the operator named: `s3://bucket/prefix`, or a folder.
import type { Aws } from '../aws/connect.ts';
import type { BucketLocation } from './s3.ts';
import type { StateAccess, StateStore } from './store.ts';

/** Loads only what this place needs.
 *  @param where as `isPlace` in settings/schema.ts accepts it */
export async function openStore(where: string, aws: Aws): Promise<StateStore> {
  const location = parseBucketLocation(where);
  if (location === undefined) {
    const { openFolderStore } = await import('./folder.ts');
    return openFolderStore(where);
  }
  const { openBucketStore } = await import('./s3.ts');
  return openBucketStore(aws, location);
}

/** @param where as for `openStore`, or empty where the settings give no state store */
export async function openStateAccess(
  where: string,
  aws: Aws,
  { writes, version, readsJournal = true }: Omit<StateAccess, 'state'>,
): Promise<StateAccess | undefined> {
  if (where === '') return undefined;
  const state = await openStore(where, aws);
  return { state: writes ? state : makeReadOnly(state, readsJournal), writes, version, readsJournal };
}

function parseBucketLocation(where: string): BucketLocation | undefined {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(where) ?? [];
  return bucket === undefined ? undefined : { bucket, prefix: prefix.replace(/\/+$/, '') };
}

/** Fails a write, which would be a bug, before it reaches S3 or the folder.
 *  @param readsJournal false for the function `preview`, whose role must not read the secrets in the journal */
export function makeReadOnly(state: StateStore, readsJournal = true): StateStore {
  return {
    where: state.where,
    get: (key) =>
      readsJournal || !key.includes('/journal/')
        ? state.get(key)
        : Promise.reject(new TypeError(`${key} must not be read by a run that reads no journal`)),
    list: (prefix) => state.list(prefix),
    put: (key) => Promise.reject(new TypeError(`${key} must not be written by a run that writes nothing`)),
  };
}
