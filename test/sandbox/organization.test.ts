/** The events that each account may send to the bus of an organization. */
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { expect, onTestFinished, test } from 'vitest';
import { refusal, start } from '../support/sandbox.ts';
import { anOrganization, BUS } from '../support/organization.ts';

const MEMBER = '123456789012';
const entry = { EventBusName: BUS, Source: 'ecs-revision-pruner', DetailType: 'Run ended', Detail: '{"outcome":"OK"}' };

async function send(changes: Partial<PutEventsRequestEntry> = {}, accounts: readonly string[] = [MEMBER]) {
  const organization = anOrganization(accounts, { now: () => Date.UTC(2026, 10, 24, 4) });
  const { sandbox } = await start({}, { organization });
  const credentials = { accessKeyId: 'A', secretAccessKey: 's' };
  const { EventBusName } = { ...entry, ...changes };
  const region = EventBusName?.split(':')[3] ?? '';
  const client = new EventBridgeClient({ endpoint: sandbox.url, region, credentials });
  onTestFinished(() => {
    client.destroy();
  });
  const sent = client.send(new PutEventsCommand({ Entries: [{ ...entry, ...changes }] }));
  return { sent, organization };
}

test('an event of a member arrives in the queue with the account of its sender', async () => {
  const { sent, organization } = await send({ Detail: '{"target":{"account":"210987654321"}}' });
  expect((await sent).FailedEntryCount).toBe(0);
  const [message] = organization.take(10);
  expect(message?.SentTimestamp).toBe(Date.UTC(2026, 10, 24, 4));
  expect(JSON.parse(message?.Body ?? '')).toMatchObject({
    version: '0',
    account: MEMBER,
    source: 'ecs-revision-pruner',
    'detail-type': 'Run ended',
    region: 'eu-west-1',
    detail: { target: { account: '210987654321' } },
  });
});

test.each([
  { what: 'an account outside the organization', changes: {}, accounts: ['210987654321'] },
  { what: 'another source', changes: { Source: 'aws.ecs' } },
  { what: 'another type', changes: { DetailType: 'Run began' } },
  { what: 'a bus that is not shared', changes: { EventBusName: `${BUS}-other` } },
  { what: 'a bus of another Region', changes: { EventBusName: BUS.replace('eu-west-1', 'us-east-1') } },
])('$what is denied', async ({ changes, accounts }) => {
  const { sent, organization } = await send(changes, accounts);
  expect(await refusal(sent)).toMatchObject({ name: 'AccessDeniedException', status: 400 });
  expect(organization.take(10)).toEqual([]);
});
