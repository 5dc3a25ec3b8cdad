// Ranges of revisions are combined as the sets of their numbers are.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { intersect, numbersIn, rangesOf, without } from '../../shared/domain/revision.ts';

const someRanges = fc
  .uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 30 })
  .map((numbers) => rangesOf(numbers.toSorted((a, b) => a - b)));

test('two lists of ranges are cut as the sets of their numbers are', () => {
  fc.assert(
    fc.property(someRanges, someRanges, (one, other) => {
      const [ours, theirs] = [new Set(numbersIn(one)), new Set(numbersIn(other))];
      expect([...numbersIn(intersect(one, other))]).toEqual([...ours].filter((number) => theirs.has(number)));
      expect([...numbersIn(without(one, other))]).toEqual([...ours].filter((number) => !theirs.has(number)));
    }),
    { numRuns: 2_000, seed: 3 },
  );
});
