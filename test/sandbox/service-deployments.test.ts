/** The history of services: service deployments, service revisions and rollbacks, as ECS documents them. */
import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type ECSClient,
  type ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { policyDocument } from '../../sandbox/iam/policy.ts';
import { family, minutes, prefix, refusal, start } from '../support/sandbox.ts';

const cluster = `${prefix}cluster/prod`;
const named = { cluster, service: 'a' };
const web = (revision: number) => `${prefix}task-definition/web:${revision}`;
const days = 24 * 60 * minutes;

const account = (...services: object[]) => ({
  taskDefinitions: [family('web', '1-9')],
  clusters: [{ clusterName: 'prod' }],
  services: services.map((more) => ({ clusterArn: cluster, taskDefinition: web(2), ...more })),
});

/** Creates a service on web:1 and deploys web:2. The clock advances an hour after each deployment. */
async function deployTwice(more: object = {}) {
  const started = await start(account());
  const { account: live } = started.sandbox;
  live.createService({ cluster, serviceName: 'a', taskDefinition: 'web:1', desiredCount: 1, ...more });
  live.finishDeployment(named);
  started.clock.advance(60 * minutes);
  live.updateService({ ...named, taskDefinition: 'web:2' });
  live.finishDeployment(named);
  started.clock.advance(60 * minutes);
  return { ...started, live };
}

async function listDeployments(ecs: ECSClient, input: object = {}) {
  const { serviceDeployments = [] } = await ecs.send(new ListServiceDeploymentsCommand({ ...named, ...input }));
  return serviceDeployments;
}

/** Formats the history, newest first: `IN_PROGRESS from web:2 to web:3, back to web:2`. */
async function formatHistory(ecs: ECSClient): Promise<string[]> {
  const arns = (await listDeployments(ecs)).flatMap(({ serviceDeploymentArn = '' }) => serviceDeploymentArn);
  const { serviceDeployments = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: arns }),
  );
  const names = async (revisions: (string | undefined)[]) => {
    const serviceRevisionArns = revisions.filter((arn) => arn !== undefined);
    if (serviceRevisionArns.length === 0) return 'nothing';
    const answer = await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
    return answer.serviceRevisions?.map(({ taskDefinition }) => taskDefinition?.split('/')[1]).join(' and ');
  };
  const lines: string[] = [];
  for (const { status, sourceServiceRevisions = [], targetServiceRevision, rollback } of serviceDeployments) {
    const from = await names(sourceServiceRevisions.map(({ arn }) => arn));
    const back = rollback === undefined ? '' : `, back to ${await names([rollback.serviceRevisionArn])}`;
    lines.push(`${status} from ${from} to ${await names([targetServiceRevision?.arn])}${back}`);
  }
  return lines;
}

async function describeService(ecs: ECSClient) {
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['a'] }));
  return services[0];
}

describe('the history of a service', () => {
  test('each deployment adds a service deployment, newest first', async () => {
    const { ecs, live } = await deployTwice();
    expect(await formatHistory(ecs)).toEqual(['SUCCESSFUL from web:1 to web:2', 'SUCCESSFUL from nothing to web:1']);
    live.updateService({ ...named, taskDefinition: 'web:3' });
    expect((await formatHistory(ecs))[0]).toBe('IN_PROGRESS from web:2 to web:3');
  });

  test('scaling does not change the history; a forced deployment of the same revision adds to it', async () => {
    const { ecs, live } = await deployTwice();
    live.updateService({ ...named, desiredCount: 3 });
    expect(await listDeployments(ecs)).toHaveLength(2);
    live.updateService({ ...named, forceNewDeployment: true });
    expect((await formatHistory(ecs))[0]).toBe('IN_PROGRESS from web:2 to web:2');
    const revisions = (await listDeployments(ecs)).map((brief) => brief.targetServiceRevisionArn);
    expect(new Set(revisions).size).toBe(3);
  });

  test('a service shows its current service revisions with their tasks', async () => {
    const { ecs, live } = await deployTwice();
    const before = await describeService(ecs);
    expect(before?.currentServiceRevisions).toMatchObject([{ runningTaskCount: 1, pendingTaskCount: 0 }]);
    live.updateService({ ...named, taskDefinition: 'web:3' });
    const during = await describeService(ecs);
    expect(during?.currentServiceDeployment).not.toBe(before?.currentServiceDeployment);
    expect(during?.currentServiceRevisions).toMatchObject([
      { runningTaskCount: 0, pendingTaskCount: 1 },
      { runningTaskCount: 1, pendingTaskCount: 0 },
    ]);
    expect((await listDeployments(ecs))[0]).toMatchObject({
      serviceDeploymentArn: during?.currentServiceDeployment,
      targetServiceRevisionArn: during?.currentServiceRevisions?.[0]?.arn,
      serviceArn: `${prefix}service/prod/a`,
      status: 'IN_PROGRESS',
    });
  });

  test('a newer deployment stops the unfinished one and has two sources', async () => {
    const { ecs, live } = await deployTwice();
    live.updateService({ ...named, taskDefinition: 'web:3' });
    live.updateService({ ...named, taskDefinition: 'web:4' });
    expect((await formatHistory(ecs)).slice(0, 2)).toEqual([
      'IN_PROGRESS from web:3 and web:2 to web:4',
      'STOPPED from web:2 to web:3',
    ]);
  });

  test('deleting a service deletes its history', async () => {
    const { ecs, live } = await deployTwice();
    const [newest] = await listDeployments(ecs);
    live.deleteService({ ...named, force: true });
    const { failures } = await ecs.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns: [newest?.targetServiceRevisionArn ?? ''] }),
    );
    expect(failures).toEqual([{ arn: newest?.targetServiceRevisionArn, reason: 'MISSING' }]);
  });

  test('a service deployment disappears after ninety days; its service revision stays', async () => {
    const { ecs, clock } = await deployTwice();
    const [newest] = await listDeployments(ecs);
    clock.advance(90 * days - 60 * minutes - 1);
    expect(await listDeployments(ecs)).toHaveLength(1);
    clock.advance(1);
    expect(await listDeployments(ecs)).toEqual([]);
    const { serviceDeploymentArn = '', targetServiceRevisionArn = '' } = newest ?? {};
    const described = await ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [serviceDeploymentArn] }),
    );
    expect(described.failures).toEqual([{ arn: serviceDeploymentArn, reason: 'MISSING' }]);
    const revisions = await ecs.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns: [targetServiceRevisionArn] }),
    );
    expect(revisions.serviceRevisions).toMatchObject([{ taskDefinition: web(2) }]);
  });
});

describe('rollbacks', () => {
  test('a rollback restores the last successful service revision in the same service deployment', async () => {
    const { ecs, live } = await deployTwice();
    live.updateService({ ...named, taskDefinition: 'web:3' });
    live.rollBack(named);
    expect((await formatHistory(ecs))[0]).toBe('ROLLBACK_IN_PROGRESS from web:2 to web:3, back to web:2');
    expect(await describeService(ecs)).toMatchObject({
      taskDefinition: web(2),
      deployments: [
        { status: 'PRIMARY', taskDefinition: web(2), rolloutState: 'IN_PROGRESS' },
        { status: 'ACTIVE', taskDefinition: web(3) },
        { status: 'ACTIVE', taskDefinition: web(2) },
      ],
    });
    live.finishDeployment(named);
    expect(await formatHistory(ecs)).toEqual([
      'ROLLBACK_SUCCESSFUL from web:2 to web:3, back to web:2',
      'SUCCESSFUL from web:1 to web:2',
      'SUCCESSFUL from nothing to web:1',
    ]);
    expect((await describeService(ecs))?.currentServiceRevisions).toHaveLength(1);
  });

  test('a rollback after a rollback restores the revision that the first one restored', async () => {
    const { ecs, live } = await deployTwice();
    for (const taskDefinition of ['web:3', 'web:4']) {
      live.updateService({ ...named, taskDefinition });
      live.rollBack(named);
      live.finishDeployment(named);
    }
    expect((await formatHistory(ecs))[0]).toBe('ROLLBACK_SUCCESSFUL from web:2 to web:4, back to web:2');
  });

  test('a rollback to a revision deregistered more than ten minutes ago fails', async () => {
    const { ecs, live, clock } = await deployTwice();
    live.updateService({ ...named, taskDefinition: 'web:3' });
    live.deregister('web:2');
    clock.advance(10 * minutes);
    live.rollBack(named);
    expect((await formatHistory(ecs))[0]).toBe('ROLLBACK_FAILED from web:2 to web:3');
  });

  test('a rollback of a first deployment fails', async () => {
    const { ecs, sandbox } = await start(account());
    sandbox.account.createService({ cluster, serviceName: 'a', taskDefinition: 'web:1' });
    sandbox.account.rollBack(named);
    expect(await formatHistory(ecs)).toEqual(['ROLLBACK_FAILED from nothing to web:1']);
  });

  test('a rollback is possible in bake time, while both sides run', async () => {
    const strategy = { deploymentConfiguration: { strategy: 'BLUE_GREEN' as const, bakeTimeInMinutes: 30 } };
    const { ecs, live } = await deployTwice(strategy);
    live.updateService({ ...named, taskDefinition: 'web:3' });
    const [running] = await listDeployments(ecs);
    const describe = async () => {
      const serviceDeploymentArns = [running?.serviceDeploymentArn ?? ''];
      const answer = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
      return answer.serviceDeployments?.[0];
    };
    expect(await describe()).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' });
    live.bakeDeployment(named);
    expect(await describe()).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'BAKE_TIME' });
    live.rollBack(named);
    live.finishDeployment(named);
    expect((await describeService(ecs))?.taskDefinition).toBe(web(2));
  });

  test('a failed deployment without rollback stops and keeps both sides', async () => {
    const { ecs, live } = await deployTwice();
    live.updateService({ ...named, taskDefinition: 'web:3' });
    live.failDeployment(named);
    expect((await formatHistory(ecs))[0]).toBe('STOPPED from web:2 to web:3');
    expect((await describeService(ecs))?.deployments).toMatchObject([
      { status: 'PRIMARY', taskDefinition: web(3), rolloutState: 'FAILED' },
      { status: 'ACTIVE', taskDefinition: web(2) },
    ]);
  });
});

describe('StopServiceDeployment', () => {
  test.each([
    { stopType: undefined, asks: 'ROLLBACK_REQUESTED', ends: 'ROLLBACK_SUCCESSFUL', on: web(2) },
    { stopType: 'ROLLBACK' as const, asks: 'ROLLBACK_REQUESTED', ends: 'ROLLBACK_SUCCESSFUL', on: web(2) },
    { stopType: 'ABORT' as const, asks: 'STOP_REQUESTED', ends: 'STOPPED', on: web(3) },
  ])('StopServiceDeployment with $stopType only requests the stop', async ({ stopType, asks, ends, on }) => {
    const { ecs, live } = await deployTwice();
    live.updateService({ ...named, taskDefinition: 'web:3' });
    const serviceDeploymentArn = (await describeService(ecs))?.currentServiceDeployment;
    const stop = new StopServiceDeploymentCommand({ serviceDeploymentArn, ...(stopType && { stopType }) });
    expect((await ecs.send(stop)).serviceDeploymentArn).toBe(serviceDeploymentArn);
    expect((await listDeployments(ecs))[0]?.status).toBe(asks);
    live.finishDeployment(named);
    expect((await listDeployments(ecs))[0]?.status).toBe(ends);
    expect((await describeService(ecs))?.taskDefinition).toBe(on);
  });

  test('StopServiceDeployment refuses a finished and an unknown service deployment', async () => {
    const { ecs } = await deployTwice();
    const serviceDeploymentArn = (await describeService(ecs))?.currentServiceDeployment;
    const stop = (arn: string | undefined) =>
      refusal(ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn })));
    expect((await stop(serviceDeploymentArn)).name).toBe('ConflictException');
    const none = `${prefix}service-deployment/prod/a/none`;
    expect((await stop(none)).name).toBe('ServiceDeploymentNotFoundException');
  });
});

describe('ListServiceDeployments', () => {
  const many = () => {
    const target = `${prefix}service-revision/prod/a/1`;
    return {
      ...account({ serviceName: 'a' }),
      serviceRevisions: [{ serviceRevisionArn: target, taskDefinition: web(2) }],
      serviceDeployments: Array.from({ length: 130 }, (_, index) => ({
        serviceDeploymentArn: `${prefix}service-deployment/prod/a/${index + 1}`,
        targetServiceRevision: { arn: target },
        status: 'SUCCESSFUL' as const,
        createdAt: new Date(Date.parse('2026-11-01T00:00:00Z') + index * 60 * minutes).toISOString(),
      })),
    };
  };

  test('ListServiceDeployments has twenty items a page, at most a hundred on request', async () => {
    const { ecs } = await start(many());
    expect(await listDeployments(ecs)).toHaveLength(20);
    expect(await listDeployments(ecs, { maxResults: 100 })).toHaveLength(100);
    expect((await refusal(listDeployments(ecs, { maxResults: 101 }))).name).toBe('InvalidParameterException');
    const first = await ecs.send(new ListServiceDeploymentsCommand({ ...named, maxResults: 100 }));
    expect(await listDeployments(ecs, { maxResults: 100, nextToken: first.nextToken })).toHaveLength(30);
  });

  test('ListServiceDeployments filters by status and time', async () => {
    const { ecs, live } = await deployTwice();
    live.updateService({ ...named, taskDefinition: 'web:3' });
    const status = async (...wanted: ServiceDeploymentStatus[]) =>
      (await listDeployments(ecs, { status: wanted })).map((brief) => brief.status);
    expect(await status('SUCCESSFUL')).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
    expect(await status('IN_PROGRESS', 'PENDING')).toEqual(['IN_PROGRESS']);
    const [newest, second] = await listDeployments(ecs);
    expect(await listDeployments(ecs, { createdAt: { after: second?.createdAt } })).toEqual([newest]);
    expect(await listDeployments(ecs, { createdAt: { before: newest?.createdAt } })).toHaveLength(2);
  });

  test.each(['CODE_DEPLOY', 'EXTERNAL'] as const)('ListServiceDeployments refuses a service of %s', async (type) => {
    const taskDefinition = type === 'EXTERNAL' ? undefined : web(2);
    const controller = { deploymentController: { type }, taskDefinition };
    const { ecs } = await start(account({ serviceName: 'a', ...controller }));
    expect((await refusal(listDeployments(ecs))).name).toBe('UnsupportedFeatureException');
  });

  test.each([
    ['an unknown service', { service: 'b' }, 'ServiceNotFoundException'],
    ['an unknown cluster', { cluster: 'b' }, 'ClusterNotFoundException'],
    ['a call without a cluster, as default does not exist', { cluster: undefined }, 'ClusterNotFoundException'],
  ])('ListServiceDeployments refuses %s', async (_, input, name) => {
    const { ecs } = await start(account({ serviceName: 'a' }));
    expect((await refusal(listDeployments(ecs, input))).name).toBe(name);
  });
});

describe('describing', () => {
  const twentyOne = Array.from({ length: 21 }, (_, index) => `${prefix}service-revision/prod/a/${index}`);

  test.each([
    ['a list of twenty-one ARNs', twentyOne],
    ['an empty list of ARNs', []],
  ])('%s in one call is refused', async (_, arns) => {
    const { ecs } = await start(account());
    for (const call of [
      ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: arns })),
      ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: arns })),
    ])
      expect((await refusal(call)).name).toBe('InvalidParameterException');
  });

  test('DescribeServiceDeployments accepts ARNs of several services', async () => {
    const dated = {
      deployments: [{ status: 'PRIMARY', taskDefinition: web(2), createdAt: '2026-11-01T00:00:00Z' }],
    };
    const { ecs } = await start(account({ serviceName: 'a', ...dated }, { serviceName: 'b', ...dated }));
    const of = async (service: string) => (await listDeployments(ecs, { service }))[0]?.targetServiceRevisionArn ?? '';
    const serviceRevisionArns = [await of('a'), await of('b')];
    const answer = await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
    expect(answer.serviceRevisions?.map(({ serviceRevisionArn }) => serviceRevisionArn)).toEqual(serviceRevisionArns);
  });

  test('IAM evaluates the service and its service deployment or revision', async () => {
    const allow = (resource: string) =>
      policyDocument.parse({ Statement: { Effect: 'Allow', Action: 'ecs:*', Resource: resource } });
    const roles = {
      SERVICE: [allow(`${prefix}service/*`)],
      BOTH: [allow(`${prefix}service/*`), allow(`${prefix}service-revision/*`)],
    };
    const describeAs = async (accessKeyId: 'SERVICE' | 'BOTH') => {
      const { ecs } = await start(account({ serviceName: 'a' }), { roles, accessKeyId });
      expect(await listDeployments(ecs)).toEqual([]);
      const serviceRevisionArns = [`${prefix}service-revision/prod/a/1`];
      return ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
    };
    expect((await describeAs('BOTH')).failures).toHaveLength(1);
    expect((await refusal(describeAs('SERVICE'))).name).toBe('AccessDeniedException');
  });
});

describe('account files', () => {
  test('an account file without a history derives it from dated deployments', async () => {
    const deployments = [
      {
        id: 'ecs-svc/2',
        status: 'PRIMARY',
        taskDefinition: web(3),
        rolloutState: 'IN_PROGRESS',
        createdAt: '2026-11-24T02:00:00Z',
      },
      {
        id: 'ecs-svc/1',
        status: 'ACTIVE',
        taskDefinition: web(2),
        rolloutState: 'COMPLETED',
        createdAt: '2026-11-20T02:00:00Z',
      },
    ];
    const { ecs } = await start(account({ serviceName: 'a', deployments }));
    expect(await formatHistory(ecs)).toEqual(['IN_PROGRESS from web:2 to web:3', 'SUCCESSFUL from nothing to web:2']);
    expect((await describeService(ecs))?.currentServiceRevisions).toHaveLength(2);
  });

  test('a service without dated deployments has no history but can be rolled back', async () => {
    const { ecs, sandbox } = await start(account({ serviceName: 'a', desiredCount: 1 }));
    expect(await listDeployments(ecs)).toEqual([]);
    expect((await describeService(ecs))?.currentServiceRevisions).toHaveLength(1);
    await ecs.send(new UpdateServiceCommand({ ...named, taskDefinition: 'web:3' }));
    sandbox.account.rollBack(named);
    expect(await formatHistory(ecs)).toEqual(['ROLLBACK_IN_PROGRESS from web:2 to web:3, back to web:2']);
  });

  test.each([
    [
      'a deployment of an unknown service',
      { serviceDeployments: [{ serviceDeploymentArn: `${prefix}service-deployment/prod/b/1` }] },
      'service-deployment/prod/b/1 belongs to none of the services',
    ],
    [
      'a deployment to an unknown service revision',
      {
        serviceDeployments: [
          {
            serviceDeploymentArn: `${prefix}service-deployment/prod/a/1`,
            targetServiceRevision: { arn: `${prefix}service-revision/prod/a/1` },
          },
        ],
      },
      'service-revision/prod/a/1 is not among the serviceRevisions',
    ],
  ])('an account file with %s does not load', async (_, more, message) => {
    await expect(start({ ...account({ serviceName: 'a' }), ...more })).rejects.toThrow(message);
  });
});
