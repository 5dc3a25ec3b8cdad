// Makes a bare checkout ready: installs what package-lock.json names, once, and makes sure that a Node.js which runs
// TypeScript answers to `node` in the npm scripts. Plain JavaScript without dependencies, because it runs before there
// is a node_modules, and on whatever Node.js the machine has.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const installed = `${root}node_modules/.package-lock.json`;
const changed = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

// A linked node_modules is shared with another checkout: installing would empty it under that one's feet.
const isShared = lstatSync(`${root}node_modules`, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
if (!isShared && changed(installed) < changed(`${root}package-lock.json`)) install();
linkPackagedNode();
demandNode(22, 18);

/** A registry's index can lag behind its packages for a minute, so one failed try proves nothing. */
function install() {
  process.stderr.write('Installing dependencies (once, about half a minute) ...\n');
  // The npm that runs this script, by the Node.js that runs it; outside npm, the one on PATH.
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  const args = [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  for (let tries = 3; ; tries--) {
    const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
    if (status === 0) break;
    if (tries === 1)
      fail(`npm ci did not succeed${error ? `: ${error.message}` : ''}; its own words stand above.`);
    process.stderr.write(`npm ci did not succeed; trying again (${tries - 1} left) ...\n`);
  }
  // npm keeps the file's date when nothing had to change; without a new one the next start would install again.
  if (existsSync(installed)) utimesSync(installed, new Date(), new Date());
}

/** Two optional packages bring a `node` command, one per processor; npm 10 then links neither. */
function linkPackagedNode() {
  const packaged = `node-${process.platform}-${process.arch}/bin/node`;
  const link = `${root}node_modules/.bin/node`;
  if (!existsSync(`${root}node_modules/${packaged}`) || existsSync(link)) return;
  rmSync(link, { force: true }); // a dangling link counts as absent above, and would be in the way here
  symlinkSync(`../${packaged}`, link);
}

function demandNode(major, minor) {
  const PATH = `${root}node_modules/.bin:${process.env.PATH}`;
  const { stdout } = spawnSync('node', ['-p', 'process.versions.node'], {
    encoding: 'utf8',
    env: { ...process.env, PATH },
  });
  const [hasMajor = 0, hasMinor = 0] = (stdout ?? '').trim().split('.').map(Number);
  if (hasMajor > major || (hasMajor === major && hasMinor >= minor)) return;
  fail(
    `Needs Node.js ${major}.${minor} or newer, found ${(stdout ?? '').trim() || 'none'}, and no packaged one fits ` +
      `${process.platform}-${process.arch}. Install Node.js 24 and start again.`,
  );
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
