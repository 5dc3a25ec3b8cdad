// The functions from the event to the mail, the result, the metrics and the log, against the sandbox over HTTP.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { ACCOUNT, type AccountBuilder, anAccount, REGION } from '../support/account.ts';
import { deployed, type Prepare, type Stage, undeploy } from '../support/deployed.ts';
import { execute } from '../support/execution.ts';

let lines: Record<string, unknown>[] = [];

beforeEach(() => {
  lines = [];
  const listen = (chunk: unknown) => {
    for (const line of String(chunk).split('\n')) if (line.startsWith('{')) lines.push(parsed(line));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(listen);
  vi.spyOn(process.stderr, 'write').mockImplementation(listen);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await undeploy();
});

function parsed(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return Object.fromEntries(Object.entries(value ?? {}));
}

/** One plain invocation. */
async function invoke(which: 'prune' | 'preview', account: AccountBuilder, stage: Stage = {}, prepare?: Prepare) {
  const { handler, context, ...rest } = await deployed(which, account, stage, prepare);
  const answer = await handler(stage.event ?? {}, context(1)).then(
    (report: unknown) => ({ report: parsed(JSON.stringify(report)), error: undefined }),
    (error: unknown) => ({
      report: undefined,
      error: error instanceof Error ? error : new Error(String(error)),
    }),
  );
  return { ...answer, ...rest };
}

/** A whole durable execution. */
async function night(account: AccountBuilder, stage: Stage = {}, prepare?: Prepare) {
  const { handler, context, ...rest } = await deployed('prune', account, stage, prepare);
  return { ...(await execute(handler, stage.event ?? {}, { context })), ...rest };
}

const web = () => anAccount().family('web', '1-8').cluster('prod');
const metric = (name: string) => lines.filter((line) => name in line && '_aws' in line).map((line) => line[name]);
/** The folder of the only run. */
const theRun = () => readdirSync(join(process.env['STATE'] ?? '', ACCOUNT, REGION, 'runs'))[0];
/** The first invocation ends after this number of deregistrations; the next one has its full time. */
const outOfTimeAfter = (gone: number) => (invocation: number) => {
  const went = lines.filter(({ message }) => message === 'deregistered').length;
  return invocation === 1 && went >= gone ? 60_000 : 900_000;
};
const writes = (sandbox: Sandbox) => sandbox.calls.count('DeregisterTaskDefinition');

test('a nightly run deregisters, waits for the end of the window, mails and returns a short result', async () => {
  const { status, answer, updates, mails, sandbox } = await night(web());
  expect({ status, answer }).toMatchObject({
    status: 'SUCCEEDED',
    answer: {
      run: 'id-1',
      outcome: 'OK',
      deregistered: 5,
      report: `${process.env['STATE']}/${ACCOUNT}/${REGION}/runs/${theRun()}/report.json`,
    },
  });
  expect(JSON.stringify(answer)).toMatch(
    /"5 revisions were deregistered in account 123456789012, eu-west-1\. As of \d\d:\d\d UTC, nothing had started to use any of them\. No action required\."/,
  );
  expect(updates.map(({ Name, Action }) => `${Name} ${Action}`)).toEqual([
    'settings START',
    'settings SUCCEED',
    'open START',
    'open SUCCEED',
    'pass 1 START',
    'pass 1 SUCCEED',
    'window START',
    'report START',
    'report SUCCEED',
  ]);
  expect(writes(sandbox)).toBe(5);
  expect(mails.map(({ Subject }) => Subject)).toEqual(['[123456789012 eu-west-1] OK: 5 deregistered']);
  expect(lines.filter(({ level }) => level === 'ERROR')).toEqual([]);
});

test('the checkpoints of a nightly run are small', async () => {
  const { updates } = await night(web());
  expect(Buffer.byteLength(JSON.stringify(updates))).toBeLessThan(3_000);
});

test('a plain invocation of prune makes one pass without a wait and returns its report', async () => {
  const { report, mails, sandbox } = await invoke('prune', web());
  expect(report).toMatchObject({
    version: 2,
    deregistered: [{ family: 'web', ranges: ['1-5'], revisions: ['web:1', 'web:2', 'web:3', 'web:4', 'web:5'] }],
  });
  expect(writes(sandbox)).toBe(5);
  expect(mails).toHaveLength(1);
});

test('a run publishes each metric once', async () => {
  await night(web());
  expect(metric('Families')).toEqual([1]);
  expect(metric('Revisions')).toEqual([8]);
  expect(metric('Deregistered')).toEqual([5]);
  expect(metric('Failed')).toEqual([0]);
  expect(metric('Held')).toEqual([0]);
  expect(metric('Throttled')).toEqual([0]);
  expect(metric('SuccessfulRuns')).toEqual([1]);
  expect(metric('Seconds')[0]).toBeGreaterThan(0);
  const kept = lines.filter((line) => 'Kept' in line).map(({ rule, Kept, service }) => [rule, Kept, service]);
  expect(kept).toEqual([
    ['keep-latest', 2, 'ecs-revision-pruner-test'],
    ['newest', 1, 'ecs-revision-pruner-test'],
  ]);
});

test.each([
  { what: 'a durable execution', as: night, id: 'id-1' },
  { what: 'a plain invocation', as: (account: AccountBuilder) => invoke('prune', account), id: 'request-1' },
])('every log line of $what has the id of the run and appears once', async ({ as, id }) => {
  await as(web());
  const logged = lines.filter((line) => 'level' in line);
  expect(logged.length).toBeGreaterThan(8);
  expect(new Set(logged.map(({ runId }) => runId))).toEqual(new Set([id]));
  expect(logged.filter(({ message }) => message === 'deregistered').map(({ revision }) => revision)).toEqual([
    'web:1',
    'web:2',
    'web:3',
    'web:4',
    'web:5',
  ]);
  expect(logged.filter(({ outcome }) => outcome !== undefined)).toHaveLength(1);
});

test.each([
  { stage: 'DRY_RUN is true', options: { dryRun: 'true' } },
  { stage: 'DRY_RUN is missing', options: { dryRun: undefined } },
  { stage: 'DRY_RUN is anything but the word false', options: { dryRun: 'False' } },
  { stage: 'the event says so', options: { event: { dryRun: true } } },
])('prune makes a dry run when $stage', async ({ options }) => {
  const { report, sandbox, mails } = await invoke('prune', web(), options);
  expect(report).toMatchObject({
    outcome: 'PREVIEW',
    deregistered: [],
    plan: [{ family: 'web', ranges: ['1-5'] }],
  });
  expect(writes(sandbox)).toBe(0);
  expect(mails).toHaveLength(1);
});

test('an event can narrow the families', async () => {
  const { report } = await invoke('prune', web().family('api', '1-8'), { event: { families: ['api'] } });
  expect(report).toMatchObject({ deregistered: [{ family: 'api', ranges: ['1-5'] }] });
});

test('an event that loosens the deployed settings is refused before any reading', async () => {
  const { error, sandbox, mails } = await invoke('prune', web(), { event: { dryRun: false } });
  expect(error?.name).toBe('EventError');
  expect(error?.message).toBe('event.dryRun: given false, allowed: true, or no such key');
  expect(sandbox.calls.list()).toEqual([]);
  expect(mails).toEqual([]);
});

test('an event that loosens the deployed settings fails a durable execution', async () => {
  const { status, answer, sandbox } = await night(web(), { event: { dryRun: false } });
  expect(status).toBe('FAILED');
  expect(answer).toMatchObject({ ErrorType: 'EventError' });
  expect(sandbox.calls.list()).toEqual([]);
});

test('invalid packed settings are refused before any reading', async () => {
  const { error, sandbox } = await invoke('prune', web(), { settings: { keepLatests: 9 } });
  expect(error?.name).toBe('SettingsError');
  expect(error?.message).toBe('settings.json: keepLatests: unknown key; did you mean keepLatest?');
  expect(sandbox.calls.list()).toEqual([]);
});

test('a held run mails its report and is not counted as successful', async () => {
  const { status, answer, mails, sandbox } = await night(web(), {}, ({ faults }) =>
    faults.add({ operation: 'ListServices', kind: 'deny' }),
  );
  expect(status).toBe('SUCCEEDED');
  expect(answer).toMatchObject({ outcome: 'HELD', deregistered: 0 });
  expect(writes(sandbox)).toBe(0);
  expect(mails[0]?.Subject).toMatch(/\] HELD: /);
  expect(metric('SuccessfulRuns')).toEqual([0]);
  expect(metric('Held')).toEqual([5]);
});

test.each([
  { what: 'a durable execution', as: night },
  {
    what: 'a plain invocation',
    as: async (...args: Parameters<typeof night>) => {
      const { error, ...rest } = await invoke('prune', ...args);
      return { ...rest, answer: { ErrorType: error?.name } };
    },
  },
])('a failed run mails its report, logs it and fails in $what', async ({ as }) => {
  const { answer, mails } = await as(web(), {}, ({ faults }) =>
    faults.add({ operation: 'DeregisterTaskDefinition', kind: 'deny' }),
  );
  expect(answer).toMatchObject({ ErrorType: 'RunFailed' });
  expect(mails[0]?.Subject).toMatch(/\] FAILED: /);
  expect(metric('SuccessfulRuns')).toEqual([0]);
  expect(metric('Failed')).toEqual([1]);
  const logged = lines.filter(({ message }) => message === 'The report of the failed run');
  expect(logged).toMatchObject([{ level: 'ERROR', report: { outcome: 'FAILED' } }]);
});

test('a run fails and logs its report when the topic does not exist', async () => {
  const { status, answer, sandbox } = await night(web(), {
    topic: `arn:aws:sns:${REGION}:123456789012:gone`,
  });
  expect({ status, answer }).toMatchObject({ status: 'FAILED', answer: { ErrorType: 'RunFailed' } });
  expect(writes(sandbox)).toBe(5);
  const logged = lines.find(({ message }) => message === 'The report of the failed run');
  expect(logged).toMatchObject({ report: { outcome: 'FAILED', deregistered: [{ ranges: ['1-5'] }] } });
  expect(lines.filter(({ level }) => level === 'ERROR').map(({ outcome }) => outcome)).toContain('FAILED');
});

test('a run fails before any reading when AWS refuses the credentials', async () => {
  const { status, answer, sandbox } = await night(web(), {}, ({ faults }) =>
    faults.add({ operation: 'GetCallerIdentity', kind: 'error', code: 'ExpiredToken', status: 403 }),
  );
  expect({ status, answer }).toMatchObject({ status: 'FAILED', answer: { ErrorType: 'RunFailed' } });
  expect(sandbox.calls.count('ListTaskDefinitions')).toBe(0);
});

test('a plain invocation stops before its time ends and reports the rest', async () => {
  const { report } = await invoke('prune', web(), { remainingMs: outOfTimeAfter(2) });
  expect(report).toMatchObject({ stop: { by: 'time' }, deregistered: [{ ranges: ['1-2'] }] });
});

test('a durable execution continues in the next invocation and reports all deregistrations', async () => {
  const { answer, updates, mails, sandbox } = await night(web(), { remainingMs: outOfTimeAfter(2) });
  expect(answer).toMatchObject({ outcome: 'OK', deregistered: 5 });
  expect(updates.flatMap(({ Name, Action }) => (Action === 'START' ? [Name] : []))).toEqual([
    'settings',
    'open',
    'pass 1',
    'after pass 1',
    'pass 2',
    'window',
    'report',
  ]);
  expect(writes(sandbox)).toBe(5);
  expect(mails).toHaveLength(1);
});

/** A deployment switches the dry run between the first two invocations of a run. */
const switching = (from: string, to: string): Stage => ({
  dryRun: from,
  before: (invocation) => void (invocation === 2 && vi.stubEnv('DRY_RUN', to)),
});

test('a run that is switched to a dry run deregisters nothing more, and reports what it did', async () => {
  const { answer, mails, sandbox } = await night(web(), {
    ...switching('false', 'true'),
    remainingMs: outOfTimeAfter(2),
  });
  expect(answer).toMatchObject({ outcome: 'HELD', deregistered: 2 });
  expect(writes(sandbox)).toBe(2);
  expect(mails[0]?.Message).toContain('switched to a dry run while this run was under way');
});

test('a dry run that is switched to a live one stays a dry run', async () => {
  const { answer, invocations, sandbox } = await night(web(), {
    ...switching('true', 'false'),
    // Too little time to read everything in the first invocation.
    remainingMs: (invocation) => (invocation === 1 && lines.some(({ part }) => part === 'services') ? 20_000 : 900_000),
  });
  expect(invocations).toBeGreaterThan(1);
  expect(answer).toMatchObject({ outcome: 'PREVIEW', deregistered: 0 });
  expect(writes(sandbox)).toBe(0);
});

test('preview makes a dry run in every stage and mails only on request', async () => {
  const silent = await invoke('preview', web(), { dryRun: 'false' });
  expect(silent.report).toMatchObject({ outcome: 'PREVIEW' });
  expect(writes(silent.sandbox)).toBe(0);
  expect(silent.mails).toEqual([]);
  expect(metric('SuccessfulRuns')).toEqual([]);
  vi.resetModules();
  const loud = await invoke('preview', web(), { event: { notify: true } });
  expect(loud.mails[0]?.Subject).toMatch(/\] PREVIEW: /);
});

test('a run in an account without ECS succeeds', async () => {
  const { report } = await invoke('prune', anAccount());
  expect(report).toMatchObject({ outcome: 'OK', counts: { families: 0, active: 0 } });
});
