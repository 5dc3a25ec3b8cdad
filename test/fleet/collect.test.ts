// Stores the events of members: the newest run of each target, whatever arrives, in any order.
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { collect } from '../../shared/fleet/collect.ts';
import { readTarget } from '../../shared/fleet/read-fleet.ts';
import { receive } from '../../shared/fleet/received.ts';
import { refusedRecord } from '../../shared/fleet/refused-record.ts';
import { addEvent, listNights, type TargetRecord } from '../../shared/fleet/target-record.ts';
import { readRecord } from '../../shared/state/records.ts';
import { accountOf, DAY_MS, type GivenEvent, NIGHT, queued, send } from '../support/fleet.ts';
import { MemoryState } from '../support/memory-state.ts';

const TARGET = '000000000001/eu-west-1';

/** Of the nights, the oldest first. */
async function targetAfter(...given: readonly GivenEvent[]) {
  const store = new MemoryState();
  await send(store, ...given);
  return readTarget(store, TARGET);
}

async function refusedOf(store: MemoryState, day = '2026-11-24') {
  const type = refusedRecord(day);
  return (await readRecord(store, type.key, type)).value;
}

test('the event of a run is stored under its account and Region', async () => {
  const store = new MemoryState();
  expect(await send(store, { account: accountOf(3), region: 'ap-southeast-2' })).toMatchObject({
    stored: 1,
    refused: [],
  });
  expect([...store.texts.keys()]).toEqual(['targets/000000000003/ap-southeast-2.json']);
});

test('the newest run counts, and an older one that arrives later is one of the nights', async () => {
  const record = await targetAfter(
    { began: NIGHT, night: 'ok' },
    { began: NIGHT - DAY_MS, night: 'held-by-a-denied-reading' },
  );
  expect(record?.end).toMatchObject({ outcome: 'OK', run: { began: NIGHT } });
  expect(record?.nights.map(({ beganAt, outcome }) => [beganAt, outcome])).toEqual([
    [NIGHT - DAY_MS, 'HELD'],
    [NIGHT, 'OK'],
  ]);
});

test('a repetition of an event changes nothing but the count of events', async () => {
  const once = await targetAfter({});
  const thrice = await targetAfter({}, {}, {});
  expect(thrice).toEqual({ ...once, events: { day: '2026-11-24', count: 3 } });
});

test('the trend of an event fills the nights before the hub knew its target', async () => {
  const trend = [1, 2].map((ago) => ({
    id: `night-${ago}`,
    began: new Date(NIGHT - ago * DAY_MS).toISOString(),
    active: 1000 + ago,
    deregistered: 10,
    waiting: 5,
    outcome: 'OK',
  }));
  const record = await targetAfter({ change: (event) => ({ ...event, trend }) });
  expect(record && listNights(record).map(({ beganAt, active }) => [beganAt, active])).toEqual([
    [NIGHT - 2 * DAY_MS, 1002],
    [NIGHT - DAY_MS, 1001],
    [NIGHT, 235],
  ]);
});

test('a trend of the future is not believed', async () => {
  const night = { id: 'x', began: '2030-01-01T00:00:00.000Z', active: 1, deregistered: 0, waiting: 0, outcome: 'OK' };
  const record = await targetAfter({ change: (event) => ({ ...event, trend: [night] }) });
  expect(record && listNights(record).map(({ beganAt }) => beganAt)).toEqual([NIGHT]);
});

test('events make the same record in any order', () => {
  const nights = ['ok', 'held-by-a-denied-reading', 'preview', 'backlog'] as const;
  // A trend may contradict the run that it tells of, another trend, and itself.
  const night = fc
    .record({ run: fc.integer({ min: 0, max: 60 }), ago: fc.integer({ min: 0, max: 60 }), active: fc.nat(9) })
    .map(({ run, ago, active }) => ({
      id: `${TARGET}/${NIGHT - run * DAY_MS}`,
      began: new Date(NIGHT - ago * DAY_MS).toISOString(),
      active,
      deregistered: 0,
      waiting: 0,
      outcome: 'OK',
    }));
  const event = fc.record({
    ago: fc.integer({ min: 0, max: 60 }),
    night: fc.constantFrom(...nights),
    trend: fc.array(night, { maxLength: 5 }),
  });
  fc.assert(
    fc.property(
      fc
        .uniqueArray(event, { selector: ({ ago }) => ago, minLength: 1, maxLength: 50 })
        .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }))),
      ([events, shuffled]) => {
        const store = (all: typeof events) =>
          all.reduce<TargetRecord | undefined>((record, { ago, night, trend }) => {
            const change = (event: object) => ({ ...event, trend });
            const { body } = queued({ began: NIGHT - ago * DAY_MS, night, change });
            const one = receive(body, NIGHT);
            return 'end' in one ? addEvent(record, one) : record;
          }, undefined);
        const [one, other] = [store(shuffled), store(events)];
        expect(one).toEqual(other);
        expect(one && listNights(one)).toEqual(other && listNights(other));
      },
    ),
    { seed: 11, numRuns: 60 },
  );
});

test('the nights of a target are bounded', async () => {
  const record = await targetAfter(...Array.from({ length: 60 }, (_, ago) => ({ began: NIGHT - ago * DAY_MS })));
  expect(record?.nights).toHaveLength(40);
  expect(record?.nights.at(-1)?.beganAt).toBe(NIGHT);
});

test('ten thousand events of one target need one write a batch, and are counted', async () => {
  const store = new MemoryState();
  const put = vi.spyOn(store, 'put');
  for (let batch = 0; batch < 100; batch++)
    await collect(
      store,
      Array.from({ length: 100 }, () => queued()),
    );
  expect(put).toHaveBeenCalledTimes(100);
  expect((await readTarget(store, TARGET))?.events).toEqual({ day: '2026-11-24', count: 10_000 });
});

test('an account that invents Regions gets 64 records', async () => {
  const store = new MemoryState();
  const events = Array.from({ length: 70 }, (_, n) => ({ region: `eu-west-${n + 1}` }));
  expect(await send(store, ...events)).toMatchObject({ stored: 64 });
  expect([...store.texts.keys()].filter((key) => key.startsWith('targets/'))).toHaveLength(64);
  expect((await refusedOf(store))?.groups).toMatchObject([
    { account: accountOf(1), reason: 'too many Regions', count: 6 },
  ]);
  // Those that are there go on.
  expect(await send(store, { region: 'eu-west-1', began: NIGHT + DAY_MS })).toMatchObject({ stored: 1 });
});

test('refused events are counted by the account that sent them and by reason', async () => {
  const store = new MemoryState();
  const forged = { account: accountOf(5), envelope: { account: accountOf(6) } };
  const collected = await send(store, forged, forged, { envelope: { detail: {} } }, {});
  expect(collected.stored).toBe(1);
  expect(await refusedOf(store)).toEqual({
    groups: [
      {
        account: accountOf(6),
        reason: 'wrong account',
        claims: '000000000005/eu-west-1',
        count: 2,
        lastAt: NIGHT + 300_000,
      },
      { account: accountOf(1), reason: 'malformed', claims: undefined, count: 1, lastAt: NIGHT + 300_000 },
    ],
    more: 0,
  });
  expect(await readTarget(store, '000000000005/eu-west-1')).toBeUndefined();
});

test('a damaged record is replaced by the next event', async () => {
  const store = new MemoryState();
  await store.put(`targets/${TARGET}.json`, '{"format":1,"sha256":"0","value":{}}', 'absent');
  await send(store, {});
  expect((await readTarget(store, TARGET))?.end.outcome).toBe('OK');
});

test('a message that could not be stored is delivered again, and the others of its batch are not', async () => {
  const store = new MemoryState();
  const put = store.put.bind(store);
  vi.spyOn(store, 'put').mockImplementation(async (key, ...rest) => {
    if (key.includes(accountOf(2))) throw new Error('SlowDown');
    return put(key, ...rest);
  });
  const [good, bad] = [queued({ account: accountOf(1) }), queued({ account: accountOf(2) })];
  const { stored, failures } = await collect(store, [good, bad]);
  expect(stored).toBe(1);
  expect(failures.map(({ ids }) => ids)).toEqual([[bad.id]]);
});

test('two collectors at once lose no event', async () => {
  const store = new MemoryState();
  const batches = [0, 1].map((of) => [0, 1, 2].map((ago) => queued({ began: NIGHT - (2 * ago + of) * DAY_MS })));
  await Promise.all(batches.map(async (batch) => collect(store, batch)));
  const record = await readTarget(store, TARGET);
  expect(record?.nights.map(({ beganAt }) => (NIGHT - beganAt) / DAY_MS)).toEqual([5, 4, 3, 2, 1, 0]);
  expect(record?.end.run.began).toBe(NIGHT);
});
