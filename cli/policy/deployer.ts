// Reads the IAM policy for deploying from infra/deployer.yml, for any account and, if given, for one Region.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import * as z from 'zod';
import { customTags, oneOrMore, type Statement, generalizeArn } from './role.ts';

const file = z.object({
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

export function readDeployerPolicy(region: string | undefined) {
  const path = fileURLToPath(new URL('../../infra/deployer.yml', import.meta.url));
  const { Statement: statements } = file.parse(parse(readFileSync(path, 'utf8'), { customTags, merge: true }));
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
