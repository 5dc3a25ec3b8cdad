// scripts/setup.mjs in checkouts of its own, with a stand-in for npm that records each `npm ci`.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const setup = fileURLToPath(new URL('../../scripts/setup.mjs', import.meta.url));
const lockFile = (packages: object) => JSON.stringify({ packages });
const wanted = {
  '': {},
  'node_modules/run': { version: '2.0.0' },
  'node_modules/tool': { version: '1.0.0', dev: true },
  'node_modules/other-platform': { version: '1.0.0', optional: true },
};

function checkout(installed?: object) {
  const folder = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-setup-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const at = (path: string) => join(folder, path);
  mkdirSync(at('scripts'));
  cpSync(setup, at('scripts/setup.mjs'));
  writeFileSync(at('package-lock.json'), lockFile(wanted));
  // Like npm: removes everything first and writes the list of packages last.
  writeFileSync(
    at('npm.js'),
    `const fs = require('node:fs');
    fs.appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
    fs.rmSync('node_modules', { recursive: true, force: true });
    fs.mkdirSync('node_modules');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    fs.cpSync('package-lock.json', 'node_modules/.package-lock.json');`,
  );
  if (installed !== undefined) {
    mkdirSync(at('node_modules'));
    writeFileSync(at('node_modules/.package-lock.json'), lockFile(installed));
    writeFileSync(at('node_modules/precious'), '');
  }
  const run = async (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const env = { ...process.env, npm_execpath: at('npm.js') };
      execFile(process.execPath, [at('scripts/setup.mjs'), ...args], { env }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
      });
    });
  const calls = () => (existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8').trim().split('\n') : []);
  return { at, run, calls };
}

test('two commands at once on a fresh checkout install once, and both continue', async () => {
  const { at, run, calls } = checkout();
  const both = await Promise.all([run(), run('--runtime')]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(calls()).toEqual(['ci --no-audit --no-fund --loglevel=error']);
  expect(existsSync(at('.installing'))).toBe(false);
});

test('an installation that a dead process left unfinished is repeated', async () => {
  const { at, run, calls } = checkout();
  mkdirSync(at('node_modules'));
  writeFileSync(at('.installing'), '999999999');
  expect(await run()).toMatchObject({ code: 0 });
  expect(calls()).toHaveLength(1);
});

test.each([
  {
    what: 'another version',
    installed: { ...wanted, 'node_modules/run': { version: '1.9.0' } },
    says: 'node_modules/run is installed in version 1.9.0',
  },
  {
    what: 'one package less',
    installed: { 'node_modules/tool': { version: '1.0.0' } },
    says: 'node_modules/run is not installed',
  },
])('with $what installed, setup changes nothing and prints the command to run', async ({ installed, says }) => {
  const { at, run, calls } = checkout(installed);
  const { code, out, err } = await run('--runtime');
  expect([code, out]).toEqual([1, '']);
  expect(err).toBe(
    `${says}: the installed packages are not those of package-lock.json. Run this, then start again:\n\n` +
      `  cd '${at('/')}' && npm ci\n`,
  );
  expect(calls()).toEqual([]);
  expect(existsSync(at('node_modules/precious'))).toBe(true);
});

test('packages of other platforms may be missing, and to run also those of development', async () => {
  const { run } = checkout({ 'node_modules/run': { version: '2.0.0' } });
  expect(await run('--runtime')).toEqual({ code: 0, out: process.execPath, err: '' });
  const { code, err } = await run();
  expect([code, err.split(':')[0]]).toEqual([1, 'node_modules/tool is not installed']);
});
