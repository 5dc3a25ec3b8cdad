// The record of usage: it reads back as it was written, a damaged one never counts as empty, and two merge into one that
// claims no more than they do.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Usage } from '../../shared/domain/evidence.ts';
import { DAY_MS } from '../../shared/domain/time.ts';
import { DamagedRecord, decode, encode } from '../../shared/state/codec.ts';
import { updateUsage, usageRecord } from '../../shared/state/usage.ts';
import { asOf, referenceTo, reading, target } from '../support/given.ts';
import { checksummed } from '../support/checksummed.ts';

const record = usageRecord(target, asOf, ['RunTask', 'UpdateService']);
const { key, merge: join } = record;
const parse = (text: string) => decode(record, text);
const print = (usage: Usage) => encode(record, usage);
/** With a matching checksum. */
const file = (more: object, format = 2) =>
  checksummed(
    format,
    {
      calls: ['UpdateService', 'RunTask'],
      coveredSince: asOf - DAY_MS,
      coveredUntil: asOf,
      lastUsed: [],
      ...more,
    },
    key,
  );
const web = (...numbers: [unknown, unknown][]) => [['web', numbers]];

const family = fc.constantFrom('web', 'WEB', 'constructor', '__proto__', 'toString', '7');
const anUsage: fc.Arbitrary<Usage> = fc
  .record({
    since: fc.integer({ min: 0, max: 60 }),
    days: fc.integer({ min: 0, max: 60 }),
    uses: fc.array(fc.tuple(family, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 60 }))),
  })
  .map(({ since, days, uses }) => {
    const lastUsed = new Map<string, Map<number, number>>();
    for (const [name, number, ago] of uses)
      lastUsed.set(name, (lastUsed.get(name) ?? new Map<number, number>()).set(number, asOf - ago * DAY_MS));
    const coveredUntil = asOf - Math.min(since, days) * DAY_MS;
    return { coveredSince: asOf - Math.max(since, days) * DAY_MS, coveredUntil, lastUsed };
  });

test('has a key with its account and Region', () => {
  expect(key).toBe('123456789012/eu-west-1/usage.json');
});

test('reads back as it was written, for any family name', () => {
  fc.assert(
    fc.property(anUsage, (usage) => {
      expect(parse(print(usage))).toEqual(usage);
    }),
  );
});

test.each([
  { what: 'an empty text', text: '' },
  { what: 'half of the text', text: file({ lastUsed: web([3, asOf]) }).slice(0, -20) },
  { what: 'a list', text: '[]' },
  { what: 'another format', text: file({}, 3) },
  {
    what: 'a record of an earlier version, without a checksum',
    text: '{"format":1,"calls":[],"lastUsed":{}}',
  },
  { what: 'a removed use', text: file({ lastUsed: web([3, asOf]) }).replace(`[3,${asOf}]`, '') },
  { what: 'a span that ends before it begins', text: file({ coveredUntil: asOf - 2 * DAY_MS }) },
  { what: 'a time that is not a number', text: file({ coveredSince: '2026-11-24' }) },
  { what: 'a time before the epoch', text: file({ coveredSince: -1 }) },
  { what: 'a time in the future', text: file({ coveredUntil: asOf + 6 * 60_000 }) },
  { what: 'no uses', text: file({ lastUsed: undefined }) },
  { what: 'uses as an object', text: file({ lastUsed: {} }) },
  { what: 'a family without numbers', text: file({ lastUsed: [['web', 3]] }) },
  { what: 'a family twice', text: file({ lastUsed: [...web([3, asOf]), ...web([3, 1])] }) },
  { what: 'a number twice', text: file({ lastUsed: web([3, asOf], [3, 1]) }) },
  { what: 'a number that is a string', text: file({ lastUsed: web(['x', asOf]) }) },
  { what: 'a use without a time', text: file({ lastUsed: web([3, null]) }) },
  { what: 'a use in two days', text: file({ lastUsed: web([3, asOf + 2 * DAY_MS]) }) },
  { what: 'a use in the year 275760', text: file({ lastUsed: web([3, 8_640_000_000_000_000]) }) },
  { what: 'a member that no run writes', text: file({ more: 1 }) },
  { what: 'calls as an object', text: file({ lastCalls: {} }) },
  { what: 'a call without a caller', text: file({ lastCalls: web([3, { at: asOf, call: 'RunTask' }]) }) },
  { what: 'a call without a time', text: file({ lastCalls: web([3, { call: 'RunTask', caller: 'ci' }]) }) },
  {
    what: 'a caller of a megabyte',
    text: file({ lastCalls: web([3, { at: asOf, call: 'RunTask', caller: 'x'.repeat(1_000_000) }]) }),
  },
])('refuses $what', ({ text }) => {
  expect(() => parse(text)).toThrow(DamagedRecord);
});

test('accepts a span that ends a few minutes ahead of our clock', () => {
  expect(parse(file({ coveredUntil: asOf + 4 * 60_000 })).coveredUntil).toBe(asOf + 4 * 60_000);
});

const span = (since: number, until: number, uses: Record<string, number> = {}): Usage => ({
  coveredSince: asOf - since * DAY_MS,
  coveredUntil: asOf - until * DAY_MS,
  lastUsed: new Map([
    ['web', new Map(Object.entries(uses).map(([number, ago]) => [Number(number), asOf - ago * DAY_MS]))],
  ]),
});

describe('merging the records of two concurrent runs', () => {
  test.each([
    { what: 'joins spans that overlap', a: span(20, 5), b: span(10, 0), joined: [20, 0] },
    { what: 'joins spans that touch', a: span(20, 10), b: span(10, 0), joined: [20, 0] },
    { what: 'returns the outer of two nested spans', a: span(20, 0), b: span(10, 5), joined: [20, 0] },
    {
      what: 'returns the later of two spans with a gap',
      a: span(20, 12),
      b: span(10, 0),
      joined: [10, 0],
    },
  ])('$what', ({ a, b, joined: [since = 0, until = 0] }) => {
    for (const both of [join(a, b), join(b, a)]) {
      expect(both.coveredSince).toBe(asOf - since * DAY_MS);
      expect(both.coveredUntil).toBe(asOf - until * DAY_MS);
    }
  });

  test('keeps the later date of each use', () => {
    const both = join(span(9, 0, { 1: 5, 2: 1 }), span(9, 0, { 1: 2, 3: 7 }));
    expect(both).toEqual(span(9, 0, { 1: 2, 2: 1, 3: 7 }));
  });

  test('claims no time that neither record claims, and loses no use', () => {
    fc.assert(
      fc.property(anUsage, anUsage, (a, b) => {
        const both = join(a, b);
        for (let ago = 0; ago <= 60; ago += 0.5) {
          const at = asOf - ago * DAY_MS;
          const claims = (one: Usage) => one.coveredSince <= at && at <= one.coveredUntil;
          expect(!claims(both) || claims(a) || claims(b)).toBe(true);
        }
        for (const { lastUsed } of [a, b])
          for (const [name, numbers] of lastUsed)
            for (const [number, at] of numbers) expect(both.lastUsed.get(name)?.get(number)).toBeGreaterThanOrEqual(at);
      }),
    );
  });
});

describe('updating the record for the next run', () => {
  const keep = (usage: Usage, readings: Parameters<typeof updateUsage>[1]['readings'] = []) =>
    updateUsage(usage, { readings, asOf, days: 30 });

  test('counts revisions in tasks and services as used now', () => {
    const readings = [
      reading('tasks', [referenceTo('task/prod/1', 'web:3', 'ran')]),
      reading('services', [referenceTo('service/prod/web', 'web:4'), referenceTo('service/prod/api', 'api')]),
      reading('schedules', [referenceTo('schedule/nightly', 'web:5', 'starts')]),
    ];
    expect(keep(span(9, 0, { 3: 5 }), readings)).toEqual(span(9, 0, { 3: 0, 4: 0 }));
  });

  test('removes uses older than the days, and shrinks the covered span', () => {
    const kept = keep(span(50, 0, { 1: 10, 2: 31, 3: 32 }));
    expect(kept).toEqual(span(31, 0, { 1: 10, 2: 31 }));
  });

  test('covers nothing after a long gap, and stays valid', () => {
    const kept = keep(span(90, 60));
    expect(kept.coveredSince).toBe(kept.coveredUntil);
    expect(parse(print(kept))).toEqual({ ...kept, lastUsed: new Map() });
  });
});

describe('calls and callers', () => {
  const call = (daysAgo: number, caller = 'ci') => ({ at: asOf - daysAgo * DAY_MS, call: 'RunTask', caller });
  const withCalls = (...numbers: [number, ReturnType<typeof call>][]): Usage => ({
    coveredSince: asOf - 50 * DAY_MS,
    coveredUntil: asOf,
    lastUsed: new Map(),
    lastCalls: new Map([['web', new Map(numbers)]]),
  });

  test('read back as they were written', () => {
    const usage = withCalls([3, call(1)], [4, call(2)]);
    expect(parse(print(usage))).toEqual(usage);
  });

  test('merge to the later call', () => {
    const joined = join(withCalls([3, call(1, 'ci')], [4, call(9)]), withCalls([3, call(2, 'laptop')]));
    expect(joined.lastCalls?.get('web')).toEqual(
      new Map([
        [4, call(9)],
        [3, call(1, 'ci')],
      ]),
    );
  });

  test('stay for the days that count, and at most 20,000 of them', () => {
    const kept = updateUsage(withCalls([3, call(40)], [4, call(42)]), { readings: [], asOf, days: 40 });
    expect(kept.lastCalls?.get('web')).toEqual(new Map([[3, call(40)]]));
    const many = withCalls(
      ...Array.from({ length: 20_001 }, (_, n): [number, ReturnType<typeof call>] => [n + 1, call(n === 0 ? 2 : 1)]),
    );
    const most = updateUsage(many, { readings: [], asOf, days: 40 }).lastCalls?.get('web');
    expect(most?.size).toBe(20_000);
    expect(most?.has(1)).toBe(false);
  });
});

test('covers nothing when fewer API calls were read, and keeps the uses', () => {
  const read = parse(file({ calls: ['RunTask'], lastUsed: web([3, asOf - DAY_MS]) }));
  expect(read.coveredSince).toBe(read.coveredUntil);
  expect(read.lastUsed).toEqual(new Map([['web', new Map([[3, asOf - DAY_MS]])]]));
});
