/**
 * Evaluates whether a role's policies allow a call, as IAM evaluates identity policies within one account: an
 * explicit Deny wins, and the default is deny. It supports the policy elements that this project's roles use. Any
 * other element throws, whatever the call, so an unknown element can never allow one.
 */
import * as z from 'zod';

type Comparison = (actual: string, expected: string) => boolean;

/** ArnEquals and ArnLike behave identically, wildcards included (IAM guide, condition operators). */
const operators: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['StringEquals', (actual, expected) => actual === expected],
  ['ForAllValues:StringEquals', (actual, expected) => actual === expected],
  ['StringNotEquals', (actual, expected) => actual === expected],
  ['StringLike', (actual, expected) => glob(expected).test(actual)],
  ['ArnEquals', arnLike],
  ['ArnLike', arnLike],
  ['ArnNotEquals', arnLike],
  ['ArnNotLike', arnLike],
  ['Bool', (actual, expected) => actual.toLowerCase() === expected.toLowerCase()],
  // Whether the key is absent, which no value says.
  ['Null', () => false],
]);

/** A policy variable would need a value from the call before the comparison, so it is rejected. */
const text = z.string().refine((value) => !value.includes('${'), 'policy variables are not supported');
const oneOrMany = z.union([text, z.array(text).nonempty()]).transform((value) => [value].flat());
const flags = z.union([oneOrMany, z.boolean().transform((value) => [String(value)])]);
const operator = z.string().refine((name) => operators.has(withoutIfExists(name)), {
  error: ({ input }) => `${String(input)}: unknown operator`,
});

const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Action: oneOrMany.optional(),
    NotAction: oneOrMany.optional(),
    Resource: oneOrMany.optional(),
    NotResource: oneOrMany.optional(),
    Condition: z.record(operator, z.record(z.string(), flags)).optional(),
  })
  .refine((s) => (s.Action === undefined) !== (s.NotAction === undefined), 'either Action or NotAction')
  .refine((s) => (s.Resource === undefined) !== (s.NotResource === undefined), 'either Resource or NotResource');

/** Validates policies from files. */
export const policyDocument = z.strictObject({
  Version: z.literal(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([statement, z.array(statement)]),
});

/** IAM's JSON, as in a CloudFormation template with resolved functions. */
export type PolicyDocument = z.input<typeof policyDocument>;
type Statement = z.output<typeof statement>;

export interface Request {
  readonly action: string;
  /** The ARN of the call, or `*` for an action without resources. */
  readonly resource: string;
  /** The condition keys; IAM ignores the case of their names. A key of several values has a list. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export function allows(policies: readonly PolicyDocument[], request: Request): boolean {
  const statements = policies.flatMap((policy) => policyDocument.parse(policy).Statement);
  const effects = new Set(statements.filter((one) => applies(one, request)).map(({ Effect }) => Effect));
  return effects.has('Allow') && !effects.has('Deny');
}

function applies(of: Statement, { action, resource, context }: Request): boolean {
  const matchesAction = (patterns: readonly string[]) =>
    patterns.some((pattern) => segments(pattern, 'i').test(action));
  const matchesResource = (patterns: readonly string[]) => patterns.some((pattern) => segments(pattern).test(resource));
  return (
    (of.Action === undefined || matchesAction(of.Action)) &&
    (of.NotAction === undefined || !matchesAction(of.NotAction)) &&
    (of.Resource === undefined || matchesResource(of.Resource)) &&
    (of.NotResource === undefined || !matchesResource(of.NotResource)) &&
    Object.entries(of.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, expected]) => holds(operator, valueOf(context, key), expected)),
    )
  );
}

/** An absent key fails a comparison, but passes a negated one, one that ends in IfExists and ForAllValues. A key of several
 *  values belongs to an operator of sets.
 *  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 *  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null */
function holds(operator: string, actual: string | readonly string[] | undefined, expected: readonly string[]): boolean {
  if (operator === 'Null') return expected.some((value) => value === String(actual === undefined));
  const negated = /^(?:String|Arn)Not/.test(operator);
  const ofSets = operator.startsWith('ForAllValues:');
  if (actual === undefined) return negated || ofSets || operator.endsWith('IfExists');
  const compare = operators.get(withoutIfExists(operator));
  if (compare === undefined) throw new Error(`${operator}: unknown operator`);
  const matches = (one: string) => expected.some((value) => compare(one, value)) !== negated;
  if (typeof actual === 'string') return matches(actual);
  if (!ofSets) throw new Error(`${operator}: the key has several values, which need ForAllValues`);
  return actual.every(matches);
}

function valueOf(context: Request['context'], key: string): string | readonly string[] | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

function withoutIfExists(operator: string): string {
  return operator.replace(/IfExists$/u, '');
}

/** Compares each of the six parts of an ARN separately. Colons after the fifth belong to the last part. */
function arnLike(actual: string, expected: string): boolean {
  const parts = partsOfArn(actual);
  return partsOfArn(expected).every((pattern, index) => glob(pattern).test(parts[index] ?? ''));
}

function partsOfArn(arn: string): string[] {
  const [, ...parts] = /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/su.exec(arn) ?? [];
  if (parts.length === 0) throw new Error(`${arn}: not an ARN, so ArnLike cannot compare it`);
  return parts;
}

/**
 * In actions and resources, `*` matches within one segment between colons, except at the end (IAM guide, Resource).
 */
function segments(pattern: string, flags = ''): RegExp {
  return glob(pattern, flags, (rest) => (rest === '' || rest.startsWith(':') ? '.*' : '[^:]*'));
}

function glob(pattern: string, flags = '', star: (rest: string) => string = () => '.*'): RegExp {
  const source = pattern.replaceAll(/[^\w]/gu, (character, at: number) => {
    if (character === '*') return star(pattern.slice(at + 1));
    return character === '?' ? '.' : `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
  return new RegExp(`^${source}$`, `su${flags}`);
}
