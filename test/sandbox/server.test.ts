/** The path of a call through the sandbox: counting, hooks, throttling, permissions, schema checks, dates. */
import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListClustersCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecs';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import { publishedBuckets } from '../../sandbox/buckets.ts';
import type { Call } from '../../sandbox/calls.ts';
import type { PolicyDocument } from '../../sandbox/iam/policy.ts';
import { services } from '../../sandbox/services.ts';
import { anAccount, family, minutes, prefix, refusal, start } from '../support/sandbox.ts';

const account = { taskDefinitions: [family('web', '1-50')], clusters: [{ clusterName: 'prod' }] };
const list = new ListTaskDefinitionsCommand({});
const deregister = (revision: number) => new DeregisterTaskDefinitionCommand({ taskDefinition: `web:${revision}` });

test('the sandbox counts calls and lists them in order with their input and caller', async () => {
  const { sandbox, ecs } = await start(account);
  await ecs.send(list);
  await ecs.send(new ListClustersCommand({ maxResults: 5 }));
  await ecs.send(list);
  expect(sandbox.calls.byOperation()).toEqual({ ListTaskDefinitions: 2, ListClusters: 1 });
  expect(sandbox.calls.count()).toBe(3);
  expect(sandbox.calls.count('ListTaskDefinitions')).toBe(2);
  expect(sandbox.calls.list()[1]).toEqual({
    service: 'ecs',
    operation: 'ListClusters',
    input: { maxResults: 5 },
    accessKeyId: 'AKIDTEST',
  });
  sandbox.calls.clear();
  expect(sandbox.calls.count()).toBe(0);
});

describe('hooks', () => {
  test('hooks run just before and just after an operation takes effect', async () => {
    const { sandbox, ecs } = await start(account);
    const seen: string[] = [];
    const stateOf = () => String(sandbox.account.revisions.find('web:1')?.status);
    const stopBefore = sandbox.before(async ({ operation }) => {
      await Promise.resolve();
      seen.push(`before ${operation}: ${stateOf()}`);
    });
    const stopAfter = sandbox.after(({ operation }, output) => {
      seen.push(`after ${operation}: ${stateOf()}, answers ${JSON.stringify(output).slice(0, 17)}`);
    });
    await ecs.send(deregister(1));
    stopBefore();
    stopAfter();
    await ecs.send(deregister(2));
    expect(seen).toEqual([
      'before DeregisterTaskDefinition: ACTIVE',
      'after DeregisterTaskDefinition: INACTIVE, answers {"taskDefinition"',
    ]);
  });

  test('a hook can change the account during a call', async () => {
    const { sandbox, ecs } = await start(account);
    const stop = sandbox.before(() => {
      stop();
      sandbox.account.deregister('web:50');
    });
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web' }));
    expect(taskDefinition?.revision).toBe(49);
  });

  test('hooks do not run for a call without effect', async () => {
    const { sandbox, ecs } = await start(account);
    const seen: Call[] = [];
    sandbox.before((call) => {
      seen.push(call);
    });
    sandbox.faults.add({ operation: '*', kind: 'deny' });
    await refusal(ecs.send(list));
    expect(seen).toEqual([]);
  });
});

describe('token buckets', () => {
  test('an empty bucket throttles a call without effect and refills by the clock', async () => {
    const { sandbox, ecs, clock } = await start(account, { quotas: 'published' });
    for (let revision = 1; revision <= 20; revision += 1) await ecs.send(deregister(revision));
    expect(await refusal(ecs.send(deregister(21)))).toEqual({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
      status: 400,
    });
    expect(sandbox.account.revisions.find('web:21')?.status).toBe('ACTIVE');
    expect(sandbox.calls.throttled('DeregisterTaskDefinition')).toBe(1);
    clock.advance(999);
    expect((await refusal(ecs.send(deregister(21)))).name).toBe('ThrottlingException');
    clock.advance(1);
    await ecs.send(deregister(21));
    clock.advance(60 * minutes);
    for (let revision = 22; revision <= 41; revision += 1) await ecs.send(deregister(revision));
    expect((await refusal(ecs.send(deregister(42)))).name).toBe('ThrottlingException');
  });

  test('the operations of a group share a bucket', async () => {
    const { ecs } = await start(account, {
      quotas: { 'task-definition-modify': { burst: 1, perSecond: 1 } },
    });
    await ecs.send(deregister(1));
    const register = new RegisterTaskDefinitionCommand({
      family: 'web',
      containerDefinitions: [{ name: 'a' }],
    });
    expect((await refusal(ecs.send(register))).name).toBe('ThrottlingException');
    await expect(ecs.send(list)).resolves.toBeDefined();
  });

  test('an account file can raise a bucket’s size', async () => {
    const quotas = { 'task-definition-read': { burst: 2, perSecond: 1 } };
    const { ecs } = await start({ ...account, quotas }, { quotas: 'published' });
    await ecs.send(list);
    await ecs.send(list);
    expect((await refusal(ecs.send(list))).name).toBe('ThrottlingException');
  });

  test('each operation has the bucket that AWS publishes', () => {
    const paid: Record<string, string[]> = {};
    for (const { operations } of services)
      for (const [name, { bucket = 'none' }] of Object.entries(operations)) (paid[bucket] ??= []).push(name);
    const published = Object.entries(publishedBuckets).map(
      ([name, { burst, perSecond }]) => `${name} ${burst} ${perSecond}/s: ${paid[name]?.sort().join(' ')}`,
    );
    expect(published).toEqual([
      'task-definition-modify 20 1/s: DeregisterTaskDefinition RegisterTaskDefinition',
      'task-definition-read 50 20/s: DescribeTaskDefinition ListTaskDefinitionFamilies ListTaskDefinitions',
      'task-definition-deletion 5 1/s: DeleteTaskDefinitions',
      'cluster-read 50 20/s: DescribeClusters ListClusters',
      'cluster-resource-read 100 20/s: DescribeTasks ListTasks',
      'cluster-resource-modify 100 40/s: RunTask StartTask StopTask',
      'service-read 100 20/s: DescribeExpressGatewayService DescribeServices ListServices',
      'service-modify 50 5/s: CreateExpressGatewayService CreateService DeleteService UpdateService',
      'service-deployment 50 20/s: DescribeServiceDeployments ListServiceDeployments',
      'service-revision 50 20/s: DescribeServiceRevisions',
      'tag-read 50 20/s: ListTagsForResource',
      'tag-modify 20 10/s: TagResource UntagResource',
      'tagging 15 15/s: GetResources',
      'events 50 50/s: DeleteRule DisableRule EnableRule ListEventBuses ListRules ListTargetsByRule PutRule PutTargets RemoveTargets',
      'list-schedules 50 50/s: ListSchedules',
      'list-schedule-groups 10 10/s: ListScheduleGroups',
      'get-schedule 250 250/s: GetSchedule',
      'pipes 10 10/s: CreatePipe DeletePipe DescribePipe ListPipes StartPipe StopPipe UpdatePipe',
      'sns-publish 300 300/s: Publish',
      'cloudtrail-lookup 2 2/s: LookupEvents',
      'lambda-control 15 15/s: ListFunctions',
      'get-parameters 40 40/s: GetParameter GetParametersByPath',
      'cloudcontrol 10 5/s: GetResource ListResources',
      's3 3500 3500/s: DeleteObject GetBucketPolicy GetObject GetPublicAccessBlock HeadBucket ListObjectsV2 PutObject',
      'codedeploy 10 5/s: BatchGetApplications BatchGetDeploymentGroups BatchGetDeployments CreateApplication CreateDeployment CreateDeploymentGroup ListApplications ListDeploymentGroups ListDeployments StopDeployment',
      'cloudformation 10 5/s: DescribeChangeSet DescribeStackEvents DescribeStackResources DescribeStacks GetTemplate ListChangeSets ListStackResources ListStacks',
      'describe-state-machine 200 20/s: DescribeStateMachine',
      'list-state-machines 100 5/s: ListStateMachines',
      'list-state-machine-versions 100 1/s: ListStateMachineVersions',
      'list-state-machine-aliases 100 1/s: ListStateMachineAliases',
      'describe-state-machine-alias 100 1/s: DescribeStateMachineAlias',
      'list-executions 100 2/s: ListExecutions',
      'describe-execution 250 10/s: DescribeExecution',
      'describe-state-machine-for-execution 200 1/s: DescribeStateMachineForExecution',
      'state-machine-modify 100 1/s: CreateStateMachine CreateStateMachineAlias DeleteStateMachine DeleteStateMachineVersion PublishStateMachineVersion UpdateStateMachine',
      'start-execution 800 150/s: StartExecution',
      'stop-execution 500 25/s: StopExecution',
    ]);
    expect(paid['none']?.sort()).toEqual([
      'AssumeRole',
      'CheckpointDurableExecution',
      'CreateCluster',
      'CreateSchedule',
      'CreateTaskSet',
      'DeleteCluster',
      'DeleteSchedule',
      'DescribeStackSet',
      'DescribeTaskSets',
      'GetCalendarState',
      'GetCallerIdentity',
      'GetDurableExecutionState',
      'GetTopicAttributes',
      'ListAccountAliases',
      'ListDurableExecutionsByFunction',
      'ListStackInstances',
      'PutEvents',
      'SendDurableExecutionCallbackFailure',
      'SendDurableExecutionCallbackHeartbeat',
      'SendDurableExecutionCallbackSuccess',
      'StopServiceDeployment',
      'UpdateSchedule',
    ]);
  });
});

describe('permissions', () => {
  const allowing = (Action: string | string[], more: object = {}): PolicyDocument => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*', ...more }],
  });
  const as = (...policies: PolicyDocument[]) => ({ roles: { AKIDROLE: policies }, accessKeyId: 'AKIDROLE' });

  test('a role may do what its policies allow; the error contains the missing action', async () => {
    const { ecs, sandbox } = await start(account, as(allowing('ecs:List*')));
    await expect(ecs.send(list)).resolves.toBeDefined();
    expect(await refusal(ecs.send(deregister(1)))).toEqual({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::123456789012:assumed-role/AKIDROLE/session is not authorized to perform: ecs:DeregisterTaskDefinition on resource: * because no identity-based policy allows the ecs:DeregisterTaskDefinition action',
      status: 400,
    });
    expect(sandbox.account.revisions.find('web:1')?.status).toBe('ACTIVE');
  });

  test('a key without a role may do everything', async () => {
    const { ecs } = await start(account, { ...as(allowing('ecs:List*')), accessKeyId: 'SOMEBODY' });
    await expect(ecs.send(deregister(1))).resolves.toBeDefined();
  });

  test('a role can be limited to a cluster, a service or a Region', async () => {
    const prod = { ArnEquals: { 'ecs:cluster': `${prefix}cluster/prod` } };
    const { ecs, sandbox } = await start(
      account,
      as(
        allowing('ecs:ListTasks', { Condition: prod }),
        allowing('ecs:ListServices', {
          Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-central-1' } },
        }),
        allowing('ecs:DescribeServices', { Resource: `${prefix}service/prod/a` }),
      ),
    );
    sandbox.account.createCluster('other');
    await expect(ecs.send(new ListTasksCommand({ cluster: 'prod' }))).resolves.toBeDefined();
    await expect(ecs.send(new ListTasksCommand({ cluster: 'other' }))).rejects.toThrow(/not authorized/);
    await expect(ecs.send(new ListServicesCommand({ cluster: 'prod' }))).rejects.toThrow(/not authorized/);
    const describe = (...services: string[]) => ecs.send(new DescribeServicesCommand({ cluster: 'prod', services }));
    await expect(describe('a')).resolves.toBeDefined();
    await expect(describe('a', 'b')).rejects.toThrow(/service\/prod\/b/);
  });

  test('only GetCallerIdentity needs no permission', async () => {
    const { sts } = await start(account, as());
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:sts::123456789012:assumed-role/AKIDROLE/session',
    });
    const free = services.flatMap(({ operations }) =>
      Object.entries(operations).flatMap(([name, { needsNoPermission }]) => (needsNoPermission === true ? name : [])),
    );
    expect(free).toEqual(['GetCallerIdentity']);
  });
});

describe('tags', () => {
  test('GetResources returns every resource that has or had a tag', async () => {
    const { tagging, sandbox } = await start(account);
    const found = async (input: object = {}) =>
      (await tagging.send(new GetResourcesCommand(input))).ResourceTagMappingList;
    expect((await tagging.send(new GetResourcesCommand({}))).PaginationToken).toBe('');
    expect(await found()).toEqual([]);
    sandbox.account.tagTaskDefinition('web:7', { keep: 'true', team: 'shop' });
    const arn = `${prefix}task-definition/web:7`;
    const both = [
      { Key: 'keep', Value: 'true' },
      { Key: 'team', Value: 'shop' },
    ];
    expect(await found()).toEqual([{ ResourceARN: arn, Tags: both }]);
    sandbox.account.tags.remove(arn, ['keep', 'team']);
    expect(await found()).toEqual([{ ResourceARN: arn, Tags: [] }]);
  });

  test('GetResources filters by key and value, by resource type, or by ARN', async () => {
    const { tagging, ecs, sandbox } = await start(account);
    sandbox.account.tagTaskDefinition('web:7', { keep: 'true', team: 'shop' });
    sandbox.account.tagTaskDefinition('web:8', { keep: 'false' });
    const tags = [{ key: 'keep', value: 'true' }];
    await ecs.send(new TagResourceCommand({ resourceArn: `${prefix}cluster/prod`, tags }));
    const found = async (input: object) =>
      (await tagging.send(new GetResourcesCommand(input))).ResourceTagMappingList?.map(({ ResourceARN }) =>
        ResourceARN?.replace(prefix, ''),
      );
    const type = { ResourceTypeFilters: ['ecs:task-definition'] };
    expect(await found({})).toEqual(['task-definition/web:7', 'task-definition/web:8', 'cluster/prod']);
    expect(await found(type)).toEqual(['task-definition/web:7', 'task-definition/web:8']);
    expect(await found({ ResourceTypeFilters: ['ecs'] })).toHaveLength(3);
    expect(await found({ ResourceTypeFilters: ['ecs:task'] })).toEqual([]);
    expect(await found({ ...type, TagFilters: [{ Key: 'keep', Values: ['true', 'yes'] }] })).toEqual([
      'task-definition/web:7',
    ]);
    expect(await found({ ...type, TagFilters: [{ Key: 'keep' }, { Key: 'team' }] })).toEqual(['task-definition/web:7']);
    expect(await found({ ResourceARNList: [`${prefix}cluster/prod`] })).toEqual(['cluster/prod']);
    const mixed = tagging.send(new GetResourcesCommand({ ResourceARNList: ['x'], ...type }));
    expect((await refusal(mixed)).name).toBe('InvalidParameterException');
  });

  test('tags can be added, overwritten and removed', async () => {
    const { ecs } = await start(account);
    const resourceArn = `${prefix}task-definition/web:7`;
    const tag = (key: string, value: string) =>
      ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key, value }] }));
    await tag('a', '1');
    await tag('b', '1');
    await tag('a', '2');
    const tags = async () => (await ecs.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
    expect(await tags()).toEqual([
      { key: 'b', value: '1' },
      { key: 'a', value: '2' },
    ]);
    await ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['b'] }));
    expect(await tags()).toEqual([{ key: 'a', value: '2' }]);
  });

  test('tagging a resource that does not exist fails', async () => {
    const { ecs } = await start(account);
    const call = ecs.send(new TagResourceCommand({ resourceArn: `${prefix}cluster/none`, tags: [] }));
    expect((await refusal(call)).name).toBe('InvalidParameterException');
  });
});

describe('the SDK’s schemas', () => {
  const post = (url: string, operation: string, body: string) =>
    fetch(url, {
      method: 'POST',
      headers: { 'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}` },
      body,
    });

  test.each([
    [
      'an unknown member',
      '{"clusters":1}',
      'ecs: request of ListServices: .clusters: ListServicesRequest has no such member',
    ],
    ['a wrong type', '{"cluster":1}', 'ecs: request of ListServices: .cluster: expected a string, not 1'],
    ['a body that is not an object', '[]', 'ecs: request of ListServices: the body is not a JSON object'],
  ])('the problems record a request with %s', async (_, body, problem) => {
    const { sandbox } = await start(account, { problems: 'some' });
    expect((await post(sandbox.url, 'ListServices', body)).status).toBe(400);
    expect(sandbox.problems).toEqual([problem]);
  });

  test('the problems record a request without a required member', async () => {
    const { sandbox } = await start(account, { problems: 'some' });
    await post(sandbox.url, 'RunTask', '{}');
    expect(sandbox.problems).toEqual(['ecs: request of RunTask: .taskDefinition: RunTaskRequest requires this member']);
  });

  test('the problems record an answer that does not fit, and the call fails', async () => {
    const { sandbox, ecs } = await start(account, { problems: 'some' });
    Object.assign(sandbox.account.revisions.find('web:1') ?? {}, {
      registeredAt: 'yesterday',
      colour: 'red',
    });
    const call = ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    expect((await refusal(call)).status).toBe(500);
    expect(sandbox.problems).toEqual([
      'ecs: answer of DescribeTaskDefinition: .taskDefinition.registeredAt: expected a time, not "yesterday"; .taskDefinition.colour: TaskDefinition has no such member',
    ]);
  });

  test('the problems record an operation that the sandbox does not have', async () => {
    const { sandbox } = await start(account, { problems: 'some' });
    expect((await post(sandbox.url, 'PutAccountSetting', '{}')).status).toBe(400);
    expect((await fetch(sandbox.url)).status).toBe(400);
    expect(sandbox.problems[0]).toBe('ecs: the sandbox does not know PutAccountSetting');
    expect(sandbox.problems[1]).toMatch(/no service of the sandbox accepts this/);
  });
});

test('answers have the account’s time', async () => {
  const { sandbox, clock } = await start(account);
  clock.advance(5 * minutes);
  const answer = await fetch(sandbox.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters' },
  });
  expect(answer.headers.get('date')).toBe('Tue, 24 Nov 2026 02:35:00 GMT');
  expect(sandbox.calls.list()[0]?.accessKeyId).toBeUndefined();
});

test('a call to another Region fails as an unknown access key', async () => {
  const { ecs } = await start({ ...anAccount(account), region: 'us-east-1' });
  expect(await refusal(ecs.send(list))).toMatchObject({ name: 'UnrecognizedClientException', status: 400 });
});

test('the server listens only on this machine, on the given port', async () => {
  const first = await start(account);
  expect(first.sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await expect(start(account, { port: Number(new URL(first.sandbox.url).port) })).rejects.toThrow(/EADDRINUSE/);
});
