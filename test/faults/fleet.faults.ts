// Large fleets: two hundred accounts for three nights, with something wrong in six of them, the page of five thousand targets,
// and a digest that is killed at each of its calls.
import { describe, expect, test } from 'vitest';
import { printFleetPage } from '../../shared/report/fleet/page.ts';
import { threeNights } from '../scenarios/fleet.ts';
import { aHub, stackSet } from '../support/digest.ts';
import { send } from '../support/fleet.ts';
import { aLargeFleet } from '../support/fleets.ts';

test('two hundred accounts for three nights', { timeout: 600_000 }, async () => {
  const { mails, active } = await threeNights(200);
  expect(mails.map(({ subject }) => subject)).toEqual([
    '[fleet] ACTION: 1 of 200 targets needs action',
    '[fleet] ACTION: 2 of 200 targets need action, events ignored',
    '[fleet] ACTION: 1 of 199 targets needs action, 2 silent, events ignored',
  ]);
  for (const { body } of mails) expect(body.trimEnd().split('\n').length).toBeLessThan(120);
  expect(active).toEqual([8, ...Array.from({ length: 199 }, () => 3)]);
});

describe('the page of five thousand targets', () => {
  test.each([
    { regions: 20, most: 6_000_000 },
    { regions: 1, most: 6_300_000 },
  ])('in $regions Regions is below $most bytes', ({ regions, most }) => {
    expect(Buffer.byteLength(printFleetPage(aLargeFleet(5_000, regions)))).toBeLessThan(most);
  });

  test('grows by less than a megabyte with items of all of them', () => {
    const fleet = aLargeFleet(5_000, 20);
    const item = { problem: 'p'.repeat(20_000), remedy: 'r'.repeat(20_000), targets: fleet.targets };
    const sizeWith = (items: number) =>
      Buffer.byteLength(printFleetPage({ ...fleet, items: Array.from({ length: items }, () => item) }));
    expect(sizeWith(20) - sizeWith(0)).toBeLessThan(1_000_000);
  });
});

test('killed before any of its calls, it sends the digest when it is invoked again, and at most twice', async () => {
  const calls = await countCalls(await aHub(stackSet(['000000000001/eu-west-1'])));
  expect(calls).toBeGreaterThan(10);
  for (let killedAt = 0; killedAt < calls; killedAt++) {
    const hub = await aHub(stackSet(['000000000001/eu-west-1']));
    await send(hub.store, {});
    const broken = { operation: '*', kind: 'error', code: 'AccessDenied', status: 403, skip: killedAt } as const;
    const mend = hub.sandbox.faults.add(broken);
    await hub.digest().catch(() => undefined);
    mend();
    const before = hub.mails().length;
    await hub.digest();
    expect(hub.mails().length, `killed at call ${killedAt}`).toBeGreaterThanOrEqual(1);
    expect(hub.mails().length - before, `killed at call ${killedAt}`).toBeLessThanOrEqual(1);
  }
});

async function countCalls({ sandbox, store, digest }: Awaited<ReturnType<typeof aHub>>): Promise<number> {
  await send(store, {});
  let seen = 0;
  sandbox.before(() => {
    seen++;
  });
  await digest();
  return seen;
}
