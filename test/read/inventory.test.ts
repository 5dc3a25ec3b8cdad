// The inventory is every ACTIVE revision of the account, or a fault: what is not in it is never touched.
import { describe, expect, test } from 'vitest';
import { readInventory } from '../../shared/read/inventory.ts';
import { printRanges } from '../../shared/domain/revision.ts';
import { anAccount } from '../support/account.ts';
import { aReader, arn } from '../support/reader.ts';

type Inventory = Awaited<ReturnType<typeof readInventory>>['inventory'];

const asText = (inventory: Inventory) =>
  [...inventory].map(([family, ranges]) => `${family} ${printRanges(ranges).join(',')}`);

test('it holds every ACTIVE revision of every family, look-alikes apart, gaps left out', async () => {
  const longest = 'z'.repeat(255);
  const account = anAccount()
    .family('web', '1-6,8,10-12')
    .family('web', '7', { status: 'INACTIVE' })
    .family('web', '9', { status: 'DELETE_IN_PROGRESS' })
    .family('web-admin', '1')
    .family('web_admin2', '2')
    .family('WEB', '3')
    .family('gone', '1-4', { status: 'INACTIVE' })
    .family(longest, '1-2');
  const { reader } = await aReader(account);
  const { inventory, reading } = await readInventory(reader);
  expect(asText(inventory)).toEqual(['WEB 3', 'web 1-6,8,10-12', 'web-admin 1', 'web_admin2 2', `${longest} 1-2`]);
  expect(reading).toMatchObject({ part: 'inventory', calls: 1, items: 15, findings: [], problems: [] });
});

test('an account without task definitions is empty, and that is no problem', async () => {
  const { reader } = await aReader(anAccount());
  const { inventory, reading } = await readInventory(reader);
  expect(inventory).toEqual(new Map());
  expect(reading).toMatchObject({ calls: 1, items: 0, problems: [] });
});

describe('pages', () => {
  test.each([
    { revisions: 99, calls: 1 },
    { revisions: 100, calls: 1 },
    { revisions: 101, calls: 2 },
    { revisions: 1_000, calls: 10 },
  ])('$revisions revisions take $calls calls, whatever the number of families', async ({ revisions, calls }) => {
    const half = Math.floor(revisions / 2);
    const { reader } = await aReader(
      anAccount()
        .family('api', `1-${half}`)
        .family('web', `1-${revisions - half}`),
    );
    const { inventory, reading } = await readInventory(reader);
    expect(asText(inventory)).toEqual([`api 1-${half}`, `web 1-${revisions - half}`]);
    expect(reading.calls).toBe(calls);
  });

  test('a page that comes twice, and pages that are empty, change nothing', async () => {
    const { reader, sandbox } = await aReader(anAccount().family('web', '1-9'), { pageSize: 2 });
    sandbox.faults.add({ operation: 'ListTaskDefinitions', kind: 'repeat-page', skip: 1, times: 2 });
    sandbox.faults.add({ operation: 'ListTaskDefinitions', kind: 'empty-page', skip: 1, times: 2 });
    const { inventory, reading } = await readInventory(reader);
    expect(asText(inventory)).toEqual(['web 1-9']);
    expect(reading.problems).toEqual([]);
  });
});

test.each([
  { what: 'of another account', listed: 'arn:aws:ecs:eu-west-1:210987654321:task-definition/web:1' },
  { what: 'without its number', listed: arn('task-definition/web') },
  { what: 'that is no task definition', listed: arn('service/prod/web') },
  { what: 'that cannot be read', listed: arn('task-definition/web:01') },
])('a list with an ARN $what is a problem: nothing may be concluded then', async ({ listed }) => {
  const { reader, sandbox } = await aReader(anAccount().family('web', '1-2'));
  sandbox.faults.add({
    operation: 'ListTaskDefinitions',
    kind: 'answer',
    change: (output) => {
      output['taskDefinitionArns'] = [listed];
    },
  });
  const { reading } = await readInventory(reader);
  expect(reading.problems).toMatchObject([
    {
      part: 'inventory',
      kind: 'incomplete',
      reason: `Incomplete: ${listed} is no revision of this account and Region`,
    },
  ]);
});
