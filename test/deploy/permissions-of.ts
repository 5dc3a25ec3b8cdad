// Reads the permissions of a role in an evaluated template.
import * as z from 'zod';
import { plain, propertiesOf, type Template } from './stack.ts';

export const role = z.object({
  Path: z.string(),
  PermissionsBoundary: z.string().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  AssumeRolePolicyDocument: z.object({ Statement: z.array(z.object({ Principal: z.unknown() })) }),
  Policies: z.array(
    z.object({ PolicyName: z.string(), PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) }),
  ),
});
const statement = z.strictObject({
  Sid: z.string(),
  Effect: z.literal('Allow'),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.union([z.string(), z.array(z.string())]),
  Condition: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))).optional(),
});

const managed = z.object({ PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) });

/** A role's permissions as lines: action, resource, condition. */
export function permissionsOf(template: Template, id: string, policies?: readonly string[]): string[] {
  const { Policies, ManagedPolicyArns } = role.parse(plain(propertiesOf(template, id)));
  const ids = ManagedPolicyArns.map((arn) => arn.replaceAll(/[<>]/gu, ''));
  return [...ids.map((one) => ({ PolicyName: one, ...managed.parse(plain(propertiesOf(template, one))) })), ...Policies]
    .filter(({ PolicyName }) => policies?.includes(PolicyName) ?? true)
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap((value) => {
      const { Action, Resource, Condition } = statement.parse(value);
      const when = Object.values(Condition ?? {}).flatMap((keys) => Object.entries(keys));
      const only = when.map(([name, wanted]) => ` only ${name} ${[wanted].flat().join(' or ')}`).join('');
      return [Action].flat().flatMap((action) => [Resource].flat().map((on) => `${action} on ${on}${only}`));
    });
}
