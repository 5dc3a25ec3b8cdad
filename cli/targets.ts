// Reads the file of `plan --targets`: accounts by profile or role, each with its Regions.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as z from 'zod';
import { complaints } from '../shared/settings/problems.ts';
import { Refusal } from './exit.ts';

const text = (allowed: string, pattern: RegExp) => z.string(allowed).regex(pattern, allowed);

const fields = {
  name: text('1 to 60 visible characters', /^[\x21-\x7E][\x20-\x7E]{0,59}$/).optional(),
  profile: text('a profile of your AWS configuration', /^[^\0]{1,200}$/).optional(),
  roleArn: text('the ARN of a role', /^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/).optional(),
  externalId: text('2 to 1,224 letters, digits and =,.@:/-', /^[\w+=,.@:/-]{2,1224}$/).optional(),
  regions: z.array(text('a Region, such as eu-west-1', /^[a-z0-9-]{1,40}$/)).min(1, 'at least one Region'),
  settings: text('the name of a settings file', /./).optional(),
  state: text('s3://bucket/prefix or a folder', /./).optional(),
};

const target = z
  .strictObject(fields, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(fields).join(', ') : undefined),
  })
  .refine(({ profile, roleArn }) => (profile ?? roleArn) !== undefined, 'needs profile or roleArn')
  .refine(({ externalId, roleArn }) => externalId === undefined || roleArn !== undefined, 'externalId needs roleArn');

/** Each plan has its own connections and memory. */
const MOST_TARGETS = 500;

const schema = z.strictObject({ targets: z.array(target).min(1, 'at least one target').max(MOST_TARGETS) });

/** One account and Region to plan. */
export interface PlanTarget extends Omit<z.output<typeof target>, 'regions' | 'name'> {
  readonly name: string;
  readonly region: string;
}

/** @throws Refusal with every problem of the file, before anything is asked of AWS */
export async function readTargets(file: string): Promise<readonly PlanTarget[]> {
  const { parse } = await import('yaml');
  let document: unknown;
  try {
    document = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Refusal(
      `--targets ${basename(file)}: it cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      {
        remedy: 'Give a YAML file with `targets`, a list.',
        cause: error,
      },
    );
  }
  const problems = complaints(schema, document).map(({ path, message }) => `${path.join('.')}: ${message}`);
  if (problems.length > 0) throw new Refusal(`--targets ${basename(file)}: ${problems.slice(0, 20).join('\n')}`);
  const all = schema
    .parse(document)
    .targets.flatMap(({ regions, name, ...one }) =>
      regions.map((region) => ({ ...one, region, name: name ?? one.profile ?? accountOf(one.roleArn ?? '') })),
    );
  if (all.length > MOST_TARGETS)
    throw new Refusal(
      `--targets ${basename(file)}: ${all.length} accounts and Regions, allowed: at most ${MOST_TARGETS}`,
    );
  return all;
}

function accountOf(roleArn: string): string {
  return roleArn.split(':')[4] ?? roleArn;
}
