// The guard `pace`: a share of each bucket, half of its burst left untouched, turns kept, and out of the way of others.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Pacer } from '../../shared/aws/pacer.ts';
import { bucketFor, publishedQuotas } from '../../shared/sources/quotas.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { TestClock } from '../support/clock.ts';

/** A bucket for reading with the numbers of the one for writing: round ones. */
const read = 'task-definition-read';
const twenty = { [read]: { burst: 20, perSecond: 1 } };

/** When each of so many calls in a row may be sent, in milliseconds. */
async function timesOf(pacer: Pacer, clock: TestClock, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let call = 0; call < count; call++) {
    await pacer.take(read);
    times.push(clock.monotonic());
  }
  return times;
}

describe('a share of the bucket', () => {
  test.each([
    { share: 0.5, atOnce: 10, thenEveryMs: 2_000 },
    { share: 0.25, atOnce: 5, thenEveryMs: 4_000 },
    { share: 0.1, atOnce: 2, thenEveryMs: 10_000 },
    // Half of the burst stays untouched, however large the share.
    { share: 1, atOnce: 10, thenEveryMs: 1_000 },
    { share: 0.75, atOnce: 10, thenEveryMs: 1_334 },
    // Some call must be possible, however small the share.
    { share: 0.01, atOnce: 1, thenEveryMs: 100_000 },
  ])('of $share: $atOnce at once, then one every $thenEveryMs ms', async ({ share, atOnce, thenEveryMs }) => {
    const clock = new TestClock();
    const times = await timesOf(new Pacer(clock, share, twenty), clock, atOnce + 2);
    expect(times.slice(0, atOnce)).toEqual(Array.from({ length: atOnce }, () => 0));
    const [first = 0, second = 0] = times.slice(atOnce);
    expect(first).toBe(thenEveryMs);
    expect(Math.abs(second - 2 * thenEveryMs)).toBeLessThanOrEqual(2);
  });

  test('of a bucket that AWS has raised is a share of what it is raised to', async () => {
    const clock = new TestClock();
    const pacer = new Pacer(clock, 0.5, { [read]: { burst: 100, perSecond: 10 } });
    const times = await timesOf(pacer, clock, 52);
    expect(times.slice(49)).toEqual([0, 200, 400]);
  });

  test('of one bucket is no share of another', async () => {
    const clock = new TestClock();
    const pacer = new Pacer(clock, 0.5, twenty);
    await timesOf(pacer, clock, 10);
    await pacer.take('service-read');
    expect(clock.monotonic()).toBe(0);
  });

  test('of a bucket on which no deployment draws is the whole, with its burst', async () => {
    const clock = new TestClock();
    const pacer = new Pacer(clock, 0.1);
    const times: number[] = [];
    for (let call = 0; call < 4; call++) {
      await pacer.take('cloudtrail');
      times.push(clock.monotonic());
    }
    expect(times).toEqual([0, 0, 500, 1_000]);
  });

  test('that was not used is saved up to the burst and no further', async () => {
    const clock = new TestClock();
    const pacer = new Pacer(clock, 0.5, twenty);
    await timesOf(pacer, clock, 10);
    clock.advance(3_600_000);
    const times = await timesOf(pacer, clock, 11);
    expect(times.map((at) => at - 3_600_000)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2_000]);
  });

  test('is measured by the clock that is never set back', async () => {
    const clock = new TestClock();
    const pacer = new Pacer(clock, 0.5, twenty);
    await timesOf(pacer, clock, 10);
    clock.jump(3_600_000);
    expect((await timesOf(pacer, clock, 1))[0]).toBe(2_000);
    clock.jump(-7_200_000);
    expect((await timesOf(pacer, clock, 1))[0]).toBe(4_000);
  });

  test('is never overdrawn, whatever is asked for and when', async () => {
    const asked = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 20, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(asked, fc.double({ min: 0.05, max: 1, noNaN: true }), async (pauses, share) => {
        const clock = new TestClock();
        const pacer = new Pacer(clock, share, twenty);
        const sent: number[] = [];
        for (const pause of pauses) {
          clock.advance(pause);
          await pacer.take(read);
          sent.push(clock.monotonic());
        }
        const most = (ms: number) => Math.max(1, Math.floor(20 * Math.min(share, 0.5))) + (ms / 1000) * share;
        const over = sent.flatMap((from, first) =>
          sent.slice(first).filter((upto, index) => index + 1 > most(upto - from) + 0.01),
        );
        expect(over).toEqual([]);
      }),
      { seed: 6, numRuns: 50 },
    );
  });
});

describe('a share of the buckets that writes draw on', () => {
  const modify = 'task-definition-modify';
  const gaps = async (pacer: Pacer, clock: TestClock, name: typeof modify | 'task-definition-deletion') => {
    const times: number[] = [];
    for (let call = 0; call < 5; call++) {
      await pacer.take(name);
      times.push(clock.monotonic());
    }
    return times.slice(1).map((at, index) => at - (times[index] ?? 0));
  };

  test.each([
    { writeShare: 0.25, everyMs: 4_000 },
    { writeShare: 0.5, everyMs: 2_000 },
    { writeShare: 1, everyMs: 1_000 },
    { writeShare: 0.01, everyMs: 100_000 },
  ])('of $writeShare is one call every $everyMs ms, whatever the share of reads', async ({ writeShare, everyMs }) => {
    for (const name of [modify, 'task-definition-deletion'] as const) {
      const clock = new TestClock();
      const pacer = new Pacer(clock, 1, {}, writeShare);
      expect(await gaps(pacer, clock, name)).toEqual([everyMs, everyMs, everyMs, everyMs]);
    }
  });

  test('saves no tokens, and uses no burst, however large', async () => {
    const clock = new TestClock();
    const pacer = new Pacer(clock, 0.5, { [modify]: { burst: 1_000, perSecond: 4 } });
    clock.advance(3_600_000);
    expect(await gaps(pacer, clock, modify)).toEqual([1_000, 1_000, 1_000, 1_000]);
  });

  test.each([
    { others: 0, everyMs: 4_000 },
    { others: 0.25, everyMs: 4_000 },
    { others: 0.625, everyMs: 8_000 },
    { others: 0.8, everyMs: 15_000 },
    { others: 5, everyMs: 32_000 },
  ])('where others take $others a second, comes to one call every $everyMs ms', async ({ others, everyMs }) => {
    const clock = new TestClock();
    const pacer = new Pacer(clock, 0.5);
    await pacer.take(modify);
    pacer.makeWay(modify, others);
    const [first = 0] = await gaps(pacer, clock, modify);
    expect(Math.abs(first - everyMs)).toBeLessThanOrEqual(2);
    pacer.makeWay(modify, 0);
    expect((await gaps(pacer, clock, modify))[0]).toBe(4_000);
  });

  test('never comes to a standstill, throttled or not', async () => {
    const clock = new TestClock();
    const pacer = new Pacer(clock, 0.5);
    for (let times = 0; times < 9; times++) pacer.slowDown(modify);
    pacer.makeWay(modify, 99);
    const [first = 0] = await gaps(pacer, clock, modify);
    expect(first).toBe(32_000);
  });
});

/** Time stands still while callers wait, as it does when they all come at one moment. */
function aStillClock() {
  const waits: number[] = [];
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  };
  return { clock, waits };
}

test('calls keep their order, and each waits a turn longer', async () => {
  const { clock, waits } = aStillClock();
  const pacer = new Pacer(clock, 0.5, twenty);
  await Promise.all(Array.from({ length: 13 }, () => pacer.take(read)));
  expect(waits).toEqual([2_000, 4_000, 6_000]);
});

describe('being ready', () => {
  test('uses no token, however often it is called', async () => {
    const clock = new TestClock();
    const pacer = new Pacer(clock, 0.5, twenty);
    for (let asked = 0; asked < 50; asked++) await pacer.ready(read);
    expect(clock.monotonic()).toBe(0);
    expect(await timesOf(pacer, clock, 11)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2_000]);
  });

  test('means that the next call need not wait', async () => {
    const clock = new TestClock();
    const pacer = new Pacer(clock, 0.5, twenty);
    await timesOf(pacer, clock, 10);
    await pacer.ready(read);
    expect(clock.monotonic()).toBe(2_000);
    await pacer.take(read);
    expect(clock.monotonic()).toBe(2_000);
  });
});

describe('after a throttle', () => {
  test('what was saved is given up, and the pace is halved each time, down to an eighth', async () => {
    const clock = new TestClock();
    const pacer = new Pacer(clock, 0.5, twenty);
    const waits: number[] = [];
    for (let throttles = 1; throttles <= 5; throttles++) {
      pacer.slowDown(read);
      const before = clock.monotonic();
      await pacer.take(read);
      waits.push(clock.monotonic() - before);
    }
    expect(waits).toEqual([4_000, 8_000, 16_000, 16_000, 16_000]);
  });

  test('a debt is not forgiven', async () => {
    const { clock, waits } = aStillClock();
    const pacer = new Pacer(clock, 0.5, twenty);
    await Promise.all(Array.from({ length: 12 }, () => pacer.take(read)));
    pacer.slowDown(read);
    await pacer.take(read);
    expect(waits).toEqual([2_000, 4_000, 12_000]);
  });

  test('each minute without another doubles the pace again, up to the share', async () => {
    const clock = new TestClock();
    const pacer = new Pacer(clock, 0.5, twenty);
    pacer.slowDown(read);
    pacer.slowDown(read);
    const next = async () => {
      const before = clock.monotonic();
      await pacer.take(read);
      return clock.monotonic() - before;
    };
    const waits: number[] = [];
    while (clock.monotonic() < 180_000) waits.push(await next());
    // 8 s apart for a minute, 4 s apart for the next, and 2 s from then on.
    expect(waits.filter((ms) => ms > 6_000)).toHaveLength(8);
    expect(waits.filter((ms) => ms > 3_000 && ms <= 6_000)).toHaveLength(15);
    expect(waits.slice(25).every((ms) => ms <= 2_001)).toBe(true);
  });

  test('other buckets keep their pace', async () => {
    const clock = new TestClock();
    const pacer = new Pacer(clock, 0.5, twenty);
    pacer.slowDown('service-read');
    await pacer.take(read);
    expect(clock.monotonic()).toBe(0);
  });
});

test('each call draws on the bucket that AWS publishes for it', () => {
  expect(publishedQuotas).toMatchObject({
    'task-definition-modify': { burst: 20, perSecond: 1 },
    'task-definition-read': { burst: 50, perSecond: 20 },
    'task-definition-deletion': { burst: 5, perSecond: 1 },
    'cluster-read': { burst: 50, perSecond: 20 },
    'cluster-resource-read': { burst: 100, perSecond: 20 },
    'service-read': { burst: 100, perSecond: 20 },
    'service-deployment': { burst: 50, perSecond: 20 },
    'service-revision': { burst: 50, perSecond: 20 },
    tagging: { burst: 15, perSecond: 15 },
    events: { burst: 50, perSecond: 50 },
    'list-schedules': { burst: 50, perSecond: 50 },
    'get-schedule': { burst: 250, perSecond: 250 },
    'describe-state-machine': { burst: 200, perSecond: 20 },
    'list-state-machines': { burst: 100, perSecond: 5 },
    'list-state-machine-versions': { burst: 100, perSecond: 1 },
    'list-executions': { burst: 100, perSecond: 2 },
    'describe-state-machine-for-execution': { burst: 200, perSecond: 1 },
    pipes: { burst: 8, perSecond: 4 },
    codedeploy: { burst: 8, perSecond: 4 },
    cloudcontrol: { burst: 8, perSecond: 4 },
    cloudformation: { burst: 8, perSecond: 4 },
    lambda: { burst: 15, perSecond: 15 },
    parameters: { burst: 40, perSecond: 40 },
    cloudtrail: { burst: 2, perSecond: 2 },
  });
  const of = (service: string, ...operations: readonly string[]) => [
    ...new Set(operations.map((operation) => bucketFor(service, operation))),
  ];
  expect(of('ECS', 'DeregisterTaskDefinition')).toEqual(['task-definition-modify']);
  expect(of('ECS', 'DeleteTaskDefinitions')).toEqual(['task-definition-deletion']);
  expect(of('ECS', 'DescribeTaskDefinition', 'ListTaskDefinitions')).toEqual(['task-definition-read']);
  expect(of('ECS', 'DescribeClusters', 'ListClusters')).toEqual(['cluster-read']);
  expect(of('ECS', 'DescribeTasks', 'ListTasks')).toEqual(['cluster-resource-read']);
  expect(of('ECS', 'DescribeServices', 'ListServices', 'DescribeExpressGatewayService')).toEqual(['service-read']);
  expect(of('ECS', 'DescribeServiceDeployments', 'ListServiceDeployments')).toEqual(['service-deployment']);
  expect(of('ECS', 'DescribeServiceRevisions')).toEqual(['service-revision']);
  expect(of('ResourceGroupsTaggingAPI', 'GetResources')).toEqual(['tagging']);
  expect(of('EventBridge', 'ListEventBuses', 'ListRules', 'ListTargetsByRule')).toEqual(['events']);
  expect(of('Scheduler', 'ListSchedules', 'GetSchedule')).toEqual(['list-schedules', 'get-schedule']);
  expect(of('Pipes', 'ListPipes', 'DescribePipe')).toEqual(['pipes']);
  expect(of('SFN', 'DescribeStateMachine', 'ListStateMachines', 'ListStateMachineVersions')).toEqual([
    'describe-state-machine',
    'list-state-machines',
    'list-state-machine-versions',
  ]);
  expect(of('SFN', 'ListExecutions', 'DescribeStateMachineForExecution')).toEqual([
    'list-executions',
    'describe-state-machine-for-execution',
  ]);
  expect(of('CodeDeploy', 'ListApplications', 'BatchGetDeployments')).toEqual(['codedeploy']);
  expect(of('CloudFormation', 'DescribeStacks', 'ListStackResources')).toEqual(['cloudformation']);
  expect(of('CloudControl', 'ListResources', 'GetResource')).toEqual(['cloudcontrol']);
  expect(of('CloudTrail', 'LookupEvents')).toEqual(['cloudtrail']);
  expect(of('Lambda', 'ListFunctions')).toEqual(['lambda']);
  expect([...of('STS', 'GetCallerIdentity'), ...of('SNS', 'Publish'), ...of('S3', 'GetObject')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
