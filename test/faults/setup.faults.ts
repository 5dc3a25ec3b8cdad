// scripts/setup.mjs in checkouts of its own, with a stand-in for npm that records each `npm ci`.
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

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
  mkdirSync(at('scripts/node'), { recursive: true });
  cpSync(setup, at('scripts/setup.mjs'));
  writeFileSync(at('package-lock.json'), lockFile(wanted));
  // Like npm: removes everything first and writes the list of packages last.
  writeFileSync(
    at('npm.js'),
    `const fs = require('node:fs');
    fs.appendFileSync(${JSON.stringify(at('calls'))}, process.argv.slice(2).join(' ') + '\\n');
    if (process.cwd().endsWith('node')) {
      if (fs.existsSync('refused')) process.exit(1);
      const bin = 'node_modules/node-' + process.platform + '-' + process.arch + '/bin';
      fs.mkdirSync(bin, { recursive: true });
      fs.symlinkSync(process.execPath, bin + '/node');
      process.exit(0);
    }
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
  /** @param version the Node.js that the process claims to be; the one that npm.js installs is that of the tests */
  const run = async (args: readonly string[] = [], version = process.versions.node) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const env = { ...process.env, npm_execpath: at('npm.js') };
      const claim = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
      const all = ['--import', `data:text/javascript,${encodeURIComponent(claim)}`, at('scripts/setup.mjs'), ...args];
      execFile(process.execPath, all, { env }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
      });
    });
  const calls = () => (existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8').trim().split('\n') : []);
  return { at, run, calls };
}

test('two commands at once on a fresh checkout install once, and both continue', async () => {
  const { at, run, calls } = checkout();
  const both = await Promise.all([run(), run(['--print-node'])]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(calls()).toEqual([`ci --prefix ${at('/')} --no-audit --no-fund --loglevel=error`]);
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
  const { code, out, err } = await run();
  expect([code, out]).toEqual([1, '']);
  expect(err).toBe(
    `${says}: the installed packages are not those of package-lock.json. Run this, then start again:\n\n` +
      `  cd '${at('/')}' && npm ci\n`,
  );
  expect(calls()).toEqual([]);
  expect(existsSync(at('node_modules/precious'))).toBe(true);
});

test('packages of other platforms may be missing', async () => {
  const { run } = checkout({ 'node_modules/run': { version: '2.0.0' }, 'node_modules/tool': { version: '1.0.0' } });
  expect(await run()).toEqual({ code: 0, out: '', err: '' });
});

describe('node_modules/.bin/node', () => {
  const link = (at: (path: string) => string) => realpathSync(at('node_modules/.bin/node'));

  test('is the Node.js of the machine where that is Node.js 24, and nothing is installed', async () => {
    const { at, run, calls } = checkout(wanted);
    expect(await run(['--print-node'])).toEqual({ code: 0, out: at('node_modules/.bin/node'), err: '' });
    expect(link(at)).toBe(realpathSync(process.execPath));
    expect(calls()).toEqual([]);
  });

  test.runIf(process.platform === 'linux')('is the packaged one on Linux with another Node.js, once', async () => {
    const { at, run, calls } = checkout(wanted);
    expect(await run(['--print-node'], '20.20.2')).toMatchObject({ code: 0, out: at('node_modules/.bin/node') });
    expect(readlinkSync(at('node_modules/.bin/node'))).toMatch(/^\.\.\/\.\.\/scripts\/node\/node_modules\/node-linux-/);
    expect(await run([], '20.20.2')).toMatchObject({ code: 0 });
    expect(calls()).toEqual([`ci --prefix ${at('scripts/node')} --no-audit --no-fund --loglevel=error`]);
  });

  test('is replaced where it leads to a Node.js that is no longer there', async () => {
    const { at, run } = checkout(wanted);
    mkdirSync(at('node_modules/.bin'));
    symlinkSync('/no/such/node', at('node_modules/.bin/node'));
    expect(await run()).toMatchObject({ code: 0 });
    expect(link(at)).toBe(realpathSync(process.execPath));
  });

  test.runIf(process.platform === 'linux')(
    'without the packaged one, a newer Node.js of the machine does, and an older one is refused',
    async () => {
      const { at, run, calls } = checkout(wanted);
      writeFileSync(at('scripts/node/refused'), '');
      expect(await run(['--print-node'], '26.1.0')).toMatchObject({ code: 0, out: process.execPath });
      expect(calls()).toHaveLength(3);
      const { code, err } = await run([], '20.20.2');
      expect(code).toBe(1);
      expect(err).toContain('Needs Node.js 22.18 or newer, found 20.20.2');
    },
  );
});
