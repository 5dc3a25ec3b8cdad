// The statements of the functions' roles in infra/template.yml, with the condition of each.
import * as z from 'zod';
import { readTemplate, type SourceTemplate } from './template.ts';

export interface RoleStatement {
  readonly role: 'PruneRole' | 'PreviewRole';
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
const role = z.object({ ManagedPolicyArns: z.array(z.unknown()), Policies: z.array(z.unknown()) });
const inline = z.object({ PolicyName: z.string(), PolicyDocument: document });
const reference = z.object({ Ref: z.string() });
const managed = z.object({ PolicyDocument: document });

export function roleStatements(template: SourceTemplate = readTemplate()): RoleStatement[] {
  return (['PruneRole', 'PreviewRole'] as const).flatMap((name) => {
    const { ManagedPolicyArns, Policies } = role.parse(template.Resources[name]?.Properties);
    const policies = [
      ...ManagedPolicyArns.map(unwrap).map(({ condition, value }) => {
        const { Ref } = reference.parse(value);
        const { PolicyDocument } = managed.parse(template.Resources[Ref]?.Properties);
        return { policy: Ref, condition, PolicyDocument };
      }),
      ...Policies.map(unwrap).map(({ condition, value }) => {
        const { PolicyName, PolicyDocument } = inline.parse(value);
        return { policy: PolicyName, condition, PolicyDocument };
      }),
    ];
    return policies.flatMap(({ policy, condition, PolicyDocument }) =>
      PolicyDocument.Statement.map(unwrap).map((one): RoleStatement => {
        const { Sid, Action, Resource } = statement.parse(one.value);
        const conditions = [condition, one.condition].filter((name) => name !== undefined);
        return { role: name, policy, conditions, Sid, Action: [Action].flat(), Resource: textsOf(Resource) };
      }),
    );
  });
}

const choice = z.object({ 'Fn::If': z.tuple([z.string(), z.unknown(), z.unknown()]) });

/** Takes a value out of the condition under which it exists. */
function unwrap(value: unknown): { condition?: string; value: unknown } {
  const conditional = choice.safeParse(value);
  if (!conditional.success) return { value };
  const [condition, then] = conditional.data['Fn::If'];
  return { condition, value: then };
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
