// Evaluates the policies of roles and of resources in an evaluated template for one request, as IAM does within an account and
// across accounts. Names that only a stack knows get values.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
import * as z from 'zod';
import { allows, type PolicyDocument, policyDocument, type Request } from '../../sandbox/iam/policy.ts';
import { plain, propertiesOf, type Template } from './stack.ts';

export const HUB_ACCOUNT = '111111111111';

/** The values of names that only a stack knows, such as `<Events.Arn>`. */
export type Names = Readonly<Record<string, string>>;

export const pseudo = (account: string, region = 'eu-west-1'): Names => ({
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': account,
});

/** @throws for a name without a value */
export function withNames(value: unknown, names: Names): unknown {
  const text = JSON.stringify(plain(value)).replaceAll(/<([\w:.]+)>/gu, (_, name: string) => {
    const known = names[name];
    if (known === undefined) throw new Error(`${name} has no value`);
    return known;
  });
  return JSON.parse(text) as unknown;
}

const rolePolicies = z.object({
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.object({ PolicyDocument: z.unknown() })),
});

/** All policies of a role, those that it shares included. */
export function policiesOf(template: Template, role: string, names: Names): PolicyDocument[] {
  const { ManagedPolicyArns, Policies } = rolePolicies.parse(plain(propertiesOf(template, role)));
  const managed = ManagedPolicyArns.map(
    (arn) => propertiesOf(template, arn.replaceAll(/[<>]/gu, ''))['PolicyDocument'],
  );
  return [...managed, ...Policies.map((one) => one.PolicyDocument)].map((document) =>
    policyDocument.parse(withNames(document, names)),
  );
}

const withPrincipal = z.looseObject({
  Principal: z.union([z.literal('*'), z.object({ Service: z.string() })]),
});
type WithPrincipal = z.output<typeof withPrincipal>;

export interface Asking extends Request {
  /** An account, or the name of an AWS service. */
  readonly from: string;
}

/** Whether a caller with every permission in its own account may do it to the resource of `owner`. */
export function resourceAllows(statements: readonly unknown[], owner: string, { from, ...request }: Asking): boolean {
  const Statement = statements
    .map((one) => withPrincipal.parse(one))
    .filter((one) => isMeant(one, from))
    .map((one) => Object.fromEntries(Object.entries(one).filter(([element]) => element !== 'Principal')));
  const own = from === owner ? [{ Effect: 'Allow', Action: '*', Resource: '*' }] : [];
  return allows([policyDocument.parse({ Statement: [...Statement, ...own] })], request);
}

function isMeant({ Principal }: WithPrincipal, from: string): boolean {
  return Principal === '*' || Principal.Service === from;
}
