// Runs the packaged bundle under the packaged roles, with the environment that the packaged template sets. The
// sandbox evaluates the policies, so a missing permission fails here, and an unnecessary one is found as well.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { SkippingClock } from '../../sandbox/clock.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { rolePolicies } from '../../sandbox/template.ts';
import { build } from '../../scripts/build.ts';
import { Environment, execute, invoke } from '../../scripts/lambda.ts';
import { parseSettings } from '../../shared/settings/parse.ts';
import { bucketNames } from '../../shared/sources/quotas.ts';
import { ACCOUNT, REGION } from '../support/account.ts';
import { propertiesOf, stackOf, type Template } from '../deploy/stack.ts';
import { pseudo, shop, without } from '../support/shop.ts';

let folder: string;
const live = stackOf({ DryRun: 'false' });
const dry = stackOf();
const open: Sandbox[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pruner-packaged-'));
  const quick = { perSecond: 1000, burst: 1000 };
  const quotas = Object.fromEntries(bucketNames.map((name) => [name, quick]));
  const settings = parseSettings({ keepLatest: 3, quotas }, 'test');
  await build({ outdir: join(folder, 'dist') });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
});

afterEach(() => vi.unstubAllEnvs());

afterAll(async () => {
  await Promise.all(open.map((sandbox) => sandbox.close()));
  rmSync(folder, { recursive: true });
});

/** One function of a packaged stage, signed as its role, with the environment that its template sets. */
async function deployed(
  template: Template,
  { role, id, take }: { role: string; id: string; take?: string | undefined },
) {
  const { account, topicArn } = shop(template);
  const policies = rolePolicies(template, role, pseudo);
  const clock = new SkippingClock();
  const sandbox = await startSandbox({
    account,
    quotas: 'none',
    clock,
    roles: { ROLE: take === undefined ? policies : without(policies, take) },
  });
  open.push(sandbox);
  const { FunctionName, Environment: environment } = functionShape.parse(propertiesOf(template, id));
  const standing: Record<string, string> = { TOPIC_ARN: topicArn, STATE: 's3://StateBucket' };
  const env = Object.fromEntries(
    Object.entries(environment.Variables).map(([name, value]) => [
      name,
      // The template's functions, with the names that the sandbox knows.
      typeof value === 'string' ? value : (standing[name] ?? ''),
    ]),
  );
  return {
    sandbox,
    clock,
    functionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FunctionName}`,
    ahead: clock.ahead,
    env: {
      ...env,
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'ROLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      SETTINGS_FILE: join(folder, 'settings.json'),
    },
  };
}

const callsOf = (sandbox: Sandbox) => Object.keys(sandbox.calls.byOperation()).toSorted();

/** A run of a packaged stage, from the schedule's event to the end of the execution. */
async function night(template: Template, take?: string) {
  const runContext = { role: 'PruneRole', id: 'NightlyLambdaFunction', take };
  const { sandbox, clock, functionArn, ...options } = await deployed(template, runContext);
  const environment = new Environment({
    ...options,
    bundle: join(folder, 'dist', 'prune.mjs'),
    functionArn: `${functionArn}:$LATEST`,
  });
  const executions = sandbox.account.durableExecutions;
  const { answer, invocations } = await execute(environment, {}, { executions, clock });
  await environment.close();
  expect(sandbox.problems).toEqual([]);
  return { answer, invocations, sandbox, calls: callsOf(sandbox), ...told(sandbox) };
}

async function preview(template: Template, event: unknown = {}) {
  const runContext = { role: 'PreviewRole', id: 'PreviewLambdaFunction' };
  const { sandbox, clock: _, ...options } = await deployed(template, runContext);
  const { answer } = await invoke({ ...options, event, bundle: join(folder, 'dist', 'preview.mjs') });
  expect(sandbox.problems).toEqual([]);
  return { answer, sandbox, calls: callsOf(sandbox) };
}

/** The text of the only mail and its report. */
function told({ account: { published } }: Sandbox) {
  const { email, default: report } = message.parse(JSON.parse(published[0]?.Message ?? '{}'));
  const told: unknown = JSON.parse(report);
  return { mails: published.length, email, report: told };
}

const message = z.object({ email: z.string().default(''), default: z.string().default('{}') });
const functionShape = z.object({
  FunctionName: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

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
  'ListAccountAliases',
  'ListApplications',
  'ListChangeSets',
  'ListClusters',
  'ListDeploymentGroups',
  'ListDeployments',
  'ListEventBuses',
  'ListExecutions',
  'ListFunctions',
  'ListPipes',
  'ListResources',
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
const checkpointing = 'CheckpointDurableExecution';
const listing = 'ListObjectsV2';

test('a live stage deregisters, waits for the end of the window and mails to its own topic', async () => {
  const { answer, invocations, calls, mails, report } = await night(live);
  expect(answer).toMatchObject({ answer: { outcome: 'OK', deregistered: 4 } });
  expect(report).toMatchObject({
    outcome: 'OK',
    deregistered: [{ family: 'web', ranges: ['1', '3', '5-6'] }],
  });
  expect({ invocations, mails }).toEqual({ invocations: 2, mails: 1 });
  expect(calls).toEqual(
    [...reading, listing, leaving, checkpointing, 'DeregisterTaskDefinition', 'Publish'].toSorted(),
  );
});

test('a default stage makes a dry run and mails a preview', async () => {
  const { calls, mails, report } = await night(dry);
  expect(report).toMatchObject({ outcome: 'PREVIEW', deregistered: [], plan: [{ family: 'web' }] });
  expect(mails).toBe(1);
  expect(calls).toEqual([...reading, listing, leaving, checkpointing, 'Publish'].toSorted());
});

test('the preview of a live stage reads, and mails on request', async () => {
  expect((await preview(live)).calls).toEqual(reading);
  const { sandbox } = await preview(live, { notify: true });
  expect(sandbox.account.published).toHaveLength(1);
});

test('a stage without the permission cannot deregister, with any environment', async () => {
  const { answer, sandbox, mails, report } = await night(live, 'ecs:DeregisterTaskDefinition');
  expect('failed' in answer ? answer.failed : '').toContain('FAILED: ');
  expect(sandbox.calls.count('DeregisterTaskDefinition')).toBe(1);
  expect(mails).toBe(1);
  expect(report).toMatchObject({ outcome: 'FAILED', deregistered: [] });
});

test('an execution without lambda:CheckpointDurableExecution fails before it begins', async () => {
  const { answer, calls } = await night(live, 'lambda:CheckpointDurableExecution');
  expect('failed' in answer ? answer.failed : '').toContain('CheckpointDurableExecution');
  expect(calls).toEqual([checkpointing]);
});

// The function finds the records of earlier nights by itself, and leaves its own. Other files of the matrix test
// the reading of the account.
test.each(['cloudtrail:LookupEvents', 's3:GetObject', 's3:ListBucket', 's3:PutObject'])(
  'without %s the run is held, deregisters nothing and mails the missing permission',
  async (action) => {
    const { answer, sandbox, email } = await night(live, action);
    expect(answer).toMatchObject({ answer: { outcome: 'HELD', deregistered: 0 } });
    expect(sandbox.calls.count('DeregisterTaskDefinition')).toBe(0);
    expect(email).toContain(action);
  },
);
