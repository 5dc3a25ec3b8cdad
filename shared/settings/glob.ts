// Which families a glob means. The grammar is smaller than the library's, because here a glob that is misread either
// empties a family or protects nothing: no exclusions, no extended globs, and no more wildcards than a match in time allows.
import picomatch from 'picomatch';
import * as z from 'zod';
import { shown } from './shown.ts';

const allowed =
  'letters, digits, _ and -, with the wildcards *, ?, [a-z] and {a,b}, and at most three * and { together';

// `!web` and `[!a]` are left out on purpose: in a list whose members add up, `!web` would let everything else in, and
// picomatch reads `[!a]` as the opposite of what a shell does. A family is letters, digits, _ and -, up to 255 of them
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

/** Does this glob mean this family? Case matters to ECS and so it does here. */
export type Matcher = (family: string) => boolean;

/** Compiling costs a thousand times what matching does: do it once. */
export function compile(glob: string): Matcher {
  const matches = picomatch(glob, { noextglob: true, nonegate: true });
  return (family) => matches(family); // picomatch takes a second argument, as filter() gives one, for "answer an object"
}

/** picomatch turns a range that runs backwards into a glob that matches nothing, in silence. */
function hasOrderedRanges(glob: string): boolean {
  return [...glob.matchAll(/\[([^\]]*)\]/g)].every(([brackets]) => {
    try {
      return new RegExp(brackets).source !== '';
    } catch {
      return false;
    }
  });
}
