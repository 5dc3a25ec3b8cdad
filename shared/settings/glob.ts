// The globs of settings and events. The grammar is smaller than picomatch's, because a misread glob either empties a
// family or protects nothing: no exclusions, no extended globs, and few wildcards.
import * as z from 'zod';
import { shown } from './shown.ts';

const allowed =
  'letters, digits, _ and -, with the wildcards *, ?, [a-z] and {a,b}, and at most three * and { together';

// `!web` and `[!a]` are refused on purpose. In a list of globs `!web` would match every other family, and picomatch
// reads `[!a]` as the opposite of a shell. A family has up to 255 letters, digits, _ and -
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html).
const grammar = /^(?:[A-Za-z0-9_*?-]|\[[A-Za-z0-9_-]+\]|\{[A-Za-z0-9_*?-]+(?:,[A-Za-z0-9_*?-]+)+\})+$/;

// A match backtracks over every * and every {}: on a family of 255 letters three take 10 ms at worst, five 45 s.
const fewWildcards = /^[^*{]*(?:[*{][^*{]*){0,3}$/;

export const glob = z
  .string(allowed)
  .min(1, allowed)
  .max(255, 'at most 255 characters')
  .regex(grammar, allowed)
  .regex(fewWildcards, allowed)
  .refine(hasOrderedRanges, {
    error: ({ input }) => `given ${shown(input)}, allowed: ranges that run upwards, like [a-z]`,
  });

/** picomatch silently turns a reversed range into a glob that matches nothing. */
function hasOrderedRanges(glob: string): boolean {
  return [...glob.matchAll(/\[([^\]]*)\]/g)].every(([brackets]) => {
    try {
      return new RegExp(brackets).source !== '';
    } catch {
      return false;
    }
  });
}
