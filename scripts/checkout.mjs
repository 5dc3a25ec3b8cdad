// What ./pruner runs in a checkout: the bundle of the command line, as the package has it. Where the sources have changed since
// it was built, it is built first. Plain JavaScript on the machine's own Node.js; it only compares times and sizes, because
// it runs at each start.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

if (!isFresh()) build();
void import('../cli/bin.mjs');

/** By the list of scripts/build-cli.ts. A new file counts once another one imports it, and that one has changed. */
function isFresh() {
  try {
    const made = Object.entries(JSON.parse(readFileSync(`${root}dist/cli.json`, 'utf8')));
    return made.every(([name, [mtimeMs, size]]) => {
      const found = statSync(root + name, { throwIfNoEntry: false });
      return found?.mtimeMs === mtimeMs && found.size === size;
    });
  } catch {
    return false; // never built
  }
}

function build() {
  const node = run(process.execPath, [`${root}scripts/setup.mjs`, '--print-node']);
  run(node, [`${root}scripts/build-cli.ts`, '--keep']);
}

/** @returns the standard output. A program that fails has said so on standard error. */
function run(command, args) {
  const { status, stdout } = spawnSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  if (status !== 0) process.exit(1);
  return stdout;
}
