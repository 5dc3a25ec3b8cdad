/**
 * Extracts a role's policies from a CloudFormation template, with the names of the deployed stack. Tests then hold
 * the deployed code against its role. Anything that it cannot resolve throws: an unknown function, a resource with an
 * unknown ARN, a policy of another kind.
 */
import * as z from 'zod';
import { policyDocument, type PolicyDocument } from './iam/policy.ts';

export interface PseudoParameters {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

const templateShape = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

/** Strict, because a permissions boundary would change the permissions and is not read here. */
const roleShape = z.strictObject({
  RoleName: z.unknown().optional(),
  Description: z.unknown().optional(),
  MaxSessionDuration: z.unknown().optional(),
  Path: z.unknown().optional(),
  Tags: z.unknown().optional(),
  AssumeRolePolicyDocument: z.unknown().optional(),
  ManagedPolicyArns: z.array(z.unknown()).default([]),
  Policies: z.array(z.object({ PolicyDocument: z.unknown() })).default([]),
});

/** `nameProperty` is the property with the resource's name. A log group's ARN ends in `:*` to include its streams. */
const kinds: Readonly<Record<string, { nameProperty?: string; arn: string; ref: 'name' | 'arn' | 'neither' }>> = {
  'AWS::IAM::Role': { nameProperty: 'RoleName', arn: 'iam::ACCOUNT:role/NAME', ref: 'name' },
  'AWS::KMS::Key': { arn: 'kms:REGION:ACCOUNT:key/NAME', ref: 'name' },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    arn: 'lambda:REGION:ACCOUNT:function:NAME',
    ref: 'name',
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    arn: 'logs:REGION:ACCOUNT:log-group:NAME:*',
    ref: 'name',
  },
  'AWS::S3::Bucket': { nameProperty: 'BucketName', arn: 's3:::NAME', ref: 'name' },
  'AWS::SNS::Topic': { nameProperty: 'TopicName', arn: 'sns:REGION:ACCOUNT:NAME', ref: 'arn' },
  'AWS::SQS::Queue': { nameProperty: 'QueueName', arn: 'sqs:REGION:ACCOUNT:NAME', ref: 'neither' },
};

export function rolePolicies(template: unknown, roleLogicalId: string, pseudo: PseudoParameters): PolicyDocument[] {
  const { Parameters, Resources } = templateShape.parse(template);
  const role = Resources[roleLogicalId];
  if (role?.Type !== 'AWS::IAM::Role') throw new Error(`${roleLogicalId}: not a role of this template`);
  for (const [id, { Type }] of Object.entries(Resources))
    if (Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::RolePolicy')
      throw new Error(`${id}: only managed policies and those inside a role are supported`);
  const { Policies, ManagedPolicyArns } = roleShape.parse(role.Properties);
  return [...ManagedPolicyArns.map(managed), ...Policies.map(({ PolicyDocument }) => PolicyDocument)].map((document) =>
    policyDocument.parse(resolve(document)),
  );

  /** Of the template itself: one of AWS or of another stack throws. */
  function managed(reference: unknown): unknown {
    const [, id = ''] = /^\{"(?:Ref|Fn::Sub)":"(?:\$\{)?(\w+)\}?"\}$/u.exec(JSON.stringify(reference)) ?? [];
    const { Type, Properties } = Resources[id] ?? {};
    if (Type !== 'AWS::IAM::ManagedPolicy')
      throw new Error(`ManagedPolicyArns: ${JSON.stringify(reference)} is no policy of this template`);
    return Properties?.['PolicyDocument'];
  }

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value);
    const [name, argument] = members.length === 1 ? (members[0] ?? []) : [];
    if (name === 'Ref') return ref(String(argument));
    if (name === 'Fn::GetAtt') return attribute(z.array(z.string()).parse(argument).join('.'));
    if (name === 'Fn::Sub') return substitute(argument);
    if (name === 'Fn::Join') return join(argument);
    if (name?.startsWith('Fn::')) throw new Error(`${name}: not supported`);
    return Object.fromEntries(members.map(([key, inner]) => [key, resolve(inner)]));
  }

  function ref(id: string): string {
    if (id === 'AWS::AccountId') return pseudo.account;
    if (id === 'AWS::Region') return pseudo.region;
    if (id === 'AWS::Partition') return pseudo.partition;
    const parameter = Parameters[id]?.Default;
    if (parameter !== undefined) return z.string().parse(parameter);
    const { name, arn, kind } = resource(id);
    if (kind.ref === 'neither') throw new Error(`Ref ${id}: returns neither a name nor an ARN`);
    return kind.ref === 'arn' ? arn : name;
  }

  function attribute(path: string): string {
    const [id, attribute] = path.split(/\.(.*)/su);
    if (attribute !== 'Arn' && attribute !== 'TopicArn') throw new Error(`${path}: not supported`);
    return resource(id ?? '').arn;
  }

  /** The logical id replaces a name that CloudFormation would generate. */
  function resource(id: string) {
    const { Type = 'nothing', Properties = {} } = Resources[id] ?? {};
    const kind = kinds[Type];
    if (kind === undefined) throw new Error(`${id} is ${Type}, whose ARN is not supported`);
    const name = z.string().parse(resolve((kind.nameProperty && Properties[kind.nameProperty]) ?? id));
    const { account, region, partition } = pseudo;
    const tail = kind.arn.replace('REGION', region).replace('ACCOUNT', account).replace('NAME', name);
    return { name, kind, arn: `arn:${partition}:${tail}` };
  }

  /** `${!Literal}` is CloudFormation's escape for `${Literal}`. */
  function substitute(argument: unknown): string {
    const [pattern, variables] = z
      .tuple([z.string(), z.record(z.string(), z.unknown()).default({})])
      .parse(typeof argument === 'string' ? [argument] : argument);
    return pattern.replaceAll(/\$\{([^}]+)\}/gu, (_, path: string) => {
      if (path.startsWith('!')) return `\${${path.slice(1)}}`;
      if (path in variables) return z.string().parse(resolve(variables[path]));
      return path.includes('.') ? attribute(path) : ref(path);
    });
  }

  function join(argument: unknown): string {
    const [separator, parts] = z.tuple([z.string(), z.array(z.unknown())]).parse(argument);
    return z.array(z.string()).parse(parts.map(resolve)).join(separator);
  }
}
