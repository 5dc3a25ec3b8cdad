// Every exit code, by each way that leads to it. The README repeats the table.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exitCodes } from '../../cli/exit.ts';
import { TOPIC } from '../support/account.ts';
import { document, pruner, confirmed, web, deregisterCount } from '../support/pruner.ts';

test('1: AWS refuses a deregistration', async () => {
  const run = await pruner(`prune ${confirmed}`, {
    prepare: ({ faults }) =>
      void faults.add({
        operation: 'DeregisterTaskDefinition',
        kind: 'error',
        code: 'ClientException',
        status: 400,
        times: 1,
      }),
  });
  expect(run.code).toBe(exitCodes.failed);
});

test.each(['plan', `prune ${confirmed}`, 'explain web:3'])(
  '1: expired credentials, before anything is read (%s)',
  async (args) => {
    const run = await pruner(args, {
      prepare: ({ faults }) =>
        void faults.add({
          operation: 'GetCallerIdentity',
          kind: 'error',
          code: 'ExpiredToken',
          status: 403,
          message: 'The security token included in the request is expired',
        }),
    });
    expect(run.code).toBe(exitCodes.failed);
    expect(`${run.out}${run.err}`).toContain('ExpiredToken');
    expect(run.sandbox.calls.count('ListTaskDefinitions')).toBe(0);
  },
);

test.each(['plan', `prune ${confirmed}`, 'explain web:3'])('1: a Region that does not know us (%s)', async (args) => {
  const run = await pruner(`${args} --region us-east-1`);
  expect(run.code).toBe(exitCodes.failed);
  expect(`${run.out}${run.err}`).toContain('UnrecognizedClientException');
  expect(run.sandbox.calls.byOperation()).not.toHaveProperty('ListClusters');
});

test('3: credentials that expire while the account is read', async () => {
  const run = await pruner('plan', {
    prepare: ({ faults }) =>
      void faults.add({
        operation: 'ListTasks',
        kind: 'error',
        code: 'ExpiredTokenException',
        status: 400,
      }),
  });
  expect(run.code).toBe(exitCodes.held);
});

test.each(['plan', `prune ${confirmed}`, 'explain web:3'])('1: AWS is not reached (%s)', async (args) => {
  // Nothing listens on the discard port.
  const run = await pruner(args, { endpoint: 'http://127.0.0.1:9' });
  expect(run.code).toBe(exitCodes.failed);
  expect(`${run.out}${run.err}`).toContain('ECONNREFUSED');
});

test('the remedy for the network differs from the one for credentials', async () => {
  const unreached = await pruner('plan', { endpoint: 'http://127.0.0.1:9' });
  expect(unreached.err).toContain('network path');
  const expired = await pruner('plan', {
    prepare: ({ faults }) =>
      void faults.add({
        operation: 'GetCallerIdentity',
        kind: 'error',
        code: 'ExpiredToken',
        status: 403,
      }),
  });
  expect(expired.err).toContain('renew the credentials');
});

test('2: no Region', async () => {
  const env = { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined, AWS_CONFIG_FILE: '/nonexistent' };
  const run = await pruner('plan', { env });
  expect(run.code).toBe(exitCodes.usage);
  expect(run.err).toBe(
    'error: no Region is set\nGive --region, or set AWS_REGION or a region in your AWS configuration.\n',
  );
});

test.each([
  { args: 'plan --keep-latest 0', says: '--keep-latest' },
  { args: 'plan --keep-latest -1', says: '--keep-latest' },
  { args: 'plan --keep-latest many', says: '--keep-latest' },
  { args: 'plan --settings nowhere.yml', says: 'nowhere.yml: no such file' },
  { args: 'plan --without services', says: 'services' },
  { args: 'plan --without nonsense', says: 'nonsense' },
  { args: 'explode', says: 'explode' },
])('2: $args', async ({ args, says }) => {
  const run = await pruner(args);
  expect(run.code).toBe(exitCodes.usage);
  expect(run.err).toContain(says);
  expect(run.out).toBe('');
  expect(run.sandbox.calls.list()).toEqual([]);
});

test.each([
  'ListTaskDefinitions',
  'GetResources',
  'ListClusters',
  'ListServices',
  'DescribeServices',
  'ListTasks',
  'DescribeTasks',
  'DescribeTaskDefinition',
])('3: denying %s holds the whole run, and the report has the permission', async (operation) => {
  const account = web().task('prod', 'web:4');
  const run = await pruner(`prune ${confirmed}`, {
    account,
    prepare: ({ faults }) => void faults.add({ operation, kind: 'deny' }),
  });
  expect(run.code).toBe(exitCodes.held);
  expect(run.out).toContain(`${operation === 'GetResources' ? 'tag' : 'ecs'}:${operation}`);
  expect(deregisterCount(run)).toBe(0);
});

test('3: a paused run reports what it would do, does not prompt, and deregisters nothing', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'paused-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const settings = path.join(folder, 'pruner.yml');
  writeFileSync(settings, 'keepLatest: 2\npauseParameter: /paused\n');
  const run = await pruner(`prune --json --settings ${settings} ${confirmed}`, {
    account: web().parameter('/paused', 'true'),
  });
  expect(run.code).toBe(exitCodes.held);
  expect(document(run)).toMatchObject({ outcome: 'OK', deregistered: [], stop: { by: 'paused' } });
  expect(deregisterCount(run)).toBe(0);
});

test('130: interrupted while it deregisters, it finishes the current call and reports', async () => {
  const run = await pruner(`prune --json --keep-latest 2 ${confirmed}`, {
    prepare: (sandbox, interrupt) =>
      void sandbox.before(({ operation, input }) => {
        if (operation === 'DeregisterTaskDefinition' && input['taskDefinition'] === 'web:2') interrupt();
      }),
  });
  expect(run.code).toBe(exitCodes.interrupted);
  expect(document(run)).toMatchObject({
    deregistered: [{ ranges: ['1-2'] }],
    notReached: [{ ranges: ['4-6'] }],
    stop: { by: 'interrupted' },
  });
  expect(run.err).toContain('the current call finishes and is reported');
});

test.each(['plan', `prune ${confirmed}`])(
  '130: interrupted before the first deregistration, it leaves at once (%s)',
  async (args) => {
    const left: number[] = [];
    let pressed = false;
    await pruner(args, {
      world: { exitNow: (code) => void left.push(code) },
      prepare: (sandbox, interrupt) =>
        void sandbox.before(({ operation }) => {
          if (operation !== 'ListTasks' || pressed) return;
          pressed = true;
          interrupt();
        }),
    });
    expect(left).toEqual([exitCodes.interrupted]);
  },
);

test('130: interrupted a second time, it leaves at once', async () => {
  const left: number[] = [];
  await pruner(`prune --keep-latest 2 ${confirmed}`, {
    world: { exitNow: (code) => void left.push(code) },
    prepare: (sandbox, interrupt) =>
      void sandbox.before(({ operation }) => {
        if (operation !== 'DeregisterTaskDefinition') return;
        interrupt();
        expect(left).toEqual([]);
        interrupt();
      }),
  });
  expect(left).toEqual([exitCodes.interrupted]);
});

test('0: help and version', async () => {
  expect((await pruner('--help')).code).toBe(exitCodes.done);
  expect((await pruner('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('3: everything was deregistered, but late references could not be checked', async () => {
  const run = await pruner(`prune --json --keep-latest 2 ${confirmed}`, {
    prepare: (sandbox) =>
      void sandbox.before(({ operation, input }) => {
        if (operation === 'DeregisterTaskDefinition' && input['taskDefinition'] === 'web:6')
          sandbox.faults.add({ operation: 'ListTasks', kind: 'deny' });
      }),
  });
  expect(run.code).toBe(exitCodes.held);
  expect(document(run)).toMatchObject({
    outcome: 'ACTION',
    deregistered: [{ ranges: ['1-2', '4-6'] }],
    notReached: [],
  });
});

describe('plan --detailed-exitcode', () => {
  test('2: something would be deregistered', async () => {
    const run = await pruner('plan --detailed-exitcode --keep-latest 2');
    expect(run.code).toBe(2);
    expect(deregisterCount(run)).toBe(0);
  });

  test('0: nothing would be deregistered', async () => {
    expect((await pruner('plan --detailed-exitcode --keep-latest 9')).code).toBe(0);
  });

  test('without it both are 0', async () => {
    expect((await pruner('plan --keep-latest 2')).code).toBe(0);
  });

  test.each(['--share 7', '--nothing', 'we!b', '--settings no-such-file.yml', '--state'])(
    '1: wrong usage, so that 2 has one meaning (%s)',
    async (wrong) => {
      const run = await pruner(`plan --detailed-exitcode --json ${wrong}`);
      expect(run.code).toBe(1);
      expect(document(run)).toMatchObject({ error: { exitCode: 1 } });
      expect(run.sandbox.calls.count()).toBe(0);
    },
  );

  test('3: something could not be read, also where the rest of the plan has changes', async () => {
    const run = await pruner('plan --detailed-exitcode --keep-latest 2', {
      prepare: ({ faults }) => void faults.add({ operation: 'ListTasks', kind: 'deny' }),
    });
    expect(run.code).toBe(3);
  });

  test('1: a report that is not sent', async () => {
    const run = await pruner(`plan --detailed-exitcode --keep-latest 2 --topic ${TOPIC}x`);
    expect(run.code).toBe(1);
  });

  test('no other command has it', async () => {
    const run = await pruner('explain web:1 --detailed-exitcode');
    expect(run.code).toBe(1);
    expect(run.err).toContain('--detailed-exitcode: an option of plan, not of explain');
  });
});
