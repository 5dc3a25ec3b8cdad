// Every prompt and report shows the endpoint and the caller, and a mix of endpoints is refused.
import { expect, onTestFinished, test, vi } from 'vitest';
import { startSandbox } from '../../sandbox/server.ts';
import { anAccount } from '../support/account.ts';
import { document, pruner, confirmed, web, deregisterCount } from '../support/pruner.ts';

const ARN = 'arn:aws:iam::123456789012:user/CLI';
const named = {
  prepare: ({ account }: { account: { alias: string | undefined } }) => void (account.alias = 'acme-prod'),
};
const asCaller = new RegExp(`\\nAs ${ARN}\\nEndpoint http://127\\.0\\.0\\.1:\\d+, which is not AWS\\n$`);
const told = new RegExp(`As ${ARN}, account alias acme-prod\\nEndpoint http://127\\.0\\.0\\.1:\\d+, which is not AWS`);

test.each(['plan', `prune ${confirmed}`])('%s shows the caller, the alias and the endpoint', async (args) => {
  const run = await pruner(args, named);
  expect(run.out).toMatch(told);
  const { caller } = document(await pruner(`${args} --json`, named));
  expect(caller).toMatchObject({ arn: ARN, alias: 'acme-prod' });
  expect(JSON.stringify(caller)).toMatch(/"endpoint":"http:\/\/127\.0\.0\.1:\d+"/);
});

test('explain shows the caller and the endpoint', async () => {
  expect((await pruner('explain web:3')).out).toMatch(asCaller);
});

test('history shows the caller and the endpoint', async () => {
  const account = web().bucket('kept');
  const pruned = await pruner(`prune --keep-latest 2 --state s3://kept ${confirmed}`, { account });
  const kept = pruned.sandbox.account.storage.find('kept');
  const run = await pruner('history --state s3://kept', {
    account,
    prepare: (sandbox) => {
      if (kept !== undefined) sandbox.account.storage.add(kept);
    },
  });
  expect(run.out).toMatch(asCaller);
});

test('the plan before the prompt shows them as well', async () => {
  const run = await pruner('prune --keep-latest 2', { ...named, world: { canAsk: true }, types: 'no' });
  expect(run.out).toMatch(told);
});

test('without the permission the account has no alias, and nothing else changes', async () => {
  const run = await pruner('plan', {
    prepare: ({ faults }) => void faults.add({ operation: 'ListAccountAliases', kind: 'deny' }),
  });
  expect(run.code).toBe(0);
  expect(run.out).toContain(`As ${ARN}\n`);
});

test('a live command with one service on another machine is refused before any call', async () => {
  const env = { AWS_ENDPOINT_URL_SCHEDULER: 'http://127.0.0.1:9' };
  const run = await pruner(`prune ${confirmed}`, { env });
  expect([run.code, run.out, deregisterCount(run)]).toEqual([2, '', 0]);
  expect(run.err).toBe(
    'error: AWS_ENDPOINT_URL_SCHEDULER would send some calls to another machine than the others\n' +
      'Remove it, or set AWS_ENDPOINT_URL alone: a reference on only one of two machines is missed.\n',
  );
  expect(run.sandbox.calls.list()).toEqual([]);
});

test('calls that go to two machines hold a live run, whatever sent them there', async () => {
  const other = await startSandbox({ account: anAccount().file() });
  // The AWS configuration is not in the environment that the command reads.
  onTestFinished(() => other.close());
  const run = await pruner(`prune --keep-latest 2 ${confirmed}`, {
    prepare: () => {
      vi.stubEnv('AWS_ENDPOINT_URL_SCHEDULER', other.url);
    },
  });
  expect(run.code).toBe(3);
  expect(run.out.replaceAll(/\s+/g, ' ')).toMatch(
    /calls go to http:\/\/127\.0\.0\.1:\d+ and http:\/\/127\.0\.0\.1:\d+/,
  );
  expect(deregisterCount(run)).toBe(0);
});
