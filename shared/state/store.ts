// What a run hands to the next one lies here: texts under keys, each written only over what its writer has read, so that
// two runs at once cannot lose each other's. A folder and an S3 bucket both do this; one contract holds them.

/** A text, and the mark by which a later `put` says that it has seen this one. */
export interface StoredText {
  readonly body: string;
  readonly tag: string;
}

export interface StateStore {
  /** As it was asked for: `s3://bucket/prefix` or the folder. */
  readonly where: string;
  /** Nothing where there is nothing; @throws StateError where that cannot be known */
  get(key: string): Promise<StoredText | undefined>;
  /** Writes where nothing is (`absent`), or over the text with this tag; says `changed`, and writes nothing, where
   *  somebody else has written meanwhile, or may have. @throws StateError */
  put(key: string, body: string, over: 'absent' | { readonly tag: string }): Promise<'written' | 'changed'>;
  /** The keys that begin with this, in code point order. @throws StateError */
  list(prefix: string): Promise<string[]>;
}

/** The state could not be read or written; in words for a person. */
export class StateError extends Error {
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

/** A hundred times what the largest account needs; what is larger was not written by us. */
export const MOST_BYTES = 64 * 1024 * 1024;

const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** Keys are names of ours, never of the account's: plain ASCII, and the same in a folder of any system as in S3.
 *  @throws TypeError */
export function demandKey(key: string): string {
  if (key.length > 200 || !KEY.test(key))
    throw new TypeError(`${JSON.stringify(key)} is no key of the state`);
  return key;
}
import type { Problem } from '../domain/problem.ts';
