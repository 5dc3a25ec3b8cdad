// The upper limit of a run: what an earlier plan and the present one agree on, and nothing else.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameOf, numbersIn, printRanges } from '../../shared/domain/revision.ts';
import { decide } from '../../shared/plan/decide.ts';
import { allowedByBoth, limitOf, narrowPlan } from '../../shared/plan/limit.ts';
import { type Plan, withVerdict } from '../../shared/plan/verdict.ts';
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

  test('leaves what a lower cap has no room for, in the order of the calls, and says so', () => {
    const before = decide(given({ api: '1-4', web: '1-6' }), keepTwo);
    expect(names(before)).toEqual(['api:1', 'web:1', 'api:2', 'web:2', 'web:3', 'web:4']);
    expect(narrowed(before, before, 3)).toEqual({
      names: ['api:1', 'web:1', 'api:2'],
      text: [
        'api  1-2  deregister',
        'api  3  keep  keep-latest',
        'api  4  keep  newest, keep-latest',
        'web  1  deregister',
        'web  2-4  deferred',
        'web  5  keep  keep-latest',
        'web  6  keep  newest, keep-latest',
      ],
      changes: ['web:2-4 over the cap now'],
      outside: 0,
    });
  });

  test('keeps a family of the limit that is on hold now, and says so', () => {
    const before = decide(given({ web: '1-5' }), keepTwo);
    const unresolved = {
      kind: 'unresolved' as const,
      source: 'state-machines',
      referrer: 'arn:aws:states:eu-west-1:123456789012:stateMachine:reports',
      description: 'computes its task definition',
      resolvesTo: { kind: 'pattern' as const, parts: ['web:', ''] },
    };
    expect(narrowed(before, decide(given({ web: '1-5' }, { findings: [unresolved] }), keepTwo))).toMatchObject({
      names: [],
      changes: ['web:1-3 on hold now: it may be referenced dynamically'],
      outside: 0,
    });
  });

  test('lists changes by family and number, and the verdicts of a family in the order of its numbers', () => {
    const before = decide(given({ api: '1,3,5', web: '2-9' }), policy({ keepLatest: 1 }));
    const findings = [referenceTo('service/prod/b', 'web:7'), referenceTo('service/prod/a', 'web:3')];
    const now = decide(given({ api: '5-8', web: '1-9' }, { findings }), policy({ keepLatest: 1 }));
    expect(narrowed(before, now)).toEqual({
      names: ['web:2', 'web:4', 'web:5', 'web:6', 'web:8'],
      text: [
        'api  5-7  deferred',
        'api  8  keep  newest, keep-latest',
        'web  1  deferred',
        'web  2  deregister',
        'web  3  keep  referenced',
        'web  4-6  deregister',
        'web  7  keep  referenced',
        'web  8  deregister',
        'web  9  keep  newest, keep-latest',
      ],
      changes: [
        'api:1,3 not ACTIVE any more',
        'web:3 kept now: service prod/a deploys it',
        'web:7 kept now: service prod/b deploys it',
      ],
      outside: 4,
    });
  });

  test('is asked only for revisions that the run has not come to', () => {
    const plan = decide(given({ web: '1-5' }), keepTwo);
    const { allowed, kept } = allowedByBoth(limitOf(plan), plan, ({ number }) => number === 2);
    expect([allowed.map(nameOf), kept]).toEqual([['web:1', 'web:3'], []]);
  });

  test('is found in seconds for a family with a hundred thousand ranges', { timeout: 20_000 }, () => {
    const size = 100_000;
    const every = Array.from({ length: size }, (_, index) => 2 * index + 1);
    const ranges = every.map((number) => ({ from: number, upto: number }));
    const plan: Plan = {
      ...decide(given({}), keepTwo),
      families: [
        { family: 'web', newest: 2 * size, unresolved: [], spans: [{ ranges, verdict: { verdict: 'deregister' } }] },
      ],
      toDeregister: every.map((number) => ({ family: 'web', number })),
    };
    const limit = { ...limitOf(plan), toDeregister: plan.toDeregister.slice(size / 2) };
    const { plan: within, outside } = narrowPlan(limit, plan, size);
    expect([within.toDeregister.length, outside]).toEqual([size / 2, size / 2]);
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
        // Listed ascending, also where the limit splits a span.
        for (const verdict of ['deregister', 'deferred', 'keep'] as const)
          for (const { ranges } of withVerdict(plan, verdict))
            expect(ranges.every(({ from }, at) => from > (ranges[at - 1]?.upto ?? 0))).toBe(true);
        // Every revision of the limit is deregistered or explained.
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
