// The command line by its front door, as a script on a server calls it: the committed `./pruner`, in a process of its own,
// with its output into pipes.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startSandbox } from '../../sandbox/server.ts';
import { bucketNames } from '../../shared/sources/quotas.ts';
import { anAccount, REGION } from '../support/account.ts';

const door = fileURLToPath(new URL('../../pruner', import.meta.url));
const run = promisify(execFile);

test('./pruner plan --json into a pipe: one JSON document, nothing on standard error, and a clean exit', async () => {
  const sandbox = await startSandbox({
    account: anAccount().family('web', '1-8').service('prod/web', 'web:3').file(),
    quotas: 'none',
  });
  // It waits by the real clock; that it keeps to its share of the published quotas is held elsewhere, by a clock of the test's.
  const quick = { perSecond: 1000, burst: 1000 };
  const folder = mkdtempSync(join(tmpdir(), 'pruner-front-door-'));
  const settings = join(folder, 'pruner.yml');
  writeFileSync(settings, JSON.stringify({ quotas: Object.fromEntries(bucketNames.map((name) => [name, quick])) }));
  const env = {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'CLI',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  const { stdout, stderr } = await run(door, ['plan', '--json', '--keep-latest', '2', '--settings', settings], {
    env,
    cwd: '/',
  });
  await sandbox.close();
  rmSync(folder, { recursive: true });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'PREVIEW',
    plan: [{ family: 'web', ranges: ['1-2', '4-6'] }],
  });
  expect(sandbox.problems).toEqual([]);
});

test('./pruner without a command: usage on standard error, and 2', async () => {
  const failed = await run(door, []).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 2, stdout: '' });
});
