/** ECS services, called through the SDK's client and changed by a test's actions, as ECS documents them. */
import {
  CreateServiceCommand,
  CreateTaskSetCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  DescribeTaskSetsCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  paginateListServices,
  UpdateServiceCommand,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { minutes, family, prefix, refusal, start } from '../support/sandbox.ts';

const web = (revision: number) => `${prefix}task-definition/web:${revision}`;
const cluster = `${prefix}cluster/prod`;
const service = (name: string, more: object = {}) => ({
  clusterArn: cluster,
  serviceName: name,
  taskDefinition: web(2),
  ...more,
});
const account = (...services: object[]) => ({
  taskDefinitions: [family('web', '1-5')],
  clusters: [{ clusterName: 'prod' }, { clusterName: 'other' }],
  services,
});
const codeDeploy = { deploymentController: { type: 'CODE_DEPLOY' as const } };
const external = { deploymentController: { type: 'EXTERNAL' as const } };

describe('ListServices', () => {
  test('ListServices has ten items a page unless more are requested', async () => {
    const eleven = Array.from({ length: 11 }, (_, index) => service(`s${index}`));
    const { ecs } = await start(account(...eleven));
    const first = await ecs.send(new ListServicesCommand({ cluster }));
    expect(first.serviceArns).toHaveLength(10);
    expect((await ecs.send(new ListServicesCommand({ cluster, maxResults: 100 }))).serviceArns).toHaveLength(11);
    let all = 0;
    for await (const page of paginateListServices({ client: ecs }, { cluster })) all += page.serviceArns?.length ?? 0;
    expect(all).toBe(11);
  });

  test('ListServices omits DRAINING and INACTIVE services, which DescribeServices returns', async () => {
    const { ecs } = await start(
      account(service('a'), service('b', { status: 'DRAINING' }), service('c', { status: 'INACTIVE' })),
    );
    expect((await ecs.send(new ListServicesCommand({ cluster }))).serviceArns).toEqual([`${prefix}service/prod/a`]);
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['b', 'c'] }));
    expect(services?.map(({ status }) => status)).toEqual(['DRAINING', 'INACTIVE']);
  });

  test('ListServices filters by launch type, scheduling strategy and resource management', async () => {
    const { ecs } = await start(
      account(
        service('spot', { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] }),
        service('fargate', { launchType: 'FARGATE' }),
        service('daemon', { schedulingStrategy: 'DAEMON' }),
        service('express', { resourceManagementType: 'ECS' }),
      ),
    );
    const names = async (input: object) =>
      (await ecs.send(new ListServicesCommand({ cluster, ...input }))).serviceArns?.map((arn) => arn.split('/').at(-1));
    expect(await names({})).toEqual(['spot', 'fargate', 'daemon', 'express']);
    expect(await names({ launchType: 'FARGATE' })).toEqual(['fargate']);
    expect(await names({ schedulingStrategy: 'DAEMON' })).toEqual(['daemon']);
    expect(await names({ resourceManagementType: 'ECS' })).toEqual(['express']);
  });

  test('ListServices without a cluster lists the cluster default', async () => {
    const { ecs, sandbox } = await start(account(service('a')));
    expect(await refusal(ecs.send(new ListServicesCommand({})))).toEqual({
      name: 'ClusterNotFoundException',
      message: 'Cluster not found.',
      status: 400,
    });
    sandbox.account.createCluster('default');
    expect((await ecs.send(new ListServicesCommand({}))).serviceArns).toEqual([]);
  });
});

describe('DescribeServices', () => {
  test('DescribeServices accepts names and ARNs and reports the rest as MISSING', async () => {
    const { ecs } = await start(account(service('a'), service('b')));
    const { services, failures } = await ecs.send(
      new DescribeServicesCommand({ cluster: 'prod', services: ['a', `${prefix}service/prod/b`, 'c'] }),
    );
    expect(services?.map(({ serviceName }) => serviceName)).toEqual(['a', 'b']);
    expect(failures).toEqual([{ arn: `${prefix}service/prod/c`, reason: 'MISSING' }]);
  });

  test('DescribeServices finds no service of another cluster', async () => {
    const { ecs, sandbox } = await start(account(service('a'), service('b')));
    sandbox.account.createService({ cluster: 'other', serviceName: 'b', taskDefinition: 'web' });
    const { services, failures } = await ecs.send(
      new DescribeServicesCommand({ cluster: 'other', services: ['a', `${prefix}service/prod/b`] }),
    );
    expect(services).toEqual([]);
    expect(failures?.map(({ reason }) => reason)).toEqual(['MISSING', 'MISSING']);
  });

  test('DescribeServices distinguishes two services with the same short ARN', async () => {
    const shared = `${prefix}service/web`;
    const old = (cluster: string, revision: number) => ({
      ...service('web', { serviceArn: shared, taskDefinition: web(revision) }),
      clusterArn: `${prefix}cluster/${cluster}`,
    });
    const { ecs, sandbox } = await start(account(old('prod', 2), old('other', 3)));
    for (const [of, named, revision] of [
      ['prod', 'web', 2],
      ['other', 'web', 3],
      ['prod', shared, 2],
      ['other', shared, 3],
    ] as const) {
      expect((await ecs.send(new ListServicesCommand({ cluster: of }))).serviceArns).toEqual([shared]);
      const { services } = await ecs.send(new DescribeServicesCommand({ cluster: of, services: [named] }));
      expect(services?.map((one) => [one.serviceArn, one.taskDefinition])).toEqual([[shared, web(revision)]]);
      const listed = await ecs.send(new ListServiceDeploymentsCommand({ cluster: of, service: named }));
      expect(listed.serviceDeployments).toEqual([]);
    }
    await ecs.send(new UpdateServiceCommand({ cluster: 'other', service: shared, taskDefinition: 'web:4' }));
    const history = async (of: string) =>
      (await ecs.send(new ListServiceDeploymentsCommand({ cluster: of, service: 'web' }))).serviceDeployments;
    expect(await history('prod')).toEqual([]);
    expect(await history('other')).toMatchObject([{ clusterArn: `${prefix}cluster/other` }]);
    await ecs.send(new DeleteServiceCommand({ cluster: 'other', service: 'web', force: true }));
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['web'] }));
    expect(services).toMatchObject([{ status: 'ACTIVE', taskDefinition: web(2) }]);
    expect(sandbox.problems).toEqual([]);
  });

  test.each([
    ['eleven services', Array.from({ length: 11 }, (_, index) => `s${index}`)],
    ['no service', []],
  ])('DescribeServices refuses %s in one call', async (_, services) => {
    const { ecs } = await start(account());
    const call = ecs.send(new DescribeServicesCommand({ cluster, services }));
    expect((await refusal(call)).name).toBe('InvalidParameterException');
  });

  test('DescribeServices returns the hundred newest events', async () => {
    const events = Array.from({ length: 120 }, (_, index) => ({ id: `event-${index}`, message: 'started' }));
    const { ecs } = await start(account(service('a', { events })));
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['a'] }));
    expect(services?.[0]?.events).toHaveLength(100);
    expect(services?.[0]?.events?.[0]?.id).toBe('event-0');
  });

  test('DescribeServices returns tags only on request', async () => {
    const { ecs } = await start(account(service('a', { tags: [{ key: 'k', value: 'v' }] })));
    const tags = async (include: 'TAGS'[]) =>
      (await ecs.send(new DescribeServicesCommand({ cluster, services: ['a'], include }))).services?.[0]?.tags;
    expect(await tags([])).toBeUndefined();
    expect(await tags(['TAGS'])).toEqual([{ key: 'k', value: 'v' }]);
  });
});

describe('CreateService', () => {
  test('CreateService resolves a bare family to its newest ACTIVE revision', async () => {
    const { ecs, sandbox } = await start(account());
    sandbox.account.deregister('web:5');
    const created = await ecs.send(
      new CreateServiceCommand({ cluster, serviceName: 'a', taskDefinition: 'web', desiredCount: 2 }),
    );
    expect(created.service).toMatchObject({ taskDefinition: web(4), status: 'ACTIVE', pendingCount: 2 });
    expect(created.service?.deploymentController).toBeUndefined();
    sandbox.account.registerTaskDefinition('web');
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['a'] }));
    expect(services?.[0]?.taskDefinition).toBe(web(4));
  });

  test('a CODE_DEPLOY service has a task set and no deployments', async () => {
    const { ecs } = await start(account());
    const { service: made } = await ecs.send(
      new CreateServiceCommand({
        cluster,
        serviceName: 'a',
        taskDefinition: 'web:3',
        desiredCount: 1,
        ...codeDeploy,
      }),
    );
    expect(made?.deployments).toEqual([]);
    expect(made?.taskSets).toMatchObject([
      { status: 'PRIMARY', taskDefinition: web(3), stabilityStatus: 'STABILIZING' },
    ]);
  });

  test('an EXTERNAL service has no revision before its first task set', async () => {
    const { ecs, sandbox } = await start(account());
    const { service: made } = await ecs.send(new CreateServiceCommand({ cluster, serviceName: 'a', ...external }));
    expect(made?.taskDefinition).toBeUndefined();
    const { taskSet } = await ecs.send(new CreateTaskSetCommand({ cluster, service: 'a', taskDefinition: 'web:3' }));
    expect(taskSet).toMatchObject({ status: 'PRIMARY', taskDefinition: web(3) });
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['a'] }));
    expect(services?.[0]?.taskDefinition).toBeUndefined();
    expect(services?.[0]?.taskSets).toHaveLength(1);
    const finished = sandbox.account.finishDeployment({ cluster, service: 'a' });
    expect(finished.taskDefinition).toBeUndefined();
    expect(finished.taskSets).toMatchObject([{ status: 'PRIMARY', stabilityStatus: 'STEADY_STATE' }]);
  });

  test.each([
    ['an existing name', { serviceName: 'a', taskDefinition: 'web' }, 'InvalidParameterException'],
    ['the name of a draining service', { serviceName: 'd', taskDefinition: 'web' }, 'InvalidParameterException'],
    ['a revision that does not exist', { serviceName: 'b', taskDefinition: 'web:9' }, 'ClientException'],
    ['a service without a revision', { serviceName: 'b' }, 'ClientException'],
    [
      'an EXTERNAL service with a revision',
      { serviceName: 'b', taskDefinition: 'web', ...external },
      'InvalidParameterException',
    ],
  ])('CreateService refuses %s', async (_, input, name) => {
    const { ecs } = await start(account(service('a'), service('d', { status: 'DRAINING' })));
    expect((await refusal(ecs.send(new CreateServiceCommand({ cluster, ...input })))).name).toBe(name);
  });
});

describe('a deployment', () => {
  test('an unfinished deployment shows two deployments and the tasks of both revisions', async () => {
    const { ecs, sandbox } = await start(account());
    sandbox.account.createService({ cluster, serviceName: 'a', taskDefinition: 'web:2', desiredCount: 1 });
    sandbox.account.finishDeployment({ cluster, service: 'a' });
    const updated = await ecs.send(new UpdateServiceCommand({ cluster, service: 'a', taskDefinition: 'web:3' }));
    expect(updated.service).toMatchObject({ taskDefinition: web(3), runningCount: 1, pendingCount: 1 });
    expect(updated.service?.deployments).toMatchObject([
      {
        status: 'PRIMARY',
        taskDefinition: web(3),
        rolloutState: 'IN_PROGRESS',
        pendingCount: 1,
        runningCount: 0,
      },
      {
        status: 'ACTIVE',
        taskDefinition: web(2),
        rolloutState: 'COMPLETED',
        pendingCount: 0,
        runningCount: 1,
      },
    ]);

    sandbox.account.finishDeployment({ cluster, service: 'a' });
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['a'] }));
    expect(services?.[0]?.deployments).toMatchObject([
      { status: 'PRIMARY', taskDefinition: web(3), rolloutState: 'COMPLETED', runningCount: 1 },
    ]);
    expect(sandbox.account.tasks.in(cluster).map((task) => [task.taskDefinitionArn, task.lastStatus])).toEqual([
      [web(2), 'STOPPED'],
      [web(3), 'RUNNING'],
    ]);
  });

  test('an unfinished CODE_DEPLOY deployment shows two task sets', async () => {
    const { sandbox } = await start(account());
    sandbox.account.createService({
      cluster,
      serviceName: 'a',
      taskDefinition: 'web:2',
      desiredCount: 1,
      ...codeDeploy,
    });
    sandbox.account.finishDeployment({ cluster, service: 'a' });
    sandbox.account.createTaskSet({ cluster, service: 'a', taskDefinition: 'web:3' });
    const found = sandbox.account.services.find(cluster, 'a');
    expect(found).toMatchObject({
      taskDefinition: web(2),
      taskSets: [
        { status: 'PRIMARY', taskDefinition: web(2), stabilityStatus: 'STEADY_STATE' },
        { status: 'ACTIVE', taskDefinition: web(3), stabilityStatus: 'STABILIZING' },
      ],
    });
    sandbox.account.finishDeployment({ cluster, service: 'a' });
    expect(found).toMatchObject({
      taskDefinition: web(3),
      taskSets: [{ status: 'PRIMARY', taskDefinition: web(3) }],
    });
  });

  test.each([
    ['CODE_DEPLOY', codeDeploy],
    ['EXTERNAL', { ...external, taskDefinition: undefined }],
  ])('UpdateService cannot deploy a %s service', async (_, controller) => {
    const { ecs } = await start(account(service('a', controller)));
    for (const change of [{ taskDefinition: 'web:3' }, { forceNewDeployment: true }])
      expect(await refusal(ecs.send(new UpdateServiceCommand({ cluster, service: 'a', ...change })))).toMatchObject({
        name: 'InvalidParameterException',
      });
  });

  test('UpdateService with the current revision starts no deployment', async () => {
    const { ecs } = await start(account(service('a')));
    const { service: same } = await ecs.send(
      new UpdateServiceCommand({ cluster, service: 'a', taskDefinition: 'web:2' }),
    );
    expect(same?.deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED' }]);
  });

  test('a forced deployment starts the current revision again', async () => {
    const { ecs } = await start(account(service('a', { desiredCount: 1 })));
    const { service: forced } = await ecs.send(
      new UpdateServiceCommand({ cluster, service: 'a', forceNewDeployment: true }),
    );
    expect(forced?.deployments?.map(({ taskDefinition }) => taskDefinition)).toEqual([web(2), web(2)]);
  });
});

describe('an INACTIVE revision', () => {
  type Send = (ecs: ECSClient) => Promise<unknown>;
  const calls: [string, Send][] = [
    [
      'CreateService',
      (ecs) => ecs.send(new CreateServiceCommand({ cluster, serviceName: 'b', taskDefinition: 'web:3' })),
    ],
    ['UpdateService', (ecs) => ecs.send(new UpdateServiceCommand({ cluster, service: 'a', taskDefinition: 'web:3' }))],
    ['CreateTaskSet', (ecs) => ecs.send(new CreateTaskSetCommand({ cluster, service: 'c', taskDefinition: 'web:3' }))],
  ];
  const services = [service('a'), service('c', { ...external, taskDefinition: undefined })];

  test.each(calls)('%s accepts an INACTIVE revision within ten minutes', async (_, call) => {
    const { ecs, sandbox, clock } = await start(account(...services));
    sandbox.account.deregister('web:3');
    clock.advance(10 * minutes - 1);
    await expect(call(ecs)).resolves.toBeDefined();
  });

  test.each(calls)('%s refuses an INACTIVE revision after ten minutes', async (_, call) => {
    const { ecs, sandbox, clock } = await start(account(...services));
    sandbox.account.deregister('web:3');
    clock.advance(10 * minutes);
    expect(await refusal(call(ecs))).toEqual({
      name: 'ClientException',
      message: 'TaskDefinition is inactive',
      status: 400,
    });
  });

  test.each(calls)('%s refuses a DELETE_IN_PROGRESS revision at once', async (_, call) => {
    const { ecs, sandbox } = await start(account(...services));
    const revision = sandbox.account.deregister('web:3');
    sandbox.account.revisions.move(revision, 'DELETE_IN_PROGRESS');
    expect((await refusal(call(ecs))).message).toBe('TaskDefinition is inactive');
  });

  test('a service on an INACTIVE revision still scales but cannot be deployed again', async () => {
    const { ecs, sandbox, clock } = await start(account(service('a')));
    sandbox.account.deregister('web:2');
    clock.advance(60 * minutes);
    const up = await ecs.send(new UpdateServiceCommand({ cluster, service: 'a', desiredCount: 3 }));
    expect(up.service).toMatchObject({ desiredCount: 3, pendingCount: 3 });
    expect(up.service?.deployments).toHaveLength(1);
    const down = await ecs.send(new UpdateServiceCommand({ cluster, service: 'a', desiredCount: 1 }));
    expect(down.service).toMatchObject({ desiredCount: 1, pendingCount: 1 });
    const again = ecs.send(new UpdateServiceCommand({ cluster, service: 'a', forceNewDeployment: true }));
    expect((await refusal(again)).message).toBe('TaskDefinition is inactive');
  });
});

describe('DeleteService', () => {
  test('a deleted service is DRAINING while tasks run, then INACTIVE', async () => {
    const { ecs, sandbox } = await start(account());
    sandbox.account.createService({ cluster, serviceName: 'a', taskDefinition: 'web:2', desiredCount: 2 });
    sandbox.account.finishDeployment({ cluster, service: 'a' });
    const deleted = await ecs.send(new DeleteServiceCommand({ cluster, service: 'a', force: true }));
    expect(deleted.service).toMatchObject({ status: 'DRAINING', desiredCount: 0 });
    expect(sandbox.account.tasks.in(cluster)).toMatchObject([
      { desiredStatus: 'STOPPED', lastStatus: 'RUNNING' },
      { desiredStatus: 'STOPPED', lastStatus: 'RUNNING' },
    ]);
    const status = async () =>
      (await ecs.send(new DescribeServicesCommand({ cluster, services: ['a'] }))).services?.[0]?.status;
    const [first, second] = sandbox.account.tasks.in(cluster).map(({ taskArn }) => taskArn);
    sandbox.account.moveTask(first ?? '', 'STOPPED');
    expect(await status()).toBe('DRAINING');
    sandbox.account.moveTask(second ?? '', 'STOPPING');
    expect(await status()).toBe('INACTIVE');
  });

  test('DeleteService refuses a service scaled above 0 without force', async () => {
    const { ecs } = await start(account(service('a', { desiredCount: 1 })));
    expect((await refusal(ecs.send(new DeleteServiceCommand({ cluster, service: 'a' })))).name).toBe(
      'InvalidParameterException',
    );
  });

  test('DeleteService frees the service’s name', async () => {
    const { ecs } = await start(account(service('a', { desiredCount: 0 })));
    await ecs.send(new DeleteServiceCommand({ cluster, service: 'a' }));
    expect((await refusal(ecs.send(new UpdateServiceCommand({ cluster, service: 'a' })))).name).toBe(
      'ServiceNotActiveException',
    );
    const again = await ecs.send(new CreateServiceCommand({ cluster, serviceName: 'a', taskDefinition: 'web:4' }));
    expect(again.service).toMatchObject({ status: 'ACTIVE', taskDefinition: web(4) });
  });

  test('DeleteService refuses a service that does not exist', async () => {
    const { ecs } = await start(account());
    expect((await refusal(ecs.send(new DeleteServiceCommand({ cluster, service: 'a' })))).name).toBe(
      'ServiceNotFoundException',
    );
  });
});

describe('task sets', () => {
  const taskSets = [
    {
      id: 'ecs-svc/1',
      taskSetArn: `${prefix}task-set/prod/a/ecs-svc/1`,
      status: 'PRIMARY',
      taskDefinition: web(2),
    },
    {
      id: 'ecs-svc/2',
      taskSetArn: `${prefix}task-set/prod/a/ecs-svc/2`,
      status: 'ACTIVE',
      taskDefinition: web(3),
    },
  ];

  test('DescribeTaskSets returns all task sets or the requested ones', async () => {
    const { ecs } = await start(account(service('a', { ...codeDeploy, taskSets })));
    const all = await ecs.send(new DescribeTaskSetsCommand({ cluster, service: 'a' }));
    expect(all.taskSets).toEqual(taskSets);
    const some = await ecs.send(
      new DescribeTaskSetsCommand({ cluster, service: 'a', taskSets: ['ecs-svc/2', 'ecs-svc/3'] }),
    );
    expect(some.taskSets).toEqual(taskSets.slice(1));
    expect(some.failures).toEqual([{ arn: 'ecs-svc/3', reason: 'MISSING' }]);
  });

  test('CreateTaskSet refuses a service that ECS deploys itself', async () => {
    const { ecs } = await start(account(service('a')));
    const call = ecs.send(new CreateTaskSetCommand({ cluster, service: 'a', taskDefinition: 'web:3' }));
    expect((await refusal(call)).name).toBe('InvalidParameterException');
  });
});
