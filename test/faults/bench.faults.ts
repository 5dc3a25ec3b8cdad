// The benchmark itself: its derivation by hand, its clock, and one complete run on a small account.
import { expect, test } from 'vitest';
import { accountOf } from '../bench/account.ts';
import type { Truth } from '../bench/truth.ts';
import { VirtualClock } from '../bench/clock.ts';
import { fewest, terms } from '../bench/fewest.ts';
import { measure } from '../bench/measure.ts';
import { complaints, table } from '../bench/table.ts';

test('the same seed makes the same account, another seed another', () => {
  const size = { families: 12, revisions: 9 };
  expect(accountOf(size, 3).file).toEqual(accountOf(size, 3).file);
  expect(accountOf(size, 3).file).not.toEqual(accountOf(size, 4).file);
});

const truth: Truth = {
  // 40 revisions, one a day, the newest of today: of the 34 that nothing keeps, those over 30 days old are 1 to 9 but 4, of
  // which the newest five stay.
  families: [
    {
      family: 'a',
      revisions: 40,
      ageDays: (number) => 40 - number,
      kept: new Set([4]),
      inUse: new Set([4, 40]),
    },
    { family: 'b', revisions: 6, ageDays: () => 1, kept: new Set(), inUse: new Set([6]) },
    { family: 'c', revisions: 4, ageDays: () => 90, kept: new Set(), inUse: new Set([4]) },
  ],
  clusters: [
    { services: 21, running: 101, stopped: 0 },
    { services: 0, running: 0, stopped: 3 },
  ],
  tagged: 0,
  members: {},
};

test('the fewest calls of a dry run equal the numbers worked out by hand', () => {
  expect(fewest(truth, terms, false)).toMatchObject({
    going: 3,
    calls: {
      GetCallerIdentity: 1,
      Publish: 1,
      ListTaskDefinitions: 1,
      GetResources: 1,
      ListClusters: 3,
      ListServices: 2,
      DescribeServices: 3,
      // Running: two pages and one; stopped: one and one.
      ListTasks: 5,
      DescribeTasks: 3,
      // Four definitions are in use. a: one of 35 places takes 6; b: its oldest is young, so 1; c: nothing but the newest five.
      DescribeTaskDefinition: 4 + 7,
    },
  });
});

test('the fewest calls of a pruning run equal the numbers worked out by hand', () => {
  // Three deregistrations: a second reading before the first, and one at the end.
  expect(fewest(truth, terms, true).calls).toMatchObject({
    ListClusters: 9,
    DescribeServices: 9,
    DescribeTaskDefinition: 4 + 7 + 3,
    ListTaskDefinitions: 1 + 3,
    DeregisterTaskDefinition: 3,
  });
});

test('the clock advances only while every task waits, and parallel tasks take as long as the longest', async () => {
  const clock = new VirtualClock(1_000);
  const woken: string[] = [];
  const wait = async (name: string, ...sleeps: number[]) => {
    for (const ms of sleeps) await clock.sleep(ms);
    woken.push(`${name} ${clock.monotonic()}`);
  };
  await Promise.all([
    wait('a', 30, 30),
    wait('b', 50),
    clock.whileBusy(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      woken.push(`busy ${clock.monotonic()}`);
    }),
  ]);
  expect(woken).toEqual(['busy 0', 'b 50', 'a 60']);
  expect(clock.now()).toBe(1_060);
});

test('pruning a small account needs few calls more than the fewest', async () => {
  const measured = await measure({ families: 6, revisions: 16 }, ['prune']);
  expect(complaints('small', measured)).toEqual([]);
  expect(measured.runs[0]?.cost.deregistered).toBeGreaterThan(5);
  expect(table('small', measured)).toMatch(/^ {2}DeregisterTaskDefinition +(\d+) +\1$/m);
});

test('the benchmark reports a held, slow, greedy or wrong run', async () => {
  const cost = {
    outcome: 'HELD',
    going: 0,
    deregistered: 0,
    hold: 'reading tasks: denied',
    seconds: 1,
    peakMegabytes: 600,
    cpuSeconds: 1,
  };
  const run = {
    mode: 'prune' as const,
    calls: { ListTasks: 20, GetParrot: 1 },
    fewest: { ListTasks: 10 },
    due: 5,
    throttled: 2,
    cost,
  };
  expect(complaints('small', { families: 1, revisions: 1, services: 0, tasks: 0, members: {}, runs: [run] })).toEqual([
    'small, prune: the run was held: reading tasks: denied',
    'small, prune: 0 were to go, 5 should',
    'small, prune: 0 went, 5 should',
    'small, prune: 2 calls were throttled',
    'small, prune: it took 600 MB, and the function has 512',
    'small, prune: ListTasks: 20 calls, more than 1.25 times the fewest (10)',
    'small, prune: GetParrot: 1 calls that nothing accounts for',
  ]);
});
