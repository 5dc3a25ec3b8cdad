// The hub's stack, and the bucket of the code in each Region, with given parameters.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTemplate, type SourceTemplate } from '../../cli/template.ts';
import { evaluate } from './evaluate.ts';
import { boundary, key } from './some-stages.ts';
import type { Template } from './stack.ts';

const folder = join(import.meta.dirname, '../../infra/fleet');
export const hubText = readFileSync(join(folder, 'template.yml'), 'utf8');
export const hubSource: SourceTemplate = parseTemplate(hubText);
export const codeBucketText = readFileSync(join(folder, 'code-bucket.yml'), 'utf8');
const codeBucketSource = parseTemplate(codeBucketText);

export const ORGANIZATION = 'o-a1b2c3d4e5';

/** @throws for parameters that CloudFormation would refuse */
export function hubOf(parameters: Readonly<Record<string, string>> = {}): Template {
  const code = { CodeBucket: 'releases', CodeKey: 'ecs-revision-pruner-fleet.zip' };
  return evaluate(hubSource, { ...code, OrganizationId: ORGANIZATION, Name: 'pruner-hub', ...parameters });
}

/** @throws for parameters that CloudFormation would refuse */
export function codeBucketOf(parameters: Readonly<Record<string, string>> = {}): Template {
  const given = { OrganizationId: ORGANIZATION, CodeBucket: 'acme-pruner-code-{region}' };
  return evaluate(codeBucketSource, { ...given, ...parameters });
}

/** Every switch of the hub, thrown. */
export const everyHubSwitch = {
  StackSetName: 'ecs-revision-pruner',
  StackSetCallAs: 'DELEGATED_ADMIN',
  Targets: '123456789012/eu-central-1, 210987654321/us-east-1',
  Email: 'platform@example.com',
  KmsKeyArn: key,
  PermissionsBoundaryArn: boundary,
  RolePath: '/platform/',
};
