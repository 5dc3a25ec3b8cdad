// The interface of the state store: texts under keys, in a folder or an S3 bucket. A write replaces only the version that
// its writer has read, so that concurrent runs cannot overwrite each other.
import type { Problem } from '../domain/problem.ts';

/** A text, and the tag that a later `put` passes to replace exactly this version. */
export interface StoredText {
  readonly body: string;
  readonly tag: string;
}

export interface StateStore {
  /** As the operator wrote it: `s3://bucket/prefix` or the folder. */
  readonly where: string;
  /** @returns undefined where the key does not exist
   *  @throws StateError where that cannot be determined */
  get(key: string): Promise<StoredText | undefined>;
  /** Creates the text (`absent`), or replaces the version with this tag.
   *  @returns `changed` without writing where another writer was, or may have been, first
   *  @throws StateError */
  put(key: string, body: string, over: 'absent' | { readonly tag: string }): Promise<'written' | 'changed'>;
  /** The keys with this prefix, in code point order. @throws StateError */
  list(prefix: string): Promise<string[]>;
}

export interface StateAccess {
  readonly state: StateStore;
  /** True for the function `prune` and for commands that change something. */
  readonly writes: boolean;
  /** False for the function `preview`: anyone who may invoke it would see secrets of the journal. */
  readonly readsJournal?: boolean;
  readonly version: string;
}

/** The state store could not be read or written. */
export class StateError extends Error implements Problem {
  override readonly name = 'StateError';
  readonly kind: 'denied' | 'throttled' | 'credentials' | 'unreachable' | 'incomplete';
  readonly operation: string;
  readonly reason: string;
  readonly remedy: string;

  constructor(kind: StateError['kind'], { operation, reason, remedy }: Problem, cause?: unknown) {
    super(`${operation}: ${reason}`, { cause });
    this.kind = kind;
    this.operation = operation;
    this.reason = reason;
    this.remedy = remedy;
  }
}

/** A hundred times the state of the largest account: no run writes a larger text. */
export const MOST_BYTES = 64 * 1024 * 1024;

const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** Allows plain ASCII alone, which every file system and S3 store unchanged. @throws TypeError */
export function assertKey(key: string): string {
  if (key.length > 200 || !KEY.test(key))
    throw new TypeError(`${JSON.stringify(key)} is not a valid key of the state store`);
  return key;
}
