// Makes a fresh checkout ready: installs what package-lock.json names where nothing is installed, and checks that a Node.js that
// runs TypeScript is there. Where something is installed, only the operator changes it: `npm ci` begins by deleting all.
// Plain JavaScript without dependencies, because it runs before there is a node_modules, on the machine's own Node.js.
// With --runtime it ignores what only development needs, and prints the path of the Node.js to use.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = `${root}node_modules`;
const lock = `${root}.installing`;
const isRuntime = process.argv.includes('--runtime');
/** What engines in package.json says. */
const NEEDED = [22, 18];

if (!existsSync(modules) || existsSync(lock)) installOnce();
const difference = differenceFromLock();
if (difference !== undefined)
  fail(
    `${difference}: the installed packages are not those of package-lock.json. Run this, then start again:\n\n` +
      `  cd '${root.replaceAll("'", String.raw`'\''`)}' && npm ci`,
  );
linkPackagedNode();
const node = usableNode();
if (isRuntime) process.stdout.write(node);

/** The lock keeps a second process from installing over the first one; it waits, and finds everything installed. */
function installOnce() {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') fail(`Cannot install into ${root}: ${error.message}`);
    }
    if (isAlive(lockHolder())) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    else rmSync(lock, { force: true });
  }
  try {
    if (!existsSync(`${modules}/.package-lock.json`)) install();
  } finally {
    rmSync(lock, { force: true });
  }
}

function lockHolder() {
  try {
    // It is empty for the moment between its making and its writing.
    return Number(readFileSync(lock, 'utf8')) || process.pid;
  } catch {
    return undefined; // it ended meanwhile
  }
}

function isAlive(pid) {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** A registry's index can lag behind its packages for a minute, so one failed try proves nothing. */
function install() {
  process.stderr.write('Installing dependencies (once, about half a minute) ...\n');
  // The npm that runs this script, by the Node.js that runs it; outside npm, the one on PATH.
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  const args = [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  for (let tries = 3; ; tries--) {
    const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
    if (status === 0) return;
    if (tries === 1) {
      rmSync(lock, { force: true });
      fail(`npm ci did not succeed${error ? `: ${error.message}` : ''}; its own words stand above.`);
    }
    process.stderr.write(`npm ci did not succeed; trying again (${tries - 1} left) ...\n`);
  }
}

/** By content, since dates change with every checkout. npm leaves out optional packages of other platforms.
 *  @returns what differs, as the beginning of a sentence */
function differenceFromLock() {
  const installedFile = `${modules}/.package-lock.json`;
  if (!existsSync(installedFile)) return 'An installation was interrupted in node_modules';
  const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = packagesOf(installedFile);
  for (const [path, wanted] of Object.entries(packagesOf(`${root}package-lock.json`))) {
    if (path === '' || (isRuntime && (wanted.dev || wanted.devOptional))) continue;
    const found = installed[path];
    if (found === undefined && !wanted.optional && !wanted.peer && !wanted.devOptional)
      return `${path} is not installed`;
    if (found !== undefined && found.version !== wanted.version)
      return `${path} is installed in version ${found.version}`;
  }
  return undefined;
}

/** Two optional packages bring a `node` command, one per processor; npm 10 then links neither. */
function linkPackagedNode() {
  const packaged = `node-${process.platform}-${process.arch}/bin/node`;
  const link = `${modules}/.bin/node`;
  if (!existsSync(`${modules}/${packaged}`) || existsSync(link)) return;
  rmSync(link, { force: true }); // a dangling link counts as absent above, and would be in the way here
  symlinkSync(`../${packaged}`, link);
}

/** The Node.js that runs this script, where it can run TypeScript; otherwise the packaged one. */
function usableNode() {
  if (isUsable(process.versions.node)) return process.execPath;
  const packaged = `${modules}/.bin/node`;
  const { stdout } = spawnSync(packaged, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  if (isUsable((stdout ?? '').trim())) return packaged;
  fail(
    `Needs Node.js ${NEEDED.join('.')} or newer, found ${process.versions.node}, and no packaged one fits ` +
      `${process.platform}-${process.arch}. Install Node.js 24 and start again.`,
  );
}

function isUsable(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
