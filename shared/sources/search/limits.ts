// Bounds the search. A larger place is refused, since a search of one half proves nothing about the other. An empty place is
// reported.
import type { UncheckedReferrer } from '../../domain/evidence.ts';
import { Incomplete } from '../common/incomplete.ts';

export const MOST_MB = 20;
/** Of one object, packed and unpacked. */
export const MOST_BYTES = MOST_MB * 1024 * 1024;
/** Of objects under one prefix, or parameters under one path. */
const MOST_MEMBERS = 10_000;

/** @param members such as `objects under s3://bucket/prefix/`
 *  @throws Incomplete */
export function assertFew(found: number, members: string, remedy: string): void {
  if (found <= MOST_MEMBERS) return;
  const message = `there are more than ${MOST_MEMBERS} ${members}: ${found} were found so far, and none was searched`;
  throw new Incomplete(message, { remedy });
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
