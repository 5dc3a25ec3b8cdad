// `./pruner restore` from its arguments to what is printed, asked and left behind.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { exitCodes } from '../../cli/exit.ts';
import { createProcessContext } from '../../cli/context.ts';
import { restoreDocument } from '../../shared/report/restore/json.ts';
import { ACCOUNT, anAccount, REGION, scheduleTarget } from '../support/account.ts';
import { document, pruner, type Run, confirmed } from '../support/pruner.ts';

const floating = {
  EcsParameters: { TaskDefinitionArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/web` },
};
/** web:1 to web:3 are gone and were never journaled; a service names one of them, a schedule the newest. */
const account = () =>
  anAccount()
    .family('web', '1-3', { status: 'INACTIVE', tags: { team: 'shop' } })
    .family('web', '4-6')
    .service('prod/web', 'web:2')
    .schedule('nightly', 'web:6', { Target: scheduleTarget(floating) })
    .bucket('kept');

const state = '--state s3://kept/of/pruner';
const registered = ({ sandbox }: Run) => sandbox.calls.count('RegisterTaskDefinition');
const lines = (text: string) => text.replaceAll(/\s+/g, ' ');

test('shows the proposal, asks for the account, and lists the references to update', async () => {
  const run = await pruner(`restore web:2-3 ${state}`, {
    account: account(),
    types: ACCOUNT,
    world: { canAsk: true },
  });
  expect(run.err).toBe('');
  expect(run.code).toBe(exitCodes.done);
  expect(registered(run)).toBe(2);
  expect(run.asked).toEqual([`Type the number of the account to register in it (${ACCOUNT}): `]);
  const said = lines(run.out);
  // Before.
  expect(said).toContain(`2 revisions will be registered again in account ${ACCOUNT}, ${REGION}.`);
  expect(said).toContain('web:6 is the newest now. The last copy will be the newest.');
  expect(said).toContain(
    'schedule default/nightly references web without a revision and starts the newest one. With --on-top, web:6 is registered again after the copies, and nothing changes for it.',
  );
  expect(said).toContain('service prod/web references an old number and must be updated to the new one.');
  expect(said).toContain('Not in the journal, so the definition comes from AWS: web:2 and web:3.');
  // After.
  expect(said).toContain(
    `2 revisions were registered again in account ${ACCOUNT}, ${REGION}. AWS has the same definitions and tags as before.`,
  );
  expect(said).toContain('web:2 was registered again as web:7');
  expect(said).toContain('web:3 was registered again as web:8');
  expect(said).toContain(
    'Point it to web:7: aws ecs update-service --cluster prod --service web \\ --task-definition web:7',
  );
  expect(said).toContain('Schedule default/nightly now starts web:8, a copy of web:3, instead of web:6.');
  expect(said).toContain('./pruner restore web:2-3 --on-top --region eu-west-1 \\ --state s3://kept/of/pruner');
  expect(run.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('with --on-top floating references start the same definition as before', async () => {
  const run = await pruner(`restore web:2 --on-top ${confirmed} ${state}`, { account: account() });
  const said = lines(run.out);
  expect(run.code).toBe(exitCodes.done);
  expect(run.asked).toEqual([]);
  expect(said).toContain('web:6 was registered again on top, as web:8');
  expect(said).not.toContain('instead of');
});

test('--json prints one document that fits its schema', async () => {
  const run = await pruner(`restore web:2 web:5 --json ${confirmed} ${state}`, { account: account() });
  expect(run.out.trimEnd().split('\n')).toHaveLength(1);
  const answer = restoreDocument.parse(document(run));
  expect(answer).toMatchObject({
    version: 1,
    account: ACCOUNT,
    region: REGION,
    results: [
      { revision: 'web:2', became: 'restored', as: 'web:7', from: 'AWS', same: true, differences: [] },
      { revision: 'web:5', became: 'ACTIVE', as: null, from: null, same: null },
    ],
    families: [
      {
        family: 'web',
        newestBefore: 'web:6',
        newest: 'web:7',
        content: 'web:2',
        floating: [{ relation: 'starts' }],
      },
    ],
    danglingReferences: [
      {
        source: 'services',
        target: 'web:2',
        to: 'web:7',
        command: 'aws ecs update-service --cluster prod --service web --task-definition web:7 --region eu-west-1',
      },
    ],
    problems: [],
    stop: null,
  });
});

test('with --json the proposal and the prompt go to standard error', async () => {
  const run = await pruner(`restore web:2 --json ${state}`, {
    account: account(),
    types: ACCOUNT,
    world: { canAsk: true },
  });
  expect(run.err).toContain('1 revision will be registered again');
  expect(document(run)).toHaveProperty('version', 1);
});

test.each<{ what: string; args: string; code: number; says: string }>([
  {
    what: 'no terminal',
    args: `restore web:2 ${state}`,
    code: exitCodes.usage,
    says: 'restore: there is no terminal for a prompt, so it needs --yes --account',
  },
  {
    what: 'another account',
    args: `restore web:2 --yes --account 999999999999 ${state}`,
    code: exitCodes.usage,
    says: `restore: these credentials belong to account ${ACCOUNT}, not to 999999999999; nothing was done.`,
  },
  {
    what: 'no state store',
    args: `restore web:2 ${confirmed}`,
    code: exitCodes.usage,
    says: 'restore: it needs the state store with the journal: --state',
  },
  {
    what: 'a missing bucket',
    args: `restore web:2 ${confirmed} --state s3://nobodys`,
    code: exitCodes.held,
    says: 'There is no such bucket',
  },
  {
    what: 'an unknown revision',
    args: `restore web:2 web:99 ${confirmed} ${state}`,
    code: exitCodes.usage,
    says: 'restore: web:99 is not in the journal (s3://kept/of/pruner/123456789012/eu-west-1/journal)',
  },
  {
    what: 'a missing run',
    args: `restore --run 4f1c ${confirmed} ${state}`,
    code: exitCodes.usage,
    says: 'restore: --run: no run in s3://kept/of/pruner/123456789012/eu-west-1 begins with 4f1c. There are no runs.',
  },
])('with $what nothing is registered, and the error says why', async ({ args, code, says }) => {
  const run = await pruner(args, { account: account() });
  expect(run.err).toContain(says);
  expect({ code: run.code, out: run.out, registered: registered(run) }).toEqual({
    code,
    out: '',
    registered: 0,
  });
});

test('the proposal shows the caller and the endpoint before the prompt', async () => {
  const run = await pruner(`restore web:2 ${state}`, {
    account: account(),
    world: { canAsk: true },
    types: 'no',
  });
  expect(run.out).toMatch(
    /As arn:aws:iam::123456789012:user\/CLI\nEndpoint http:\/\/127\.0\.0\.1:\d+, which is not AWS/,
  );
});

test('Ctrl-C or Ctrl-D at the prompt ends it in one line with 130, and nothing is registered', async () => {
  const run = await pruner(`restore web:2 ${state}`, {
    account: account(),
    world: { canAsk: true, ask: () => Promise.resolve(undefined) },
  });
  expect([run.code, run.err]).toEqual([130, '\nInterrupted; nothing was registered.\n']);
  expect(registered(run)).toBe(0);
});

test('any answer but the number of the account declines and releases the lock', async () => {
  const run = await pruner(`restore web:2 ${state}`, {
    account: account(),
    types: 'yes',
    world: { canAsk: true },
  });
  expect(run.code).toBe(exitCodes.usage);
  expect(run.err).toBe('restore: declined; nothing was registered.\n');
  expect(registered(run)).toBe(0);
  const kept = run.sandbox.account.storage.find('kept');
  const lock = kept?.versions(kept.keys().find((key) => key.endsWith('lock.json')) ?? '')[0];
  expect(lock?.object?.text).toContain('"free":true');
});

test('1: a definition that AWS refuses is saved to a file, with the command that registers it', async () => {
  const files: [string, string][] = [];
  const run = await pruner(`restore web:2 ${confirmed} ${state}`, {
    account: account(),
    world: { saveSecret: (name, text) => (files.push([name, text]), `${name}.json`) },
    prepare: ({ faults }) =>
      void faults.add({
        operation: 'RegisterTaskDefinition',
        kind: 'error',
        code: 'ClientException',
        status: 400,
        message: 'Role is not valid',
      }),
  });
  expect(run.code).toBe(exitCodes.failed);
  const said = lines(run.out);
  expect(said).toContain('web:2 was not registered again: ClientException: Role is not valid.');
  expect(said).toContain('--cli-input-json file://web-2.register.json --region eu-west-1');
  const [[name, text] = ['', '']] = files;
  expect(name).toBe('web-2.register');
  expect(JSON.parse(text)).toMatchObject({ family: 'web', tags: [{ key: 'team', value: 'shop' }] });
});

test('1: AWS denies the call, and the remedy has the permissions', async () => {
  const run = await pruner(`restore web:2 ${confirmed} ${state}`, {
    account: account(),
    prepare: ({ faults }) => void faults.add({ operation: 'RegisterTaskDefinition', kind: 'deny' }),
  });
  expect(run.code).toBe(exitCodes.failed);
  expect(lines(run.out)).toContain(
    "Use credentials that allow ecs:RegisterTaskDefinition, ecs:TagResource. AWS's message says which of them is missing.",
  );
});

test('1: AWS is not reached', async () => {
  const run = await pruner(`restore web:2 ${confirmed} --state ${tmpdir()}/never`, {
    account: account(),
    endpoint: 'http://127.0.0.1:9',
  });
  expect(run.code).toBe(exitCodes.failed);
  expect(run.err).toContain('ECONNREFUSED');
});

test('130: interrupted while it registers, it ends after the current call', async () => {
  const run = await pruner(`restore web:2-3 ${confirmed} ${state}`, {
    account: account(),
    prepare: (sandbox, interrupt) => {
      sandbox.after(({ operation }) => {
        if (operation === 'RegisterTaskDefinition') interrupt();
      });
    },
  });
  expect(run.code).toBe(exitCodes.interrupted);
  expect(lines(run.out)).toContain('1 revision of 2 were registered again');
  expect(lines(run.out)).toContain('web:3 was not reached');
  expect(registered(run)).toBe(1);
});

test('a file with a definition is for its owner alone, and overwrites none', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'restore-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { saveSecret } = createProcessContext();
  const name = path.join(folder, 'web-2.register');
  expect([saveSecret(name, 'one'), saveSecret(name, 'two')]).toEqual([`${name}.json`, `${name}-2.json`]);
  expect(readFileSync(`${name}.json`, 'utf8')).toBe('one');
  expect(statSync(`${name}-2.json`).mode & 0o777).toBe(0o600);
});
