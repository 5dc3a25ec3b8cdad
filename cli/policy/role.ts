// The statements of the deployed roles, read from infra/permissions.yml: the one place that says on which resources an
// action is needed. As a policy for a person they lose what only a stack knows, its account and its Region.
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
/** What is only named there, the function's own log and executions, is for nobody else. */
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
  /** Actions that are needed; a statement keeps those of its own that are among them. */
  readonly actions: ReadonlySet<string>;
  /** The deployed policies that they are taken from. */
  readonly policies: readonly string[];
  /** Fences what IAM cannot narrow otherwise. */
  readonly region: string | undefined;
  /** Where the state is kept; a stack has a bucket of its own. */
  readonly bucket: string | undefined;
}

export function selectStatements({ actions, policies, region, bucket }: Wanted): Statement[] {
  const { 'live-and-delete': all } = deployed();
  return all
    .filter(({ PolicyName }) => policies.includes(PolicyName))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .map(({ Sid, Effect, Action, Resource }) => ({
      Sid,
      Effect,
      Action: [Action].flat().filter((action) => actions.has(action)),
      Resource: [Resource].flat().map((text) => generalizeArn(text, { region, bucket })),
      ...(region === undefined || Sid.endsWith('State')
        ? {}
        : { Condition: { StringEquals: { 'aws:RequestedRegion': region } } }),
    }))
    .filter(({ Action }) => Action.length > 0);
}

/** CloudFormation's own tags are read as the text that they stand before. */
export const customTags = ['!Sub', '!Ref', '!GetAtt'].map((tag) => ({
  tag,
  resolve: (text: string) => text,
}));

function deployed(): z.output<typeof permissionsFile> {
  const path = fileURLToPath(new URL('../../infra/permissions.yml', import.meta.url));
  return permissionsFile.parse(parse(readFileSync(path, 'utf8'), { customTags }));
}

/** `arn:*:ecs:eu-west-1:*:cluster/*` */
export function generalizeArn(
  text: string,
  { region = '*', bucket = '*' }: Partial<Pick<Wanted, 'region' | 'bucket'>>,
): string {
  return text
    .replace(/^\$\{StateBucket\.Arn\}|^StateBucket\.Arn$/, `arn:*:s3:::${bucket}`)
    .replaceAll('${AWS::Region}', region)
    .replaceAll(/\$\{AWS::\w+\}/g, '*');
}
