// The law of all nights together: whatever happened, came late, could not be understood or was too much, the span never
// claims what was not read; and who used a revision within the days is known, or the days are not.
import type { Event } from '@aws-sdk/client-cloudtrail';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { callNames } from '../../../shared/read/usage/trail-record.ts';
import { extendSpan } from '../../../shared/read/usage/span.ts';
import type { Lookup, Page } from '../../../shared/read/usage/sweep.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.parse('2026-11-24T00:00:00Z');
const days = 5;

interface Happened {
  readonly id: string;
  readonly at: number;
  readonly foundAt: number;
  readonly name: string;
  readonly unclear: boolean;
}

/** Hours before or after the first night; delivered up to half an hour late, as CloudTrail may. */
const happenings = fc
  .array(
    fc.record({
      hours: fc.integer({ min: -9 * 24, max: 6 * 24 }),
      lateMinutes: fc.integer({ min: 0, max: 29 }),
      name: fc.constantFrom(...callNames),
      unclear: fc.integer({ min: 0, max: 40 }).map((die) => die === 0),
    }),
    { maxLength: 120 },
  )
  .map((all) =>
    all.map(({ hours, lateMinutes, name, unclear }, id): Happened => {
      const at = start + hours * hour;
      return { id: `${id}`, at, foundAt: at + lateMinutes * minute, name, unclear };
    }),
  );
/** How long after the last one each night comes, and how many pages it has time for. */
const someNights = fc.array(
  fc.record({
    hours: fc.oneof(fc.constant(24), fc.integer({ min: 1, max: 60 })),
    budget: fc.oneof(fc.constant(1_000), fc.integer({ min: 0, max: 30 })),
  }),
  { minLength: 1, maxLength: 6 },
);

function historyAt(happened: readonly Happened[], now: number) {
  return ({ name, from, upto = Infinity, token = '0' }: Lookup): Promise<Page> => {
    const found = happened
      .filter((one) => one.name === name && one.foundAt <= now && one.at >= from && one.at <= upto)
      .toSorted((a, b) => b.at - a.at);
    const first = Number(token);
    const events = found
      .slice(first, first + 2)
      .map(({ id, at }): Event => ({ EventId: id, EventName: name, EventTime: new Date(at) }));
    return Promise.resolve({ events, next: first + 2 < found.length ? `${first + 2}` : undefined });
  };
}

test('no night, after whatever nights, claims what it has not read and understood', async () => {
  let covered = 0;
  await fc.assert(
    fc.asyncProperty(happenings, someNights, async (happened, nights) => {
      const read = new Set<string>();
      const unclear = new Set(happened.filter((one) => one.unclear).map(({ id }) => id));
      const take = ({ EventId = '' }: Event) => {
        read.add(EventId);
        return unclear.has(EventId) ? 'no' : undefined;
      };
      let known: { coveredSince: number; coveredUntil: number } | undefined;
      let now = start;
      for (const { hours, budget } of nights) {
        now += hours * hour;
        let left = budget;
        const goesOn = () => left-- > 0;
        const { since, until } = await extendSpan(
          known,
          { now, days },
          { lookup: historyAt(happened, now), goesOn, record: take },
        );
        const claimed = happened.filter(({ at }) => at >= since && at <= until);
        expect(claimed.filter(({ id }) => !read.has(id) || unclear.has(id))).toEqual([]);
        expect(until).toBeLessThanOrEqual(now - 30 * minute);
        expect(since).toBeLessThanOrEqual(until);
        if (since <= now - days * day) covered += 1;
        known = { coveredSince: since, coveredUntil: until };
      }
    }),
    { seed: 20_261_124, numRuns: 400 },
  );
  expect(covered).toBeGreaterThan(200);
});

test('with time enough, and nothing that is unclear, one night covers the days, and so does each after it', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, async (happened) => {
      const clear = happened.map((one) => ({ ...one, unclear: false }));
      let known: { coveredSince: number; coveredUntil: number } | undefined;
      for (let now = start; now < start + 4 * day; now += day) {
        const history = { lookup: historyAt(clear, now), goesOn: () => true, record: () => undefined };
        const { since, until } = await extendSpan(known, { now, days }, history);
        expect(since).toBeLessThanOrEqual(now - days * day);
        known = { coveredSince: since, coveredUntil: until };
      }
    }),
    { seed: 20_261_124, numRuns: 50 },
  );
});

test('a night whose time is over some minutes before what was known begins the span anew', async () => {
  const known = { coveredSince: start - 9 * day, coveredUntil: start - day };
  const happened = [50, 40, 20, 10].map((minutes, id): Happened => {
    const at = known.coveredUntil + minutes * minute;
    return { id: `${id}`, at, foundAt: at, name: 'RunTask', unclear: false };
  });
  let left = callNames.length; // one page of each
  const history = { lookup: historyAt(happened, start), goesOn: () => left-- > 0, record: () => undefined };
  const { since } = await extendSpan(known, { now: start, days }, history);
  expect(since).toBe(known.coveredUntil + 40 * minute + 1_000);
});

test('earlier nights cover more days than CloudTrail keeps, once these have passed', async () => {
  let known: { coveredSince: number; coveredUntil: number } | undefined;
  const coveredAfter: number[] = [];
  for (let night = 0; night <= 312; night++) {
    const now = start + night * day;
    const history = { lookup: historyAt([], now), goesOn: () => true, record: () => undefined };
    const { since, until } = await extendSpan(known, { now, days: 400 }, history);
    known = { coveredSince: since, coveredUntil: until };
    if (since <= now - 400 * day) coveredAfter.push(night);
  }
  // CloudTrail's ninety days lack their last hour.
  expect(coveredAfter).toEqual([311, 312]);
});
