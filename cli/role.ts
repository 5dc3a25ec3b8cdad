// Reads the statements of the deployed roles from infra/permissions.yml, the one place that restricts actions to
// resources. A policy for an operator replaces the stack's account and Region.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import * as z from 'zod';

export const oneOrMore = z.union([z.string(), z.array(z.string())]);
const statement = z.object({
  Sid: z.string(),
  Effect: z.literal('Allow'),
  Action: oneOrMore,
  Resource: oneOrMore,
});
/** References to the function's own log and executions, which only the stack can use. */
const elsewhere = z.string().transform(() => ({ PolicyName: '', PolicyDocument: { Statement: [] } }));
const policy = z.union([
  elsewhere,
  z.object({ PolicyName: z.string(), PolicyDocument: z.object({ Statement: z.array(statement) }) }),
]);
const permissionsFile = z.object({ 'live-and-delete': z.array(policy) });

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

interface Wanted {
  /** The needed actions. A statement keeps those of its actions that are among them. */
  readonly actions: ReadonlySet<string>;
  /** The names of the deployed policies to use. */
  readonly policies: readonly string[];
  /** Restricts the actions that IAM cannot narrow otherwise. */
  readonly region: string | undefined;
  /** The bucket of the state store, in place of the stack's own bucket. */
  readonly bucket: string | undefined;
}

export function statementsFor({ actions, policies, region, bucket }: Wanted): Statement[] {
  const { 'live-and-delete': all } = deployed();
  return all
    .filter(({ PolicyName }) => policies.includes(PolicyName))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .map(({ Sid, Effect, Action, Resource }) => ({
      Sid,
      Effect,
      Action: [Action].flat().filter((action) => actions.has(action)),
      Resource: [Resource].flat().map((text) => withoutStack(text, { region, bucket })),
      ...(region === undefined || Sid.endsWith('State')
        ? {}
        : { Condition: { StringEquals: { 'aws:RequestedRegion': region } } }),
    }))
    .filter(({ Action }) => Action.length > 0);
}

/** CloudFormation's tags become the text that follows them. */
export const customTags = ['!Sub', '!Ref', '!GetAtt'].map((tag) => ({
  tag,
  resolve: (text: string) => text,
}));

function deployed(): z.output<typeof permissionsFile> {
  const path = fileURLToPath(new URL('../infra/permissions.yml', import.meta.url));
  return permissionsFile.parse(parse(readFileSync(path, 'utf8'), { customTags }));
}

/** `arn:*:ecs:eu-west-1:*:cluster/*` */
export function withoutStack(
  text: string,
  { region = '*', bucket = '*' }: Partial<Pick<Wanted, 'region' | 'bucket'>>,
): string {
  return text
    .replace(/^\$\{StateBucket\.Arn\}|^StateBucket\.Arn$/, `arn:*:s3:::${bucket}`)
    .replaceAll('${AWS::Region}', region)
    .replaceAll(/\$\{AWS::\w+\}/g, '*');
}
