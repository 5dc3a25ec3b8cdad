// Searches the logs, mails, metrics, results and errors of the nightly function for secrets. Every definition holds one,
// and AWS quotes them in its errors.
import type { Context } from 'aws-lambda';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startSandbox } from '../../sandbox/server.ts';
import { bucketNames } from '../../shared/sources/quotas.ts';
import { anAccount, REGION, TOPIC } from '../support/account.ts';
import { canaries, foundIn, withCanaries } from '../support/canaries.ts';

const quotas = Object.fromEntries(bucketNames.map((name) => [name, { perSecond: 1000, burst: 1000 }]));

const context: Context = {
  awsRequestId: 'request-1',
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'pruner',
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:aws:lambda:${REGION}:123456789012:function:pruner`,
  logGroupName: '/aws/lambda/pruner',
  logStreamName: 'test',
  memoryLimitInMB: '512',
  getRemainingTimeInMillis: () => 900_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

test('a failed run puts no content of a definition into the logs, the metrics, the mail, the state store or the error', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  const account = withCanaries(anAccount().family('web', '1-6').cluster('prod'));
  const sandbox = await startSandbox({ account, quotas: 'none' });
  const written: string[] = [];
  const listen = (chunk: unknown) => written.push(String(chunk)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(listen);
  vi.spyOn(process.stderr, 'write').mockImplementation(listen);
  onTestFinished(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });
  const settings = join(folder, 'settings.json');
  writeFileSync(settings, JSON.stringify({ keepLatest: 3, usedWithinDays: 0, quotas }));
  const env = {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'LAMBDA',
    AWS_SECRET_ACCESS_KEY: 'key',
    TOPIC_ARN: TOPIC,
    DRY_RUN: 'false',
    STATE: join(folder, 'state'),
    SETTINGS_FILE: settings,
    POWERTOOLS_SERVICE_NAME: 'test',
    POWERTOOLS_METRICS_NAMESPACE: 'Test',
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  sandbox.faults.add({
    kind: 'error',
    operation: 'DeregisterTaskDefinition',
    code: 'NewException',
    status: 400,
    message: Object.values(canaries).join(' '),
  });

  const { handler } = await import('../../functions/prune.ts');
  const ended: unknown = await handler({}, context).catch((error: unknown) => error);

  const mails = sandbox.account.published;
  expect(mails).toHaveLength(1);
  expect(ended).toBeInstanceOf(Error);
  const said = ended instanceof Error ? `${ended.message} ${ended.stack}` : '';
  const [journal, rest] = [stateIn(env.STATE, true), stateIn(env.STATE, false)];
  expect(foundIn([said, ...written, JSON.stringify(mails), ...rest].join('\n'))).toEqual([]);
  expect(foundIn(journal.join('\n')).toSorted()).toEqual(Object.keys(canaries).toSorted());
  expect(written.length).toBeGreaterThan(0);
});

function stateIn(folder: string, journal: boolean): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => file.includes('/journal/') === journal)
    .map((file) => readFileSync(file, 'utf8'));
}
