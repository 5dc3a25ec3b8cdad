// A place without anything in it is no fault, but a misspelt one looks the same: the operator is asked to check it.
import type { Unchecked } from '../../domain/evidence.ts';

export function nothingAt(written: string): Unchecked {
  return {
    kind: 'unchecked',
    source: 'search',
    who: written,
    why: 'there is nothing, so that nothing was searched',
    next: `Check the spelling of ${written} in \`search\`, or remove that entry.`,
  };
}
