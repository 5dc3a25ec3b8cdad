// The state of a run that writes nothing: a plan, an explanation, a snapshot, a preview.
import type { StateStore } from './store.ts';

/** Reads as the given state does. A write is a fault of ours, and fails before it reaches S3 or the folder; so is reading a
 *  journal, which holds secrets, in the name of a role that may not.
 *  @param readsJournal false for the function `preview` */
export function readOnly(state: StateStore, readsJournal = true): StateStore {
  return {
    where: state.where,
    get: (key) =>
      readsJournal || !key.includes('/journal/')
        ? state.get(key)
        : Promise.reject(new TypeError(`${key} is to be read by a run that reads no journal`)),
    list: (prefix) => state.list(prefix),
    put: (key) => Promise.reject(new TypeError(`${key} is to be written by a run that writes nothing`)),
  };
}
