// The state store of a run that writes nothing: a plan, an explanation, a snapshot or a preview.
import type { StateStore } from './store.ts';

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
