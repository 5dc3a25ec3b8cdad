// Ages for as few calls as possible: numbers are issued in order, so a family's boundary is found by bisection, and only as
// far as tonight's cap can reach.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rangesOf } from '../../shared/domain/revision.ts';
import { readAges } from '../../shared/read/ages.ts';
import { anAccount, daysBefore } from '../support/account.ts';
import { aReader } from '../support/reader.ts';

const boundary = Date.parse(daysBefore(30));
const upto = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

function wanted(candidates: Readonly<Record<string, readonly number[]>>, cap = 1_000) {
  const ranges = Object.entries(candidates).map(([family, numbers]) => [family, rangesOf(numbers)] as const);
  return { candidates: new Map(ranges), boundary: () => boundary, cap };
}

describe('how many calls a family costs', () => {
  test.each([
    { revisions: 1, old: 0, calls: 1 },
    { revisions: 1, old: 1, calls: 1 },
    { revisions: 2, old: 0, calls: 1 },
    { revisions: 2, old: 1, calls: 2 },
    { revisions: 2, old: 2, calls: 2 },
    { revisions: 140, old: 0, calls: 1 },
    { revisions: 140, old: 1, calls: 9 },
    { revisions: 140, old: 70, calls: 8 },
    { revisions: 140, old: 140, calls: 8 },
    { revisions: 1_000, old: 0, calls: 1 },
    { revisions: 1_000, old: 500, calls: 10 },
    { revisions: 1_000, old: 501, calls: 11 },
    { revisions: 1_000, old: 1_000, calls: 10 },
  ])('$revisions candidates of which $old are old: $calls', async ({ revisions, old, calls }) => {
    const account = anAccount();
    if (old > 0) account.family('web', `1-${old}`, { daysAgo: 31 });
    if (old < revisions) account.family('web', `${old + 1}-${revisions}`, { daysAgo: 29 });
    const { reader, sandbox } = await aReader(account);
    const { ages, reading } = await readAges(reader, wanted({ web: upto(revisions) }));
    expect(ages.get('web')).toEqual({ oldUpto: old, youngFrom: old < revisions ? old + 1 : Infinity });
    expect(sandbox.calls.byOperation()).toEqual({ DescribeTaskDefinition: calls });
    expect(reading).toMatchObject({ part: 'ages', calls, items: 1, problems: [] });
  });
});

test('only candidates are asked for, and gaps between them are no hindrance', async () => {
  const account = anAccount().family('web', '1-40', { daysAgo: 31 }).family('web', '41-99', { daysAgo: 29 });
  const { reader, sandbox } = await aReader(account);
  const { ages } = await readAges(reader, wanted({ web: [3, 7, 39, 42, 80] }));
  expect(ages.get('web')).toEqual({ oldUpto: 39, youngFrom: 42 });
  const asked = sandbox.calls.list().map(({ input }) => input['taskDefinition']);
  expect(asked).toEqual(['web:3', 'web:42', 'web:39']);
});

test.each([
  { registered: 'a millisecond before the boundary', at: boundary - 1, oldUpto: 1 },
  { registered: 'exactly at the boundary', at: boundary, oldUpto: 0 },
  { registered: 'a millisecond after it', at: boundary + 1, oldUpto: 0 },
  { registered: 'in the future', at: boundary + 10_000_000_000, oldUpto: 0 },
])('$registered: old up to $oldUpto', async ({ at, oldUpto }) => {
  const file = anAccount().family('web', '1').file();
  const taskDefinitions = file.taskDefinitions?.map((one) => ({
    ...one,
    registeredAt: new Date(at).toISOString(),
  }));
  const { reader } = await aReader({
    ...file,
    ...(taskDefinitions === undefined ? {} : { taskDefinitions }),
  });
  const { ages } = await readAges(reader, wanted({ web: [1] }));
  expect(ages.get('web')?.oldUpto).toBe(oldUpto);
});

test.each([
  { answer: 'no date', registeredAt: undefined },
  { answer: 'a date beyond all dates', registeredAt: 1e20 },
])('a revision with $answer counts as young, and so does all above it', async ({ registeredAt }) => {
  const { reader, sandbox } = await aReader(anAccount().family('web', '1-4', { daysAgo: 31 }));
  sandbox.faults.add({
    operation: 'DescribeTaskDefinition',
    kind: 'answer',
    when: ({ input }) => input['taskDefinition'] === 'web:3',
    change: (output) => {
      Object.assign(output['taskDefinition'] ?? {}, { registeredAt });
    },
  });
  const { ages, reading } = await readAges(reader, wanted({ web: [1, 2, 3, 4] }));
  expect(reading.problems).toEqual([]);
  expect(ages.get('web')).toEqual({ oldUpto: 2, youngFrom: 3 });
});

test.each([
  { other: 'number', change: { revision: 2 } },
  { other: 'family', change: { family: 'api' } },
])('an answer about another $other is a problem: its date says nothing', async ({ change }) => {
  const { reader, sandbox } = await aReader(anAccount().family('web', '1-2', { daysAgo: 60 }));
  sandbox.faults.add({
    operation: 'DescribeTaskDefinition',
    kind: 'answer',
    change: ({ taskDefinition }) => void Object.assign(Object(taskDefinition), change),
  });
  const { ages, reading } = await readAges(reader, wanted({ web: [1] }));
  expect(ages.get('web')).not.toMatchObject({ oldUpto: 1 });
  expect(reading.problems).toMatchObject([
    { part: 'ages', reason: 'Incomplete: the answer describes a different revision' },
  ]);
});

test('an answer that describes nothing is a problem, not a young revision', async () => {
  const { reader, sandbox } = await aReader(anAccount().family('web', '1-4', { daysAgo: 31 }));
  sandbox.faults.add({
    operation: 'DescribeTaskDefinition',
    kind: 'answer',
    change: (output) => delete output['taskDefinition'],
  });
  const { ages, reading } = await readAges(reader, wanted({ web: [1, 2, 3, 4] }));
  expect(reading.problems).toMatchObject([{ part: 'ages', reason: 'Incomplete: the answer describes nothing' }]);
  expect(ages.size).toBe(0);
});

test('dates out of order: what is called old at the boundary is old, and what is called young is young', async () => {
  const days = fc.array(fc.integer({ min: 25, max: 35 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(days, async (daysAgo) => {
      const account = anAccount();
      for (const [index, days] of daysAgo.entries()) account.family('web', `${index + 1}`, { daysAgo: days });
      const { reader, aws } = await aReader(account);
      const { ages } = await readAges(reader, wanted({ web: upto(daysAgo.length) }));
      aws.close();
      const { oldUpto = -1, youngFrom = -1 } = ages.get('web') ?? {};
      expect(daysAgo[oldUpto - 1] ?? 31).toBeGreaterThan(30);
      expect(daysAgo[youngFrom - 1] ?? 29).toBeLessThanOrEqual(30);
      expect(youngFrom === Infinity ? daysAgo.length + 1 : youngFrom).toBe(oldUpto + 1);
    }),
    { seed: 5, numRuns: 15 },
  );
});

describe('the range of the search', () => {
  const families = (count: number) => {
    const account = anAccount();
    for (const index of upto(count)) account.family(`f${index}`, '1', { daysAgo: 31 });
    return { account, all: Object.fromEntries(upto(count).map((index) => [`f${index}`, [1]])) };
  };

  test('over a thousand calls are spent only until the cap is full', async () => {
    const { account, all } = families(1_010);
    const { reader } = await aReader(account);
    const { ages, reading } = await readAges(reader, wanted(all, 1_003));
    expect({ families: ages.size, calls: reading.calls }).toEqual({ families: 1_003, calls: 1_003 });
    expect(reading.problems).toEqual([]);
  });

  test('what stays among the newest N does not fill the cap', async () => {
    const { account, all } = families(1_010);
    const { reader } = await aReader(account);
    const latest = () => ({ keep: 1, active: [{ from: 1, upto: 1 }] });
    expect((await readAges(reader, { ...wanted(all, 1), latest })).ages.size).toBe(1_010);
  });

  test('a thousand are spent on the size of the backlog, however full the cap is', async () => {
    const { account, all } = families(20);
    const { reader } = await aReader(account);
    expect((await readAges(reader, wanted(all, 1))).ages.size).toBe(20);
  });

  test('running out of time is a problem, and the ages read until then count', async () => {
    let calls = 0;
    const { account, all } = families(9);
    const { reader } = await aReader(account, { outOfTime: () => calls++ >= 3 });
    const { ages, reading } = await readAges(reader, wanted(all));
    expect(ages.size).toBe(3);
    expect(reading.problems).toMatchObject([
      { kind: 'incomplete', reason: 'Incomplete: the run ran out of time before it had read the ages' },
    ]);
  });
});

test('each family has its own boundary', async () => {
  const account = anAccount().family('api', '1-4', { daysAgo: 31 }).family('web', '1-4', { daysAgo: 31 });
  const { reader } = await aReader(account);
  const { ages } = await readAges(reader, {
    ...wanted({ api: upto(4), web: upto(4) }),
    boundary: (family) => Date.parse(daysBefore(family === 'api' ? 30 : 60)),
  });
  expect(ages).toEqual(
    new Map([
      ['api', { oldUpto: 4, youngFrom: Infinity }],
      ['web', { oldUpto: 0, youngFrom: 1 }],
    ]),
  );
});

describe('the newest N of those that are old', () => {
  /** web:1 to web:N, so many days ago each; the newest `keep` are no candidates. */
  async function read(daysAgo: readonly number[], keep: number, cap = 1_000) {
    const account = anAccount();
    for (const [index, days] of daysAgo.entries()) account.family('web', `${index + 1}`, { daysAgo: days });
    const { reader } = await aReader(account);
    const candidates = upto(daysAgo.length - keep);
    const active = [{ from: 1, upto: daysAgo.length }];
    const { ages, reading } = await readAges(reader, {
      ...wanted({ web: candidates }, cap),
      latest: () => ({ keep, active }),
    });
    return { ages: ages.get('web'), calls: reading.calls };
  }
  const of = (old: number, young: number) => [
    ...Array.from({ length: old }, () => 60),
    ...Array.from({ length: young }, () => 3),
  ];

  test.each([
    // Nothing can go: one call, as before.
    { old: 0, young: 12, calls: 1, oldUpto: 0, youngFrom: 1 },
    // Seven candidates take three calls; all are old, and so is the newest of the family: one more.
    { old: 12, young: 0, calls: 4, oldUpto: 12, youngFrom: Infinity },
    // The newest five are young: the newest and the oldest of them tell.
    { old: 7, young: 5, calls: 5, oldUpto: 7, youngFrom: 8 },
    // Of the newest five two are young.
    { old: 10, young: 2, calls: 7, oldUpto: 10, youngFrom: 11 },
    // A candidate is young, so that the newest are.
    { old: 4, young: 8, calls: 4, oldUpto: 4, youngFrom: 5 },
  ])('$old old and $young young take $calls calls', async ({ old, young, calls, oldUpto, youngFrom }) => {
    const found = await read(of(old, young), 5);
    expect(found.ages).toEqual({ oldUpto, youngFrom });
    expect(found.calls).toBeLessThanOrEqual(calls);
  });
});
