// A place without anything in it is no fault, but a misspelt one looks the same: the operator is asked to check it.
import type { UncheckedReferrer } from '../../domain/evidence.ts';

export function nothingAt(written: string): UncheckedReferrer {
  return {
    kind: 'unchecked',
    source: 'search',
    referrer: written,
    reason: 'there is nothing, so that nothing was searched',
    remedy: `Check the spelling of ${written} in \`search\`, or remove that entry.`,
  };
}
