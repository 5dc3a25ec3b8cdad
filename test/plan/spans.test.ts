// Rules are asked once between two changes of their answers. For every account that gives the verdicts that asking about each
// revision gives, and the work and the result grow with the changes, not with the revisions.
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../shared/domain/evidence.ts';
import { numbersIn, rangesOf, sizeOf } from '../../shared/domain/revision.ts';
import { candidatesWithoutAge } from '../../shared/observe/ages-wanted.ts';
import { decide } from '../../shared/plan/decide.ts';
import type { FamilyEvidence } from '../../shared/plan/rules/rule.ts';
import { rules } from '../../shared/plan/rules/rules.ts';
import { type Span, verdictsOf } from '../../shared/plan/verdict.ts';
import { NOW } from '../support/account.ts';
import { anAccount, anAgeingAccount, aPolicy } from '../support/arbitrary.ts';
import { denied, given, policy, reading, referenceTo, rollout } from '../support/given.ts';

/** The same evidence, with a registrar of each revision that no setting protects. So each number is a change, and the rules are
 *  asked about each revision by itself. */
function oneByOne(evidence: Evidence): Evidence {
  const registeredBy = Array.from(evidence.inventory, ([family, ranges]) => {
    const unregistered = Array.from(numbersIn(ranges), (number) => [number, 'unregistered'] as const);
    return [family, new Map([...unregistered, ...(evidence.registeredBy?.get(family) ?? [])])] as const;
  });
  return { ...evidence, registeredBy: new Map(registeredBy) };
}

test.each([
  { name: 'any account', account: anAccount },
  { name: 'an account that grows older', account: anAgeingAccount },
])('asking between changes decides about $name as asking about each revision does', ({ account }) => {
  const days = fc.constantFrom(0, 90);
  fc.assert(
    fc.property(account, aPolicy, days, (evidence, by, retireFamiliesAfterDays) => {
      const retiring = { ...by, retireFamiliesAfterDays };
      expect(decide(evidence, retiring)).toEqual(decide(oneByOne(evidence), retiring));
      expect(candidatesWithoutAge(evidence, retiring)).toEqual(candidatesWithoutAge(oneByOne(evidence), retiring));
    }),
    { seed: 20_261_130, numRuns: 1_000 },
  );
});

/** Counts what the rule `protected` is asked. */
class CountedTags extends Map<number, string> {
  asked = 0;

  override get(number: number): string | undefined {
    this.asked++;
    return super.get(number);
  }
}

describe('a family with a million revisions', () => {
  const tags = new CountedTags([[500_000, 'keep']]);
  const evidence = given(
    { web: '1-1000000' },
    {
      findings: [referenceTo('service/prod/web', 'web:400000'), referenceTo('service/prod/old', 'web:7')],
      ages: { web: { oldUpto: 900_000, youngFrom: 900_001 } },
    },
  );
  const million = { ...evidence, tagged: new Map([['web', tags]]) };
  const by = policy({ minAgeDays: 30, keepLatest: 5, maxDeregistrations: 100 });

  test('has a span for each change of its verdicts, and the rules are asked once for each', () => {
    tags.asked = 0;
    const spans = decide(million, by).families[0]?.spans ?? [];
    const texts = spans.map(({ ranges, verdict }) => [ranges[0]?.from, ranges.at(-1)?.upto, verdict.verdict]);
    expect(texts).toEqual([
      [1, 6, 'deregister'],
      [7, 7, 'keep'],
      [8, 101, 'deregister'],
      [102, 399_999, 'deferred'],
      [400_000, 400_000, 'keep'],
      [400_001, 499_999, 'deferred'],
      [500_000, 500_000, 'keep'],
      [500_001, 899_995, 'deferred'],
      [899_996, 900_000, 'keep'],
      [900_001, 999_995, 'keep'],
      [999_996, 999_999, 'keep'],
      [1_000_000, 1_000_000, 'keep'],
    ]);
    expect(spans.flatMap(({ ranges }) => ranges)).toHaveLength(12);
    expect(spans.reduce((sum, { ranges }) => sum + sizeOf(ranges), 0)).toBe(1_000_000);
    // Besides the changes of a verdict there is the end of each number that is tagged, referenced or old.
    expect(tags.asked).toBeLessThanOrEqual(12);
  });

  test('has candidates for ages as ranges', () => {
    expect(candidatesWithoutAge(million, by).get('web')).toEqual([
      { from: 1, upto: 6 },
      { from: 8, upto: 399_999 },
      { from: 400_001, upto: 499_999 },
      { from: 500_001, upto: 999_995 },
    ]);
  });

  test('costs no more when it is held', () => {
    tags.asked = 0;
    const plan = decide({ ...million, readings: [...million.readings, reading('more', [], [denied])] }, by);
    expect(plan.families[0]?.spans.length).toBeLessThanOrEqual(12);
    expect(tags.asked).toBeLessThanOrEqual(12);
    expect(plan.toDeregister).toEqual([]);
  });
});

describe('each rule names every number at which its own answer changes', () => {
  const active = [
    { from: 1, upto: 3 },
    { from: 5, upto: 6 },
    { from: 9, upto: 20 },
  ];
  const known: FamilyEvidence = {
    family: 'web',
    policy: { keepLatest: 3, minAgeDays: 30 },
    active,
    asOf: Date.parse(NOW),
    referencesByNumber: new Map([[5, [referenceTo('service/prod/web', 'web:5')]]]),
    rollouts: [{ rollout: rollout('service/prod/web', 'web:15'), lowest: 15 }],
    tagged: new Map([[2, 'keep']]),
    registeredBy: new Map([[10, 'arn:ci']]),
    protectRegisteredBy: ['arn:*'],
    ages: { oldUpto: 12, youngFrom: 14 },
    usedWithinDays: 40,
    lastUsed: new Map([[11, Date.parse(NOW)]]),
    usageSince: 0,
    isRetired: false,
  };

  test.each(rules)('$name', (rule) => {
    const numbers = [...numbersIn(active)];
    const answers = numbers.map((number, index) => {
      const oldRank = number <= 12 ? numbers.filter((other) => other >= number && other <= 12).length : undefined;
      return rule.why({ family: 'web', number, rank: numbers.length - index, oldRank, kept: false }, known);
    });
    const changed = numbers.filter((_, index) => index > 0 && !isDeepStrictEqual(answers[index], answers[index - 1]));
    expect(changed.length).toBeGreaterThan(0);
    const named = [...rule.changesAt(known)];
    // A change between 6 and 9 may be named by any of the numbers that no longer exist.
    for (const number of changed)
      expect(named.some((one) => one === number || (number === 9 && one > 6 && one < 9))).toBe(true);
  });
});

test('a verdict is that of the span which has the number, also where spans interleave', () => {
  const anyVerdict = fc.constantFrom('none', 'deregister', 'deferred', 'hold');
  fc.assert(
    fc.property(fc.array(anyVerdict, { maxLength: 40 }), (verdicts) => {
      const numbersOf = (wanted: string) => verdicts.flatMap((one, index) => (one === wanted ? [index + 1] : []));
      const spans: Span[] = [
        { ranges: rangesOf(numbersOf('hold')), verdict: { verdict: 'hold', cause: 'unresolved' } },
        { ranges: rangesOf(numbersOf('deregister')), verdict: { verdict: 'deregister' } },
        { ranges: rangesOf(numbersOf('deferred')), verdict: { verdict: 'deferred' } },
      ];
      const verdictOf = verdictsOf({
        asOf: Date.parse(NOW),
        hold: undefined,
        accepted: [],
        families: [{ family: 'web', newest: 40, unresolved: [], spans }],
        toDeregister: [],
      });
      const found = Array.from({ length: 42 }, (_, number) => verdictOf({ family: 'web', number })?.verdict ?? 'none');
      expect(found).toEqual(Array.from({ length: 42 }, (_, number) => verdicts[number - 1] ?? 'none'));
      expect(verdictOf({ family: '__proto__', number: 1 })).toBeUndefined();
    }),
    { seed: 20_261_130, numRuns: 300 },
  );
});
