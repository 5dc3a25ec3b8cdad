import { describe, expect, test } from 'vitest';
import { allows, policyDocument, type PolicyDocument, type Request } from '../../sandbox/iam/policy.ts';

const cluster = 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod';
const topic = 'arn:aws:sns:eu-west-1:123456789012:ecs-revision-pruner';
const everything = { Effect: 'Allow', Action: '*', Resource: '*' } as const;

function policy(...Statement: object[]): PolicyDocument {
  return policyDocument.parse({ Version: '2012-10-17', Statement });
}

function allowed(
  policies: readonly PolicyDocument[],
  action: string,
  resource = '*',
  context: Request['context'] = {},
) {
  return allows(policies, { action, resource, context });
}

describe('allow and deny', () => {
  test.each([
    { subject: 'a role without policies is refused', policies: [], allowed: false },
    { subject: 'a policy without a statement allows nothing', policies: [policy()], allowed: false },
    { subject: 'an Allow that covers the call allows', policies: [policy(everything)], allowed: true },
    {
      subject: 'a Deny wins over an Allow before it',
      policies: [policy(everything, { Effect: 'Deny', Action: 'ecs:ListTasks', Resource: '*' })],
      allowed: false,
    },
    {
      subject: 'a Deny wins over an Allow in another policy after it',
      policies: [policy({ Effect: 'Deny', Action: 'ecs:*', Resource: '*' }), policy(everything)],
      allowed: false,
    },
    {
      subject: 'a Deny of another action changes nothing',
      policies: [policy(everything, { Effect: 'Deny', Action: 'ecs:RunTask', Resource: '*' })],
      allowed: true,
    },
    {
      subject: 'a Deny alone allows nothing else',
      policies: [policy({ Effect: 'Deny', Action: 'ecs:RunTask', Resource: '*' })],
      allowed: false,
    },
    {
      subject: 'a single statement need not be a list',
      policies: [policyDocument.parse({ Statement: everything })],
      allowed: true,
    },
  ])('$subject', ({ policies, allowed: expected }) => {
    expect(allowed(policies, 'ecs:ListTasks')).toBe(expected);
  });
});

describe('actions', () => {
  test.each([
    { pattern: 'ecs:ListTasks', action: 'ecs:ListTasks', matches: true },
    { pattern: 'ECS:listtasks', action: 'ecs:ListTasks', matches: true },
    { pattern: 'ecs:List*', action: 'ecs:ListTasks', matches: true },
    { pattern: 'ecs:*Tasks', action: 'ecs:ListTasks', matches: true },
    { pattern: 'ecs:ListTask?', action: 'ecs:ListTasks', matches: true },
    { pattern: 'ecs:ListTasks?', action: 'ecs:ListTasks', matches: false },
    { pattern: 'ecs:*', action: 'ecs:ListTasks', matches: true },
    { pattern: '*', action: 'ecs:ListTasks', matches: true },
    { pattern: 'ecs:ListTask', action: 'ecs:ListTasks', matches: false },
    { pattern: 'ecs:ListTaskDefinition', action: 'ecs:ListTaskDefinitionFamilies', matches: false },
    { pattern: 'ecs:ListTask.', action: 'ecs:ListTasks', matches: false },
    { pattern: 'sns:*', action: 'ecs:ListTasks', matches: false },
    { pattern: '*Tasks', action: 'ecs:ListTasks', matches: false },
  ])('$pattern covers $action: $matches', ({ pattern, action, matches }) => {
    expect(allowed([policy({ Effect: 'Allow', Action: pattern, Resource: '*' })], action)).toBe(matches);
    expect(allowed([policy({ Effect: 'Allow', NotAction: [pattern], Resource: '*' })], action)).toBe(!matches);
  });

  test('one of several actions is enough', () => {
    const policies = [policy({ Effect: 'Allow', Action: ['ecs:RunTask', 'ecs:ListTasks'], Resource: '*' })];
    expect(allowed(policies, 'ecs:ListTasks')).toBe(true);
    expect(allowed(policies, 'ecs:StopTask')).toBe(false);
  });

  test('NotAction with several actions covers none of them', () => {
    const policies = [policy({ Effect: 'Allow', NotAction: ['ecs:RunTask', 'ecs:ListTasks'], Resource: '*' })];
    expect(allowed(policies, 'ecs:ListTasks')).toBe(false);
    expect(allowed(policies, 'ecs:StopTask')).toBe(true);
  });
});

describe('resources', () => {
  test.each([
    { pattern: cluster, resource: cluster, matches: true },
    { pattern: 'arn:aws:ecs:*:*:cluster/*', resource: cluster, matches: true },
    { pattern: 'arn:aws:ecs:eu-west-?:123456789012:cluster/prod', resource: cluster, matches: true },
    { pattern: 'arn:aws:ecs:*', resource: cluster, matches: true },
    { pattern: 'arn:aws:ecs:eu*:cluster/prod', resource: cluster, matches: true },
    { pattern: '*', resource: cluster, matches: true },
    { pattern: '*', resource: '*', matches: true },
    { pattern: 'arn:aws:ecs:eu-west-1:123456789012:cluster/Prod', resource: cluster, matches: false },
    { pattern: 'arn:aws:ecs:eu-west-1:123456789012:cluster/pro', resource: cluster, matches: false },
    { pattern: 'arn:aws:ecs:us-*:123456789012:cluster/prod', resource: cluster, matches: false },
    // A star within a segment stays there: "eu*1" does not match "eu-west-1:123456789012:cluster/1".
    { pattern: 'arn:aws:ecs:eu*prod', resource: cluster, matches: false },
    // The resource of an action without resource types is "*", which only "*" covers.
    { pattern: 'arn:aws:ecs:*:*:task-definition/*', resource: '*', matches: false },
    { pattern: topic, resource: `${topic}-other`, matches: false },
    { pattern: topic.replace('sns', 's.s'), resource: topic, matches: false },
  ])('$pattern covers $resource: $matches', ({ pattern, resource, matches }) => {
    const of = { Effect: 'Allow', Action: '*' };
    expect(allowed([policy({ ...of, Resource: [pattern] })], 'ecs:X', resource)).toBe(matches);
    expect(allowed([policy({ ...of, NotResource: pattern })], 'ecs:X', resource)).toBe(!matches);
  });
});

describe('conditions', () => {
  const region = 'aws:RequestedRegion';
  test.each([
    { operator: 'StringEquals', given: 'eu-west-1', wanted: 'eu-west-1', holds: true },
    { operator: 'StringEquals', given: 'eu-west-1', wanted: 'EU-WEST-1', holds: false },
    { operator: 'StringEquals', given: 'eu-west-1', wanted: 'eu-*', holds: false },
    { operator: 'StringEquals', given: 'eu-west-1', wanted: ['us-east-1', 'eu-west-1'], holds: true },
    { operator: 'StringEquals', given: undefined, wanted: 'eu-west-1', holds: false },
    { operator: 'StringEqualsIfExists', given: undefined, wanted: 'eu-west-1', holds: true },
    { operator: 'StringEqualsIfExists', given: 'us-east-1', wanted: 'eu-west-1', holds: false },
    { operator: 'StringNotEquals', given: 'us-east-1', wanted: 'eu-west-1', holds: true },
    { operator: 'StringNotEquals', given: 'eu-west-1', wanted: ['us-east-1', 'eu-west-1'], holds: false },
    { operator: 'StringNotEquals', given: undefined, wanted: 'eu-west-1', holds: true },
    { operator: 'StringNotEqualsIfExists', given: undefined, wanted: 'eu-west-1', holds: true },
    { operator: 'StringNotEqualsIfExists', given: 'eu-west-1', wanted: 'eu-west-1', holds: false },
    { operator: 'StringLike', given: 'eu-west-1', wanted: 'eu-*', holds: true },
    { operator: 'StringLike', given: 'eu-west-1', wanted: 'eu-west-?', holds: true },
    { operator: 'StringLike', given: 'eu-west-1', wanted: 'us-*', holds: false },
    { operator: 'StringLike', given: 'a:b:c', wanted: 'a*c', holds: true },
    { operator: 'StringLike', given: undefined, wanted: '*', holds: false },
    { operator: 'StringLikeIfExists', given: undefined, wanted: 'eu-*', holds: true },
    { operator: 'ArnEquals', given: cluster, wanted: cluster, holds: true },
    { operator: 'ArnEquals', given: cluster, wanted: 'arn:aws:ecs:*:*:cluster/p*', holds: true },
    { operator: 'ArnEquals', given: cluster, wanted: 'arn:aws:ecs:*:*:cluster/q*', holds: false },
    { operator: 'ArnLike', given: cluster, wanted: 'arn:aws:ecs:eu-west-?:*:cluster/prod', holds: true },
    { operator: 'ArnLike', given: cluster, wanted: ['arn:aws:sns:*:*:*', cluster], holds: true },
    { operator: 'ArnLike', given: cluster, wanted: 'arn:aws:ecs:eu-*:*:*:prod', holds: false },
    { operator: 'ArnLike', given: undefined, wanted: 'arn:*:*:*:*:*', holds: false },
    { operator: 'ArnLikeIfExists', given: undefined, wanted: cluster, holds: true },
    { operator: 'Bool', given: 'true', wanted: 'true', holds: true },
    { operator: 'Bool', given: 'true', wanted: 'True', holds: true },
    { operator: 'Bool', given: 'true', wanted: true, holds: true },
    { operator: 'Bool', given: 'false', wanted: 'true', holds: false },
    { operator: 'Bool', given: undefined, wanted: 'false', holds: false },
    { operator: 'BoolIfExists', given: undefined, wanted: 'true', holds: true },
    { operator: 'ArnNotEquals', given: cluster, wanted: cluster, holds: false },
    { operator: 'ArnNotEquals', given: topic, wanted: cluster, holds: true },
    { operator: 'ArnNotEquals', given: undefined, wanted: cluster, holds: true },
    { operator: 'Null', given: undefined, wanted: 'true', holds: true },
    { operator: 'Null', given: 'x', wanted: 'true', holds: false },
    { operator: 'Null', given: 'x', wanted: 'false', holds: true },
    { operator: 'Null', given: undefined, wanted: 'false', holds: false },
    { operator: 'ForAllValues:StringEquals', given: ['a', 'b'], wanted: ['a', 'b', 'c'], holds: true },
    { operator: 'ForAllValues:StringEquals', given: ['a', 'd'], wanted: ['a', 'b', 'c'], holds: false },
    { operator: 'ForAllValues:StringEquals', given: [], wanted: 'a', holds: true },
    { operator: 'ForAllValues:StringEquals', given: undefined, wanted: 'a', holds: true },
  ])('$operator: actual $given, expected $wanted, holds $holds', ({ operator, given, wanted, holds }) => {
    const policies = [policy({ ...everything, Condition: { [operator]: { [region]: wanted } } })];
    expect(allowed(policies, 'ecs:X', '*', given === undefined ? {} : { [region]: given })).toBe(holds);
  });

  test('a key of several values without an operator of sets throws', () => {
    const policies = [policy({ ...everything, Condition: { StringEquals: { [region]: 'a' } } })];
    expect(() => allowed(policies, 'ecs:X', '*', { [region]: ['a', 'b'] })).toThrow('need ForAllValues');
  });

  test('every operator and every key must hold', () => {
    const Condition = {
      StringEquals: { 'aws:RequestedRegion': 'eu-west-1', 'aws:PrincipalAccount': '123456789012' },
      ArnEquals: { 'ecs:cluster': cluster },
    };
    const context = {
      'aws:RequestedRegion': 'eu-west-1',
      'aws:PrincipalAccount': '123456789012',
      'ecs:cluster': cluster,
    };
    const policies = [policy({ ...everything, Condition })];
    expect(allowed(policies, 'ecs:ListTasks', '*', context)).toBe(true);
    for (const key of Object.keys(context))
      expect(allowed(policies, 'ecs:ListTasks', '*', { ...context, [key]: topic })).toBe(false);
  });

  test("a condition key's name is compared without regard to case", () => {
    const policies = [policy({ ...everything, Condition: { StringEquals: { 'AWS:requestedregion': 'x' } } })];
    expect(allowed(policies, 'ecs:ListTasks', '*', { 'aws:RequestedRegion': 'x' })).toBe(true);
  });

  test('a Deny with a condition that does not hold does not deny', () => {
    const Condition = { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } };
    const policies = [policy(everything, { ...everything, Effect: 'Deny', Condition })];
    expect(allowed(policies, 'ecs:X', '*', { 'aws:RequestedRegion': 'eu-west-1' })).toBe(true);
    expect(allowed(policies, 'ecs:X', '*', { 'aws:RequestedRegion': 'us-east-1' })).toBe(false);
  });
});

describe('unsupported policies', () => {
  const of = { Effect: 'Allow', Action: 'ecs:ListTasks', Resource: '*' };
  test.each([
    { subject: 'an unknown operator', statement: { ...of, Condition: { NumericLessThan: { 'a:b': '3' } } } },
    {
      subject: 'a set operator',
      statement: { ...of, Condition: { 'ForAllValues:StringLike': { 'a:b': 'c' } } },
    },
    { subject: 'a date', statement: { ...of, Condition: { DateLessThan: { 'a:b': '2026-01-01' } } } },
    { subject: 'an unknown element', statement: { ...of, Principal: '*' } },
    { subject: 'an unknown effect', statement: { ...of, Effect: 'allow' } },
    { subject: 'a policy variable', statement: { ...of, Resource: 'arn:aws:s3:::${aws:username}' } },
    { subject: 'an unresolved reference', statement: { ...of, Resource: { Ref: 'Topic' } } },
    { subject: 'Action beside NotAction', statement: { ...of, NotAction: 'ecs:RunTask' } },
    { subject: 'no action', statement: { Effect: 'Allow', Resource: '*' } },
    {
      subject: 'an empty list of excluded actions',
      statement: { Effect: 'Allow', NotAction: [], Resource: '*' },
    },
    { subject: 'Resource beside NotResource', statement: { ...of, NotResource: cluster } },
    { subject: 'no resource', statement: { Effect: 'Allow', Action: '*' } },
  ])('reading a policy with $subject throws', ({ statement }) => {
    expect(() => policyDocument.parse({ Statement: [everything, statement] })).toThrow('"Statement"');
  });

  test('evaluating an unchecked policy throws, even for a statement that the call does not touch', () => {
    const unread: PolicyDocument = {
      Statement: [
        everything,
        { ...everything, Action: 'ecs:RunTask', Condition: { DateLessThan: { 'a:b': '2026-01-01' } } },
      ],
    };
    expect(() => allowed([unread], 'sns:Publish', topic)).toThrow('DateLessThan: unknown operator');
  });

  test('a policy of another version or with another element throws', () => {
    expect(() => policyDocument.parse({ Version: '2031-01-01', Statement: [] })).toThrow(/Version/u);
    expect(() => policyDocument.parse({ Statement: [], Statements: [] })).toThrow(/Statements/u);
  });

  test('the error contains the unknown operator', () => {
    expect(() => policy({ ...everything, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })).toThrow(
      'IpAddress: unknown operator',
    );
  });

  test('ArnLike with a value that is not an ARN throws', () => {
    const policies = [policy({ ...everything, Condition: { ArnLike: { 'ecs:cluster': '*' } } })];
    expect(() => allowed(policies, 'ecs:ListTasks', '*', { 'ecs:cluster': cluster })).toThrow('not an ARN');
  });
});

describe('the permission to send one kind of event to the default bus', () => {
  const bus = 'arn:aws:events:eu-west-1:123456789012:event-bus/default';
  const only = { 'events:source': 'ecs-revision-pruner', 'events:detail-type': 'Run ended' };
  const own = policy({
    Effect: 'Allow',
    Action: 'events:PutEvents',
    Resource: bus,
    Condition: { 'ForAllValues:StringEquals': only },
  });
  test.each([
    { what: 'this event', on: bus, context: only, allowed: true },
    { what: 'another source', on: bus, context: { ...only, 'events:source': 'aws.ecs' }, allowed: false },
    { what: 'another detail-type', on: bus, context: { ...only, 'events:detail-type': 'Other' }, allowed: false },
    {
      what: 'this and another event',
      on: bus,
      context: { ...only, 'events:detail-type': 'Run ended Other' },
      allowed: false,
    },
    { what: 'this event on another bus', on: bus.replace('default', 'other'), context: only, allowed: false },
  ])('is $allowed for $what', ({ on, context, allowed: expected }) => {
    expect(allowed([own], 'events:PutEvents', on, context)).toBe(expected);
  });
});
