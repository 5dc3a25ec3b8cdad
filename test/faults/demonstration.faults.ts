// `npm start`, the demonstration from its first line to its last and the rehearsal of any account: what it shows is what
// happened.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { anAccount } from '../support/account.ts';

async function started(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const file = fileURLToPath(new URL('../../scripts/start.ts', import.meta.url));
  return (await promisify(execFile)(process.execPath, [file, ...args], { env })).stdout;
}

test('the demonstration shows a night on one screen', async () => {
  const lines = (await started([])).trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(50);
  expect(lines.filter(({ length }) => length > 80)).toEqual([]);
  const text = lines.join('\n');
  expect(text).toContain('Subject: [123456789012 eu-west-1] OK: 202 deregistered');
  expect(text).toContain('433 \u2192 231 ACTIVE revisions.');
  expect(text).toContain('npm start -- --story');
  expect(text).toContain('out/report.html');
});

test('the story shows two nights and the morning between them', async () => {
  const stdout = await started(['--story']);
  const inOrder = [
    'deregistered 202 revisions',
    'meanwhile an operator rolls service prod/orders-api back by hand',
    'Subject: [123456789012 eu-west-1] ACTION: 2 required, 202 deregistered',
    'This run deregistered orders-api:32',
    '$ ./pruner restore orders-api:32',
    'orders-api:32 was registered again as orders-api:48',
    '$ aws ecs update-service --cluster prod --service orders-api',
    'the same call, made by the AWS SDK',
    'task-definition/orders-api:48"',
    'web:137 was registered again as web:153',
    'Second night, 03:30 UTC',
    'Subject: [123456789012 eu-west-1] OK: nothing to deregister',
    'action required.',
    'reports-vat:1-7   held',
  ];
  let at = 0;
  const missing = inOrder.filter((words) => {
    const found = stdout.indexOf(words, at);
    if (found !== -1) at = found;
    return found === -1;
  });
  expect(missing).toEqual([]);
  expect(stdout).not.toMatch(/clock/i);
  expect(stdout.split('\n').filter(({ length }) => length > 80)).toEqual([]);
});

test('the rehearsal shows the mail and the remaining revisions, even without a topic', async () => {
  const from = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-rehearsal-'));
  onTestFinished(() => {
    rmSync(from, { recursive: true });
  });
  const shop = anAccount().family('web', '1-8').service('prod/web', 'web:3').file();
  writeFileSync(join(from, 'account.json'), JSON.stringify({ ...shop, topics: [] }));
  writeFileSync(join(from, 'policy.yml'), 'keepLatest: 2\n');
  const args = ['--account', 'account.json', '--settings', 'policy.yml'];
  const stdout = await started(args, { INIT_CWD: from });
  expect(stdout).toContain('a real run keeps to its share of them');
  expect(stdout).toMatch(/- web: 1-2, 4-6 /);
  expect(stdout).toMatch(/^ {2}web +8 +3$/m);
});
