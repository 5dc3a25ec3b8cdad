// `plan --targets`: several accounts and Regions at once, one of which may fail alone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, onTestFinished, test } from 'vitest';
import schema from '../../schemas/targets.schema.json' with { type: 'json' };
import { document, pruner, web } from '../support/pruner.ts';

const ROLE = 'arn:aws:iam::123456789012:role/audit/pruner-read';
const CONFIG = '[profile shop]\naws_access_key_id = SHOP\naws_secret_access_key = secret\n';

function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-targets-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

async function planned(targets: string, more = '') {
  const at = folder({ 'targets.yml': targets, config: CONFIG });
  const env = { AWS_CONFIG_FILE: join(at, 'config') };
  return pruner(`plan --targets ${join(at, 'targets.yml')} --keep-latest 2${more}`, { account: web(), env });
}

test('each target is a row, and the last line sums them up', async () => {
  const run = await planned(
    `targets:\n  - { profile: shop, regions: [eu-west-1] }\n  - { name: audit, roleArn: '${ROLE}', regions: [eu-west-1] }\n`,
  );
  expect(run.code).toBe(0);
  expect(run.out).toBe(
    [
      'target  Region     outcome  ACTIVE  deregister  keep  defer  hold',
      'shop    eu-west-1  PREVIEW       8           5     3      0     0',
      'audit   eu-west-1  PREVIEW       8           5     3      0     0',
      '',
      'Plan: deregister 10 of 16 ACTIVE revisions in 2 of 2 targets; keep 6.',
      '',
    ].join('\n'),
  );
  expect(run.sandbox.calls.count('AssumeRole')).toBe(1);
  expect(run.sandbox.calls.count('DeregisterTaskDefinition')).toBe(0);
});

test('a broken profile and a role that cannot be assumed leave the other targets planned', async () => {
  const run = await planned(
    `targets:
  - { profile: gone, regions: [eu-west-1] }
  - { roleArn: 'arn:aws:iam::999999999999:role/other', regions: [eu-west-1] }
  - { profile: shop, regions: [eu-west-1] }
`,
  );
  expect(run.code).toBe(3);
  expect(run.out).toMatch(/^gone +eu-west-1 +NOT PLANNED$/m);
  expect(run.out).toMatch(/^999999999999 +eu-west-1 +NOT PLANNED$/m);
  expect(run.out).toMatch(/^shop +eu-west-1 +PREVIEW +8 +5 +3 +0 +0$/m);
  expect(run.out).toContain('Action required: 2 items\n 1. [gone eu-west-1] planning: profile "gone" not found in');
  expect(run.out).toContain('Allow sts:AssumeRole on the role, and let the role trust this caller.');
  expect(run.out).toContain('Plan: deregister 5 of 8 ACTIVE revisions in 1 of 3 targets; keep 3.');
});

test('the JSON document has the report of each target, or why there is none', async () => {
  const run = await planned(
    'targets:\n  - { profile: shop, regions: [eu-west-1] }\n  - { profile: gone, regions: [eu-west-1] }\n',
    ' --json',
  );
  const found = document(run);
  const validate = addFormats.default(new Ajv2020({ strict: true })).compile(schema);
  expect(validate(found) ? [] : validate.errors).toEqual([]);
  expect(found['counts']).toEqual({
    targets: 2,
    planned: 1,
    active: 8,
    deregister: 5,
    kept: 3,
    deferred: 0,
    held: 0,
  });
});

test.each([
  ['targets: []\n', 'targets: given an empty list, allowed: at least one target'],
  ['targets:\n  - { regions: [eu-west-1] }\n', 'targets.0: needs profile or roleArn'],
  [
    'targets:\n  - { profile: a, regions: [] }\n',
    'targets.0.regions: given an empty list, allowed: at least one Region',
  ],
  ["targets:\n  - { roleArn: 'arn:aws:iam::1:user/x', regions: [eu-west-1] }\n", 'allowed: the ARN of a role'],
  [
    'targets:\n  - { profile: a, region: eu-west-1, regions: [b] }\n',
    'targets.0.region: unknown key; did you mean regions?',
  ],
  [': [', 'it cannot be read: '],
])('a file of targets %o is refused before any call', async (text, message) => {
  const run = await planned(text);
  expect(run.code).toBe(2);
  expect(run.err).toContain(message);
  expect(run.sandbox.calls.list()).toEqual([]);
});

test('options of one plan are refused beside targets', async () => {
  const run = await planned('targets: []\n', ' --profile shop --out plan.json');
  expect(run.code).toBe(2);
  expect(run.err).toContain('--out: given beside --targets, allowed: in the file of targets, or for one plan');
  expect(run.err).toContain('--profile: given beside --targets');
});
