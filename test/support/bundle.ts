// Builds one bundle for all test files of a worker that only read it, because a build takes seconds.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Bundle } from '../../scripts/build.ts';

let made: Promise<Bundle> | undefined;

export function bundleOnce(): Promise<Bundle> {
  made ??= buildIn(mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-bundle-')));
  return made;
}

async function buildIn(outdir: string): Promise<Bundle> {
  process.once('exit', () => {
    rmSync(outdir, { recursive: true, force: true });
  });
  return build({ outdir });
}
