// What users run: the packaged bundle, under the packaged roles, with the environment that the packaged template sets. The
// sandbox evaluates the policies, so that a permission too few fails here, and one too many is found as well.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { rolePolicies } from '../../sandbox/template.ts';
import type { PolicyDocument } from '../../sandbox/iam.ts';
import { build } from '../../scripts/build.ts';
import { invoke } from '../../scripts/lambda.ts';
import { parseSettings } from '../../shared/settings/parse.ts';
import { bucketNames } from '../../shared/settings/schema.ts';
import { ACCOUNT, anAccount, appSpec, REGION } from '../account.ts';
import { aNight } from '../night.ts';
import { aPast, running } from '../read/machine.ts';
import { packaged, packagingMs, propertiesOf, type Template } from '../deploy/stack.ts';

const pseudo = { account: ACCOUNT, region: REGION, partition: 'aws' };
let folder: string;
let live: Template;
let dry: Template;
const open: Sandbox[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pruner-packaged-'));
  const quick = { perSecond: 1000, burst: 1000 };
  const quotas = Object.fromEntries(bucketNames.map((name) => [name, quick]));
  const settings = parseSettings({ keepLatest: 3, quotas }, 'test');
  await build({ outdir: join(folder, 'dist') });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  const [prod, trial] = await Promise.all([
    packaged('--stage', 'prod', '--param=dryRun=false'),
    packaged('--stage', 'prod'),
  ]);
  [live, dry] = [prod.template, trial.template];
}, 2 * packagingMs);

afterEach(() => vi.unstubAllEnvs());

afterAll(async () => {
  await Promise.all(open.map((sandbox) => sandbox.close()));
  rmSync(folder, { recursive: true });
});

const environment = z.object({ Variables: z.record(z.string(), z.unknown()) });

/** Something of every kind that names a revision, so that each call is made. */
function shop(template: Template) {
  const topic = z.string().parse(propertiesOf(template, 'ReportTopic')['TopicName']);
  const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:${topic}`;
  const account = {
    ...anAccount()
      .family('web', '1-9')
      .service('prod/web', 'web:2')
      .task('prod', 'web:4')
      .codeDeploy('shop/blue', { service: 'prod/web', deployments: [{ revision: appSpec('web:2') }] })
      .stack('shop', { Web: 'web:2' }, { StackStatus: 'UPDATE_FAILED' })
      .stateMachine('machine', running('web:2'), aPast(running('web:2')))
      .rule('rule', 'web:2', { EventBusName: 'orders' })
      .schedule('schedule', 'web:2', { GroupName: 'night' })
      .pipe('pipe', 'web:2')
      .family('api', '1-4', { tags: { 'ecs-revision-pruner:keep': '' } })
      .file(),
    topics: [{ TopicArn: topicArn }],
    buckets: [{ Name: 'StateBucket' }],
  };
  return { account, topicArn };
}

/** Runs one function of a packaged stage, signed as its role. */
async function deployed(template: Template, which: 'Prune' | 'Preview', event: unknown = {}, take?: string) {
  const { account, topicArn } = shop(template);
  const policies = rolePolicies(template, `${which}Role`, pseudo);
  const sandbox = await startSandbox({
    account,
    quotas: 'none',
    roles: { ROLE: take === undefined ? policies : without(policies, take) },
  });
  open.push(sandbox);
  const { Variables } = environment.parse(propertiesOf(template, `${which}LambdaFunction`)['Environment']);
  const standing: Record<string, string> = {
    TOPIC_ARN: topicArn,
    STATE: 's3://StateBucket',
  };
  const env = Object.fromEntries(
    Object.entries(Variables).map(([name, value]) => [
      name,
      // The template's functions, with the names that the sandbox knows.
      typeof value === 'string' ? value : (standing[name] ?? ''),
    ]),
  );
  const { answer, log } = await invoke({
    bundle: join(folder, 'dist', `${which.toLowerCase()}.mjs`),
    event,
    functionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:pruner`,
    env: {
      ...env,
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'ROLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      SETTINGS_FILE: join(folder, 'settings.json'),
    },
  });
  expect(sandbox.problems).toEqual([]);
  return { answer, log, sandbox, calls: Object.keys(sandbox.calls.byOperation()).toSorted() };
}

/** The same policies without one action. */
function without(policies: readonly PolicyDocument[], action: string): PolicyDocument[] {
  return policies.map(({ Statement, ...policy }) => ({
    ...policy,
    Statement: [Statement].flat().flatMap((statement) => {
      const actions = [statement.Action ?? []].flat().filter((one) => one !== action);
      return actions.length === 0 ? [] : [{ ...statement, Action: actions }];
    }),
  }));
}

const reading = [
  'BatchGetApplications',
  'BatchGetDeploymentGroups',
  'BatchGetDeployments',
  'DescribePipe',
  'DescribeServices',
  'DescribeStackEvents',
  'DescribeStacks',
  'DescribeStateMachine',
  'DescribeStateMachineForExecution',
  'DescribeTaskDefinition',
  'DescribeTasks',
  'GetCallerIdentity',
  'GetObject',
  'GetResources',
  'GetSchedule',
  'ListApplications',
  'ListClusters',
  'ListDeploymentGroups',
  'ListDeployments',
  'ListEventBuses',
  'ListExecutions',
  'ListPipes',
  'ListRules',
  'ListSchedules',
  'ListServiceDeployments',
  'ListServices',
  'ListStackResources',
  'ListStateMachineVersions',
  'ListStateMachines',
  'ListTargetsByRule',
  'ListTaskDefinitions',
  'ListTasks',
  'LookupEvents',
];
const leaving = 'PutObject';

test('a live stage deregisters, and mails to its own topic', async () => {
  const { answer, sandbox, calls } = await deployed(live, 'Prune');
  expect(answer).toMatchObject({
    answer: { outcome: 'OK', deregistered: [{ family: 'web', ranges: ['1', '3', '5-6'] }] },
  });
  expect(calls).toEqual([...reading, leaving, 'DeregisterTaskDefinition', 'Publish'].toSorted());
  expect(sandbox.account.published).toHaveLength(1);
});

test('a stage that says nothing is a dry run and mails a preview', async () => {
  const { answer, sandbox, calls } = await deployed(dry, 'Prune');
  expect(answer).toMatchObject({
    answer: { outcome: 'PREVIEW', deregistered: [], plan: [{ family: 'web' }] },
  });
  expect(calls).toEqual([...reading, leaving, 'Publish'].toSorted());
  expect(sandbox.account.published).toHaveLength(1);
});

test('the preview of a live stage reads, and mails on request', async () => {
  expect((await deployed(live, 'Preview')).calls).toEqual(reading);
  const { sandbox } = await deployed(live, 'Preview', { notify: true });
  expect(sandbox.account.published).toHaveLength(1);
});

test('a run that may not leave its records does its work, and says so', async () => {
  const { answer, sandbox } = await deployed(live, 'Prune', {}, 's3:PutObject');
  expect(answer).toMatchObject({ answer: { outcome: 'ACTION' } });
  expect(sandbox.calls.count('DeregisterTaskDefinition')).toBe(4);
  expect(sandbox.account.published[0]?.Message).toContain('Allow s3:PutObject');
});

test('a stage without the right to deregister cannot, whatever its environment says', async () => {
  const { answer, calls, sandbox } = await deployed(live, 'Prune', {}, 'ecs:DeregisterTaskDefinition');
  expect('failed' in answer ? answer.failed : '').toMatch(/^RunFailed: /);
  expect(sandbox.calls.count('DeregisterTaskDefinition')).toBe(1);
  expect(calls).toContain('Publish');
});

// What earlier nights left is found by the function itself.
test.each(['cloudtrail:LookupEvents', 's3:GetObject', 's3:ListBucket', 'ecs:DescribeServices'])(
  'without %s the function is held, nothing goes, and the mail names it',
  async (action) => {
    const { answer, sandbox } = await deployed(live, 'Prune', {}, action);
    expect(answer).toMatchObject({ answer: { outcome: 'HELD', deregistered: [] } });
    expect(sandbox.calls.count('DeregisterTaskDefinition')).toBe(0);
    expect(sandbox.account.published[0]?.Message).toContain(action);
  },
);

// The same run under the same role, without the half second that starting the bundle takes each time.
test.each([
  'ecs:ListTaskDefinitions',
  'ecs:DescribeTaskDefinition',
  'ecs:ListClusters',
  'ecs:ListServices',
  'ecs:DescribeServices',
  'ecs:ListServiceDeployments',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'tag:GetResources',
  'codedeploy:ListDeployments',
  'codedeploy:BatchGetDeployments',
  'cloudformation:DescribeStacks',
  'states:ListStateMachineVersions',
  'states:DescribeStateMachineForExecution',
  'events:ListTargetsByRule',
  'scheduler:GetSchedule',
  'pipes:DescribePipe',
])('without %s the run is held, nothing goes, and the mail names it', async (action) => {
  const { account, topicArn } = shop(live);
  const role = without(rolePolicies(live, 'PruneRole', pseudo), action);
  const night = await aNight(account, { quotas: 'none', roles: { ROLE: role } });
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ROLE');
  const { outcome, done } = await night.prune({ keepLatest: 3 }, { topicArn });
  expect({ outcome, deregistered: done.deregistered }).toEqual({ outcome: 'HELD', deregistered: [] });
  expect(night.sandbox.calls.count('DeregisterTaskDefinition')).toBe(0);
  expect(night.sandbox.account.published[0]?.Message).toContain(action);
});
