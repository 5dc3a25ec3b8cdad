// The upper limit of a run: what an earlier plan and the present one agree on, and nothing else.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameOf, numbersIn, printRanges } from '../../shared/domain/revision.ts';
import { decide } from '../../shared/plan/decide.ts';
import { limitOf, narrowPlan } from '../../shared/plan/limit.ts';
import type { Plan } from '../../shared/plan/verdict.ts';
import { aFinding, anAccount, anAgeingAccount, aPolicy } from '../support/arbitrary.ts';
import { given, policy, reading, referenceTo } from '../support/given.ts';
import { asText } from '../support/plan-text.ts';

const names = ({ toDeregister }: Pick<Plan, 'toDeregister'>) => toDeregister.map(nameOf);
const keepTwo = policy({ keepLatest: 2 });
const narrowed = (before: Plan, now: Plan, cap = 1_000) => {
  const { plan, changes, outside } = narrowPlan(limitOf(before), now, cap);
  const lines = changes.map(({ family, ranges, change }) => `${family}:${printRanges(ranges).join(',')} ${change}`);
  return { names: names(plan), text: asText(plan), changes: lines, outside };
};

describe('a plan within a limit', () => {
  test('deregisters the same revisions where nothing has changed', () => {
    const plan = decide(given({ web: '1-5', api: '1-3' }), keepTwo);
    expect(narrowed(plan, plan)).toEqual({
      names: ['api:1', 'web:1', 'web:2', 'web:3'],
      text: [
        'api  1  deregister',
        'api  2  keep  keep-latest',
        'api  3  keep  newest, keep-latest',
        'web  1-3  deregister',
        'web  4  keep  keep-latest',
        'web  5  keep  newest, keep-latest',
      ],
      changes: [],
      outside: 0,
    });
  });

  test('keeps a revision of the limit that is referenced now, and says by what', () => {
    const before = decide(given({ web: '1-5' }), keepTwo);
    const now = decide(given({ web: '1-5' }, { findings: [referenceTo('service/prod/web', 'web:2')] }), keepTwo);
    expect(narrowed(before, now)).toMatchObject({
      names: ['web:1', 'web:3'],
      changes: ['web:2 kept now: service prod/web deploys it'],
      outside: 0,
    });
  });

  test('leaves what has become deregistrable since, and counts it', () => {
    const before = decide(given({ web: '1-5' }), keepTwo);
    const now = decide(given({ api: '1-4', web: '1-9' }), keepTwo);
    expect(narrowed(before, now)).toEqual({
      names: ['web:1', 'web:2', 'web:3'],
      text: [
        'api  1-2  deferred',
        'api  3  keep  keep-latest',
        'api  4  keep  newest, keep-latest',
        'web  1-3  deregister',
        'web  4-7  deferred',
        'web  8  keep  keep-latest',
        'web  9  keep  newest, keep-latest',
      ],
      changes: [],
      outside: 6,
    });
  });

  test('is not displaced by new candidates that fill the cap', () => {
    const capped = policy({ keepLatest: 2, maxDeregistrations: 2 });
    const before = decide(given({ web: '1-4' }), capped);
    const now = decide(given({ api: '1-4', batch: '1-4', web: '1-4' }), capped);
    expect(names(now)).toEqual(['api:1', 'batch:1']);
    expect(narrowed(before, now, 2)).toMatchObject({ names: ['web:1', 'web:2'], outside: 4, changes: [] });
  });

  test('lists revisions that are not ACTIVE any more', () => {
    const before = decide(given({ web: '1-6' }), keepTwo);
    expect(narrowed(before, decide(given({ web: '2,4-6' }), keepTwo))).toMatchObject({
      names: ['web:2', 'web:4'],
      changes: ['web:1,3 not ACTIVE any more'],
    });
  });

  test('deregisters nothing in a hold, and compares nothing', () => {
    const before = decide(given({ web: '1-5' }), keepTwo);
    const problem = { part: 'tasks', kind: 'denied' as const, operation: 'reading', reason: 'no', remedy: 'Allow it.' };
    const now = decide({ ...given({ web: '1-5' }), readings: [reading('tasks', [], [problem])] }, keepTwo);
    expect(narrowed(before, now)).toMatchObject({ names: [], changes: [], outside: 0 });
  });

  test('keeps the rest of a family that the limit retires and the present plan does not', () => {
    const dead = { ...decide(given({ web: '1-3' }), policy({ keepLatest: 1 })) };
    const before: Plan = { ...dead, families: dead.families.map((one) => ({ ...one, isRetired: true as const })) };
    expect(narrowed(before, dead)).toMatchObject({
      names: [],
      changes: ['web:1-2 kept now: its family is not retired any more'],
    });
  });
});

test('for every two accounts and policies, only what both plans allow is deregistered, and each verdict stays single', () => {
  let met = 0;
  fc.assert(
    fc.property(
      fc.oneof(anAccount, anAgeingAccount),
      fc.oneof(anAccount, anAgeingAccount),
      aPolicy,
      fc.array(aFinding, { maxLength: 3 }),
      fc.boolean(),
      (first, second, rules, findings, isSame) => {
        const before = decide(first, rules);
        const later = isSame ? { ...first, readings: [...first.readings, reading('more', findings)] } : second;
        const now = decide(later, rules);
        const { plan, changes } = narrowPlan(limitOf(before), now, rules.maxDeregistrations);
        const saved = new Set(names(before));
        const free = new Set(
          now.families.flatMap(({ family, spans }) =>
            spans
              .filter(({ verdict }) => verdict.verdict === 'deregister' || verdict.verdict === 'deferred')
              .flatMap(({ ranges }) => Array.from(numbersIn(ranges), (number) => nameOf({ family, number }))),
          ),
        );
        met += plan.toDeregister.length;
        expect(names(plan).filter((name) => !saved.has(name) || !free.has(name))).toEqual([]);
        expect(new Set(names(plan)).size).toBe(plan.toDeregister.length);
        expect(plan.toDeregister.length).toBeLessThanOrEqual(rules.maxDeregistrations);
        // Every ACTIVE revision keeps exactly one verdict, and `deregister` is that of the plan.
        const listed = (of: Plan, only?: string) =>
          of.families
            .flatMap(({ family, spans }) =>
              spans
                .filter(({ verdict }) => only === undefined || verdict.verdict === only)
                .flatMap(({ ranges }) => Array.from(numbersIn(ranges), (number) => nameOf({ family, number }))),
            )
            .toSorted();
        expect(listed(plan)).toEqual(listed(now));
        expect(listed(plan, 'deregister')).toEqual(names(plan).toSorted());
        expect(listed(plan, 'keep')).toEqual(listed(now, 'keep'));
        // What the limit had is deregistered or explained.
        if (now.hold !== undefined) return;
        const explained = changes.flatMap(({ family, ranges }) =>
          Array.from(numbersIn(ranges), (number) => nameOf({ family, number })),
        );
        expect([...names(plan), ...explained].toSorted()).toEqual([...saved].toSorted());
      },
    ),
    { seed: 20_261_130, numRuns: 500 },
  );
  expect(met).toBeGreaterThan(100);
});
