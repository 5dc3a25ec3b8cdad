/** CloudFormation's stacks, resources and events, called through the SDK. */
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { expect, onTestFinished, test } from 'vitest';
import type { SandboxOptions } from '../../sandbox/server.ts';
import { anAccount, revisionArn, stackArn } from '../support/account.ts';
import { refusal, start } from '../support/sandbox.ts';

const shop = () =>
  anAccount()
    .family('web', '1-9')
    .stack('shop', { Web: 'web:3', Admin: 'web:4' })
    .stack('gone', { Web: 'web:1' }, { StackStatus: 'DELETE_COMPLETE', DeletionTime: '2026-10-01T00:00:00Z' })
    .stack('long-gone', {}, { StackStatus: 'DELETE_COMPLETE', DeletionTime: '2026-08-01T00:00:00Z' });

async function startCloudFormation(account = shop(), options: Partial<SandboxOptions> & { accessKeyId?: string } = {}) {
  const { sandbox, clock } = await start(account.file(), options);
  const { accessKeyId = 'AKIDTEST' } = options;
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  const config = { endpoint: sandbox.url, region: 'eu-west-1', credentials, maxAttempts: 1 };
  const client = new CloudFormationClient(config);
  onTestFinished(() => {
    client.destroy();
  });
  return { sandbox, clock, client };
}

test('ListStacks includes stacks deleted within 90 days and filters by status', async () => {
  const { client } = await startCloudFormation();
  const all = await client.send(new ListStacksCommand());
  expect(all.StackSummaries?.map(({ StackName, StackStatus }) => [StackName, StackStatus])).toEqual([
    ['shop', 'CREATE_COMPLETE'],
    ['gone', 'DELETE_COMPLETE'],
  ]);
  const some = await client.send(new ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] }));
  expect(some.StackSummaries?.map(({ StackId }) => StackId)).toEqual([stackArn('shop')]);
});

test('DescribeStacks omits deleted stacks and returns the file’s members and times', async () => {
  const more = { Parameters: [{ ParameterKey: 'Image', ParameterValue: '<web & "co">' }] };
  const { client } = await startCloudFormation(shop().stack('api', {}, more));
  const { Stacks = [] } = await client.send(new DescribeStacksCommand());
  expect(Stacks.map(({ StackName }) => StackName)).toEqual(['shop', 'api']);
  expect(Stacks[1]).toMatchObject({
    CreationTime: new Date('2026-05-08T02:30:00Z'),
    Parameters: [{ ParameterKey: 'Image', ParameterValue: '<web & "co">' }],
  });
});

test('ListStackResources accepts a name or an id and has pages', async () => {
  const { client } = await startCloudFormation(shop(), { pageSize: 1 });
  const found: (string | undefined)[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName: 'shop' }))
    found.push(...(page.StackResourceSummaries ?? []).map((one) => one.PhysicalResourceId));
  expect(found).toEqual([revisionArn('web:3'), revisionArn('web:4')]);
  const deleted = await client.send(new ListStackResourcesCommand({ StackName: stackArn('gone') }));
  expect(deleted.StackResourceSummaries).toHaveLength(1);
});

test('DescribeStackResources finds a stack by a physical id and returns a hundred resources', async () => {
  const names = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`R${index}`, 'web:5']));
  const { client } = await startCloudFormation(shop().stack('large', names));
  const { StackResources } = await client.send(
    new DescribeStackResourcesCommand({ PhysicalResourceId: revisionArn('web:4') }),
  );
  expect(StackResources?.map(({ StackName, LogicalResourceId }) => [StackName, LogicalResourceId])).toEqual([
    ['shop', 'Web'],
    ['shop', 'Admin'],
  ]);
  const large = await client.send(new DescribeStackResourcesCommand({ StackName: 'large' }));
  expect(large.StackResources).toHaveLength(100);
});

test('a stack update takes the new revision and records its events', async () => {
  const { client, sandbox, clock } = await startCloudFormation();
  clock.advance(60_000);
  sandbox.account.beginStackUpdate('shop', { Web: 'web:9' });
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'shop' }));
  expect(Stacks).toMatchObject([
    { StackStatus: 'UPDATE_IN_PROGRESS', LastUpdatedTime: new Date('2026-11-24T02:31:00Z') },
  ]);
  expect(await physicalIds(client)).toEqual([revisionArn('web:9'), revisionArn('web:4')]);
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: 'shop' }));
  expect(StackEvents.map((one) => [one.LogicalResourceId, one.ResourceStatus, one.PhysicalResourceId])).toEqual([
    ['Web', 'UPDATE_COMPLETE', revisionArn('web:9')],
    ['Web', 'UPDATE_IN_PROGRESS', revisionArn('web:3')],
    ['shop', 'UPDATE_IN_PROGRESS', stackArn('shop')],
  ]);
  sandbox.account.endStackUpdate('shop', 'UPDATE_ROLLBACK_COMPLETE');
  expect(await physicalIds(client)).toEqual([revisionArn('web:3'), revisionArn('web:4')]);
});

test('a deleted stack is found only by its id', async () => {
  const { client, sandbox } = await startCloudFormation();
  sandbox.account.deleteStack('shop');
  const refused = await refusal(client.send(new ListStackResourcesCommand({ StackName: 'shop' })));
  expect(refused).toMatchObject({ name: 'ValidationError', status: 400 });
  const { StackResourceSummaries } = await client.send(new ListStackResourcesCommand({ StackName: stackArn('shop') }));
  expect(StackResourceSummaries?.map(({ ResourceStatus }) => ResourceStatus)).toEqual([
    'DELETE_COMPLETE',
    'DELETE_COMPLETE',
  ]);
});

const refusals: [string, (client: CloudFormationClient) => Promise<unknown>][] = [
  ['a stack that does not exist', (client) => client.send(new DescribeStackEventsCommand({ StackName: 'none' }))],
  ['a foreign token', (client) => client.send(new ListStacksCommand({ NextToken: 'x' }))],
  ['a call with neither a stack nor a physical id', (client) => client.send(new DescribeStackResourcesCommand({}))],
  [
    'an unknown physical id',
    (client) => client.send(new DescribeStackResourcesCommand({ PhysicalResourceId: revisionArn('web:8') })),
  ],
];
test.each(refusals)('CloudFormation refuses %s', async (_, call) => {
  const { client } = await startCloudFormation();
  expect(await refusal(call(client))).toMatchObject({ name: 'ValidationError', status: 400 });
});

test('IAM evaluates the stack, or * without a name', async () => {
  const Statement = [
    {
      Effect: 'Allow' as const,
      Action: ['cloudformation:ListStackResources', 'cloudformation:DescribeStacks'],
      Resource: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/*',
    },
  ];
  const { client } = await startCloudFormation(shop(), {
    accessKeyId: 'READER',
    roles: { READER: [{ Statement }] },
  });
  await client.send(new ListStackResourcesCommand({ StackName: stackArn('shop') }));
  const denied = await refusal(client.send(new DescribeStacksCommand()));
  expect(denied).toMatchObject({ name: 'AccessDenied', status: 403 });
});

test('a stack’s event in an account file need not contain the stack', async () => {
  const file = shop()
    .stack('api', {}, { events: [{ Timestamp: '2026-11-24T02:00:00Z', ResourceStatus: 'CREATE_COMPLETE' }] })
    .file();
  const { sandbox } = await start(file);
  expect(sandbox.account.stacks.find('api')?.events).toMatchObject([
    { StackId: stackArn('api'), StackName: 'api', ResourceStatus: 'CREATE_COMPLETE' },
  ]);
});

async function physicalIds(client: CloudFormationClient) {
  const { StackResourceSummaries = [] } = await client.send(new ListStackResourcesCommand({ StackName: 'shop' }));
  return StackResourceSummaries.map(({ PhysicalResourceId }) => PhysicalResourceId);
}
