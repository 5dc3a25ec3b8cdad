// What a member does about a bus that does not take its event: its own report says so, and nothing else changes.
import { expect, test } from 'vitest';
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
