// Lists the differences between two plans of one account.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { numbersIn } from '../../shared/domain/revision.ts';
import type { Plan, Span } from '../../shared/plan/verdict.ts';
import { findChanges } from '../../shared/report/compare/model.ts';
import { began } from '../support/reports.ts';

type Word = 'deregister' | 'deferred';

/** A span for each revision of one family, from 1. */
function planOf(words: readonly Word[]): Plan {
  const spans = words.map((verdict, index): Span => ({
    ranges: [{ from: index + 1, upto: index + 1 }],
    verdict: { verdict },
  }));
  const families = [{ family: 'web', newest: words.length, unresolved: [], spans }];
  return { asOf: began, hold: undefined, accepted: [], families, toDeregister: [] };
}

test('each revision with another verdict is in one change, and no other revision', () => {
  const pair = fc.tuple(
    fc.constantFrom<Word>('deregister', 'deferred'),
    fc.constantFrom<Word>('deregister', 'deferred'),
  );
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 40 }), (pairs) => {
      const [now, other] = [planOf(pairs.map(([one]) => one)), planOf(pairs.map(([, one]) => one))];
      const found = findChanges({ now, other }).flatMap(({ changes }) =>
        changes.flatMap((change) =>
          Array.from(numbersIn(change.ranges), (number) => `${number} ${change.now.verdict} ${change.other.verdict}`),
        ),
      );
      const wanted = pairs.flatMap(([one, two], index) => (one === two ? [] : [`${index + 1} ${one} ${two}`]));
      expect(found.toSorted()).toEqual(wanted.toSorted());
    }),
    { seed: 20_261_130, numRuns: 300 },
  );
});

test('two plans of a family with two hundred thousand verdicts are compared in seconds', { timeout: 20_000 }, () => {
  const size = 200_000;
  const now = planOf(Array.from({ length: size }, (_, index) => (index % 2 === 0 ? 'deregister' : 'deferred')));
  const other = planOf(Array.from({ length: size }, () => 'deferred'));
  const [web] = findChanges({ now, other });
  expect(web?.changes.map(({ ranges }) => ranges.length)).toEqual([size / 2]);
});
