// Failures before a command does anything: one block on standard error, nothing on standard output, and with --json a
// document by schemas/error.schema.json.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { confirm } from '../../cli/consent.ts';
import { exitCodes } from '../../cli/exit.ts';
import { document, pruner, confirmed, deregisterCount } from '../support/pruner.ts';

const folder = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-failures-'));
const config = join(folder, 'config');
writeFileSync(config, '[profile empty]\nregion = eu-west-1\n');
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const bare = {
  AWS_CONFIG_FILE: config,
  AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_EC2_METADATA_DISABLED: 'true',
};
const commands = ['plan', `prune ${confirmed}`, 'explain web:3', 'snapshot', 'history --state s3://kept'];
const schema: unknown = JSON.parse(readFileSync(new URL('../../schemas/error.schema.json', import.meta.url), 'utf8'));
const isErrorDocument = new Ajv2020().compile(Object.fromEntries(Object.entries(schema ?? {})));

describe.each(commands)('%s', (args) => {
  test('names the profile that is in no file, where it looked, and how to list them', async () => {
    const run = await pruner(`${args} --profile nope`, { env: bare });
    expect(run).toMatchObject({
      code: exitCodes.usage,
      out: '',
      err: `error: profile "nope" not found in ${config}\nCheck --profile; \`aws configure list-profiles\` lists the profiles.\n`,
    });
    expect(run.sandbox.calls.list()).toEqual([]);
  });

  test('says that a profile has no credentials, and how to get some', async () => {
    const run = await pruner(`${args} --profile empty`, { env: bare });
    expect(run).toMatchObject({
      code: exitCodes.failed,
      out: '',
      err: 'error: no AWS credentials found for profile "empty"\nRun `aws sso login --profile empty` or `aws configure --profile empty`, or set AWS_PROFILE.\n',
    });
    expect(run.sandbox.calls.list()).toEqual([]);
  });

  test('prints one block where AWS refuses the credentials, and a document for a script', async () => {
    const expire = {
      operation: 'GetCallerIdentity',
      kind: 'error',
      code: 'ExpiredToken',
      status: 403,
      message: 'The security token included in the request is expired',
    } as const;
    const run = await pruner(args, { prepare: ({ faults }) => void faults.add(expire) });
    const reason = 'AWS refused the credentials: ExpiredToken: The security token included in the request is expired';
    const remedy =
      'Check or renew the credentials (`aws sts get-caller-identity`), and that the Region is enabled for the account.';
    expect(run).toMatchObject({
      code: exitCodes.failed,
      out: '',
      err: `error: ${reason}\n${remedy}\n`,
    });
    const forScript = await pruner(`${args} --json`, { prepare: ({ faults }) => void faults.add(expire) });
    expect(document(forScript)).toEqual({ error: { reason, remedy, exitCode: exitCodes.failed } });
    expect(isErrorDocument(document(forScript))).toBe(true);
  });
});

test('an unknown profile in AWS_PROFILE is refused as well', async () => {
  const run = await pruner('plan', { env: { ...bare, AWS_PROFILE: 'nope' } });
  expect(run.err).toMatch(/^error: profile "nope" not found in .*\nCheck AWS_PROFILE;/);
});

test('prune with an unusable state store prints one error and deregisters nothing', async () => {
  const run = await pruner(`prune --state s3://nobodys ${confirmed}`);
  expect([run.code, run.out]).toEqual([exitCodes.held, '']);
  expect(run.err).toMatch(/^error: .*s3:\/\/nobodys.*\n.*There is no such bucket.*\n$/s);
  expect(deregisterCount(run)).toBe(0);
});

test.each(['plan --keep-latest 0 --json', 'plan --settings nowhere.yml --json', 'explode --json'])(
  'wrong usage prints an error document with --json: %s',
  async (args) => {
    const run = await pruner(args);
    expect(run.code).toBe(exitCodes.usage);
    expect(isErrorDocument(document(run))).toBe(true);
    expect(run.err).toMatch(/^error: /);
  },
);

describe('an unexpected failure', () => {
  const broken = {
    world: {
      canAsk: true,
      ask: () => {
        throw new TypeError('the prompt is broken');
      },
    },
  };

  test('has no stack trace', async () => {
    const run = await pruner('prune --keep-latest 2', broken);
    expect(run.code).toBe(exitCodes.failed);
    expect(run.err).toBe(
      'error: unexpected failure: the prompt is broken\nThis is a bug in ecs-revision-pruner. `--debug` prints where it happened; please report it.\n',
    );
    expect(deregisterCount(run)).toBe(0);
  });

  test('has a stack trace with --debug', async () => {
    const run = await pruner('prune --keep-latest 2 --debug', broken);
    expect(run.err).toMatch(/TypeError: the prompt is broken\n +at /);
  });
});

describe('Ctrl-C or Ctrl-D at a prompt', () => {
  const pressed = { world: { canAsk: true, ask: () => Promise.resolve(undefined) } };

  test('ends prune with 130 and releases the lock', async () => {
    const run = await pruner('prune --keep-latest 2', pressed);
    expect([run.code, run.err]).toEqual([130, '\nInterrupted; nothing was deregistered.\n']);
    expect(deregisterCount(run)).toBe(0);
    const kept = run.sandbox.account.storage.find('kept');
    const lock = kept?.keys().find((key) => key.endsWith('/lock.json')) ?? '';
    const text = kept?.versions(lock)[0]?.object?.text ?? '';
    expect(text).toContain('"free":true');
  });
});

test.each([
  { isRedirected: true, asked: 'Type the number of the account to deregister in it (123456789012): ' },
  { isRedirected: false, asked: 'Type the number of the account to deregister in it: ' },
])(
  'the prompt shows the number of the account only in a rehearsal (isRedirected: $isRedirected)',
  async ({ isRedirected, asked }) => {
    const questions: string[] = [];
    const ask = (question: string) => Promise.resolve((questions.push(question), '123456789012'));
    const what = { what: 'deregister', account: '123456789012', nothing: 'nothing was deregistered' };
    const session = { progress: { clear: () => undefined }, observeContext: { aws: { isRedirected } } };
    const context = { ask, out: () => undefined, err: () => undefined };
    await confirm({ command: 'prune', proposal: '', ...what }, session, false, context);
    expect(questions).toEqual([asked]);
  },
);
