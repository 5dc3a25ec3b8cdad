// Reports a place with nothing in it. That is no error, but a misspelt place looks the same, so the operator should
// check it.
import type { UncheckedReferrer } from '../../domain/evidence.ts';

export function emptyPlace(written: string): UncheckedReferrer {
  return {
    kind: 'unchecked',
    source: 'search',
    referrer: written,
    reason: 'nothing exists there, so nothing was searched',
    remedy: `Check the spelling of ${written} in \`search\`, or remove that entry.`,
  };
}
