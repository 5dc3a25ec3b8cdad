/** The sandbox as a program of its own: what it prints, what it answers, and how it refuses what it cannot use. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { expect, onTestFinished, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

function launched(...options: string[]) {
  const child = spawn(process.execPath, ['sandbox/main.ts', ...options], { cwd: root });
  onTestFinished(() => {
    child.kill();
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  return { child, said: () => said };
}

test('the sandbox prints its address and its usage, and answers there', async () => {
  const { child, said } = launched('--account', 'sandbox/accounts/default.json', '--page-size', '2');
  while (!said().includes('Ctrl-C')) await once(child.stdout, 'data');
  const [, endpoint = ''] = /AWS_ENDPOINT_URL=(\S+)/.exec(said()) ?? [];
  expect(said()).toContain('The sandbox account 123456789012 in eu-west-1 listens on http://127.0.0.1:');
  const credentials = { accessKeyId: 'anyone', secretAccessKey: 'anything' };
  const ecs = new ECSClient({ endpoint, region: 'eu-west-1', credentials });
  const { clusterArns, nextToken } = await ecs.send(new ListClustersCommand({}));
  expect(clusterArns).toHaveLength(2);
  expect(nextToken).toBeDefined();
  ecs.destroy();
});

test.each([
  ['an account that is not there', ['--account', 'none.json'], 'The account file none.json cannot be read'],
  ['a page of nothing', ['--account', 'x', '--page-size', '0'], '--page-size is a whole number from 1, not 0.'],
])('%s is a usage error', async (_, options, expected) => {
  const { child, said } = launched(...options);
  await once(child, 'close');
  expect(child.exitCode).toBe(2);
  expect(said()).toContain(expected);
  expect(said()).toContain('Usage: node sandbox/main.ts --account FILE');
});

test('the sandbox imports nothing of the product: it is an independent witness', () => {
  const foreign: string[] = [];
  for (const file of readdirSync(join(root, 'sandbox'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const depth = file.split('/').length - 1;
    for (const [, from = ''] of readFileSync(join(root, 'sandbox', file), 'utf8').matchAll(/from '([^']+)'/g)) {
      const climbs = from.split('/').filter((part) => part === '..').length;
      const allowed = from.startsWith('.') ? climbs <= depth : /^(node:|@aws-sdk\/client-|@smithy\/|zod$)/.test(from);
      if (!allowed) foreign.push(`${file}: ${from}`);
    }
  }
  expect(foreign).toEqual([]);
});
