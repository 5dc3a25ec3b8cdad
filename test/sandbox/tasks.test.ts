/** Tasks and clusters as ECS documents them. */
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListTasksCommand,
  RunTaskCommand,
  StartTaskCommand,
  StopTaskCommand,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { taskStates } from '../../sandbox/ecs/tasks.ts';
import { minutes, family, prefix, refusal, start } from '../support/sandbox.ts';

const web = (revision: number) => `${prefix}task-definition/web:${revision}`;
const cluster = `${prefix}cluster/prod`;
const task = (id: string, more: object = {}) => ({
  taskArn: `${prefix}task/prod/${id}`,
  taskDefinitionArn: web(2),
  ...more,
});
const account = (...tasks: ReturnType<typeof task>[]) => ({
  taskDefinitions: [family('web', '1-5')],
  clusters: [{ clusterName: 'prod' }, { clusterName: 'other' }],
  tasks,
});

async function listArns(ecs: ECSClient, input: object = {}): Promise<string[] | undefined> {
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, ...input }));
  return taskArns?.map((arn) => arn.replace(`${prefix}task/prod/`, ''));
}

describe('ListTasks', () => {
  test('ListTasks lists tasks of any status that should run, unless STOPPED is requested', async () => {
    const { ecs } = await start(account(...taskStates.map((lastStatus) => task(lastStatus, { lastStatus }))));
    const running = ['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING'];
    expect(await listArns(ecs)).toEqual(running);
    expect(await listArns(ecs, { desiredStatus: 'RUNNING' })).toEqual(running);
    expect(await listArns(ecs, { desiredStatus: 'STOPPED' })).toEqual([
      'DEACTIVATING',
      'STOPPING',
      'DEPROVISIONING',
      'STOPPED',
    ]);
    expect(await listArns(ecs, { desiredStatus: 'PENDING' })).toEqual([]);
  });

  test('ListTasks applies its filters', async () => {
    const { ecs } = await start(
      account(
        task('a', { group: 'service:shop', launchType: 'EC2', containerInstanceArn: 'i-1' }),
        task('b', {
          startedBy: 'cron',
          taskDefinitionArn: `${prefix}task-definition/web2:1`,
          launchType: 'FARGATE',
        }),
      ),
    );
    expect(await listArns(ecs, { serviceName: 'shop' })).toEqual(['a']);
    expect(await listArns(ecs, { serviceName: `${prefix}service/prod/shop` })).toEqual(['a']);
    expect(await listArns(ecs, { launchType: 'EC2' })).toEqual(['a']);
    expect(await listArns(ecs, { containerInstance: 'i-1' })).toEqual(['a']);
    expect(await listArns(ecs, { startedBy: 'cron' })).toEqual(['b']);
    expect(await listArns(ecs, { family: 'web' })).toEqual(['a']);
    expect(await listArns(ecs, { family: 'web2' })).toEqual(['b']);
  });

  test('ListTasks lists one cluster', async () => {
    const { ecs } = await start(account(task('a')));
    expect((await ecs.send(new ListTasksCommand({ cluster: 'other' }))).taskArns).toEqual([]);
    expect((await refusal(ecs.send(new ListTasksCommand({ cluster: 'none' })))).name).toBe('ClusterNotFoundException');
  });
});

describe('DescribeTasks', () => {
  test('DescribeTasks accepts ids and ARNs of one cluster and reports the rest as MISSING', async () => {
    const { ecs } = await start(account(task('a'), task('b')));
    const { tasks, failures } = await ecs.send(
      new DescribeTasksCommand({
        cluster: 'prod',
        tasks: ['a', `${prefix}task/prod/b`, 'c', `${prefix}task/other/a`],
      }),
    );
    expect(tasks?.map(({ taskArn }) => taskArn)).toEqual([`${prefix}task/prod/a`, `${prefix}task/prod/b`]);
    expect(failures).toEqual([
      { arn: `${prefix}task/prod/c`, reason: 'MISSING' },
      { arn: `${prefix}task/other/a`, reason: 'MISSING' },
    ]);
  });

  test.each([
    ['a hundred and one tasks', Array.from({ length: 101 }, (_, index) => `t${index}`)],
    ['no task', []],
  ])('DescribeTasks refuses %s in one call', async (_, tasks) => {
    const { ecs } = await start(account());
    const call = ecs.send(new DescribeTasksCommand({ cluster, tasks }));
    expect((await refusal(call)).name).toBe('InvalidParameterException');
  });

  test('DescribeTasks reports a forgotten task as MISSING', async () => {
    const { ecs, sandbox } = await start(account(task('a', { lastStatus: 'STOPPED' })));
    sandbox.account.forgetTask(`${prefix}task/prod/a`);
    const { failures } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: ['a'] }));
    expect(failures).toMatchObject([{ reason: 'MISSING' }]);
  });
});

describe('starting tasks', () => {
  test('RunTask starts the newest ACTIVE revision of a bare family, which first waits for capacity', async () => {
    const { ecs, sandbox } = await start(account());
    sandbox.account.deregister('web:5');
    const { tasks } = await ecs.send(new RunTaskCommand({ cluster, taskDefinition: 'web', count: 2, startedBy: 'me' }));
    expect(tasks).toHaveLength(2);
    expect(tasks?.[0]).toMatchObject({
      taskDefinitionArn: web(4),
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      group: 'family:web',
      startedBy: 'me',
      clusterArn: cluster,
    });
    expect(await listArns(ecs)).toHaveLength(2);
  });

  test('StartTask starts one task on each container instance', async () => {
    const { ecs } = await start(account());
    const { tasks } = await ecs.send(
      new StartTaskCommand({ cluster, taskDefinition: 'web:1', containerInstances: ['i-1', 'i-2'] }),
    );
    expect(tasks?.map(({ containerInstanceArn }) => containerInstanceArn)).toEqual(['i-1', 'i-2']);
  });

  test.each<[string, (ecs: ECSClient) => Promise<unknown>]>([
    ['RunTask', (ecs) => ecs.send(new RunTaskCommand({ cluster, taskDefinition: 'web:3' }))],
    [
      'StartTask',
      (ecs) => ecs.send(new StartTaskCommand({ cluster, taskDefinition: 'web:3', containerInstances: ['i-1'] })),
    ],
  ])('%s accepts an INACTIVE revision for ten minutes', async (_, call) => {
    const { ecs, sandbox, clock } = await start(account());
    sandbox.account.deregister('web:3');
    clock.advance(10 * minutes - 1);
    await expect(call(ecs)).resolves.toMatchObject({ tasks: [{ taskDefinitionArn: web(3) }] });
    clock.advance(1);
    expect(await refusal(call(ecs))).toEqual({
      name: 'InvalidParameterException',
      message: 'TaskDefinition is inactive',
      status: 400,
    });
  });

  test('a task keeps running after the deregistration of its revision', async () => {
    const { ecs, sandbox } = await start(account(task('a')));
    sandbox.account.deregister('web:2');
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: ['a'] }));
    expect(tasks).toMatchObject([{ taskDefinitionArn: web(2), lastStatus: 'RUNNING' }]);
  });

  test.each([0, 11])('RunTask refuses a count of %i', async (count) => {
    const { ecs } = await start(account());
    const call = ecs.send(new RunTaskCommand({ cluster, taskDefinition: 'web', count }));
    expect((await refusal(call)).name).toBe('InvalidParameterException');
  });
});

test('StopTask moves a task to the STOPPED list at once and keeps its times', async () => {
  const { ecs, sandbox, clock } = await start(account(task('a')));
  const { task: stopped } = await ecs.send(new StopTaskCommand({ cluster, task: 'a', reason: 'enough' }));
  expect(stopped).toMatchObject({
    lastStatus: 'STOPPING',
    desiredStatus: 'STOPPED',
    stoppedReason: 'enough',
  });
  expect(await listArns(ecs)).toEqual([]);
  expect(await listArns(ecs, { desiredStatus: 'STOPPED' })).toEqual(['a']);
  clock.advance(30_000);
  const ended = sandbox.account.moveTask(`${prefix}task/prod/a`, 'STOPPED');
  expect(ended.stoppingAt).toEqual(new Date('2026-11-24T02:30:00Z'));
  expect(ended.stoppedAt).toEqual(new Date('2026-11-24T02:30:30Z'));
  expect((await refusal(ecs.send(new StopTaskCommand({ cluster, task: 'b' })))).name).toBe('InvalidParameterException');
});

describe('clusters', () => {
  test('clusters are listed and described; without a name, default is described', async () => {
    const { ecs, sandbox } = await start(account(task('a'), task('b', { lastStatus: 'PENDING' })));
    expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toEqual([cluster, `${prefix}cluster/other`]);
    const { clusters, failures } = await ecs.send(new DescribeClustersCommand({ clusters: ['prod', 'none'] }));
    expect(clusters).toMatchObject([
      {
        clusterArn: cluster,
        status: 'ACTIVE',
        runningTasksCount: 1,
        pendingTasksCount: 1,
        activeServicesCount: 0,
      },
    ]);
    expect(failures).toEqual([{ arn: `${prefix}cluster/none`, reason: 'MISSING' }]);
    expect((await ecs.send(new DescribeClustersCommand({}))).failures).toHaveLength(1);
    sandbox.account.createCluster('default');
    expect((await ecs.send(new DescribeClustersCommand({}))).clusters).toMatchObject([{ clusterName: 'default' }]);
  });

  test('a deleted cluster is INACTIVE: described, not listed, and refused by every other call', async () => {
    const { ecs } = await start(account());
    await ecs.send(new DeleteClusterCommand({ cluster: 'other' }));
    expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toEqual([cluster]);
    const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: ['other'] }));
    expect(clusters).toMatchObject([{ status: 'INACTIVE' }]);
    expect((await refusal(ecs.send(new ListTasksCommand({ cluster: 'other' })))).name).toBe('ClusterNotFoundException');
    const again = await ecs.send(new CreateClusterCommand({ clusterName: 'other' }));
    expect(again.cluster?.status).toBe('ACTIVE');
  });

  test('DeleteCluster refuses a cluster with services or tasks', async () => {
    const { ecs, sandbox } = await start(account(task('a')));
    expect((await refusal(ecs.send(new DeleteClusterCommand({ cluster })))).name).toBe('ClusterContainsTasksException');
    sandbox.account.createService({ cluster, serviceName: 'a', taskDefinition: 'web' });
    expect((await refusal(ecs.send(new DeleteClusterCommand({ cluster })))).name).toBe(
      'ClusterContainsServicesException',
    );
  });
});

test('a deletion completes only when no task, service or task set uses the revision', async () => {
  const { sandbox } = await start(account(task('a')));
  const { account: live } = sandbox;
  live.tagTaskDefinition('web:1', { k: 'v' });
  live.createService({ cluster, serviceName: 's', taskDefinition: 'web:3' });
  live.createService({ cluster, serviceName: 't', deploymentController: { type: 'EXTERNAL' } });
  live.createTaskSet({ cluster, service: 't', taskDefinition: 'web:4' });
  for (const number of [1, 2, 3, 4]) live.revisions.move(live.deregister(`web:${number}`), 'DELETE_IN_PROGRESS');
  expect(live.finishDeletions()).toEqual([web(1)]);
  expect([...live.tags.everTagged()]).toEqual([]);
  live.moveTask(`${prefix}task/prod/a`, 'STOPPED');
  for (const service of ['s', 't']) live.deleteService({ cluster, service });
  expect(live.finishDeletions()).toEqual([web(2), web(3), web(4)]);
  expect(live.revisions.find('web:2')).toBeUndefined();
  expect(live.registerTaskDefinition('web').revision).toBe(6);
});
