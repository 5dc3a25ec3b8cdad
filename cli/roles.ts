// The statements of roles in a template of infra/, with the conditions of each.
import * as z from 'zod';
import { readTemplate, type SourceTemplate } from './template.ts';

export interface RoleStatement {
  readonly role: string;
  /** The name of a policy in the role, or the id of a managed one. */
  readonly policy: string;
  /** The template's conditions under which the role has it. */
  readonly conditions: readonly string[];
  readonly Sid: string;
  readonly Action: readonly string[];
  /** With the names that only a stack knows as `${AWS::Region}` or `${StateBucket.Arn}`. */
  readonly Resource: readonly string[];
}

const statement = z.object({
  Sid: z.string(),
  Effect: z.literal('Allow'),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.unknown(),
});
const document = z.object({ Statement: z.array(z.unknown()) });
const role = z.object({ ManagedPolicyArns: z.array(z.unknown()).default([]), Policies: z.array(z.unknown()) });
const inline = z.object({ PolicyName: z.string(), PolicyDocument: document });
const reference = z.object({ Ref: z.string() });
const managed = z.object({ PolicyDocument: document });

/** @param names by default the functions of a member */
export function roleStatements(
  template: SourceTemplate = readTemplate(),
  names: readonly string[] = ['PruneRole', 'PreviewRole'],
): RoleStatement[] {
  return names.flatMap((name) => {
    const { ManagedPolicyArns, Policies } = role.parse(template.Resources[name]?.Properties);
    const policies = [
      ...ManagedPolicyArns.map(unwrap).map(({ conditions, value }) => {
        const { Ref } = reference.parse(value);
        const { PolicyDocument } = managed.parse(template.Resources[Ref]?.Properties);
        return { policy: Ref, conditions, PolicyDocument };
      }),
      ...Policies.map(unwrap).map(({ conditions, value }) => {
        const { PolicyName, PolicyDocument } = inline.parse(value);
        return { policy: PolicyName, conditions, PolicyDocument };
      }),
    ];
    return policies.flatMap(({ policy, conditions: outer, PolicyDocument }) =>
      PolicyDocument.Statement.map(unwrap).map((one): RoleStatement => {
        const { Sid, Action, Resource } = statement.parse(one.value);
        const conditions = [...outer, ...one.conditions];
        return { role: name, policy, conditions, Sid, Action: [Action].flat(), Resource: textsOf(Resource) };
      }),
    );
  });
}

const choice = z.object({ 'Fn::If': z.tuple([z.string(), z.unknown(), z.unknown()]) });

/** Takes a value out of the conditions under which it exists, the outermost first. */
function unwrap(value: unknown): { conditions: string[]; value: unknown } {
  const conditional = choice.safeParse(value);
  if (!conditional.success) return { conditions: [], value };
  const [condition, then] = conditional.data['Fn::If'];
  const inner = unwrap(then);
  return { conditions: [condition, ...inner.conditions], value: inner.value };
}

/** ARNs and references as texts; of a choice the first. */
function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value === 'string') return [value];
  const [[name, argument] = []] = Object.entries(z.record(z.string(), z.unknown()).parse(value));
  if (name === 'Ref') return [`\${${String(argument)}}`];
  const parts = [argument].flat();
  if (name === 'Fn::GetAtt') return [`\${${parts.join('.')}}`];
  if (name === 'Fn::Sub') return [String(parts[0])];
  if (name === 'Fn::If') return textsOf(parts[1]);
  throw new Error(`${String(name)} in the resource of a statement`);
}
