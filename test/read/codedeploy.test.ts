// The source `codedeploy`: which deployments name a revision, and that nothing that changes between two calls is lost.
import { describe, expect, test } from 'vitest';
import { anAccount, appSpec, groupArn } from '../support/account.ts';
import { asText, aNight, keepNewestThree } from '../support/night.ts';
import { aReader, asLines, readSource } from '../support/reader.ts';

const inBucket = {
  revisionType: 'S3' as const,
  s3Location: { bucket: 'deploys', key: 'web/appspec.yaml', bundleType: 'YAML' as const },
};
const blue = groupArn('shop/blue');
const lines = (found: Awaited<ReturnType<typeof readSource>>) => asLines(found.findings).toSorted();
const shop = () =>
  anAccount()
    .family('web', '1-9')
    .codeDeploy('shop/blue', {
      service: 'prod/web',
      deployments: [{ revision: appSpec('web:2') }, { revision: appSpec('web:3'), previousRevision: appSpec('web:2') }],
    });

describe('a deployment', () => {
  test.each(['Created', 'Queued', 'InProgress', 'Baking', 'Ready'] as const)(
    'that is %s deploys its revision, and rolls back to the last one',
    async (status) => {
      const account = anAccount().codeDeploy('shop/blue', {
        deployments: [
          { revision: appSpec('web:3') },
          { revision: appSpec('web:4'), previousRevision: appSpec('web:3'), status },
        ],
      });
      const { reader } = await aReader(account);
      const found = await readSource(reader, 'codedeploy');
      expect(found.problems).toEqual([]);
      expect(lines(found)).toEqual([`${blue} deploys web:4`, `${blue} rolls back to web:3`]);
    },
  );

  test.each(['Failed', 'Stopped'] as const)(
    'that is %s references nothing by itself; what the group aims at still counts',
    async (status) => {
      const account = anAccount().codeDeploy('shop/blue', {
        deployments: [
          { revision: appSpec('web:3') },
          { revision: appSpec('web:4'), previousRevision: appSpec('web:1'), status },
        ],
      });
      const { reader } = await aReader(account);
      expect(lines(await readSource(reader, 'codedeploy'))).toEqual([
        `${blue} deploys web:4`,
        `${blue} rolls back to web:3`,
      ]);
    },
  );

  test('that succeeded is what a rollback brings back, and what was there before it as well', async () => {
    const { reader } = await aReader(shop());
    expect(lines(await readSource(reader, 'codedeploy'))).toEqual([
      `${blue} deploys web:3`,
      `${blue} rolls back to web:2`,
      `${blue} rolls back to web:3`,
    ]);
  });

  test('in a state that is unknown is a problem', async () => {
    const { reader, sandbox } = await aReader(shop());
    sandbox.faults.add({
      operation: 'BatchGetDeployments',
      kind: 'answer',
      change: ({ deploymentsInfo }) => {
        if (Array.isArray(deploymentsInfo)) Object.assign(deploymentsInfo[0], { status: 'Simmering' });
      },
    });
    const { problems } = await readSource(reader, 'codedeploy');
    expect(problems).toMatchObject([{ kind: 'incomplete' }]);
    expect(problems[0]?.reason).toContain('status is Simmering, which this version does not know');
  });

  test('in a state that is unknown is a problem although no listing by state shows it', async () => {
    const { reader, sandbox } = await aReader(
      anAccount().codeDeploy('shop/blue', {
        deployments: [{ revision: appSpec('web:3'), status: 'Created' }],
      }),
    );
    sandbox.faults.add({
      operation: 'ListDeployments',
      kind: 'answer',
      change: (answer) => {
        answer['deployments'] = [];
      },
    });
    sandbox.faults.add({
      operation: 'BatchGetDeployments',
      kind: 'answer',
      change: ({ deploymentsInfo }) => {
        if (Array.isArray(deploymentsInfo)) Object.assign(deploymentsInfo[0], { status: 'Simmering' });
      },
    });
    const { problems } = await readSource(reader, 'codedeploy');
    expect(problems[0]?.reason).toContain('status is Simmering');
  });

  test('shows the way from the group to it', async () => {
    const { reader } = await aReader(shop());
    const { findings } = await readSource(reader, 'codedeploy');
    const ways = findings.map((one) => (one.kind === 'reference' ? one.via?.join() : one.kind));
    expect(ways).toEqual(['target revision', 'deployment d-000000001', 'deployment d-000000001']);
  });
});

describe('what is not on ECS', () => {
  const elsewhere = (computePlatform: 'Server' | 'Lambda') => ({
    ...shop().file(),
    applications: [
      {
        applicationName: 'fleet',
        computePlatform,
        deploymentGroups: [{ deploymentGroupName: 'all' }],
        deployments: [
          {
            deploymentId: 'd-AAAAAAAA1',
            deploymentGroupName: 'all',
            status: 'InProgress' as const,
            revision: inBucket,
          },
        ],
      },
    ],
  });

  test.each(['Server', 'Lambda'] as const)('is passed over: %s', async (platform) => {
    const { reader, sandbox } = await aReader(elsewhere(platform));
    expect(await readSource(reader, 'codedeploy')).toMatchObject({ findings: [], problems: [] });
    expect(sandbox.calls.count('ListDeploymentGroups')).toBe(0);
  });

  test('a platform that is unknown is a problem', async () => {
    const { reader, sandbox } = await aReader(shop());
    sandbox.faults.add({
      operation: 'BatchGetApplications',
      kind: 'answer',
      change: ({ applicationsInfo }) => {
        if (Array.isArray(applicationsInfo)) Object.assign(applicationsInfo[0], { computePlatform: 'Fargate' });
      },
    });
    const { problems } = await readSource(reader, 'codedeploy');
    expect(problems[0]?.reason).toContain('computePlatform is Fargate, which this version does not know');
  });

  test('one that does not say where it runs is read', async () => {
    const { reader, sandbox } = await aReader(shop());
    sandbox.faults.add({
      operation: 'BatchGetApplications',
      kind: 'answer',
      change: ({ applicationsInfo }) => {
        if (Array.isArray(applicationsInfo)) Object.assign(applicationsInfo[0], { computePlatform: undefined });
      },
    });
    expect(lines(await readSource(reader, 'codedeploy'))).toHaveLength(3);
  });
});

describe('between two calls', () => {
  test('a deployment begins: it is in the listing', async () => {
    const { reader, sandbox } = await aReader(shop());
    const remove = sandbox.before(({ operation }) => {
      if (operation !== 'ListDeployments') return;
      remove();
      sandbox.account.createDeployment({
        applicationName: 'shop',
        deploymentGroupName: 'blue',
        revision: appSpec('web:9'),
      });
    });
    expect(lines(await readSource(reader, 'codedeploy'))).toContain(`${blue} deploys web:9`);
  });

  test('a deployment is stopped after the listing: the rollback from it is read', async () => {
    const { reader, sandbox } = await aReader(shop());
    const { deploymentId } = sandbox.account.createDeployment({
      applicationName: 'shop',
      deploymentGroupName: 'blue',
      revision: appSpec('web:9'),
    });
    const remove = sandbox.before(({ operation }) => {
      if (operation !== 'BatchGetDeployments') return;
      remove();
      sandbox.account.stopDeployment({ deploymentId, autoRollbackEnabled: true });
    });
    const found = await readSource(reader, 'codedeploy');
    expect(found.problems).toEqual([]);
    expect(lines(found)).toContain(`${blue} deploys web:3`);
  });

  test.each([
    { what: 'a group', before: 'BatchGetDeploymentGroups' },
    { what: 'an application', before: 'BatchGetApplications' },
    { what: 'an application with its groups', before: 'ListDeploymentGroups' },
  ])('$what is deleted: the rest is read', async ({ what, before }) => {
    const account = shop().codeDeploy('till/green', { deployments: [{ revision: appSpec('web:5') }] });
    const { reader, sandbox } = await aReader(account);
    const remove = sandbox.before(({ operation }) => {
      if (operation !== before) return;
      remove();
      if (what === 'a group') sandbox.account.applications.deleteGroup('shop', 'blue');
      else sandbox.account.applications.deleteApplication('shop');
    });
    const found = await readSource(reader, 'codedeploy');
    expect(found.problems).toEqual([]);
    expect(lines(found)).toEqual([
      `${groupArn('till/green')} deploys web:5`,
      `${groupArn('till/green')} rolls back to web:5`,
    ]);
  });

  test.each([
    { operation: 'BatchGetApplications', list: 'applicationsInfo', who: 'shop' },
    { operation: 'BatchGetDeploymentGroups', list: 'deploymentGroupsInfo', who: 'blue' },
    { operation: 'BatchGetDeployments', list: 'deploymentsInfo', who: 'd-000000001' },
  ])('$operation never describes one that is listed: a problem', async ({ operation, list, who }) => {
    const { reader, sandbox } = await aReader(shop());
    sandbox.faults.add({
      operation,
      kind: 'answer',
      change: (answer) => {
        answer[list] = [];
      },
    });
    const { problems } = await readSource(reader, 'codedeploy');
    expect(problems).toMatchObject([{ kind: 'incomplete' }]);
    expect(problems[0]?.reason).toContain(`${who} is listed, but AWS does not describe it`);
    expect(sandbox.calls.count(operation)).toBe(3);
  });

  test('an application that is listed and for ever said not to exist is a problem', async () => {
    const { reader, sandbox } = await aReader(shop());
    const code = 'ApplicationDoesNotExistException';
    sandbox.faults.add({ operation: 'ListDeploymentGroups', kind: 'error', code, status: 400 });
    const { problems } = await readSource(reader, 'codedeploy');
    expect(problems).toMatchObject([{ kind: 'incomplete' }]);
  });
});

test('an error beside the groups is a problem, although all are there', async () => {
  const { reader, sandbox } = await aReader(shop());
  sandbox.faults.add({
    operation: 'BatchGetDeploymentGroups',
    kind: 'answer',
    change: (answer) => {
      answer['errorMessage'] = 'Some went astray.';
    },
  });
  const { problems } = await readSource(reader, 'codedeploy');
  expect(problems[0]?.reason).toBe('Incomplete: shop: Some went astray.');
});

test.each([
  { what: 'a group', without: blue, asked: 1 },
  { what: 'an application', without: 'arn:aws:codedeploy:eu-west-1:123456789012:application:shop', asked: 0 },
])(
  '$what that the settings leave out is not asked about, nor are its deployments heeded',
  async ({ without, asked }) => {
    const { reader, sandbox } = await aReader(shop(), { without: [without] });
    sandbox.account.createDeployment({
      applicationName: 'shop',
      deploymentGroupName: 'blue',
      revision: inBucket,
    });
    expect(await readSource(reader, 'codedeploy')).toMatchObject({ findings: [], problems: [] });
    expect(sandbox.calls.count('ListDeploymentGroups')).toBe(asked);
    expect(sandbox.calls.count('BatchGetDeploymentGroups')).toBe(0);
  },
);

test('sixty groups of one application take eight calls', async () => {
  const account = anAccount().codeDeploy('shop/g0', { deployments: [{ revision: appSpec('web:1') }] });
  for (let n = 1; n < 60; n++)
    account.codeDeployGroup(`shop/g${n}`, { deployments: [{ revision: appSpec(`web:${n + 1}`) }] });
  const { reader, sandbox } = await aReader(account);
  const { findings, calls } = await readSource(reader, 'codedeploy');
  expect(findings).toHaveLength(120);
  expect(calls).toBe(8);
  expect(sandbox.calls.count('BatchGetDeployments')).toBe(3);
});

describe('a night', () => {
  const tenOf = (revision: Parameters<typeof appSpec>[0] | typeof inBucket) =>
    anAccount()
      .family('web', '1-10')
      .family('api', '1-10')
      .service('prod/web', 'web:10')
      .codeDeploy('shop/blue', {
        service: 'prod/web',
        deployments: [{ revision: typeof revision === 'string' ? appSpec(revision) : revision }],
      });

  test('keeps the revision that a rollback would bring back', async () => {
    const { plan } = await (await aNight(tenOf('web:2'))).plan({ ...keepNewestThree, without: ['usage'] });
    expect(asText(plan).filter((line) => line.startsWith('web'))).toEqual([
      'web  1  deregister',
      'web  2  keep  referenced',
      'web  3-7  deregister',
      'web  8-9  keep  keep-latest',
      'web  10  keep  referenced, newest, keep-latest',
    ]);
  });

  test('holds the families of the services whose AppSpec lies in a bucket, and no others', async () => {
    const { plan } = await (await aNight(tenOf(inBucket))).plan({ ...keepNewestThree, without: ['usage'] });
    expect(plan?.toDeregister.map(({ family }) => family)).toEqual(Array.from({ length: 7 }, () => 'api'));
  });
});
