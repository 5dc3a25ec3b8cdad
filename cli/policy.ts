// Reads IAM policies from infra/: of the deployed roles, without the account and Region that only a stack knows, and of the
// deployer.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { root } from './installation.ts';
import { roleStatements } from './roles.ts';

export const oneOrMore = z.union([z.string(), z.array(z.string())]);
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

interface Wanted {
  /** Each statement keeps only these of its actions. */
  readonly actions: ReadonlySet<string>;
  /** Limits actions that IAM cannot limit to resources. */
  readonly region: string | undefined;
  /** The state store; a stack has its own bucket. */
  readonly bucket: string | undefined;
}

export function selectStatements({ actions, region, bucket }: Wanted): Statement[] {
  return roleStatements()
    .filter(({ role, policy }) => role === 'PruneRole' && policy !== 'FunctionPolicy')
    .map(({ Sid, Action, Resource }): Statement => ({
      Sid,
      Effect: 'Allow',
      Action: Action.filter((action) => actions.has(action)),
      Resource: Resource.map((text) => generalizeArn(text, { region, bucket })),
      ...(region === undefined || Sid.endsWith('State')
        ? {}
        : { Condition: { StringEquals: { 'aws:RequestedRegion': region } } }),
    }))
    .filter(({ Action }) => Action.length > 0);
}

/** Reads CloudFormation's tags as their text. */
export const customTags = ['!Sub', '!Ref', '!GetAtt'].map((tag) => ({ tag, resolve: (text: string) => text }));

/** `arn:*:ecs:eu-west-1:*:cluster/*` */
export function generalizeArn(
  text: string,
  { region = '*', bucket = '*' }: Partial<Pick<Wanted, 'region' | 'bucket'>>,
): string {
  return text
    .replace(/^\$\{StateBucket\.Arn\}/, `arn:*:s3:::${bucket}`)
    .replaceAll('${AWS::Region}', region)
    .replaceAll(/\$\{AWS::\w+\}/g, '*');
}

const deployerFile = z.object({
  Statement: z.array(
    z.object({
      Sid: z.string(),
      Effect: z.literal('Allow'),
      Action: oneOrMore,
      Resource: oneOrMore,
      Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).optional(),
    }),
  ),
});

/** For any account and, if given, for one Region.
 *  @param hub what the stack of a hub needs besides */
export function readDeployerPolicy(region: string | undefined, hub = false) {
  const path = join(root, 'infra', hub ? 'fleet/deployer.yml' : 'deployer.yml');
  const { Statement: statements } = deployerFile.parse(parse(readFileSync(path, 'utf8'), { customTags, merge: true }));
  const Statement = statements.map(({ Sid, Effect, Action, Resource, Condition = {} }): Statement => {
    const conditions = Object.entries(Condition).flatMap(([operator, keys]) => {
      const kept = Object.entries(keys).flatMap(([key, value]): [string, string | string[]][] => {
        if (value !== 'AWS::Region') return [[key, value]];
        return region === undefined ? [] : [[key, region]];
      });
      return kept.length === 0 ? [] : [[operator, Object.fromEntries(kept)] as const];
    });
    return {
      Sid,
      Effect,
      Action: [Action].flat(),
      Resource: [Resource].flat().map((text) => generalizeArn(text, { region })),
      ...(conditions.length === 0 ? {} : { Condition: Object.fromEntries(conditions) }),
    };
  });
  return { Version: '2012-10-17', Statement };
}
