// The way to AWS, seen from the account: every attempt is counted, waits its turn and is heard; the time is the earlier one.
import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListClustersCommand,
} from '@aws-sdk/client-ecs';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { describe, expect, test } from 'vitest';
import { ecsReader, ecsWriter } from '../../shared/aws/ecs.ts';
import { Tally } from '../../shared/aws/tally.ts';
import { ManualClock } from '../../sandbox/clock.ts';
import { anAccount, NOW } from '../support/account.ts';
import { aReader } from '../support/reader.ts';

const account = () => anAccount().family('web', '1-40');

describe('attempts', () => {
  test('a retry takes a token as well: it is one more call of the account', async () => {
    const { aws, clock, sandbox } = await aReader(account());
    // Half of a burst of fifty at once, then ten a second.
    sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'error',
      code: 'ServerException',
      status: 500,
      times: 5,
    });
    const tally = new Tally();
    const ecs = ecsReader(aws, tally);
    await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    expect(tally.calls).toBe(6);
    for (let call = 0; call < 19; call++)
      await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    expect(clock.monotonic()).toBe(0);
    for (let call = 0; call < 10; call++)
      await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    expect(clock.monotonic()).toBe(1_000);
    expect(tally.calls).toBe(35);
    expect(sandbox.calls.count()).toBe(35);
  });

  test('a throttle slows the bucket down, and is counted', async () => {
    const { aws, clock, sandbox } = await aReader(account());
    sandbox.faults.add({ operation: 'ListClusters', kind: 'throttle', times: 2 });
    const tally = new Tally();
    await ecsReader(aws, tally).send(new ListClustersCommand({}));
    expect(tally.throttled).toBe(2);
    // The second attempt waits for a token at 5 a second, the third at 2.5.
    expect(clock.monotonic()).toBe(600);
  });

  test('a reading tries six times, then gives up', async () => {
    const { aws, sandbox } = await aReader(account());
    sandbox.faults.add({ operation: 'GetResources', kind: 'error', code: 'InternalFailure', status: 500 });
    await expect(
      aws
        .client(new Tally(), (settings) => new ResourceGroupsTaggingAPIClient(settings))
        .send(new GetResourcesCommand({})),
    ).rejects.toThrow('A fault');
    expect(sandbox.calls.count('GetResources')).toBe(6);
  });

  test.each([
    { fault: 'a throttle', strike: { kind: 'throttle' as const }, said: 'Rate exceeded' },
    {
      fault: 'a server error',
      strike: { kind: 'error' as const, code: 'ServerException', status: 500 },
      said: "AWS's text is left out",
    },
    {
      fault: 'a reset',
      strike: { kind: 'reset' as const, effect: 'after' as const },
      said: /ECONNRESET|socket hang up/,
    },
  ])('a write is tried once, whatever its result: $fault', async ({ strike, said }) => {
    const { aws, sandbox } = await aReader(account());
    sandbox.faults.add({ operation: 'DeregisterTaskDefinition', ...strike });
    const command = new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' });
    await expect(ecsWriter(aws, new Tally()).send(command)).rejects.toThrow(said);
    expect(sandbox.calls.count('DeregisterTaskDefinition')).toBe(1);
  });

  test('an answer that does not come in time is given up', async () => {
    const { aws, sandbox } = await aReader(account(), { requestTimeoutMs: 20 });
    sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'hang' });
    const command = new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' });
    await expect(ecsWriter(aws, new Tally()).send(command)).rejects.toThrow(/time/i);
  });

  test('a client at its full share never meets a throttle in an account with the published quotas', async () => {
    const { aws, sandbox } = await aReader(account(), { share: 1 });
    const ecs = ecsReader(aws, new Tally());
    for (let call = 0; call < 80; call++)
      await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    expect(sandbox.calls.throttled()).toBe(0);
  });
});

describe('who and where', () => {
  test('the account is asked for once, and counted', async () => {
    const { aws } = await aReader(account());
    const tally = new Tally();
    expect(await aws.target(tally)).toEqual({
      account: '123456789012',
      region: 'eu-west-1',
      partition: 'aws',
    });
    expect(Object.fromEntries(tally.byOperation)).toEqual({ GetCallerIdentity: 1 });
    expect(await aws.region()).toBe('eu-west-1');
  });

  test('the partition is the account’s own', async () => {
    const { aws } = await aReader({ ...account().file(), partition: 'aws-cn' });
    expect((await aws.target(new Tally())).partition).toBe('aws-cn');
  });
});

describe('now', () => {
  const ours = Date.parse(NOW);

  test.each([
    { aws: 'ten minutes behind', skew: -600_000, asOf: ours - 600_000 },
    { aws: 'a second behind', skew: -1_000, asOf: ours - 1_000 },
    { aws: 'equal', skew: 0, asOf: ours },
    { aws: 'ten minutes ahead', skew: 600_000, asOf: ours },
  ])('is the earlier of the two clocks, with AWS $aws', async ({ skew, asOf }) => {
    const { aws, clock } = await aReader(account(), { clock: new ManualClock(ours + skew) });
    expect(aws.asOf()).toBe(ours);
    await ecsReader(aws, new Tally()).send(new ListClustersCommand({}));
    expect(aws.skewMs).toBe(skew);
    expect(aws.asOf()).toBe(asOf);
    clock.advance(5_000);
    expect(aws.asOf()).toBe(asOf + 5_000);
  });

  test('is known by a refusal too', async () => {
    const { aws, sandbox } = await aReader(account(), { clock: new ManualClock(ours - 60_000) });
    sandbox.faults.add({ operation: 'ListClusters', kind: 'deny' });
    await expect(ecsReader(aws, new Tally()).send(new ListClustersCommand({}))).rejects.toThrow('not authorized');
    expect(aws.asOf()).toBe(ours - 60_000);
  });
});
