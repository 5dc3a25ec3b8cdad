// Generates random fleets for the laws of their formats: up to thirty targets in every state, hostile texts wherever another
// account writes one, items of known and unknown targets, and any days.
import * as fc from 'fast-check';
import type { Night } from '../../shared/domain/night.ts';
import { byName } from '../../shared/domain/revision.ts';
import { outcomes } from '../../shared/report/model/report.ts';
import type { Fleet, FleetDay, FleetTarget, LastRun, TargetName } from '../../shared/report/fleet/model.ts';
import { hostile } from './any-report.ts';
import { DAY_MS, MORNING } from './fleet.ts';
import { hostileTexts } from './hostile.ts';

const text = fc.oneof(fc.lorem({ maxCount: 8 }), hostile, fc.constantFrom(...Object.values(hostileTexts)));
const count = fc.oneof(fc.constant(0), fc.nat(9), fc.nat(50_000), fc.nat(1_000_000_000));

const name: fc.Arbitrary<TargetName> = fc.record({
  account: fc.integer({ min: 1, max: 12 }).map((number) => String(number).padStart(12, '0')),
  region: fc.constantFrom('eu-west-1', 'us-east-1', 'ap-southeast-4', 'us-gov-west-1'),
});

const night: fc.Arbitrary<Night> = fc.record({
  id: fc.uuid(),
  beganAt: fc.integer({ min: MORNING - 20 * DAY_MS, max: MORNING }),
  active: count,
  deregistered: count,
  waiting: count,
  outcome: fc.oneof(fc.constantFrom(...outcomes), text),
});

const run: fc.Arbitrary<LastRun> = fc.record({
  id: text,
  beganAt: fc.integer({ min: MORNING - 20 * DAY_MS, max: MORNING + 300_000 }),
  receivedAt: fc.integer({ min: MORNING - 20 * DAY_MS, max: MORNING }),
  dryRun: fc.boolean(),
  outcome: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...outcomes) }, { weight: 1, arbitrary: text }),
  verdict: text,
  active: count,
  planned: count,
  deregistered: count,
  backlog: fc.record({ revisions: count, nights: fc.nat(400), atLeast: fc.boolean() }),
  report: fc.option(
    fc.oneof(
      fc.stringMatching(/^s3:\/\/[a-z0-9-]{3,63}\/[a-z0-9/]{1,80}\/report\.json$/),
      text.map((key) => `s3://bucket/${key}/report.json`),
      text,
    ),
    { nil: undefined },
  ),
  version: fc.oneof(fc.constant('0.1.0'), text),
});

const target: fc.Arbitrary<FleetTarget> = fc
  .record({
    name,
    partition: fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'aws-iso'),
    alias: fc.option(fc.oneof(fc.stringMatching(/^[a-z0-9-]{3,63}$/), text), { nil: undefined }),
    state: fc.constantFrom('silent', 'action', 'paused', 'fine', 'fine'),
    last: run,
    nights: fc.array(night, { maxLength: 20 }),
    hasReported: fc.boolean(),
  })
  .map(({ name, hasReported, state, last, nights, ...more }): FleetTarget => {
    // Only those that need no event are known without one.
    const known = hasReported || state === 'fine' || state === 'action';
    const past = nights.toSorted((a, b) => a.beganAt - b.beganAt);
    return { ...name, ...more, state, last: known ? last : undefined, nights: known ? past : [] };
  });

const days: fc.Arbitrary<FleetDay[]> = fc.array(fc.tuple(count, count, count), { maxLength: 14 }).map((all) =>
  all.map(([active, deregistered, waiting], index) => ({
    day: new Date(MORNING - (all.length - 1 - index) * DAY_MS).toISOString().slice(0, 10),
    active,
    deregistered,
    waiting,
  })),
);

const rarely = <Value>(arbitrary: fc.Arbitrary<Value[]>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant<Value[]>([]) }, { weight: 1, arbitrary });

export const anyFleet: fc.Arbitrary<Fleet> = fc.record({
  at: fc.constant(MORNING),
  targets: fc
    .uniqueArray(target, { maxLength: 30, selector: ({ account, region }) => `${account}/${region}` })
    .map((all) => all.toSorted((a, b) => byName(a.account, b.account) || byName(a.region, b.region))),
  items: rarely(
    fc.array(
      fc.record({
        problem: text,
        remedy: fc.oneof(text, fc.constant('Read it: `aws ecs list-clusters --region eu-west-1`')),
        targets: fc.uniqueArray(name, {
          minLength: 1,
          maxLength: 20,
          selector: ({ account, region }) => `${account}/${region}`,
        }),
      }),
      { maxLength: 12 },
    ),
  ),
  moreItems: fc.oneof(fc.constant(0), fc.nat(2_000)),
  days,
  ignored: rarely(
    fc.array(
      fc.record({
        account: fc.option(
          name.map(({ account }) => account),
          { nil: undefined },
        ),
        reason: fc.constantFrom('it is not an event of a run', 'its run began in the future'),
        count: fc.integer({ min: 1, max: 5_000 }),
        claims: fc.option(text, { nil: undefined }),
      }),
      { maxLength: 9 },
    ),
  ),
  problems: rarely(fc.array(fc.record({ operation: text, reason: text, remedy: text }), { maxLength: 3 })),
  notes: fc.array(text, { maxLength: 8 }),
});
