// Builds one bundle of each kind for all test files of a worker that only read it, because a build takes seconds.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, buildHub, type Bundle } from '../../scripts/build.ts';

let made: Promise<Bundle> | undefined;
let hubMade: Promise<Bundle> | undefined;

export function bundleOnce(): Promise<Bundle> {
  made ??= build({ outdir: newFolder() });
  return made;
}

export function hubBundleOnce(): Promise<Bundle> {
  hubMade ??= buildHub({ outdir: newFolder() });
  return hubMade;
}

function newFolder(): string {
  const outdir = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-bundle-'));
  process.once('exit', () => {
    rmSync(outdir, { recursive: true, force: true });
  });
  return outdir;
}
