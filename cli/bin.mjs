#!/usr/bin/env node
// The entry of the package. Plain JavaScript that any Node.js since 14 parses, because it checks the version before it loads
// the bundle, which needs a newer one.
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What engines in package.json says. */
const NEEDED = 20;

const found = process.versions.node;
if (Number(found.split('.')[0]) < NEEDED) {
  process.stderr.write(`error: ecs-revision-pruner needs Node.js ${NEEDED} or newer, found ${found}\n`);
  // The code of wrong usage; see docs/reference/command-line.md.
  process.exitCode = process.argv.includes('--detailed-exitcode') ? 1 : 2;
} else {
  // With --debug, stack traces name lines of the sources.
  if (process.argv.includes('--debug')) process.setSourceMapsEnabled(true);
  // Which versions of Node.js the next AWS SDK will need is no advice for users of this one.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  keepCompiledCode();
  // Not awaited here: Node.js before 14.8 cannot parse that.
  void import('../dist/cli/start.mjs').then(({ start }) => start());
}

/** A cache of compiled code makes every start but the first faster. It lies in a folder of this user: in Node.js's default,
 *  the folder for temporary files, another user could put code for this process. Without the cache everything works too. */
function keepCompiledCode() {
  try {
    const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    module.enableCompileCache?.(join(caches, 'ecs-revision-pruner'));
  } catch {
    // homedir() throws for a user without a home.
  }
}
