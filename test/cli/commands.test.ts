// The commands from their arguments to what is printed where, and who is asked, against the sandbox over HTTP.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { callNames } from '../../shared/read/usage/trail-record.ts';
import { exitCodes } from '../../cli/exit.ts';
import { storedObject } from '../../sandbox/s3/storage.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { ACCOUNT, anAccount, daysBefore, NOW, REGION, revisionArn, TOPIC } from '../support/account.ts';
import { checksummed } from '../support/checksummed.ts';
import { document, pruner, confirmed, web, deregisterCount } from '../support/pruner.ts';

describe('plan', () => {
  test('shows what would go and writes nothing', async () => {
    const run = await pruner('plan --keep-latest 2');
    expect(run.code).toBe(exitCodes.done);
    expect(run.out).toContain('Plan: deregister 5 of 8 ACTIVE revisions in 1 family; keep 3.');
    expect(run.err).toBe('');
    expect(deregisterCount(run)).toBe(0);
  });

  test('--json: one document on standard output and nothing else', async () => {
    const run = await pruner('plan --json --keep-latest 2');
    expect(document(run)).toMatchObject({
      version: 2,
      outcome: 'PREVIEW',
      plan: [{ family: 'web', ranges: ['1-2', '4-6'], revisions: ['web:1', 'web:2', 'web:4', 'web:5', 'web:6'] }],
      deregistered: [],
      deferred: [],
    });
    expect(run.out.trimEnd().split('\n')).toHaveLength(1);
  });

  test('--ndjson: a line for each revision on standard output, and the verdict on standard error', async () => {
    const run = await pruner('plan web --ndjson --keep-latest 2 --detailed-exitcode', {
      account: web().family('api', '1-9'),
    });
    expect(run.code).toBe(2);
    const lines = run.out.trimEnd().split('\n');
    expect(lines).toHaveLength(8);
    expect(lines[0]).toBe(
      '{"version":1,"family":"web","number":1,"verdict":"deregister","rule":null,"reason":null,"source":null}',
    );
    expect(run.err).toBe(
      'Dry run: 5 revisions would have been deregistered in account 123456789012, eu-west-1. No action required.\n',
    );
  });

  test('--families narrows, and --max-deregistrations leaves the rest for later', async () => {
    const run = await pruner('plan --json --keep-latest 2 --families we* --max-deregistrations 2', {
      account: web().family('api', '1-9'),
    });
    expect(document(run)).toMatchObject({
      plan: [{ family: 'web', ranges: ['1-2'] }],
      deferred: [{ family: 'web', ranges: ['4-6'] }],
    });
  });

  test('a glob that matches nothing is reported, and no error', async () => {
    const run = await pruner('plan --families nope*');
    expect(run.code).toBe(exitCodes.done);
    expect(run.out).toContain('nope*');
  });

  test('--min-age-days 0 turns the rule off, with a warning on standard error and in the report', async () => {
    const young = anAccount().family('web', '1-8', { daysAgo: 1 }).cluster('prod');
    const run = await pruner('plan --json --keep-latest 2 --min-age-days 0', { account: young });
    expect(run.err).toMatch(/^Warning: minAgeDays is 0/);
    expect(document(run)).toMatchObject({
      plan: [{ ranges: ['1-6'] }],
      notes: [expect.stringMatching(/^minAgeDays is 0/), expect.stringMatching(/^Without a state store/)],
    });
    expect(document(await pruner('plan --json --keep-latest 2', { account: young }))).toMatchObject({
      plan: [],
    });
  });

  test.each([
    { command: 'plan --json', records: 3 },
    { command: 'plan', records: 3 },
    { command: 'explain web:1', records: 3 },
    { command: 'snapshot', records: 0 },
  ])(
    '$command writes nothing: neither an object nor a file or folder, and asks for no permission to',
    async ({ command, records }) => {
      const account = web().bucket('kept');
      const prepare = (sandbox: Sandbox) => {
        sandbox.faults.add({ operation: 'PutObject', kind: 'deny' });
      };
      const run = await pruner(`${command} --state s3://kept/of/pruner`, { account, prepare });
      expect(run.code).toBe(exitCodes.done);
      expect(run.out).not.toContain('s3:PutObject');
      expect(run.sandbox.calls.count('GetObject')).toBeGreaterThanOrEqual(records);
      expect(run.sandbox.calls.count('PutObject')).toBe(0);
      const folder = mkdtempSync(join(tmpdir(), 'pruner-'));
      onTestFinished(() => {
        rmSync(folder, { recursive: true });
      });
      const inFolder = await pruner(`${command} --state ${folder}/state`, { account });
      expect(inFolder.code).toBe(exitCodes.done);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test('plan uses what is in the state: a revision that an earlier run has seen at work stays', async () => {
    const at = Date.parse(NOW);
    const usage = {
      calls: callNames,
      coveredSince: at - 90 * 86_400_000,
      coveredUntil: at - 3_600_000,
      lastUsed: [['web', [[1, at - 86_400_000]]]],
    };
    const run = await pruner('plan --json --state s3://kept', {
      account: web().bucket('kept'),
      prepare: ({ account }) => {
        account.storage.find('kept')?.add({
          Key: `${ACCOUNT}/${REGION}/usage.json`,
          VersionId: '1',
          LastModified: new Date(at),
          object: storedObject(checksummed(2, usage, `${ACCOUNT}/${REGION}/usage.json`), 'application/json'),
        });
      },
    });
    expect(document(run)).toMatchObject({ plan: [{ revisions: ['web:2'] }] });
  });

  test('a bucket that is not there holds the run and is named', async () => {
    const run = await pruner('plan --state s3://nobodys');
    expect(run.code).toBe(exitCodes.held);
    expect(run.out).toContain('There is no such bucket');
  });

  test('--topic publishes the report as well; without it nothing is sent', async () => {
    const sent = await pruner(`plan --topic ${TOPIC}`);
    expect(sent.sandbox.account.published.map(({ Subject }) => Subject)).toEqual([
      '[123456789012 eu-west-1] PREVIEW: would deregister 2 (dry run)',
    ]);
    expect((await pruner('plan')).sandbox.account.published).toEqual([]);
  });

  test('a topic that does not exist: the plan is printed, and the run has failed', async () => {
    const run = await pruner(`plan --json --topic ${TOPIC}x`);
    expect(run.code).toBe(exitCodes.failed);
    expect(document(run)).toMatchObject({
      outcome: 'FAILED',
      failure: { operation: `sending the report to ${TOPIC}x` },
    });
  });

  test('an account with no ECS at all is a success', async () => {
    const run = await pruner('plan', { account: anAccount() });
    expect(run.code).toBe(exitCodes.done);
  });
});

describe('prune', () => {
  test('without a state store it is refused before any call to AWS', async () => {
    const run = await pruner(`prune ${confirmed} --settings pruner.yml`, { state: false });
    expect(run.code).toBe(2);
    expect(run.err).toBe(
      "error: prune: it needs a state store for its journal, from which deregistered revisions can be registered again, and for its lock: --state, or `state` in the settings, with s3://bucket/prefix (the stack's output StateBucket, where one is deployed) or a folder.\n",
    );
    expect(run.sandbox.calls.count()).toBe(0);
  });

  test('waits out the window with a countdown, and reports late references', async () => {
    const progress: string[] = [];
    const run = await pruner(`prune --json --keep-latest 2 ${confirmed}`, {
      world: { showsProgress: true, err: (text) => void progress.push(text) },
      lateTask: { minute: 9, revision: 'web:1' },
    });
    expect(progress.join('')).toContain('Waiting until AWS enforces INACTIVE: 11:00 (Ctrl-C reports now)');
    expect(document(run)).toMatchObject({
      outcome: 'ACTION',
      lateReferences: [{ revision: 'web:1', relation: 'runs' }],
    });
    expect(run.code).toBe(exitCodes.failed);
  });

  test('--no-wait reports at once', async () => {
    const run = await pruner(`prune --json --no-wait --keep-latest 2 ${confirmed}`, {
      lateTask: { minute: 9, revision: 'web:1' },
    });
    expect(document(run)).toMatchObject({ lateReferences: [], outcome: 'OK' });
  });

  test('interrupted while it waits, reports at once', async () => {
    const run = await pruner(`prune --keep-latest 2 ${confirmed}`, { interruptsAtMinute: 3 });
    expect(run.code).toBe(130);
    expect(run.out).toContain('Deregistered: 5 revisions');
  });

  test('declined, releases the lock', async () => {
    const state = new Map<string, string>();
    const declined = await pruner('prune --keep-latest 2', {
      world: { canAsk: true },
      types: 'no',
      keeps: state,
    });
    expect(declined.code).toBe(2);
    expect(state.get(`${ACCOUNT}/eu-west-1/lock.json`)).toContain('"free":true');
  });
  test('needs --yes and --account without a terminal', async () => {
    for (const args of ['prune', `prune --account ${ACCOUNT}`]) {
      const run = await pruner(args);
      expect(run.code).toBe(exitCodes.usage);
      expect(run.err).toBe(
        'error: prune: there is no terminal for a prompt, so it needs --yes --account 123456789012 (the account that you mean).\n',
      );
      expect(run.sandbox.calls.list()).toEqual([]);
    }
  });

  test('deregisters with --yes and --account, and prints the results', async () => {
    const run = await pruner(`prune --json --keep-latest 2 ${confirmed}`);
    expect(run.code).toBe(exitCodes.done);
    const all = [{ family: 'web', ranges: ['1-2', '4-6'], revisions: ['web:1', 'web:2', 'web:4', 'web:5', 'web:6'] }];
    expect(document(run)).toMatchObject({ outcome: 'OK', deregistered: all, plan: all, deferred: [] });
    expect(deregisterCount(run)).toBe(5);
  });

  test('refuses another account before it reads anything', async () => {
    const run = await pruner('prune --yes --account 999999999999');
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toBe(
      'error: prune: these credentials belong to account 123456789012, not to 999999999999; nothing was done.\n',
    );
    expect(run.sandbox.calls.byOperation()).toEqual({ GetCallerIdentity: 1 });
  });

  test('shows the plan on a terminal and asks for the number of the account', async () => {
    const run = await pruner('prune --keep-latest 2', { world: { canAsk: true }, types: ACCOUNT });
    expect(run.asked).toEqual([`Type the number of the account to deregister 5 revisions in it (${ACCOUNT}): `]);
    expect(run.code).toBe(exitCodes.done);
    expect(deregisterCount(run)).toBe(5);
    expect(run.out).toContain('5 revisions were deregistered');
  });

  test.each(['', 'y', 'yes', '123456789013'])('does nothing when the answer is "%s"', async (types) => {
    const run = await pruner('prune --keep-latest 2', { world: { canAsk: true }, types });
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toBe('prune: declined; nothing was deregistered.\n');
    expect(deregisterCount(run)).toBe(0);
  });

  test('asks nothing when there is nothing to do', async () => {
    const run = await pruner('prune', { account: anAccount().family('web', '1'), world: { canAsk: true } });
    expect(run.asked).toEqual([]);
    expect(run.code).toBe(exitCodes.done);
  });

  test('--json on a terminal keeps standard output clean: the plan is shown on standard error', async () => {
    const run = await pruner('prune --json --keep-latest 2', { world: { canAsk: true }, types: ACCOUNT });
    expect(document(run)).toMatchObject({ outcome: 'OK' });
    expect(run.err).toContain('web');
  });
});

describe('explain', () => {
  test('shows every reason with its evidence', async () => {
    const run = await pruner('explain web:3');
    expect(run.code).toBe(exitCodes.done);
    expect(run.out).toContain('arn:aws:ecs:eu-west-1:123456789012:service/prod/web');
  });

  test('--json prints one document', async () => {
    expect(document(await pruner('explain web:8 --json'))).toMatchObject({
      version: 1,
      revision: 'web:8',
      verdict: 'keep',
      reasons: [{ rule: 'newest' }, { rule: 'keep-latest' }],
    });
  });

  test.each([
    { all: 'are young', old: [] },
    { all: 'that a plan reads are old', old: ['1-7'] },
  ])('reads an age that no plan needs, where all $all', async ({ old }) => {
    const account = anAccount();
    for (const revisions of old) account.family('web', revisions, { daysAgo: 90 });
    account.family('web', old.length === 0 ? '1-8' : '8', { daysAgo: 1 });
    expect(document(await pruner('explain web:8 --json', { account }))).toMatchObject({
      reasons: [
        { rule: 'newest' },
        { rule: 'keep-latest' },
        { rule: 'min-age', text: 'registered since 25 October 2026' },
      ],
    });
  });

  test('--json has the last call from CloudTrail', async () => {
    const account = anAccount()
      .family('web', '1-8')
      .event('RunTask', daysBefore(9), {
        userIdentity: { arn: 'arn:aws:sts::123456789012:assumed-role/airflow/monthly' },
        requestParameters: { taskDefinition: 'web:2' },
        responseElements: { tasks: [{ taskDefinitionArn: revisionArn('web:2') }] },
      });
    expect(document(await pruner('explain web:2 --json', { account }))).toMatchObject({
      reasons: [{ rule: 'recently-used' }],
      lastCall: {
        at: daysBefore(9),
        call: 'RunTask',
        caller: 'arn:aws:sts::123456789012:assumed-role/airflow/monthly',
      },
    });
  });

  test.each([
    {
      what: 'is retired',
      account: () => anAccount().family('web', '1-8'),
      says: 'Its family is retired (retireFamiliesAfterDays: 90): nothing has referenced, used or registered a revision of it since 26 August 2026.',
      json: { isRetired: true, obstacles: [] },
    },
    {
      what: 'is not retired, and what would change that',
      account: () => anAccount().cluster('prod').family('web', '1-8').service('prod/api', 'web:2'),
      says: 'Its family is not retired (retireFamiliesAfterDays: 90): service prod/api references it. It would be if nothing referenced any of its revisions.',
      json: { isRetired: false, obstacles: [{ text: 'service prod/api references it' }] },
    },
    {
      what: 'is not retired since its newest is young',
      account: () => anAccount().family('web', '1-7').family('web', '8', { daysAgo: 60 }),
      says: 'Its family is not retired (retireFamiliesAfterDays: 90): its newest revision was registered on 25 September 2026. It would be if nothing were registered for 90 days, which time will see to.',
      json: { isRetired: false },
    },
  ])('says that a family $what', async ({ account, says, json }) => {
    const folder = mkdtempSync(join(tmpdir(), 'pruner-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const settings = join(folder, 'pruner.yml');
    writeFileSync(settings, 'retireFamiliesAfterDays: 90\n');
    const { out } = await pruner(`explain web:8 --settings ${settings}`, { account: account() });
    expect(out.replaceAll(/\s+/g, ' ')).toContain(says);
    expect(document(await pruner(`explain web:8 --json --settings ${settings}`, { account: account() }))).toMatchObject(
      {
        retirement: { days: 90, ...json },
      },
    );
  });

  test('says that a revision will be deregistered', async () => {
    const run = await pruner('explain web:1');
    expect(run.out).toContain('web:1 will be deregistered in the next run: no rule keeps it.');
  });

  test('says that a revision is INACTIVE', async () => {
    const run = await pruner('explain old:1', { account: web().family('old', '1', { status: 'INACTIVE' }) });
    expect(run.code).toBe(exitCodes.done);
    expect(run.out).toContain('old:1 is INACTIVE');
  });

  test.each(['web:99', 'nope:1'])('%s does not exist', async (name) => {
    const run = await pruner(`explain ${name}`);
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toBe(`error: explain: there is no ${name} in account 123456789012, eu-west-1.\n`);
    expect(run.out).toBe('');
  });

  test('succeeds although the run is held', async () => {
    const run = await pruner('explain web:3', {
      prepare: ({ faults }) => void faults.add({ operation: 'ListTasks', kind: 'deny' }),
    });
    expect(run.code).toBe(exitCodes.done);
    expect(run.out).toContain('ListTasks');
  });
});

describe('what a terminal gets', () => {
  test('progress on standard error, and colours, where it is one', async () => {
    const run = await pruner('plan', { world: { showsProgress: true, isTerminal: true } });
    expect(run.err).toContain('Reading: tasks done');
    expect(run.out).toContain('\u001B[');
  });

  test.each([
    { why: 'NO_COLOR is set', args: 'plan', world: { isTerminal: true, env: { NO_COLOR: '1' } } },
    { why: '--no-color is given', args: 'plan --no-color', world: { isTerminal: true } },
    { why: 'it is a pipe', args: 'plan', world: { isTerminal: false } },
  ])('no colours when $why', async ({ args, world }) => {
    expect((await pruner(args, { world })).out).not.toContain('\u001B');
  });
});
