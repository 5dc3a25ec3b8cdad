// A member reports that a bus did not take its event, and does nothing else differently.
import { expect, test } from 'vitest';
import { collect } from '../../shared/fleet/collect.ts';
import { readFleet } from '../../shared/fleet/read-fleet.ts';
import { summarizeFleet } from '../../shared/report/fleet/headline.ts';
import { inProcess, type Steps } from '../../shared/run/steps.ts';
import { MemoryState } from '../support/memory-state.ts';
import { deregisteredNames } from '../support/night.ts';
import { accountOf } from '../support/fleet.ts';
import { aMember, anOrganization, BUS } from '../support/organization.ts';

const FIVE = ['web:1', 'web:2', 'web:3', 'web:4', 'web:5'];
const clock = { now: () => Date.UTC(2026, 10, 24, 3) };

async function night(bus: string, accounts: readonly string[] = [accountOf(1)]) {
  const organization = anOrganization(accounts, clock);
  const member = await aMember(1, organization);
  const report = await member.run(bus);
  return { report, mails: member.sandbox.account.published, queued: organization.take(10) };
}

test('the event of a member reaches the hub', async () => {
  const { report, queued } = await night(BUS);
  expect(queued).toHaveLength(1);
  expect(report.notes.join('\n')).not.toContain('The event of this run');
});

test('a member that waits for approval is no silent target, and its end replaces the question', async () => {
  const organization = anOrganization([accountOf(1)], clock);
  const member = await aMember(1, organization);
  const hub = new MemoryState();
  const collectAll = async () => {
    const messages = organization.take(10);
    await collect(
      hub,
      messages.map(({ MessageId, Body, SentTimestamp }) => ({ id: MessageId, body: Body, sentAt: SentTimestamp })),
    );
    return messages.length;
  };
  let asked = 0;
  let whileAsked: string | undefined;
  const steps: Steps = {
    ...inProcess({ clock: member.clock }),
    ask: () =>
      Promise.resolve({
        id: 'YXNr',
        answer: async () => {
          asked = await collectAll();
          const fleet = await readFleet(hub, clock.now());
          whileAsked = `${summarizeFleet(fleet)} ${fleet.items[0]?.problem ?? ''}`;
          return { kind: 'timeout' };
        },
      }),
  };
  await member.run(BUS, { approval: 'asks' }, steps);
  expect(asked).toBe(1);
  expect(whileAsked).toMatch(
    /^0 of 1 target fine; 1 needs action\. The run asks for approval to deregister 5 revisions/,
  );
  expect(await collectAll()).toBe(1);
  const fleet = await readFleet(hub, clock.now());
  expect(
    fleet.targets.map(({ last, nights }) => [last?.verdict.toLowerCase().includes('no approval came'), nights.length]),
  ).toEqual([[true, 1]]);
});

test('a bus of the account alone receives no event of a question', async () => {
  const organization = anOrganization([accountOf(1)], clock);
  const member = await aMember(1, organization);
  let asked = Infinity;
  const steps: Steps = {
    ...inProcess({ clock: member.clock }),
    ask: () =>
      Promise.resolve({
        id: 'YXNr',
        answer: () => {
          asked = organization.take(10).length;
          return Promise.resolve({ kind: 'timeout' });
        },
      }),
  };
  await member.run(BUS, { approval: 'asks', fleetBusArn: undefined }, steps);
  expect([asked, organization.take(10).length]).toEqual([0, 1]);
});

test.each([
  { what: 'of another organization', bus: BUS, accounts: [accountOf(2)] },
  { what: 'that does not exist', bus: `${BUS}-x`, accounts: [accountOf(1)] },
  { what: 'of a Region without the hub', bus: BUS.replace('eu-west-1', 'eu-central-1'), accounts: [accountOf(1)] },
])('a bus $what is a note, and the run and its mail are the same', async ({ bus, accounts }) => {
  const { report, mails, queued } = await night(bus, accounts);
  expect(queued).toEqual([]);
  expect(deregisteredNames(report)).toEqual(FIVE);
  expect(report.outcome).toBe('OK');
  expect(mails).toHaveLength(1);
  expect(report.notes.join('\n')).toContain(`The event of this run was not sent to ${bus}: AccessDeniedException`);
  expect(report.notes.join('\n')).toContain('and in the policy of the bus');
});
