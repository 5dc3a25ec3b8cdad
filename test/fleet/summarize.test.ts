// The state of each target of a fleet (fine, action, silent), and the grouping of equal problems.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Expected, HubRecord } from '../../shared/fleet/hub-record.ts';
import { hubRecord } from '../../shared/fleet/hub-record.ts';
import { refusedRecord } from '../../shared/fleet/refused-record.ts';
import { readFleet } from '../../shared/fleet/read-fleet.ts';
import { listFleetItems, printLocation } from '../../shared/report/fleet/items.ts';
import { summarizeFleet, printFleetSubject } from '../../shared/report/fleet/headline.ts';
import { countStates, isFleetFine, sumTargets } from '../../shared/report/fleet/model.ts';
import { encode } from '../../shared/state/codec.ts';
import { accountOf, DAY_MS, type GivenEvent, HOUR_MS, MORNING, NIGHT, queued, send } from '../support/fleet.ts';
import { MemoryState } from '../support/memory-state.ts';

const HELD = 'held-by-a-denied-reading';
const A = { account: accountOf(1) };
const B = { account: accountOf(2) };
const C = { account: accountOf(3) };

function hubWith(expected?: Partial<Expected>, more: Partial<HubRecord> = {}): HubRecord {
  const all = { from: 'stack set pruner', targets: [], paused: false, broken: [], ...expected };
  return {
    at: MORNING,
    silentHours: 36,
    expected: expected && all,
    listed: [],
    problems: [],
    sentAt: undefined,
    ...more,
  };
}

async function fleetOf(events: readonly (GivenEvent | ReturnType<typeof queued>)[], hub?: HubRecord, at = MORNING) {
  const store = new MemoryState();
  await send(store, ...events);
  return readFleet(store, at, hub);
}

const statesOf = ({ targets }: Awaited<ReturnType<typeof fleetOf>>) =>
  targets.map(({ account, region, state }) => `${Number(account)} ${region} ${state}`);

describe('the state of a target', () => {
  test('is fine, or action where its newest run needs some', async () => {
    expect(statesOf(await fleetOf([A, { ...B, night: HELD }, { ...C, night: 'preview' }]))).toEqual([
      '1 eu-west-1 fine',
      '2 eu-west-1 action',
      '3 eu-west-1 fine',
    ]);
  });

  test('is silent after 36 hours, counted from the beginning of its run', async () => {
    const at = NIGHT + 36 * HOUR_MS;
    expect(statesOf(await fleetOf([A], undefined, at))).toEqual(['1 eu-west-1 fine']);
    expect(statesOf(await fleetOf([A], undefined, at + 1))).toEqual(['1 eu-west-1 silent']);
  });

  test('is silent after the hours of the hub', async () => {
    const hub = hubWith(undefined, { silentHours: 2 });
    expect(statesOf(await fleetOf([A], hub))).toEqual(['1 eu-west-1 silent']);
  });

  test('is silent where the stack set has it and it never reported', async () => {
    const fleet = await fleetOf([A], hubWith({ targets: ['000000000001/eu-west-1', '000000000001/us-east-1'] }));
    expect(statesOf(fleet)).toEqual(['1 eu-west-1 fine', '1 us-east-1 silent']);
    expect(summarizeFleet(fleet)).toBe('1 of 2 targets fine; 1 silent.');
  });

  test('is paused instead of silent while the stack set is', async () => {
    const hub = hubWith({ targets: ['000000000001/eu-west-1', '000000000002/eu-west-1'], paused: true });
    const fleet = await fleetOf([{ ...A, began: NIGHT - 5 * DAY_MS }], hub);
    expect(statesOf(fleet)).toEqual(['1 eu-west-1 paused', '2 eu-west-1 paused']);
    expect(summarizeFleet(fleet)).toBe('0 of 2 targets fine; 2 paused. No action required.');
    expect(printFleetSubject(fleet)).toBe('[fleet] OK: 2 paused');
  });

  test('is left out where the stack set has it no more and it is silent', async () => {
    const hub = hubWith({ targets: ['000000000002/eu-west-1'] });
    const fleet = await fleetOf([{ ...A, began: NIGHT - 5 * DAY_MS }, B], hub);
    expect(statesOf(fleet)).toEqual(['2 eu-west-1 fine']);
    expect(fleet.notes).toEqual(['No longer in the stack set pruner and left out: 000000000001/eu-west-1']);
    expect(summarizeFleet(fleet)).toBe('All 1 target fine. No action required.');
  });

  test('stays where the stack set does not have it and it still reports', async () => {
    const fleet = await fleetOf([A], hubWith({ targets: [] }));
    expect(statesOf(fleet)).toEqual(['1 eu-west-1 fine']);
    expect(fleet.notes).toEqual(['Not in the stack set pruner, and still reporting: 000000000001/eu-west-1']);
  });

  test('is told for 30 days where no list says which targets exist', async () => {
    const events = [A];
    expect(statesOf(await fleetOf(events, undefined, NIGHT + 30 * DAY_MS))).toEqual(['1 eu-west-1 silent']);
    const later = await fleetOf(events, undefined, NIGHT + 30 * DAY_MS + 1);
    expect([statesOf(later), later.notes]).toEqual([
      [],
      ['Silent for more than 30 days and left out: 000000000001/eu-west-1'],
    ]);
  });

  test('is silent where its record is damaged, and the problem is told', async () => {
    const store = new MemoryState();
    await store.put('targets/000000000001/eu-west-1.json', '{}', 'absent');
    const fleet = await readFleet(store, MORNING);
    expect(statesOf(fleet)).toEqual(['1 eu-west-1 silent']);
    expect(fleet.problems).toMatchObject([{ reason: 'this version does not know its format: not a number' }]);
  });

  test('of a clock that is three days behind is silent, and the reason is told', async () => {
    const fleet = await fleetOf([queued({ ...A, began: NIGHT - 3 * DAY_MS }, NIGHT)]);
    expect(statesOf(fleet)).toEqual(['1 eu-west-1 silent']);
    expect(fleet.items.map(({ problem }) => problem)).toEqual([
      'The last event arrived on 24 November 2026, 03:30 UTC and says that its run began on 21 November 2026, 03:30 UTC',
    ]);
  });
});

describe('action items', () => {
  test('with the same cause in forty accounts are one item with a list', async () => {
    const events = Array.from({ length: 40 }, (_, n) => ({ account: accountOf(n + 1), night: HELD }) as const);
    const { items } = await fleetOf(events);
    expect(items).toHaveLength(1);
    expect(items[0]?.targets).toHaveLength(40);
    expect(items[0]?.remedy).toContain('Allow ecs:ListServices');
    expect(items[0]?.problem).toContain('arn:aws:ecs:eu-west-1:000000000001:cluster/prod');
  });

  test('with other permissions are different items, the one of most targets first', async () => {
    const other = (event: object) =>
      JSON.parse(JSON.stringify(event).replaceAll('ecs:ListServices', 'ecs:ListTasks')) as unknown;
    const { items } = await fleetOf([
      { ...A, night: HELD, change: other },
      { ...B, night: HELD },
      { ...C, night: HELD },
    ]);
    expect(items.map(({ targets }) => targets.map(({ account }) => Number(account)))).toEqual([[2, 3], [1]]);
  });

  test('in two Regions of an account are one item', async () => {
    const { items } = await fleetOf([
      { ...A, night: HELD, region: 'us-east-1' },
      { ...A, night: HELD, region: 'eu-west-1' },
    ]);
    expect(items.map(({ targets }) => targets.map(({ region }) => region))).toEqual([['eu-west-1', 'us-east-1']]);
  });

  test('that an event did not have room for are counted', async () => {
    const { moreItems } = await fleetOf([{ ...A, night: HELD, change: (event) => ({ ...event, moreAttention: 7 }) }]);
    expect(moreItems).toBe(7);
  });

  test('of a target that asks for ten thousand are bounded', async () => {
    const attention = Array.from({ length: 5_000 }, (_, n) => ({
      problem: `p${'x'.repeat(n % 50)} of ${'y'.repeat(n)}`,
      remedy: 'r',
    }));
    const { items, moreItems } = await fleetOf([
      { ...A, night: HELD, change: (event) => ({ ...event, attention: attention.slice(0, 200) }) },
    ]);
    expect([items.length, moreItems]).toEqual([20, 180]);
  });

  test('of one account have their place in any flood of others, and texts are bounded as they are shown', async () => {
    const texts = (account: number, region: number) =>
      Array.from({ length: 20 }, (_, n) => {
        const problem = `${'a'.repeat(account)}-${'b'.repeat(region)}-${'c'.repeat(n)}${'\u202E'.repeat(600)}`;
        return { problem, remedy: '\u202E'.repeat(5_000) };
      });
    const flood = Array.from({ length: 21 * 5 }, (_, n) => {
      const [account, region] = [Math.floor(n / 5) + 1, n % 5];
      const change = (event: object) => ({ ...event, needsAction: true, attention: texts(account, region) });
      return { account: accountOf(account), region: `eu-west-${region + 1}`, change };
    });
    const attention = ['the disk is full', 'the moon is full'].map((problem) => ({ problem, remedy: 'r' }));
    const honest = { account: accountOf(99), change: (event: object) => ({ ...event, attention }) };
    const { items, moreItems } = await fleetOf([...flood, honest]);
    const own = items.filter(({ targets }) => targets.some(({ account }) => account === accountOf(99)));
    expect(own.map(({ problem }) => problem)).toEqual(['the disk is full']);
    // Two thousand, and the first items of the accounts 21 and 99.
    expect([items.length, moreItems]).toEqual([2_002, 20 * 21 * 5 + 2 - 2_002]);
    // With the count of what is cut off.
    expect(Math.max(...items.map(({ problem }) => problem.length))).toBeLessThan(640);
    expect(Math.max(...items.map(({ remedy }) => remedy.length))).toBeLessThanOrEqual(2_000);
  });

  test('exist for a target that needs action and does not say why', async () => {
    const { items } = await fleetOf([{ ...A, change: (event) => ({ ...event, outcome: 'LOST', needsAction: true }) }]);
    expect(items).toMatchObject([{ problem: 'A run ended as LOST', remedy: 'Read its report.' }]);
  });

  test('of a silent target are not repeated, since they may be done', async () => {
    const { items } = await fleetOf([{ ...A, night: HELD, began: NIGHT - 2 * DAY_MS }]);
    expect(items).toEqual([]);
  });

  test('tell of a target that sends more than a hundred events a day', async () => {
    const { items } = await fleetOf(Array.from({ length: 101 }, () => A));
    expect(items.map(({ problem }) => problem)).toEqual(['A target sent 101 events in one day, where a run sends one']);
  });

  test('tell of a stack that could not be deployed', async () => {
    const broken = [{ target: '000000000002/eu-west-1', reason: 'AccessDenied by an SCP' }];
    const { items } = await fleetOf([A], hubWith({ targets: ['000000000002/eu-west-1'], broken }));
    expect(items).toMatchObject([
      {
        problem: 'The stack set could not deploy its stack: AccessDenied by an SCP',
        targets: [{ account: accountOf(2), region: 'eu-west-1' }],
      },
    ]);
  });
});

test('every target has one state, and the sentence is true, whatever was sent and found', async () => {
  const accounts = fc.integer({ min: 1, max: 5 }).map(accountOf);
  const names = accounts.map((account) => `${account}/eu-west-1`);
  const event = fc.record({
    account: accounts,
    began: fc.integer({ min: 0, max: 40 }).map((ago) => NIGHT - ago * DAY_MS),
    night: fc.constantFrom('ok', 'preview', 'backlog', HELD),
    change: fc.constantFrom(
      (one: object) => one,
      (one: object) => ({ ...one, needsAction: false }),
      (one: object) => ({ ...one, needsAction: true, attention: [] }),
      (one: object) => ({ ...one, moreAttention: 3 }),
    ),
    copies: fc.constantFrom(1, 1, 1, 101),
  });
  const found = fc.record({
    targets: fc.array(names),
    paused: fc.boolean(),
    broken: fc.array(fc.record({ target: names, reason: fc.constantFrom('a role', 'a quota') }), { maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 6 }),
      fc.option(found, { nil: undefined }),
      async (events, expected) => {
        const all = expected && {
          ...expected,
          targets: [...expected.targets, ...expected.broken.map((b) => b.target)],
        };
        const sent = events.flatMap(({ copies, ...one }) => Array.from({ length: copies }, () => one));
        const fleet = await fleetOf(sent, hubWith(all));
        const { targets, items, moreItems } = fleet;
        const { fine, action, silent, paused } = countStates(fleet);
        expect(fine + action + silent + paused).toBe(targets.length);
        const shown = targets.map(({ account, region }) => `${account}/${region}`);
        expect(shown).toEqual([...new Set(shown)].sort());
        expect(shown).toEqual(expect.arrayContaining(all?.targets ?? []));
        const asking = new Set(items.flatMap((item) => item.targets.map(({ account }) => account)));
        const asks = targets.filter(({ state }) => state !== 'silent').map(({ account }) => asking.has(account));
        expect(asks).toEqual(targets.flatMap(({ state }) => (state === 'silent' ? [] : state === 'action')));
        expect(isFleetFine(fleet)).toBe(items.length + moreItems + silent === 0);
        expect(summarizeFleet(fleet).includes('No action required.')).toBe(isFleetFine(fleet) && targets.length > 0);
        expect(printFleetSubject(fleet).startsWith('[fleet] OK:')).toBe(isFleetFine(fleet));
      },
    ),
    { seed: 5, numRuns: 150 },
  );
});

test('a stack that the stack set could not pause is silent, and not paused', async () => {
  const broken = [{ target: '000000000002/eu-west-1', reason: 'a role' }];
  const hub = hubWith({ targets: ['000000000001/eu-west-1', '000000000002/eu-west-1'], paused: true, broken });
  expect(statesOf(await fleetOf([], hub))).toEqual(['1 eu-west-1 paused', '2 eu-west-1 silent']);
});

test('a paused target that floods the hub with an old run is silent, and not paused', async () => {
  const hub = hubWith({ targets: ['000000000001/eu-west-1'], paused: true });
  const old = Array.from({ length: 101 }, () => queued({ ...A, began: NIGHT - 3 * DAY_MS }, NIGHT));
  const fleet = await fleetOf(old, hub);
  expect([statesOf(fleet), isFleetFine(fleet)]).toEqual([['1 eu-west-1 silent'], false]);
});

test('a damaged record of the digest is told, since it says which targets are expected', async () => {
  const store = new MemoryState();
  await send(store, A);
  await store.put(hubRecord.key, '{}', 'absent');
  const fleet = await readFleet(store, MORNING);
  expect([statesOf(fleet), fleet.problems.length]).toEqual([['1 eu-west-1 fine'], 1]);
});

test('a fine target whose stack could not be updated needs action', async () => {
  const broken = [{ target: '000000000001/eu-west-1', reason: 'a role' }];
  const fleet = await fleetOf([A], hubWith({ targets: ['000000000001/eu-west-1'], broken }));
  expect(summarizeFleet(fleet)).toBe('0 of 1 target fine; 1 needs action.');
});

test('totals are those of the last runs, and what dry runs would do stands apart', async () => {
  const fleet = await fleetOf([A, { ...B, night: 'preview' }, { ...C, night: 'backlog' }]);
  expect(sumTargets(fleet)).toEqual({
    active: 235 - 190 + 235 + 2302 - 300,
    deregistered: 190 + 300,
    backlog: 191 + 2000,
    backlogAtLeast: true,
    planned: 191,
    dryRuns: 1,
  });
  expect(countStates(fleet)).toEqual({ fine: 3, action: 0, silent: 0, paused: 0 });
});

test('days add up all targets, each as its last night left it, or as its first night found it', async () => {
  const counts = (active: number, deregistered: number) => ({
    change: (event: { counts: object }) => ({ ...event, counts: { ...event.counts, active, deregistered } }),
  });
  const { days } = await fleetOf([
    { ...A, began: NIGHT - 2 * DAY_MS, ...counts(100, 10) },
    { ...A, began: NIGHT, ...counts(90, 20) },
    { ...B, began: NIGHT - DAY_MS, ...counts(1_000, 0) },
  ]);
  expect(days.map(({ day, active, deregistered }) => [day, active, deregistered])).toEqual([
    ['2026-11-22', 90 + 1_000, 10],
    ['2026-11-23', 90 + 1_000, 0],
    ['2026-11-24', 70 + 1_000, 20],
  ]);
});

test('refused events of the last day are shown with their reason', async () => {
  const forged = { ...A, envelope: { account: accountOf(9) } };
  const fleet = await fleetOf([forged, queued(forged, NIGHT - 2 * DAY_MS), B]);
  expect(fleet.ignored).toEqual([
    {
      account: accountOf(9),
      reason: 'it names another account than the one that sent it',
      count: 1,
      claims: '000000000001/eu-west-1',
    },
  ]);
  expect(printFleetSubject(fleet)).toBe('[fleet] ACTION: events ignored');
});

test('ignored events beyond the bounds of the record of a day are counted', async () => {
  const store = new MemoryState();
  const type = refusedRecord('2026-11-24');
  await store.put(type.key, encode(type, { groups: [], more: 7 }), 'absent');
  const fleet = await readFleet(store, MORNING);
  expect(fleet.ignored).toEqual([
    { account: undefined, reason: 'too many others were on 2026-11-24', count: 7, claims: undefined },
  ]);
});

test('events that are ignored are told for each account in turn, and the rest is counted', async () => {
  const forged = (sender: number) => ({ ...A, envelope: { account: accountOf(sender) } });
  const malformed = (sender: number) => ({ ...A, envelope: { account: accountOf(sender), detail: 1 } });
  const fleet = await fleetOf([forged(8), malformed(8), malformed(8), forged(9), forged(10), malformed(10)]);
  expect(listFleetItems(fleet).map((item) => printLocation(item, 5))).toEqual([
    {
      problem:
        '[000000000008] 1 event ignored: it names another account than the one that sent it (000000000001/eu-west-1)',
      remedy: 'Check in CloudTrail who calls events:PutEvents in that account.',
    },
    {
      problem:
        '[000000000009] 1 event ignored: it names another account than the one that sent it (000000000001/eu-west-1)',
      remedy: 'Check in CloudTrail who calls events:PutEvents in that account.',
    },
    {
      problem:
        '[000000000010] 1 event ignored: it names another account than the one that sent it (000000000001/eu-west-1)',
      remedy:
        'Check in CloudTrail who calls events:PutEvents in that account. 3 more events were ignored, of 2 accounts.',
    },
  ]);
});

test.each([
  {
    what: 'fine',
    events: [A, B],
    subject: '[fleet] OK: all 2 targets fine',
    sentence: 'All 2 targets fine. No action required.',
  },
  {
    what: 'mixed',
    events: [A, { ...B, night: HELD }, { ...C, began: NIGHT - 4 * DAY_MS }],
    subject: '[fleet] ACTION: 1 of 3 targets needs action, 1 silent',
    sentence: '1 of 3 targets fine; 1 needs action; 1 silent since Friday.',
  },
  { what: 'empty', events: [], subject: '[fleet] OK: no target', sentence: 'No target reports to this hub.' },
] as const)('a fleet that is $what has its sentence', async ({ events, subject, sentence }) => {
  const fleet = await fleetOf(events);
  expect([printFleetSubject(fleet), summarizeFleet(fleet)]).toEqual([subject, sentence]);
});

test('what the digest found out is read by the command line', async () => {
  const store = new MemoryState();
  await send(store, A);
  await store.put(hubRecord.key, encode(hubRecord, hubWith({ targets: ['000000000007/eu-west-1'] })), 'absent');
  expect(statesOf(await readFleet(store, MORNING))).toEqual(['1 eu-west-1 fine', '7 eu-west-1 silent']);
});
