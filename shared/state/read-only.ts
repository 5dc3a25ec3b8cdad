// The state of a run that writes nothing: a plan, an explanation, a snapshot, a preview.
import type { State } from './state.ts';

/** Reads as the given state does. A write is a fault of ours, and fails before it reaches S3 or the folder. */
export function readOnly(state: State): State {
  return {
    where: state.where,
    get: (key) => state.get(key),
    list: (prefix) => state.list(prefix),
    put: (key) => Promise.reject(new TypeError(`${key} is to be written by a run that writes nothing`)),
  };
}
