// The stack with given parameters, evaluated from infra/template.yml; and a stage packaged as `npm run package` does, in a folder of
// its own, with no credentials, an empty home, and a network in which every call fails.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { readTemplate } from '../../cli/template.ts';
import { evaluate } from './evaluate.ts';
import { filesOf } from './files.ts';
import { layOutService, runFramework } from './service.ts';

export type Template = ReturnType<typeof evaluate>;

const source = readTemplate();

/** @throws for parameters that CloudFormation would refuse */
export function stackOf(parameters: Readonly<Record<string, string>> = {}): Template {
  const code = { CodeBucket: 'releases', CodeKey: 'ecs-revision-pruner.zip' };
  return evaluate(source, { ...code, Name: 'ecs-revision-pruner-test-1', ...parameters });
}

const packagedTemplate = z.looseObject({
  Parameters: z.record(z.string(), z.unknown()),
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) })),
});
const packagedState = z.object({
  service: z.object({
    provider: z.object({
      stackParameters: z.array(z.object({ ParameterKey: z.string(), ParameterValue: z.string() })),
      coreCloudFormationTemplate: packagedTemplate,
    }),
  }),
});

export interface Packaged {
  template: z.output<typeof packagedTemplate>;
  /** The template with which the first deployment begins. */
  first: z.output<typeof packagedTemplate>;
  parameters: Record<string, string>;
  zip: Buffer;
  /** The new files in the folder and in the home directory. */
  left: string[];
}

/** For beforeAll: three seconds on an idle machine, of which a busy one made twenty. */
export const packagingMs = 120_000;

export async function packaged(...options: string[]): Promise<Packaged> {
  return packagedFrom('ecs-revision-pruner', options);
}

export async function packagedHub(...options: string[]): Promise<Packaged> {
  return packagedFrom('ecs-revision-pruner-fleet', ['--config', 'serverless.fleet.yml', ...options]);
}

async function packagedFrom(service: string, options: string[]): Promise<Packaged> {
  const folder = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-package-'));
  try {
    return await packagedIn(folder, service, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function packagedIn(folder: string, service: string, options: string[]): Promise<Packaged> {
  await layOutService(folder);
  const before = filesOf(folder);
  await runFramework(folder, ['package', ...options], {
    HTTPS_PROXY: 'http://127.0.0.1:9',
    HTTP_PROXY: 'http://127.0.0.1:9',
  });

  const made = join(folder, 'service', '.serverless');
  const read = (name: string): unknown => JSON.parse(readFileSync(join(made, name), 'utf8'));
  const { provider } = packagedState.parse(read('serverless-state.json')).service;
  return {
    template: packagedTemplate.parse(read('cloudformation-template-update-stack.json')),
    first: provider.coreCloudFormationTemplate,
    parameters: Object.fromEntries(
      provider.stackParameters.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]),
    ),
    zip: readFileSync(join(made, `${service}.zip`)),
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
