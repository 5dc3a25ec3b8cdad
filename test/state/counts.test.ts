// The hold `collapsed`: which falling counts a run doubts, and when it accepts them.
import { describe, expect, test } from 'vitest';
import {
  type CountHistory,
  type Counts,
  countItems,
  countsRecord,
  checkCounts,
  addProblems,
} from '../../shared/state/counts.ts';
import { DamagedRecord, decode, encode } from '../../shared/state/codec.ts';
import { asOf, denied, reading, target } from '../support/given.ts';
import { checksummed } from '../support/checksummed.ts';

const hour = 3_600_000;
const counts = countsRecord(target);
const parse = (text: string) => decode(counts, text);
const print = (value: CountHistory) => encode(counts, value);
const saidBy = (known: CountHistory | undefined, counts: Counts, at = asOf) =>
  checkCounts(known, counts, at).problems.map(({ part, operation, reason }) => `${part}: ${operation}: ${reason}`);

test.each([
  { before: 0, now: 0, held: false },
  { before: 2, now: 0, held: false },
  { before: 3, now: 0, held: true }, // to nothing from three
  { before: 3, now: 1, held: false },
  { before: 19, now: 10, held: false }, // nine are fewer than ten
  { before: 19, now: 9, held: true }, // ten, and less than half are left
  { before: 20, now: 10, held: true }, // exactly half
  { before: 21, now: 11, held: false }, // less than half
  { before: 100, now: 51, held: false },
  { before: 10, now: 40, held: false },
])('holds a fall of services from $before to $now: $held', ({ before, now, held }) => {
  expect(saidBy({ last: { services: before } }, { services: now })).toEqual(
    held ? [`services: counting services: ${before} at the last full run, ${now} now`] : [],
  );
});

test('counts each kind, and reports its collapse in the part that read it', () => {
  const last = { clusters: 3, services: 3, rules: 3, schedules: 3, 'state-machines': 3 };
  const none = { clusters: 0, services: 0, rules: 0, schedules: 0, 'state-machines': 0 };
  expect(saidBy({ last }, none).map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
    'services: counting clusters',
    'rules: counting rules',
    'schedules: counting schedules',
    'state-machines: counting state machines',
    'services: counting services',
  ]);
});

test('doubts no count that is new or that the settings leave out tonight', () => {
  expect(saidBy(undefined, { services: 0 })).toEqual([]);
  expect(saidBy({ last: {} }, { services: 0 })).toEqual([]);
  expect(saidBy({ last: { rules: 30 } }, { services: 1 })).toEqual([]);
});

test('keeps the count of a source that the settings leave out tonight', () => {
  const { history } = checkCounts({ last: { rules: 30, services: 5 } }, { services: 4 }, asOf);
  expect(history).toEqual({ last: { rules: 30, services: 4 } });
});

describe('on a second night', () => {
  const first = checkCounts({ last: { services: 30 } }, { services: 3 }, asOf);

  test('doubts the collapse, and keeps the earlier counts', () => {
    expect(first.problems).toHaveLength(1);
    expect(first.history).toEqual({
      last: { services: 30 },
      doubted: { counts: { services: 3 }, at: asOf },
    });
  });

  test.each([
    { what: 'accepts the same counts a night later', counts: 3, after: 24, accepted: true },
    { what: 'accepts the same counts after twelve hours', counts: 3, after: 12, accepted: true },
    {
      what: 'doubts the same counts in a second run on the same morning',
      counts: 3,
      after: 11.9,
      accepted: false,
    },
    { what: 'doubts other counts that are as low', counts: 4, after: 24, accepted: false },
    { what: 'accepts counts that have recovered', counts: 29, after: 1, accepted: true },
  ])('$what', ({ counts, after, accepted }) => {
    const { problems, history } = checkCounts(first.history, { services: counts }, asOf + after * hour);
    expect(problems).toHaveLength(accepted ? 0 : 1);
    expect(history.last).toEqual({ services: accepted ? counts : 30 });
    expect(history.doubted === undefined).toBe(accepted);
  });

  test('ignores a small change of other counts, and doubts their collapse', () => {
    const last = { services: 30, rules: 30 };
    const { history } = checkCounts({ last }, { services: 3, rules: 30 }, asOf);
    const night = (counts: Counts) => saidBy(history, counts, asOf + 24 * hour).length;
    expect(night({ services: 3, rules: 29 })).toBe(0);
    expect(night({ services: 3, rules: 2 })).toBe(2);
  });

  test('does not restart the night for a run in between', () => {
    const second = checkCounts(first.history, { services: 3 }, asOf + 6 * hour);
    expect(checkCounts(second.history, { services: 3 }, asOf + 13 * hour).problems).toEqual([]);
  });
});

test('counts the items of the readings', () => {
  const readings = [reading('inventory'), { ...reading('services'), items: 7 }, { ...reading('rules'), items: 2 }];
  expect(countItems(readings, 4)).toEqual({ clusters: 4, services: 7, rules: 2 });
});

test('adds a problem to those of its part', () => {
  const readings = [reading('services', [], [denied]), reading('tasks')];
  const [problem] = checkCounts({ last: { services: 9 } }, { services: 0 }, asOf).problems;
  if (problem === undefined) throw new Error('no problem');
  expect(addProblems(readings, [problem])).toEqual([reading('services', [], [denied, problem]), reading('tasks')]);
});

test('reads back the counts that it has written', () => {
  const counting = {
    last: { services: 30, 'state-machines': 2 },
    doubted: { counts: { services: 3 }, at: asOf },
  };
  expect(parse(print(counting))).toEqual(counting);
  expect(parse(print({ last: {} }))).toEqual({ last: {} });
  expect(counts.key).toBe('123456789012/eu-west-1/counts.json');
});

test.each([
  { last: undefined },
  { last: { service: 1 } },
  { last: { services: '1' } },
  { last: { services: -1 } },
  { last: { services: 1.5 } },
  { last: {}, doubted: {} },
  { last: {}, doubted: { counts: {}, at: 'now' } },
  { last: {}, doubted: { counts: {}, at: 8_640_000_000_000_000 } },
  { last: {}, more: 1 },
])('refuses counts that no run writes, although the checksum matches: %j', (value) => {
  expect(() => parse(checksummed(2, value, counts.key))).toThrow('it is damaged: it is not a valid record of counts');
});

test('refuses counts of an earlier version, which have no checksum', () => {
  expect(() => parse('{"format":1,"last":{}}')).toThrow(DamagedRecord);
});

test('does not accept a collapse earlier because its record is dated in the future', () => {
  const known = { last: { services: 9 }, doubted: { counts: { services: 0 }, at: asOf + 999 * hour } };
  expect(checkCounts(known, { services: 0 }, asOf).history.doubted?.at).toBe(asOf);
});
