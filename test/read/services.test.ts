// Tests the references of services: every deployment and task set that they still have, under every deployment controller.
import { describe, expect, test } from 'vitest';
import { anAccount, deployment, revisionArn } from '../support/account.ts';
import { aReader, arn, asLines, readSource } from '../support/reader.ts';

const taskSet = (revision: string, more: object = {}) => ({
  id: `ecs-svc/${revision}`,
  status: 'PRIMARY',
  stabilityStatus: 'STEADY_STATE' as const,
  taskDefinition: revisionArn(revision),
  ...more,
});

async function linesOf(account: ReturnType<typeof anAccount>) {
  const { reader } = await aReader(account);
  const reading = await readSource(reader, 'services');
  expect(reading.problems).toEqual([]);
  expect(new Set(reading.findings.map(({ source }) => source)).difference(new Set(['services']))).toEqual(new Set());
  return asLines(reading.findings);
}

describe('the ECS controller', () => {
  test('a service at rest references one revision, once, also when it is scaled to nought', async () => {
    const account = anAccount()
      .service('prod/web', 'web:7')
      .service('prod/idle', 'web:3', { desiredCount: 0, runningCount: 0 })
      .service('dev/web', 'WEB:1', { deploymentController: { type: 'ECS' } });
    expect(await linesOf(account)).toEqual([
      'service/prod/web deploys web:7',
      'service/prod/idle deploys web:3',
      'service/dev/web deploys WEB:1',
    ]);
  });

  test('in a deployment it references both sides, and is in flight from the lower one', async () => {
    const deployments = [
      deployment('web:9', { rolloutState: 'IN_PROGRESS', runningCount: 0, pendingCount: 1 }),
      deployment('web:7', { status: 'ACTIVE' }),
    ];
    expect(await linesOf(anAccount().service('prod/web', 'web:9', { deployments }))).toEqual([
      'service/prod/web deploys web:9',
      'service/prod/web deploys web:7',
      'service/prod/web in flight from web:7',
    ]);
  });

  test('on its way back it is in flight from the lower one too', async () => {
    const deployments = [
      deployment('web:7', { rolloutState: 'IN_PROGRESS' }),
      deployment('web:9', { status: 'ACTIVE', rolloutState: 'FAILED' }),
    ];
    expect(await linesOf(anAccount().service('prod/web', 'web:7', { deployments }))).toContain(
      'service/prod/web in flight from web:7',
    );
  });

  test('a deployment that was replaced still references its revision', async () => {
    const deployments = [deployment('web:9'), deployment('web:2', { status: 'INACTIVE' })];
    expect(await linesOf(anAccount().service('prod/web', 'web:9', { deployments }))).toEqual([
      'service/prod/web deploys web:9',
      'service/prod/web deploys web:2',
    ]);
  });

  test('from one family to another it is in flight in both', async () => {
    const deployments = [
      deployment('web-remedy:2', { rolloutState: 'IN_PROGRESS' }),
      deployment('web:7', { status: 'ACTIVE' }),
    ];
    expect(await linesOf(anAccount().service('prod/web', 'web-remedy:2', { deployments }))).toContain(
      'service/prod/web in flight from web-remedy:2, web:7',
    );
  });
});

describe('the other controllers', () => {
  test('CODE_DEPLOY keeps its truth in task sets', async () => {
    const account = anAccount().service('prod/web', 'web:7', {
      deploymentController: { type: 'CODE_DEPLOY' },
      deployments: [],
      taskSets: [taskSet('web:7'), taskSet('web:8', { status: 'ACTIVE', stabilityStatus: 'STABILIZING' })],
    });
    expect(await linesOf(account)).toEqual([
      'service/prod/web deploys web:7',
      'service/prod/web deploys web:8',
      'service/prod/web in flight from web:7',
    ]);
  });

  test('CODE_DEPLOY that references nothing itself references by its task sets, and that is no problem', async () => {
    const { reader, sandbox } = await aReader(
      anAccount().service('prod/web', 'web:7', {
        deploymentController: { type: 'CODE_DEPLOY' },
        deployments: [],
        taskSets: [taskSet('web:7')],
      }),
    );
    sandbox.faults.add({
      operation: 'DescribeServices',
      kind: 'answer',
      change: (output) => {
        const all: unknown = output['services'];
        if (Array.isArray(all)) output['services'] = all.map((one: object) => ({ ...one, taskDefinition: undefined }));
      },
    });
    const { findings, problems } = await readSource(reader, 'services');
    expect(problems).toEqual([]);
    expect(asLines(findings)).toEqual(['service/prod/web deploys web:7']);
  });

  test('EXTERNAL references nothing but by its task sets, the draining ones too', async () => {
    const account = anAccount().service('prod/web', 'web:1', {
      taskDefinition: undefined,
      deploymentController: { type: 'EXTERNAL' },
      deployments: [],
      taskSets: [taskSet('web:4'), taskSet('web:2', { status: 'DRAINING' })],
    });
    expect(await linesOf(account)).toEqual([
      'service/prod/web deploys web:4',
      'service/prod/web deploys web:2',
      'service/prod/web in flight from web:2',
    ]);
  });

  test('EXTERNAL without a task set references nothing, and that is no problem', async () => {
    const account = anAccount().service('prod/web', 'web:1', {
      taskDefinition: undefined,
      deploymentController: { type: 'EXTERNAL' },
      deployments: [],
      taskSets: [],
    });
    expect(await linesOf(account)).toEqual([]);
  });
});

test('every launch type, strategy and manager is read: no filter hides any', async () => {
  const account = anAccount()
    .service('prod/a', 'web:1', { launchType: 'FARGATE' })
    .service('prod/b', 'web:2', { launchType: 'EC2', schedulingStrategy: 'DAEMON' })
    .service('prod/c', 'web:3', { launchType: 'EXTERNAL' })
    .service('prod/d', 'web:4', { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] })
    .service('prod/e', 'web:5', { resourceManagementType: 'ECS' });
  expect(await linesOf(account)).toHaveLength(5);
});

test('another account and a daemon task definition are no revision of ours', async () => {
  const account = anAccount()
    .service('prod/a', 'web:1', {
      taskDefinition: 'arn:aws:ecs:eu-west-1:210987654321:task-definition/web:1',
      deployments: [],
    })
    .service('prod/b', 'web:1', { taskDefinition: arn('daemon-task-definition/agent:1'), deployments: [] });
  expect(await linesOf(account)).toEqual([]);
});

test('a family without a revision has no lowest one: a deployment of it keeps what it references by number', async () => {
  const deployments = [deployment('web:7', { rolloutState: 'IN_PROGRESS' })];
  const account = anAccount()
    .service('prod/a', 'web:1', { taskDefinition: 'web', deployments })
    .service('prod/b', 'web:1', {
      taskDefinition: 'web',
      deployments: [deployment('web:1', { taskDefinition: 'web', rolloutState: 'IN_PROGRESS' })],
    });
  expect(await linesOf(account)).toEqual([
    'service/prod/a deploys web',
    'service/prod/a deploys web:7',
    'service/prod/a in flight from web:7',
    'service/prod/b deploys web',
    'service/prod/b in flight from ',
  ]);
});

test('a part that references nothing is no problem where another references something', async () => {
  const deployments = [deployment('web:7', { taskDefinition: undefined })];
  expect(await linesOf(anAccount().service('prod/web', 'web:7', { deployments }))).toEqual([
    'service/prod/web deploys web:7',
  ]);
});

test('names of other lengths than the ARN are understood', async () => {
  const account = anAccount()
    .service('prod/a', 'web:1', { taskDefinition: 'web:7', deployments: [] })
    .service('prod/b', 'web:1', { taskDefinition: 'web', deployments: [] });
  expect(await linesOf(account)).toEqual(['service/prod/a deploys web:7', 'service/prod/b deploys web']);
});

describe('what cannot be understood is a problem', () => {
  test.each([
    {
      what: 'a name that is none',
      more: { taskDefinition: 'web:latest' },
      reason: 'references "web:latest", which is not a task definition',
    },
    {
      what: 'a wildcard in a deployment',
      more: { deployments: [deployment('web:*')] },
      reason: 'task-definition/web:*", which is not a task definition',
    },
    {
      what: 'a service that names nothing',
      more: { taskDefinition: undefined, deployments: [] },
      reason: 'has no task definition',
    },
  ])('$what', async ({ more, reason: said }) => {
    const { reader } = await aReader(anAccount().service('prod/web', 'web:1', more));
    const { problems } = await readSource(reader, 'services');
    expect(problems).toMatchObject([{ part: 'services', kind: 'incomplete' }]);
    expect(problems[0]?.reason).toContain(`${arn('service/prod/web')} `);
    expect(problems[0]?.reason).toContain(said);
  });

  test('a state that this version does not know', async () => {
    const account = anAccount().service('prod/web', 'web:1', {
      deployments: [deployment('web:1', { status: 'BAKING' })],
    });
    const { reader } = await aReader(account);
    const { problems, findings } = await readSource(reader, 'services');
    expect(problems).toMatchObject([
      { kind: 'incomplete', operation: `reading services: DescribeServices (${arn('cluster/prod')})` },
    ]);
    expect(problems[0]?.reason).toContain('deployments[].status is BAKING');
    // Its references count all the same.
    expect(asLines(findings)).toEqual(['service/prod/web mentions web:1']);
  });
});

test('services are listed a hundred at once and described ten at once, cluster by cluster', async () => {
  const account = anAccount().cluster('empty');
  for (let index = 1; index <= 105; index++) account.service(`prod/s${index}`, `web:${index}`);
  account.service('dev/one', 'web:200');
  const { reader, sandbox } = await aReader(account);
  const { items, calls } = await readSource(reader, 'services');
  expect({ items, calls }).toEqual({ items: 106, calls: 17 });
  expect(sandbox.calls.byOperation()).toEqual({ ListClusters: 1, ListServices: 4, DescribeServices: 12 });
  for (const { operation, input } of sandbox.calls.list())
    expect(operation === 'ListClusters' || String(input['cluster']).startsWith(arn('cluster/'))).toBe(true);
});

test('pages that come twice are read as if they came once', async () => {
  const account = anAccount().service('prod/a', 'web:1').service('prod/b', 'web:2').service('dev/c', 'web:3');
  const { reader, sandbox } = await aReader(account, { pageSize: 1 });
  sandbox.faults.add({ operation: 'ListClusters', kind: 'repeat-page', times: 1 });
  sandbox.faults.add({ operation: 'ListServices', kind: 'repeat-page', times: 2 });
  const { findings, problems } = await readSource(reader, 'services');
  expect(asLines(findings)).toEqual([
    'service/prod/a deploys web:1',
    'service/prod/b deploys web:2',
    'service/dev/c deploys web:3',
  ]);
  expect(problems).toEqual([]);
  expect(sandbox.calls.count('DescribeServices')).toBe(2);
});
