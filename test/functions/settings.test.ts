// The settings of a deployed stack: its parameter Settings as text, or an address in S3 or Systems Manager.
import { describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { type AccountBuilder, TOPIC } from '../support/account.ts';
import { deployed, quotas, type Stage, eightRevisions, silenceFunctions } from '../support/deployed.ts';
import { execute } from '../support/execution.ts';

const message = z.object({ email: z.string() });
const NAME = '/ecs-revision-pruner/settings';
const quick = `usedWithinDays: 0\nminAgeDays: 0\nquotas: ${JSON.stringify(quotas)}`;

silenceFunctions();

/** A whole night of a stack with the parameter Settings. */
async function night(account: AccountBuilder, stage: Stage = {}) {
  const { handler, context, sandbox, mails } = await deployed('prune', account, {
    ...stage,
    env: { SETTINGS: NAME, ...stage.env },
  });
  const { status, answer } = await execute(handler, stage.event ?? {}, { context });
  const calls = Object.keys(sandbox.calls.byOperation());
  const deregistered = sandbox.calls.count('DeregisterTaskDefinition');
  return { status, answer, calls, deregistered, mails, text: mails[0]?.Message ?? '' };
}

test('the text of the parameter replaces the packed settings', async () => {
  const { status, deregistered } = await night(eightRevisions().parameter(NAME, `keepLatest: 6\n${quick}`));
  expect({ status, deregistered }).toEqual({ status: 'SUCCEEDED', deregistered: 2 });
});

test('JSON is read as well', async () => {
  const settings = JSON.stringify({ keepLatest: 7, usedWithinDays: 0, minAgeDays: 0, quotas });
  expect((await night(eightRevisions().parameter(NAME, settings))).deregistered).toBe(1);
});

test('an address in S3 is followed', async () => {
  const account = eightRevisions()
    .parameter(NAME, 's3://settings/teams/pruner.yml')
    .bucket('settings')
    .object('settings/teams/pruner.yml', `keepLatest: 5\n${quick}`);
  expect((await night(account)).deregistered).toBe(3);
});

test('an address in Systems Manager is followed', async () => {
  const account = eightRevisions()
    .parameter(NAME, 'ssm:/platform/pruner')
    .parameter('/platform/pruner', `keepLatest: 4\n${quick}`);
  expect((await night(account)).deregistered).toBe(4);
});

test('an event narrows them', async () => {
  const account = eightRevisions().family('api', '1-8').parameter(NAME, `keepLatest: 6\n${quick}`);
  const { deregistered } = await night(account, { event: { families: ['api'] } });
  expect(deregistered).toBe(2);
});

test('a run keeps the settings with which it began', async () => {
  const account = eightRevisions().parameter(NAME, `keepLatest: 6\n${quick}`);
  const { handler, context, sandbox } = await deployed('prune', account, { env: { SETTINGS: NAME } });
  await execute(handler, {}, { context });
  // The window ends the first invocation, and the second one replays the run.
  expect(sandbox.calls.count('GetParameter')).toBe(1);
});

test('a run that began without the parameter ends without it, whatever a deployment changes meanwhile', async () => {
  const account = eightRevisions().parameter(NAME, `keepLatest: 6\n${quick}`);
  const { handler, context, sandbox } = await deployed('prune', account, {
    before: (invocation) => void (invocation === 2 && vi.stubEnv('SETTINGS', NAME)),
  });
  const { status, invocations } = await execute(handler, {}, { context });
  expect({ status, invocations }).toEqual({ status: 'SUCCEEDED', invocations: 2 });
  expect(sandbox.calls.count('GetParameter')).toBe(0);
});

describe('settings that cannot be used fail the run before it reads anything, and mail why', () => {
  test.each([
    {
      what: 'a text that is no YAML',
      account: () => eightRevisions().parameter(NAME, 'keepLatest: ['),
      reason: /ssm:\/ecs-revision-pruner\/settings:1: is no valid YAML here/,
    },
    {
      what: 'an unknown key',
      account: () => eightRevisions().parameter(NAME, '{"keepLatests": 9}'),
      reason: /ssm:\/ecs-revision-pruner\/settings:1: keepLatests: unknown key; did you mean keepLatest\?/,
    },
    {
      what: 'a text of more than 4 KB',
      account: () => eightRevisions().parameter(NAME, `# ${'x'.repeat(4096)}`),
      reason: /it has 4098 bytes, allowed: at most 4096/,
    },
    {
      what: 'an object of more than 100 KB',
      account: () =>
        eightRevisions()
          .parameter(NAME, 's3://settings/pruner.yml')
          .bucket('settings')
          .object('settings/pruner.yml', `# ${'x'.repeat(100_000)}`),
      reason: /it has 100002 bytes, allowed: at most 100000/,
    },
    {
      what: 'a missing object',
      account: () => eightRevisions().parameter(NAME, 's3://settings/pruner.yml').bucket('settings'),
      reason: /Reading the settings in s3:\/\/settings\/pruner\.yml failed: NoSuchKey/,
    },
    {
      what: 'a missing bucket',
      account: () => eightRevisions().parameter(NAME, 's3://setings/pruner.yml'),
      reason: /Reading the settings in s3:\/\/setings\/pruner\.yml failed: NoSuchBucket/,
    },
    {
      what: 'a missing parameter',
      account: () => eightRevisions().parameter(NAME, 'ssm:/platform/pruner'),
      reason: /Reading the settings in ssm:\/platform\/pruner failed: ParameterNotFound/,
    },
    {
      what: 'an address that names an address',
      account: () =>
        eightRevisions().parameter(NAME, 'ssm:/platform/pruner').parameter('/platform/pruner', 'ssm:/elsewhere'),
      reason: /ssm:\/platform\/pruner:1: given "ssm:\/elsewhere"/,
    },
  ])('$what', async ({ account, reason }) => {
    const { status, calls, mails, text } = await night(account());
    expect(status).toBe('FAILED');
    expect(mails).toHaveLength(1);
    expect(mails[0]?.Subject).toContain('FAILED');
    const { email } = message.parse(JSON.parse(text));
    expect(email.replaceAll(/\n +/g, ' ')).toMatch(reason);
    const own = new Set(['GetCallerIdentity', 'GetObject', 'GetParameter', 'ListAccountAliases', 'Publish']);
    expect(calls.filter((call) => !own.has(call))).toEqual([]);
  });
});

describe('a topic that cannot be used', () => {
  test('in another Region fails the run before it reads anything', async () => {
    const topic = TOPIC.replace('eu-west-1', 'us-east-1');
    const account = eightRevisions().parameter(NAME, `keepLatest: 6\n${quick}`);
    const { status, answer, deregistered, calls } = await night(account, { topic });
    expect(status).toBe('FAILED');
    expect(JSON.stringify(answer)).toContain('checking the topic arn:aws:sns:us-east-1:');
    expect(calls).not.toContain('Publish');
    expect(deregistered).toBe(0);
    expect(calls).not.toContain('ListTaskDefinitions');
  });
});

test.each([
  { code: 'KMSAccessDenied', remedy: /by the parameter KmsKeyArn of the stack, and in the policy of that key/ },
  { code: 'AuthorizationError', remedy: /Allow sns:Publish on the topic in the role or user/ },
  { code: 'NotFound', remedy: /Check that the topic exists in this account and Region/ },
])('a report that SNS refuses with $code fails the run, and its log says what to do', async ({ code, remedy }) => {
  const account = eightRevisions().parameter(NAME, `keepLatest: 6\n${quick}`);
  const { handler, context, sandbox } = await deployed('prune', account, { env: { SETTINGS: NAME } });
  sandbox.faults.add({ operation: 'Publish', kind: 'error', code, status: 400, message: 'refused' });
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const { status } = await execute(handler, {}, { context });
  expect(status).toBe('FAILED');
  expect(written.join('')).toMatch(remedy);
});
