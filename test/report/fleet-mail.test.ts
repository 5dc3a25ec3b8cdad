// Compares the mail of a fleet with each kind of trouble with a hand-typed text. No command rewrites it.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { HubRecord } from '../../shared/fleet/hub-record.ts';
import { readFleet } from '../../shared/fleet/read-fleet.ts';
import { printFleetEmail } from '../../shared/report/fleet/email.ts';
import { accountOf, DAY_MS, MORNING, NIGHT, queued, send } from '../support/fleet.ts';
import { aLargeFleet } from '../support/fleets.ts';
import { MemoryState } from '../support/memory-state.ts';

const [SHOP, BILLING, SEARCH, DATA, WEB] = [accountOf(1), accountOf(2), accountOf(3), accountOf(4), accountOf(5)];
const [GONE, NEW, LATE, DAMAGED, FORGER] = [accountOf(6), accountOf(7), accountOf(8), accountOf(9), accountOf(10)];
const HELD = 'held-by-a-denied-reading';

const hub: HubRecord = {
  at: MORNING,
  silentHours: 36,
  expected: {
    from: 'stack set pruner',
    targets: [SHOP, BILLING, SEARCH, DATA, WEB, LATE, DAMAGED].map((account) => `${account}/eu-west-1`),
    paused: false,
    broken: [{ target: `${accountOf(11)}/eu-west-1`, reason: 'Account:000000000011 should have the execution role' }],
  },
  listed: [],
  problems: [],
  sentAt: undefined,
};

test('the mail of a fleet with each kind of trouble is the hand-typed text', async () => {
  const store = new MemoryState();
  await send(
    store,
    { account: SHOP, alias: 'shop-prod', began: NIGHT - DAY_MS, night: 'backlog' },
    { account: SHOP, alias: 'shop-prod', night: 'backlog' },
    // The same cause in two accounts, and items that an event had no room for.
    { account: BILLING, alias: 'billing', night: HELD, change: (event) => ({ ...event, moreAttention: 3 }) },
    { account: SEARCH, night: HELD },
    { account: DATA, alias: 'data', night: 'preview' },
    // It has not run for four days.
    { account: WEB, alias: 'web', began: NIGHT - 4 * DAY_MS },
    // It left the stack set, and one that is not in it reports.
    { account: GONE, began: NIGHT - 9 * DAY_MS },
    { account: NEW, alias: 'new' },
    // A later version, which gives no reason.
    {
      account: NEW,
      alias: 'new',
      region: 'us-east-1',
      change: (event) => ({ ...event, outcome: 'LOST', needsAction: true }),
    },
    // Its clock is behind.
    queued({ account: LATE, alias: 'late', began: NIGHT - 3 * DAY_MS }, NIGHT),
    // It speaks for another account.
    { account: SHOP, envelope: { account: FORGER } },
  );
  await store.put(`targets/${DAMAGED}/eu-west-1.json`, '{}', 'absent');
  const { subject, body } = printFleetEmail(
    await readFleet(store, MORNING, hub),
    'https://eu-west-1.console.aws.amazon.com/s3/object/hub?region=eu-west-1&prefix=fleet.html',
  );
  const typed = readFileSync(new URL('../golden/fleet-mail.txt', import.meta.url), 'utf8');
  expect(`${subject}\n\n${body}`).toBe(typed);
});

test('the mail of five thousand targets lists twenty-five, and fewer lines than 120', () => {
  const { body } = printFleetEmail(aLargeFleet(5_000, 20));
  const [, list = ''] = /Targets, those that need a look first:\n(.*?)\n\n/s.exec(body) ?? [];
  const lines = list.split('\n');
  expect(lines).toHaveLength(26);
  expect(lines[0]).toMatch(
    /^- team-\d+-service-\d+-prod \(\d{12}\) ap-south[a-z]-1: HELD, 90\d ACTIVE, 100 deregistered/,
  );
  // A quarter of a thousand are silent, and have a list of their own.
  expect(lines[25]).toBe('... and 4,725 more, on the page');
  expect(body.split('\n').length).toBeLessThan(120);
});
