// Bounds the search. A larger place is refused, since a search of one half proves nothing about the other. An empty place is
// reported.
import type { UncheckedReferrer } from '../../domain/evidence.ts';
import { Incomplete } from '../common/incomplete.ts';

export const MOST_MB = 20;
/** Of one object, packed and unpacked. */
export const MOST_BYTES = MOST_MB * 1024 * 1024;
/** Of objects under one prefix, or parameters under one path. */
const MOST_MEMBERS = 10_000;

export class Count {
  #count = 0;
  readonly #parsed: string;
  readonly #advice: string;

  /** @param members such as `objects under s3://bucket/prefix/` */
  constructor(parsed: string, advice: string) {
    this.#parsed = parsed;
    this.#advice = advice;
  }

  get isZero(): boolean {
    return this.#count === 0;
  }

  /** @throws Incomplete */
  add(members: number): void {
    this.#count += members;
    if (this.#count > MOST_MEMBERS)
      throw new Incomplete(
        `there are more than ${MOST_MEMBERS} ${this.#parsed}: ${this.#count} were found so far, and none was searched`,
        { remedy: this.#advice },
      );
  }
}

/** An empty place is no error, but a misspelt one looks the same. */
export function emptyPlace(written: string): UncheckedReferrer {
  return {
    kind: 'unchecked',
    source: 'search',
    referrer: written,
    reason: 'nothing exists there, so nothing was searched',
    remedy: `Check the spelling of ${written} in \`search\`, or remove that entry.`,
  };
}
