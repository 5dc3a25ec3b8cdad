/** Stack sets with their stacks, as the account that administers them sees them. */
import {
  CloudFormationClient,
  DescribeStackSetCommand,
  ListStackInstancesCommand,
  paginateListStackInstances,
} from '@aws-sdk/client-cloudformation';
import { expect, onTestFinished, test } from 'vitest';
import type { AccountFile } from '../../sandbox/account-file.ts';
import { refusal, start } from '../support/sandbox.ts';

const accounts = Array.from({ length: 150 }, (_, n) => String(n + 1).padStart(12, '0'));
const stackSets: NonNullable<AccountFile['stackSets']> = [
  {
    StackSetName: 'pruner',
    Parameters: [{ ParameterKey: 'Paused', ParameterValue: 'true' }],
    instances: accounts.flatMap((Account) => [
      { Account, Region: 'eu-west-1' },
      { Account, Region: 'us-east-1' },
    ]),
  },
  { StackSetName: 'gone', Status: 'DELETED' },
];

async function client() {
  const { sandbox } = await start({ stackSets });
  const credentials = { accessKeyId: 'A', secretAccessKey: 's' };
  const cloudformation = new CloudFormationClient({ endpoint: sandbox.url, region: 'eu-west-1', credentials });
  onTestFinished(() => {
    cloudformation.destroy();
  });
  return cloudformation;
}

test('the stacks of a stack set are listed in pages of a hundred', async () => {
  const pages = paginateListStackInstances({ client: await client() }, { StackSetName: 'pruner' });
  const lengths: (number | undefined)[] = [];
  for await (const { Summaries } of pages) lengths.push(Summaries?.length);
  expect(lengths).toEqual([100, 100, 100]);
});

test('a filter leaves those of one account or Region', async () => {
  const command = new ListStackInstancesCommand({
    StackSetName: 'pruner',
    StackInstanceAccount: '000000000007',
    StackInstanceRegion: 'us-east-1',
  });
  expect((await (await client()).send(command)).Summaries).toEqual([{ Account: '000000000007', Region: 'us-east-1' }]);
});

test('a stack set is described with its parameters, and without its stacks', async () => {
  const { StackSet } = await (await client()).send(new DescribeStackSetCommand({ StackSetName: 'pruner' }));
  expect(StackSet).toEqual({
    StackSetName: 'pruner',
    Status: 'ACTIVE',
    Parameters: [{ ParameterKey: 'Paused', ParameterValue: 'true' }],
  });
});

test.each(['missing', 'gone'])('a stack set that is %s is not found', async (StackSetName) => {
  const cloudformation = await client();
  for (const call of [new DescribeStackSetCommand({ StackSetName })])
    expect(await refusal(cloudformation.send(call))).toMatchObject({ name: 'StackSetNotFoundException', status: 404 });
  expect(await refusal(cloudformation.send(new ListStackInstancesCommand({ StackSetName })))).toMatchObject({
    name: 'StackSetNotFoundException',
  });
});
