// A copy of what `npm run deploy` and `npm run deploy:fleet` use, in a folder of its own with an empty home, and the framework on it.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { bundleOnce, hubBundleOnce } from '../support/bundle.ts';

const root = join(import.meta.dirname, '../..');

/** @param environment in which AWS is reached, if at all */
export async function runFramework(
  folder: string,
  options: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  return promisify(execFile)(join(root, 'node_modules/.bin/osls'), [...options], {
    cwd: join(folder, 'service'),
    env: {
      PATH: process.env['PATH'],
      HOME: join(folder, 'home'),
      // As package.json has it, but kept between these calls.
      SLS_SCHEMA_CACHE_BASE_DIR: join(root, 'node_modules'),
      ...environment,
    },
  }).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: unknown) => {
      const { stdout, stderr } = z.object({ stdout: z.string(), stderr: z.string() }).parse(error);
      throw new Error(`osls ${options.join(' ')}: ${stdout}${stderr}`, { cause: error });
    },
  );
}

export async function layOutService(folder: string): Promise<void> {
  const service = join(folder, 'service');
  mkdirSync(join(folder, 'home'));
  for (const part of ['serverless.yml', 'serverless.fleet.yml', 'infra', 'package.json'])
    cpSync(join(root, part), join(service, part), { recursive: true });
  cpSync((await bundleOnce()).outdir, join(service, 'dist'), { recursive: true });
  cpSync((await hubBundleOnce()).outdir, join(service, 'dist/fleet'), { recursive: true });
  // Files of a checkout that must not be deployed.
  mkdirSync(join(service, 'node_modules/left-pad'), { recursive: true });
  const strays = ['.env', 'node_modules/left-pad/index.js', 'dist/old.mjs', 'dist/.env', 'dist/chunks/.env'];
  for (const stray of [...strays, 'dist/fleet/old.mjs', 'dist/fleet/.env', 'dist/fleet/chunks/.env'])
    writeFileSync(join(service, stray), 'secret');
}
