// Leftovers in an account: CodeDeploy groups whose services were deleted, and stacks that the ECS console created.
import { describe, expect, test } from 'vitest';
import {
  ACCOUNT,
  type AccountBuilder,
  anAccount,
  appSpec,
  REGION,
  stackArn,
  stackResource,
} from '../support/account.ts';
import { aNight, asText, keepNewestThree } from '../support/night.ts';

const inBucket = {
  revisionType: 'S3' as const,
  s3Location: { bucket: 'deploys', key: 'web/appspec.yaml', bundleType: 'YAML' as const },
};
const onGitHub = {
  revisionType: 'GitHub' as const,
  gitHubLocation: { repository: 'shop/web', commitId: 'abc' },
};
const groups = (revision: typeof inBucket | typeof onGitHub, ...services: readonly string[]) => {
  const base = anAccount().family('web', '1-10').family('api', '1-10').cluster('prod').service('prod/api', 'api:10');
  const account = base.codeDeploy('shop/blue', { service: 'prod/web', deployments: [{ revision }] }).file();
  return {
    ...account,
    applications: (account.applications ?? []).map((application) => ({
      ...application,
      deploymentGroups: [
        {
          deploymentGroupName: 'blue',
          ecsServices: services.map((path) => {
            const [clusterName = '', serviceName = ''] = path.split('/');
            return { clusterName, serviceName };
          }),
        },
      ],
    })),
  };
};
const goingOf = (report: Awaited<ReturnType<Awaited<ReturnType<typeof aNight>>['plan']>>) =>
  Object.fromEntries(
    Map.groupBy(report.plan?.toDeregister ?? [], ({ family }) => family)
      .entries()
      .map(([family, all]) => [family, all.length]),
  );
const note = 'The AppSpec of deployment group shop/blue holds nothing, since its services no longer exist';

describe('an AppSpec in a bucket or on GitHub', () => {
  test.each([
    { what: 'in a bucket', revision: inBucket },
    { what: 'on GitHub', revision: onGitHub },
  ])('$what holds nothing once its service is deleted, and a note says so once', async ({ revision }) => {
    const night = await aNight(groups(revision, 'prod/web'));
    const report = await night.plan(keepNewestThree);
    expect(goingOf(report)).toEqual({ web: 7, api: 7 });
    expect(report.notes.filter((one) => one.includes('AppSpec'))).toEqual([note]);
    expect(report.outcome).toBe('PREVIEW');
    expect(night.sandbox.calls.count('DescribeServices')).toBe(2);
  });

  test('holds nothing once the whole cluster is deleted', async () => {
    const report = await (await aNight(groups(inBucket, 'gone/web'))).plan(keepNewestThree);
    expect(goingOf(report)).toEqual({ web: 7, api: 7 });
  });

  test('holds nothing once its service is INACTIVE', async () => {
    const file = groups(inBucket, 'prod/web');
    const night = await aNight({
      ...file,
      services: [
        ...(file.services ?? []),
        ...(anAccount().service('prod/web', 'web:1', { status: 'INACTIVE', deployments: [] }).file().services ?? []),
      ],
    });
    expect(goingOf(await night.plan(keepNewestThree))).toEqual({ web: 7, api: 7 });
  });

  test('holds the families of those of its services that still exist', async () => {
    const report = await (await aNight(groups(inBucket, 'prod/web', 'prod/api'))).plan(keepNewestThree);
    expect(goingOf(report)).toEqual({ web: 7 });
    expect(report.notes).toEqual([]);
  });

  test('holds the run while its service drains', async () => {
    const file = groups(inBucket, 'prod/web');
    const draining = anAccount().service('prod/web', 'web:1', { status: 'DRAINING' }).file().services ?? [];
    const night = await aNight({ ...file, services: [...(file.services ?? []), ...draining] });
    expect((await night.plan(keepNewestThree)).outcome).toBe('HELD');
  });

  test('of a group without services holds the run', async () => {
    expect((await (await aNight(groups(inBucket))).plan(keepNewestThree)).outcome).toBe('HELD');
  });

  test.each([
    { what: 'denied', fault: { kind: 'error', code: 'AccessDeniedException', status: 400 } as const },
    {
      what: 'answered with another failure than MISSING',
      fault: {
        kind: 'answer',
        change: (answer: Record<string, unknown>) => {
          answer['failures'] = [{ arn: 'service/prod/web', reason: 'ACCESS_DENIED' }];
        },
      } as const,
    },
    {
      what: 'not answered about it',
      fault: {
        kind: 'answer',
        change: (answer: Record<string, unknown>) => {
          answer['failures'] = [];
        },
      } as const,
    },
  ])('holds the run where the question for its service is $what', async ({ fault }) => {
    const night = await aNight(groups(inBucket, 'prod/web'));
    night.sandbox.faults.add({
      operation: 'DescribeServices',
      ...fault,
      when: ({ input }) => JSON.stringify(input['services']) === '["web"]',
    });
    expect((await night.plan(keepNewestThree)).outcome).toBe('HELD');
  });

  test('holds when its service is created after it was asked for and before services are listed', async () => {
    const night = await aNight(groups(inBucket, 'prod/web'));
    const remove = night.sandbox.after(({ operation }) => {
      if (operation !== 'DescribeServices') return;
      remove();
      night.sandbox.account.createService({
        cluster: 'prod',
        serviceName: 'web',
        taskDefinition: 'web:10',
        desiredCount: 1,
      });
    });
    expect(goingOf(await night.plan(keepNewestThree))).toEqual({ api: 7 });
  });

  test('holds again when its service is created while revisions are deregistered', async () => {
    const night = await aNight(groups(inBucket, 'prod/web'));
    const remove = night.sandbox.after(({ operation }) => {
      if (operation !== 'DeregisterTaskDefinition') return;
      remove();
      night.sandbox.account.createService({
        cluster: 'prod',
        serviceName: 'web',
        taskDefinition: 'web:10',
        desiredCount: 1,
      });
      night.clock.advance(61_000);
    });
    const report = await night.prune(keepNewestThree);
    const gone = report.results.deregistered.map(({ family }) => family);
    expect(gone.filter((family) => family === 'web').length).toBeLessThanOrEqual(1);
    expect(gone.filter((family) => family === 'api')).toHaveLength(7);
  });
});

test('an AppSpec that references its revision keeps it although its service is deleted, since that may be created again', async () => {
  const account = anAccount()
    .family('web', '1-5')
    .cluster('prod')
    .codeDeploy('shop/blue', { service: 'prod/web', deployments: [{ revision: appSpec('web:2') }] });
  expect(asText((await (await aNight(account)).plan({ keepLatest: 1 })).plan)).toEqual([
    'web  1  deregister',
    'web  2  keep  referenced',
    'web  3-4  deregister',
    'web  5  keep  newest, keep-latest',
  ]);
});

describe('a stack that the ECS console made', () => {
  const name = 'ECS-Console-V2-TaskDefinition-0f3c2a1b-web';
  const command = `aws cloudformation delete-stack --stack-name ${name} --region ${REGION}`;
  const planOf = async (account: AccountBuilder, more: Record<string, unknown> = {}) => {
    const { plan, notes, outcome } = await (await aNight(account)).plan({ keepLatest: 1, ...more });
    return { text: asText(plan), notes, outcome };
  };
  const web = () => anAccount().family('web', '1-5');

  test('keeps its revision, and a note suggests to delete the stack', async () => {
    const { text, notes, outcome } = await planOf(web().stack(name, { TaskDefinition: 'web:2' }));
    expect(text).toContain('web  2  keep  referenced');
    expect(notes).toEqual([
      `Only stacks that the ECS console made before 12 January 2023 keep 1 revision. Deleting one deregisters its revision: ${command} (web:2)`,
    ]);
    expect(outcome).toBe('PREVIEW');
  });

  test('is left alone by the settings, and its revision is deregistered', async () => {
    const { text, notes } = await planOf(web().stack(name, { TaskDefinition: 'web:2' }), {
      without: [stackArn(name)],
    });
    expect(text).toContain('web  1-4  deregister');
    expect(notes).toEqual([]);
  });

  test.each([
    { what: 'that holds something else too', account: () => web().stack(name, { A: 'web:2', B: 'web:3' }) },
    {
      what: 'whose revision a service deploys',
      account: () => web().stack(name, { A: 'web:2' }).service('prod/web', 'web:2'),
    },
    { what: 'whose revision is the newest', account: () => web().stack(name, { A: 'web:5' }) },
    { what: 'of another name', account: () => web().stack(`my-${name}`, { A: 'web:2' }) },
    {
      what: 'with a service in it',
      account: () =>
        web().stack(
          name,
          {},
          {
            resources: [
              stackResource('A', 'web:2'),
              {
                ...stackResource('B', 'web:2'),
                ResourceType: 'AWS::ECS::Service',
                PhysicalResourceId: `arn:aws:ecs:${REGION}:${ACCOUNT}:service/prod/web`,
              },
            ],
          },
        ),
    },
  ])('$what is not suggested for deletion', async ({ account }) => {
    expect((await planOf(account())).notes).toEqual([]);
  });
});
