// Random accounts and policies for property tests. They are small on purpose, so that similar families, neighboring numbers,
// ties and references to missing revisions occur in nearly every example.
import * as fc from 'fast-check';
import type { Ages, Evidence, Finding } from '../../shared/domain/evidence.ts';
import type { Policy } from '../../shared/plan/policy.ts';
import { rangesOf } from '../../shared/domain/revision.ts';
import { asOf, denied, referenceTo, policy, reading, rollout, usage, used } from './given.ts';

const family = fc.constantFrom('web', 'WEB', 'web-admin', 'api', 'constructor');
const number = fc.integer({ min: 1, max: 12 });
const path = fc.constantFrom('service/prod/web', 'service/prod/api', 'service/dev/web', 'task/prod/1');
const relation = fc.constantFrom('runs' as const, 'ran' as const, 'deploys' as const, 'starts' as const);

const named = fc.tuple(family, number).map(([name, of]) => `${name}:${of}`);

export const aFinding: fc.Arbitrary<Finding> = fc.oneof(
  fc
    .tuple(path, fc.oneof(named, family), relation)
    .map(([referrer, name, relation]) => referenceTo(referrer, name, relation)),
  fc.tuple(path, named).map(([referrer, name]) => rollout(referrer, name)),
  fc.tuple(named, fc.integer({ min: 20, max: 40 })).map(([name, daysAgo]) => used(name, daysAgo)),
);

const aUsage = fc
  .tuple(fc.constantFrom(10, 50, 50, 50), fc.dictionary(named, fc.integer({ min: 20, max: 40 }), { maxKeys: 6 }))
  .map(([since, uses]) => usage(since, uses));

const ages: fc.Arbitrary<Ages> = fc
  .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 13 }))
  .map(([oldUpto, over]) => ({ oldUpto, youngFrom: over > 12 ? Infinity : Math.max(oldUpto + 1, over) }));

export const anAccount: fc.Arbitrary<Evidence> = fc
  .record({
    active: fc.uniqueArray(fc.tuple(family, fc.array(number, { minLength: 1 })), {
      selector: ([name]) => name,
    }),
    services: fc.array(aFinding, { maxLength: 4 }),
    tasks: fc.array(aFinding, { maxLength: 4 }),
    tagged: fc.uniqueArray(fc.tuple(family, fc.array(number)), { selector: ([name]) => name }),
    aged: fc.uniqueArray(fc.tuple(family, ages), { selector: ([name]) => name }),
    history: fc.option(aUsage, { nil: undefined }),
    isFaulty: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
  })
  .map(({ active, services, tasks, tagged, aged, history, isFaulty }) => ({
    asOf,
    inventory: new Map(active.map(([name, numbers]) => [name, rangesOf(numbers)])),
    tagged: new Map(tagged.map(([name, numbers]) => [name, new Map(numbers.map((number) => [number, 'keep']))])),
    ages: new Map(aged),
    usage: history,
    readings: [
      reading('inventory'),
      reading('tags'),
      reading('services', services),
      reading('tasks', tasks, isFaulty ? [denied] : []),
    ],
  }));

const familyPolicy = fc.record({
  keepLatest: fc.integer({ min: 0, max: 4 }),
  minAgeDays: fc.constantFrom(0, 30),
  protectedBy: fc.constantFrom(undefined, undefined, undefined, 'families matching web*'),
});

/** An account in which some families were not used for about ninety days. */
export const anAgeingAccount: fc.Arbitrary<Evidence> = fc
  .record({
    account: anAccount,
    since: fc.constantFrom(80, 90, 100, 100),
    uses: fc.dictionary(named, fc.integer({ min: 85, max: 95 }), { maxKeys: 3 }),
    newest: fc.dictionary(family, fc.integer({ min: 85, max: 95 })),
    computed: fc.option(fc.constantFrom(['web', ''], ['', '-admin'], ['', '']), { nil: undefined, freq: 4 }),
  })
  .map(({ account, since, uses, newest, computed }) => ({
    ...account,
    usage: usage(since, uses),
    ages: new Map(
      Array.from(account.inventory.keys(), (name) => {
        const known = account.ages.get(name) ?? { oldUpto: 12, youngFrom: Infinity };
        const daysAgo = Object.hasOwn(newest, name) ? newest[name] : undefined;
        return [name, daysAgo === undefined ? known : { ...known, newestAt: asOf - daysAgo * 86_400_000 }];
      }),
    ),
    readings:
      computed === undefined
        ? account.readings
        : [...account.readings, reading('state-machines', [computes(computed)])],
  }));

function computes(parts: readonly string[]): Finding {
  return {
    kind: 'unresolved',
    source: 'state-machines',
    referrer: 'arn:aws:states:eu-west-1:123456789012:stateMachine:m',
    description: 'computes its task definition',
    resolvesTo: { kind: 'pattern', parts },
  };
}

export const aPolicy: fc.Arbitrary<Policy> = fc
  .record({
    all: familyPolicy,
    web: familyPolicy,
    usedWithinDays: fc.constantFrom(0, 30),
    maxDeregistrations: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(1_000)),
  })
  .map(({ all, web, ...run }) => policy({ ...all, ...run, families: { web } }));
