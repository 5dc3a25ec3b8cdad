// The hold `collapsed`: which fall is doubted, and what makes it believed.
import { describe, expect, test } from 'vitest';
import {
  type Counting,
  type Counts,
  countsIn,
  countsRecord,
  judge,
  withFaults,
} from '../../shared/state/counts.ts';
import { Damaged, decode, encode } from '../../shared/state/codec.ts';
import { asOf, denied, reading, target } from '../support/given.ts';
import { sealedAs } from '../support/checksummed.ts';

const hour = 3_600_000;
const counts = countsRecord(target);
const parse = (text: string) => decode(counts, text);
const print = (value: Counting) => encode(counts, value);
const saidBy = (known: Counting | undefined, counts: Counts, at = asOf) =>
  judge(known, counts, at).faults.map(({ part, operation, reason }) => `${part}: ${operation}: ${reason}`);

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
])('services from $before to $now: held is $held', ({ before, now, held }) => {
  expect(saidBy({ last: { services: before } }, { services: now })).toEqual(
    held ? [`services: counting services: ${before} at the last full run, ${now} now`] : [],
  );
});

test('each kind is counted, and its fault stands in the part that read it', () => {
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

test('what was never counted before, or is left out tonight, has not fallen', () => {
  expect(saidBy(undefined, { services: 0 })).toEqual([]);
  expect(saidBy({ last: {} }, { services: 0 })).toEqual([]);
  expect(saidBy({ last: { rules: 30 } }, { services: 1 })).toEqual([]);
});

test('what is left out tonight is remembered for the night on which it is read again', () => {
  const { counting } = judge({ last: { rules: 30, services: 5 } }, { services: 4 }, asOf);
  expect(counting).toEqual({ last: { rules: 30, services: 4 } });
});

describe('a second night', () => {
  const first = judge({ last: { services: 30 } }, { services: 3 }, asOf);

  test('doubts and remembers what it was before', () => {
    expect(first.faults).toHaveLength(1);
    expect(first.counting).toEqual({
      last: { services: 30 },
      doubted: { counts: { services: 3 }, at: asOf },
    });
  });

  test.each([
    { what: 'the same counts a night later are believed', counts: 3, after: 24, believed: true },
    { what: 'twelve hours make a night', counts: 3, after: 12, believed: true },
    { what: 'a second run on the same morning does not', counts: 3, after: 11.9, believed: false },
    { what: 'other counts, as low, are doubted anew', counts: 4, after: 24, believed: false },
    { what: 'counts that have come back are no fall', counts: 29, after: 1, believed: true },
  ])('$what', ({ counts, after, believed }) => {
    const { faults, counting } = judge(first.counting, { services: counts }, asOf + after * hour);
    expect(faults).toHaveLength(believed ? 0 : 1);
    expect(counting.last).toEqual({ services: believed ? counts : 30 });
    expect(counting.doubted === undefined).toBe(believed);
  });

  test('what has not fallen may have changed, and what falls then is doubted in its turn', () => {
    const last = { services: 30, rules: 30 };
    const { counting } = judge({ last }, { services: 3, rules: 30 }, asOf);
    const night = (counts: Counts) => saidBy(counting, counts, asOf + 24 * hour).length;
    expect(night({ services: 3, rules: 29 })).toBe(0);
    expect(night({ services: 3, rules: 2 })).toBe(2);
  });

  test('a run in between does not begin the night anew', () => {
    const second = judge(first.counting, { services: 3 }, asOf + 6 * hour);
    expect(judge(second.counting, { services: 3 }, asOf + 13 * hour).faults).toEqual([]);
  });
});

test('counts come from the readings', () => {
  const readings = [
    reading('inventory'),
    { ...reading('services'), items: 7 },
    { ...reading('rules'), items: 2 },
  ];
  expect(countsIn(readings, 4)).toEqual({ clusters: 4, services: 7, rules: 2 });
});

test('a fault joins what its part has already', () => {
  const readings = [reading('services', [], [denied]), reading('tasks')];
  const [fault] = judge({ last: { services: 9 } }, { services: 0 }, asOf).faults;
  if (fault === undefined) throw new Error('no fault');
  expect(withFaults(readings, [fault])).toEqual([reading('services', [], [denied, fault]), reading('tasks')]);
});

test('what was written is read', () => {
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
])('refuses counts that no run writes, with a checksum that fits: %j', (value) => {
  expect(() => parse(sealedAs(2, value, counts.key))).toThrow('it is damaged: it is no record of counts');
});

test('refuses the counts of an earlier version, which have no checksum', () => {
  expect(() => parse('{"format":1,"last":{}}')).toThrow(Damaged);
});

test('does not believe a fall for longer because the record says that it was seen in the future', () => {
  const known = { last: { services: 9 }, doubted: { counts: { services: 0 }, at: asOf + 999 * hour } };
  expect(judge(known, { services: 0 }, asOf).counting.doubted?.at).toBe(asOf);
});
