// Where a run's state is, from what a person wrote: `s3://bucket/prefix`, or a folder.
import type { Aws } from '../aws/connect.ts';
import { folderState } from './folder.ts';
import type { StateAccess } from './earlier-runs.ts';
import { readOnly } from './read-only.ts';
import type { Place } from './s3.ts';
import type { StateStore } from './store.ts';

/** The S3 client is loaded only where a bucket is meant.
 *  @param where as `isPlace` in settings/schema.ts accepts it */
export async function openState(where: string, aws: Aws): Promise<StateStore> {
  const place = bucketIn(where);
  if (place === undefined) return folderState(where);
  const { s3State } = await import('./s3.ts');
  return s3State(aws, place);
}

/** What a run keeps between runs; nothing where the settings name no place.
 *  @param where as `openState` takes it, or empty */
export async function openKeeping(
  where: string,
  aws: Aws,
  { writes, version, readsJournal = true }: Omit<StateAccess, 'state'>,
): Promise<StateAccess | undefined> {
  if (where === '') return undefined;
  const state = await openState(where, aws);
  return { state: writes ? state : readOnly(state, readsJournal), writes, version, readsJournal };
}

function bucketIn(where: string): Place | undefined {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(where) ?? [];
  return bucket === undefined ? undefined : { bucket, prefix: prefix.replace(/\/+$/, '') };
}
