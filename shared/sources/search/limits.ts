// Bounds the search. A larger place is refused, since a search of one half proves nothing about the other.
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
