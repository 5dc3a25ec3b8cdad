// Makes a fresh checkout ready: installs what package-lock.json names where nothing is installed, and sees that
// node_modules/.bin/node, which npm's scripts run, is Node.js 24. Where something is installed, only the operator changes it:
// `npm ci` begins by deleting all.
// Plain JavaScript without dependencies, because it runs before there is a node_modules, on the machine's own Node.js.
// With --print-node it prints the path of the Node.js to use.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = `${root}node_modules`;
const lock = `${root}.installing`;
/** The first Node.js that runs TypeScript. */
const NEEDED = [22, 18];
/** The Node.js of the Lambda functions, as in .nvmrc. */
const WANTED = 24;
/** A manifest of its own, so that users of the package never download a Node.js. */
const packagedNode = `${root}scripts/node`;

if (!existsSync(modules) || existsSync(lock)) once(() => existsSync(`${modules}/.package-lock.json`), install);
const difference = differenceFromLock();
if (difference !== undefined)
  fail(
    `${difference}: the installed packages are not those of package-lock.json. Run this, then start again:\n\n` +
      `  cd '${root.replaceAll("'", String.raw`'\''`)}' && npm ci`,
  );
linkNode();
const node = usableNode();
if (process.argv.includes('--print-node')) process.stdout.write(node);

/** The lock keeps a second process from installing over the first one; it waits, and finds everything installed. */
function once(isDone, work) {
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
    if (!isDone()) work();
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

function install() {
  process.stderr.write('Installing dependencies (once, about half a minute) ...\n');
  const problem = npmCi(root, 3);
  if (problem === undefined) return;
  rmSync(lock, { force: true });
  fail(problem);
}

/** A registry's index can lag behind its packages for a minute, so one failed try proves nothing.
 *  @returns the problem, where every try failed */
function npmCi(folder, tries) {
  // The npm that runs this script, by the Node.js that runs it; outside npm, the one on PATH.
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  const args = [...first, 'ci', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error'];
  for (let left = tries - 1; ; left--) {
    const { status, error } = spawnSync(command, args, { cwd: folder, stdio: ['ignore', 2, 2] });
    if (status === 0) return undefined;
    if (left === 0) return `npm ci did not succeed${error ? `: ${error.message}` : ''}; its own words stand above.`;
    process.stderr.write(`npm ci did not succeed; trying again (${left} left) ...\n`);
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
    if (path === '') continue;
    const found = installed[path];
    if (found === undefined && !wanted.optional && !wanted.peer && !wanted.devOptional)
      return `${path} is not installed`;
    if (found !== undefined && found.version !== wanted.version)
      return `${path} is installed in version ${found.version}`;
  }
  return undefined;
}

/** Links Node.js 24 as node_modules/.bin/node: the machine's own, or else the packaged one, which there is for Linux. */
function linkNode() {
  const link = `${modules}/.bin/node`;
  if (majorOf(versionOf(link)) === WANTED) return;
  const isOwn = majorOf(process.versions.node) === WANTED;
  const packaged = `${packagedNode}/node_modules/node-${process.platform}-${process.arch}/bin/node`;
  if (!isOwn && process.platform === 'linux' && !existsSync(packaged)) {
    process.stderr.write('Installing Node.js 24 for development (once) ...\n');
    once(
      () => existsSync(packaged),
      () => {
        // Without it the machine's own Node.js may do, which is checked below.
        const problem = npmCi(packagedNode, 3);
        if (problem !== undefined) process.stderr.write(`${problem}\n`);
      },
    );
  }
  const target = isOwn ? process.execPath : packaged;
  if (!existsSync(target)) return;
  mkdirSync(`${modules}/.bin`, { recursive: true });
  rmSync(link, { force: true }); // a link to a Node.js of another version, or to one that is no longer there
  try {
    symlinkSync(isOwn ? target : relative(dirname(link), target), link);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error; // a second process was faster
  }
}

/** @returns undefined where there is none, or it does not run on this machine */
function versionOf(program) {
  if (!existsSync(program)) return undefined;
  const { stdout } = spawnSync(program, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  return stdout?.trim();
}

function majorOf(version = '') {
  return Number(version.split('.')[0]);
}

/** node_modules/.bin/node, or the Node.js that runs this script, where it can run TypeScript. */
function usableNode() {
  const linked = `${modules}/.bin/node`;
  if (isUsable(versionOf(linked))) return linked;
  if (isUsable(process.versions.node)) return process.execPath;
  fail(
    `Needs Node.js ${NEEDED.join('.')} or newer, found ${process.versions.node}, and no packaged one fits ` +
      `${process.platform}-${process.arch}. Install Node.js 24 and start again.`,
  );
}

function isUsable(version = '') {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
