// Packages a stage as `npm run package` does, in a folder of its own with a bundle of its own, with nothing that could
// help it along: no credentials, an empty home, and a network in which every call fails.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { bundleOnce } from '../support/bundle.ts';
import { filesOf } from './files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const json = z.record(z.string(), z.unknown());
const templateShape = z.object({
  Description: z.string(),
  Conditions: json,
  Resources: z.record(
    z.string(),
    z.strictObject({
      Type: z.string(),
      Properties: json.default({}),
      Condition: z.string().optional(),
      DependsOn: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
      DeletionPolicy: z.string().optional(),
      UpdateReplacePolicy: z.string().optional(),
    }),
  ),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })),
});
export type Template = z.output<typeof templateShape>;

export interface Packaged {
  template: Template;
  zip: Buffer;
  /** The new files in the folder and in the home directory. */
  left: string[];
}

/** For beforeAll: three seconds on an idle machine, of which a busy one made twenty. */
export const packagingMs = 120_000;

export async function packaged(...options: string[]): Promise<Packaged> {
  return packagedWith(readFileSync(join(root, 'pruner.yml'), 'utf8'), ...options);
}

/** @param settings what pruner.yml says to the template; the bundle has the checkout's */
export async function packagedWith(settings: string, ...options: string[]): Promise<Packaged> {
  const folder = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-package-'));
  try {
    return await packagedIn(folder, settings, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function packagedIn(folder: string, settings: string, options: string[]): Promise<Packaged> {
  const service = join(folder, 'service');
  const home = join(folder, 'home');
  mkdirSync(home);
  for (const part of ['serverless.yml', 'infra', 'package.json'])
    cpSync(join(root, part), join(service, part), { recursive: true });
  writeFileSync(join(service, 'pruner.yml'), settings);
  cpSync((await bundleOnce()).outdir, join(service, 'dist'), { recursive: true });
  // Files of a checkout that must not be deployed.
  mkdirSync(join(service, 'node_modules/left-pad'), { recursive: true });
  for (const stray of ['.env', 'node_modules/left-pad/index.js', 'dist/old.mjs', 'dist/.env', 'dist/chunks/.env'])
    writeFileSync(join(service, stray), 'secret');
  const before = filesOf(folder);

  await promisify(execFile)(join(root, 'node_modules/.bin/osls'), ['package', ...options], {
    cwd: service,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
      // As package.json has it, but kept between these packagings.
      SLS_SCHEMA_CACHE_BASE_DIR: join(root, 'node_modules'),
    },
  }).catch((error: unknown) => {
    const said = z.object({ stdout: z.string() }).parse(error).stdout;
    throw new Error(`osls package ${options.join(' ')}: ${said}`, { cause: error });
  });

  const made = join(service, '.serverless');
  const text = readFileSync(join(made, 'cloudformation-template-update-stack.json'), 'utf8');
  return {
    template: templateShape.parse(JSON.parse(text)),
    zip: readFileSync(join(made, 'ecs-revision-pruner.zip')),
    left: filesOf(folder).filter((file) => !before.includes(file)),
  };
}

/** The properties of one resource; a resource that is not there has none, so that a test fails on what it expects. */
export function propertiesOf(template: Template, id: string): Record<string, unknown> {
  return template.Resources[id]?.Properties ?? {};
}

/** CloudFormation's functions as a person would write them, so that expected values stay readable. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value) return `<${String(value.Ref)}>`;
  if ('Fn::GetAtt' in value) return `<${z.array(z.string()).parse(value['Fn::GetAtt']).join('.')}>`;
  if ('Fn::Sub' in value) return String(value['Fn::Sub']).replaceAll(/\$\{([^}]+)\}/gu, '<$1>');
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
