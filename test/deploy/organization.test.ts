// Access to the hub and to the code: the policies of its bus, queue and buckets, each with requests and answers
// that are typed by hand.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { codeBucketOf, hubOf, ORGANIZATION } from './hub.ts';
import { HUB_ACCOUNT, type Names, pseudo, resourceAllows, withNames } from './resource-policies.ts';
import { propertiesOf, type Template } from './stack.ts';

const MEMBER = '222222222222';
const OUTSIDER = '333333333333';
const busArn = `arn:aws:events:eu-west-1:${HUB_ACCOUNT}:event-bus/pruner-hub`;
const queueArn = `arn:aws:sqs:eu-west-1:${HUB_ACCOUNT}:pruner-hub-events`;
const ruleArn = `arn:aws:events:eu-west-1:${HUB_ACCOUNT}:rule/pruner-hub/pruner-hub`;
const roleArn = (name: string) => `arn:aws:iam::${HUB_ACCOUNT}:role/${name}`;
const names: Names = {
  ...pseudo(HUB_ACCOUNT),
  FleetBus: 'pruner-hub',
  'FleetBus.Arn': busArn,
  Events: 'events',
  'Events.Arn': queueArn,
  'RunEndedRule.Arn': ruleArn,
  HubBucket: 'hub',
  'HubBucket.Arn': 'arn:aws:s3:::hub',
  'CollectRole.Arn': roleArn('pruner-hub-CollectRole-1'),
  'DigestRole.Arn': roleArn('pruner-hub-DigestRole-1'),
  Bucket: 'code',
  'Bucket.Arn': 'arn:aws:s3:::code',
};

const document = z.object({ PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) });
const statementsOf = (template: Template, id: string) =>
  document.parse(withNames(propertiesOf(template, id), names)).PolicyDocument.Statement;

const hub = hubOf();

describe('the event bus of the hub', () => {
  const { Statement } = z
    .object({ Statement: z.unknown() })
    .parse(withNames(propertiesOf(hub, 'FleetBusPolicy'), names));
  const ours = { source: ['ecs-revision-pruner'], type: ['Run ended'] };
  const rule = `${busArn.replace('event-bus', 'rule')}/theirs`;

  interface Row {
    who: string;
    from: string;
    org: string | undefined;
    source: string[] | undefined;
    type: string[] | undefined;
    action?: string;
    resource?: string;
    answer: boolean;
  }
  test.each<Row>([
    { who: 'a member', from: MEMBER, org: ORGANIZATION, ...ours, answer: true },
    {
      who: 'a member with two of these events',
      from: MEMBER,
      org: ORGANIZATION,
      source: [...ours.source, ...ours.source],
      type: [...ours.type, ...ours.type],
      answer: true,
    },
    { who: 'an account of no organization', from: OUTSIDER, org: undefined, ...ours, answer: false },
    { who: 'an account of another organization', from: OUTSIDER, org: 'o-zzzzzzzzzz', ...ours, answer: false },
    {
      who: 'a member with another source',
      from: MEMBER,
      org: ORGANIZATION,
      source: ['aws.ecs'],
      type: ours.type,
      answer: false,
    },
    {
      who: 'a member with another detail type',
      from: MEMBER,
      org: ORGANIZATION,
      source: ours.source,
      type: ['Run began'],
      answer: false,
    },
    {
      who: 'a member that hides another event behind this one',
      from: MEMBER,
      org: ORGANIZATION,
      source: [...ours.source, 'theirs'],
      type: ['Run ended', 'Run ended'],
      answer: false,
    },
    {
      who: 'a member whose request names no source',
      from: MEMBER,
      org: ORGANIZATION,
      source: undefined,
      type: ours.type,
      answer: false,
    },
    {
      who: 'a member whose request names no detail type',
      from: MEMBER,
      org: ORGANIZATION,
      source: ours.source,
      type: undefined,
      answer: false,
    },
    {
      who: 'a member that creates a rule',
      action: 'PutRule',
      resource: rule,
      from: MEMBER,
      org: ORGANIZATION,
      ...ours,
      answer: false,
    },
    {
      who: 'a member that adds a target',
      action: 'PutTargets',
      resource: rule,
      from: MEMBER,
      org: ORGANIZATION,
      ...ours,
      answer: false,
    },
    {
      who: 'a member that changes the policy',
      action: 'PutPermission',
      from: MEMBER,
      org: ORGANIZATION,
      ...ours,
      answer: false,
    },
    {
      who: 'a member that removes the policy',
      action: 'RemovePermission',
      from: MEMBER,
      org: ORGANIZATION,
      ...ours,
      answer: false,
    },
    {
      who: 'a member that deletes the bus',
      action: 'DeleteEventBus',
      from: MEMBER,
      org: ORGANIZATION,
      ...ours,
      answer: false,
    },
    {
      who: 'a member that puts events on another bus',
      resource: `${busArn}-2`,
      from: MEMBER,
      org: ORGANIZATION,
      ...ours,
      answer: false,
    },
    { who: 'a service of AWS', from: 's3.amazonaws.com', org: undefined, ...ours, answer: false },
  ])('answers $who: $answer', ({ from, org, source, type, answer, action = 'PutEvents', resource = busArn }) => {
    const context = {
      ...(org === undefined ? {} : { 'aws:PrincipalOrgID': org }),
      ...(source === undefined ? {} : { 'events:source': source }),
      ...(type === undefined ? {} : { 'events:detail-type': type }),
    };
    const asking = { from, action: `events:${action}`, resource, context };
    expect(resourceAllows([Statement], HUB_ACCOUNT, asking)).toBe(answer);
  });
});

describe('the queue of the hub', () => {
  const statements = statementsOf(hub, 'EventsPolicy');
  const byRule = { 'aws:SourceArn': ruleArn };

  test.each([
    { who: 'its rule', from: 'events.amazonaws.com', context: byRule, answer: true },
    {
      who: 'another rule of the bus',
      from: 'events.amazonaws.com',
      context: { 'aws:SourceArn': `${ruleArn}-2` },
      answer: false,
    },
    {
      who: 'a rule of a member',
      from: 'events.amazonaws.com',
      context: { 'aws:SourceArn': ruleArn.replace(HUB_ACCOUNT, MEMBER) },
      answer: false,
    },
    { who: 'another service', from: 'sns.amazonaws.com', context: byRule, answer: false },
    { who: 'an administrator of the account', from: HUB_ACCOUNT, context: {}, answer: false },
    { who: 'a member', from: MEMBER, context: { 'aws:PrincipalOrgID': ORGANIZATION }, answer: false },
    {
      who: 'a member that names the rule',
      from: MEMBER,
      context: { 'aws:PrincipalOrgID': ORGANIZATION, ...byRule },
      answer: false,
    },
  ])('takes a message of $who: $answer', ({ from, context, answer }) => {
    const asking = { from, action: 'sqs:SendMessage', resource: queueArn, context };
    expect(resourceAllows(statements, HUB_ACCOUNT, asking)).toBe(answer);
  });

  test('takes a message of another rule by neither of its statements', () => {
    const asking = { from: 'events.amazonaws.com', action: 'sqs:SendMessage', resource: queueArn };
    const [allow, deny, ...others] = statements;
    expect(others).toEqual([]);
    const other = { ...asking, context: { 'aws:SourceArn': `${ruleArn}-2` } };
    expect(resourceAllows([allow], HUB_ACCOUNT, other)).toBe(false);
    expect(resourceAllows([allow], HUB_ACCOUNT, { ...asking, context: byRule })).toBe(true);
    const anything = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
    expect(resourceAllows([anything, deny], HUB_ACCOUNT, other)).toBe(false);
    expect(resourceAllows([anything, deny], HUB_ACCOUNT, { ...asking, context: byRule })).toBe(true);
  });

  test.each(['ReceiveMessage', 'DeleteMessage', 'PurgeQueue', 'SetQueueAttributes'])(
    'lets no member call %s',
    (call) => {
      const asking = {
        from: MEMBER,
        action: `sqs:${call}`,
        resource: queueArn,
        context: { 'aws:PrincipalOrgID': ORGANIZATION },
      };
      expect(resourceAllows(statements, HUB_ACCOUNT, asking)).toBe(false);
    },
  );
});

describe('the bucket of the hub', () => {
  const statements = statementsOf(hub, 'HubBucketPolicy');
  const may = (
    action: string,
    key: string,
    principal: string | undefined,
    more: Readonly<Record<string, string>> = {},
  ) =>
    resourceAllows(statements, HUB_ACCOUNT, {
      from: HUB_ACCOUNT,
      action: `s3:${action}`,
      resource: `arn:aws:s3:::hub${key}`,
      context: { 'aws:SecureTransport': 'true', ...(principal && { 'aws:PrincipalArn': principal }), ...more },
    });
  const writes = [
    'PutObject',
    'DeleteObject',
    'DeleteObjectVersion',
    'PutObjectTagging',
    'PutObjectRetention',
    'RestoreObject',
  ];

  test.each([
    { who: 'the collecting function', principal: roleArn('pruner-hub-CollectRole-1'), answer: true },
    { who: 'the digest', principal: roleArn('pruner-hub-DigestRole-1'), answer: true },
    { who: 'an administrator', principal: roleArn('Admin'), answer: false },
    { who: 'the root user', principal: `arn:aws:iam::${HUB_ACCOUNT}:root`, answer: false },
    {
      who: 'a role of the same name in a member',
      principal: roleArn('pruner-hub-DigestRole-1').replace(HUB_ACCOUNT, MEMBER),
      answer: false,
    },
    { who: 'a request without a principal', principal: undefined, answer: false },
  ])('does not forbid $who to write: $answer', ({ principal, answer }) => {
    expect(writes.filter((action) => may(action, '/targets/222222222222/eu-west-1.json', principal))).toEqual(
      answer ? writes : [],
    );
  });

  test('lets IAM decide who reads, and a member read nothing', () => {
    expect(may('GetObject', '/fleet.html', roleArn('Admin'))).toBe(true);
    expect(may('ListBucket', '', roleArn('Admin'))).toBe(true);
    const context = { 'aws:SecureTransport': 'true', 'aws:PrincipalOrgID': ORGANIZATION };
    const asking = { from: MEMBER, action: 's3:GetObject', resource: 'arn:aws:s3:::hub/fleet.html', context };
    expect(resourceAllows(statements, HUB_ACCOUNT, asking)).toBe(false);
  });

  test('refuses everything without TLS', () => {
    expect(may('GetObject', '/fleet.html', roleArn('Admin'), { 'aws:SecureTransport': 'false' })).toBe(false);
    expect(may('ListBucket', '', roleArn('Admin'), { 'aws:SecureTransport': 'false' })).toBe(false);
  });
});

describe('the bucket of the code', () => {
  const statements = statementsOf(codeBucketOf(), 'BucketPolicy');
  const zip = 'arn:aws:s3:::code/ecs-revision-pruner.zip';

  test.each([
    { who: 'a member reads the zip', from: MEMBER, org: ORGANIZATION, action: 'GetObject', answer: true },
    { who: 'a member writes', from: MEMBER, org: ORGANIZATION, action: 'PutObject', answer: false },
    { who: 'a member deletes', from: MEMBER, org: ORGANIZATION, action: 'DeleteObject', answer: false },
    {
      who: 'a member reads an earlier version',
      from: MEMBER,
      org: ORGANIZATION,
      action: 'GetObjectVersion',
      answer: false,
    },
    {
      who: 'a member lists',
      from: MEMBER,
      org: ORGANIZATION,
      action: 'ListBucket',
      resource: 'arn:aws:s3:::code',
      answer: false,
    },
    {
      who: 'a member changes the policy',
      from: MEMBER,
      org: ORGANIZATION,
      action: 'PutBucketPolicy',
      resource: 'arn:aws:s3:::code',
      answer: false,
    },
    {
      who: 'an account of another organization reads',
      from: OUTSIDER,
      org: 'o-zzzzzzzzzz',
      action: 'GetObject',
      answer: false,
    },
    { who: 'an account of no organization reads', from: OUTSIDER, org: undefined, action: 'GetObject', answer: false },
    {
      who: 'a member reads without TLS',
      from: MEMBER,
      org: ORGANIZATION,
      action: 'GetObject',
      tls: 'false',
      answer: false,
    },
    {
      who: 'the platform team of its account writes',
      from: HUB_ACCOUNT,
      org: ORGANIZATION,
      action: 'PutObject',
      answer: true,
    },
  ])('$who: $answer', ({ from, org, action, answer, resource = zip, tls = 'true' }) => {
    const context = { 'aws:SecureTransport': tls, ...(org === undefined ? {} : { 'aws:PrincipalOrgID': org }) };
    expect(resourceAllows(statements, HUB_ACCOUNT, { from, action: `s3:${action}`, resource, context })).toBe(answer);
  });
});
