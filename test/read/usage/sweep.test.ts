// The laws of reading the event history backwards: whatever happened, it never claims what it has not read.
import type { Event } from '@aws-sdk/client-cloudtrail';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callNames } from '../../../shared/read/usage/trail-record.ts';
import { type Lookup, type Page, sweepHistory } from '../../../shared/read/usage/sweep.ts';

/** At second `at`; an unclear one cannot be understood. */
interface Happened {
  readonly id: number;
  readonly at: number;
  readonly name: string;
  readonly unclear: boolean;
}

const eventOf = ({ id, at, name }: Happened): Event => ({
  EventId: `${id}`,
  EventName: name,
  EventTime: new Date(at * 1000),
});

/** AWS's side: the newest first, page by page. */
function historyOf(happened: readonly Happened[], pageSize: number) {
  return ({ name, from, upto = Infinity, token }: Lookup): Promise<Page> => {
    const found = happened
      .filter((one) => one.name === name && one.at * 1000 >= from && one.at * 1000 <= upto)
      .toSorted((a, b) => b.at - a.at);
    const start = Number(token ?? 0);
    const next = start + pageSize < found.length ? `${start + pageSize}` : undefined;
    return Promise.resolve({ events: found.slice(start, start + pageSize).map(eventOf), next });
  };
}

/** So many calls and no more. */
const calls = (most: number) => {
  let left = most;
  return () => left-- > 0;
};

async function swept(happened: readonly Happened[], { budget = Infinity, pageSize = 2, downTo = 0 } = {}) {
  const unclear = new Set(happened.filter((one) => one.unclear).map(({ id }) => `${id}`));
  const read = new Set<string>();
  const take = ({ EventId = '' }: Event) => {
    read.add(EventId);
    return unclear.has(EventId) ? 'no' : undefined;
  };
  const found = await sweepHistory(historyOf(happened, pageSize), { downTo: downTo * 1000 }, calls(budget), take);
  return { ...found, read };
}

const happenings = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 30 }),
      name: fc.constantFrom(...callNames),
      unclear: fc.integer({ min: 0, max: 12 }).map((die) => die === 0),
    }),
    { maxLength: 40 },
  )
  .map((all) => all.map((one, id): Happened => ({ ...one, id })));

describe('laws', () => {
  test('all that happened since the moment that it claims was read, and understood', async () => {
    await fc.assert(
      fc.asyncProperty(
        happenings,
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 3 }),
        async (happened, budget, pageSize) => {
          const { reached, read } = await swept(happened, { budget, pageSize });
          const claimed = happened.filter(({ at }) => at * 1000 >= reached);
          expect(claimed.filter(({ id, unclear }) => unclear || !read.has(`${id}`))).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('with enough time it comes to the end, or to the newest record that it does not understand', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (happened) => {
        const newest = Math.max(-1, ...happened.filter(({ unclear }) => unclear).map(({ at }) => at));
        const { reached, broken } = await swept(happened);
        expect(reached).toBe((newest + 1) * 1000);
        expect(broken?.at).toBe(newest === -1 ? undefined : newest * 1000);
      }),
      { numRuns: 200 },
    );
  });

  test('it asks for no page twice', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (happened) => {
        const asked: string[] = [];
        const history = historyOf(happened, 2);
        await sweepHistory(
          (lookup) => {
            asked.push(`${lookup.name} ${lookup.token}`);
            return history(lookup);
          },
          { downTo: 0 },
          calls(100),
          () => undefined,
        );
        expect(new Set(asked).size).toBe(asked.length);
      }),
      { numRuns: 100 },
    );
  });
});

const of = (name: (typeof callNames)[number], ...seconds: number[]) =>
  seconds.map((at, id): Happened => ({
    id: id + seconds.length * callNames.indexOf(name),
    at,
    name,
    unclear: false,
  }));

test('a quiet account costs seven calls', async () => {
  const budget = calls(8);
  const { reached } = await sweepHistory(historyOf([], 2), { downTo: 0 }, budget, () => undefined);
  expect(reached).toBe(0);
  expect(budget()).toBe(true);
});

test('before each of the seven has been asked nothing is known', async () => {
  const { reached } = await swept(of('RunTask', 9, 8), { budget: 6 });
  expect(reached).toBe(Infinity);
});

test('of the second in which a page ends more may be on the next one', async () => {
  const { reached } = await swept(of('RunTask', 9, 8, 8, 7), { budget: 7 });
  expect(reached).toBe(9_000);
});

test('the pass that is nearest to now continues, so all come equally far', async () => {
  const happened = [...of('RunTask', 20, 19, 18, 17, 16, 15), ...of('UpdateService', 14, 13, 12, 11, 10, 9)];
  const { reached, read } = await swept(happened, { budget: 9 });
  expect(reached).toBe(14_000);
  expect(read.size).toBe(8);
});

test('a listing out of order proves nothing before its end', async () => {
  const pages: Record<string, Page> = {
    '': {
      events: [
        eventOf({ id: 1, at: 5, name: 'RunTask', unclear: false }),
        eventOf({ id: 2, at: 7, name: 'RunTask', unclear: false }),
      ],
      next: 'b',
    },
    b: { events: [], next: undefined },
  };
  const lookup = ({ name, token = '' }: Lookup) =>
    Promise.resolve(
      name === 'RunTask' ? (pages[token] ?? { events: [], next: undefined }) : { events: [], next: undefined },
    );
  expect(await sweepHistory(lookup, { downTo: 0 }, calls(7), () => undefined)).toMatchObject({
    reached: Infinity,
  });
  expect(await sweepHistory(lookup, { downTo: 0 }, calls(8), () => undefined)).toMatchObject({ reached: 0 });
});

test.each([
  {
    what: 'a page without its list',
    page: { events: undefined, next: undefined },
    says: 'the answer has no list',
  },
  { what: 'a page that leads to itself', page: { events: [], next: 'same' }, says: /does not end/ },
  {
    what: 'an event without a time',
    page: { events: [{ EventId: 'x' }], next: undefined },
    says: 'event x has no time',
  },
])('$what is an error', async ({ page, says }) => {
  await expect(
    sweepHistory(
      () => Promise.resolve(page),
      { downTo: 0 },
      calls(20),
      () => undefined,
    ),
  ).rejects.toThrow(says);
});
