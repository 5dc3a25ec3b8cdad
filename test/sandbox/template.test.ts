import { describe, expect, test } from 'vitest';
import { allows } from '../../sandbox/iam/policy.ts';
import { rolePolicies } from '../../sandbox/template.ts';

const pseudo = { account: '123456789012', region: 'eu-west-1', partition: 'aws' };

const resources = {
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { 'Fn::Sub': 'pruner-${AWS::Region}' } } },
  Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/lambda/pruner-prod-prune' } },
  Prune: {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: { 'Fn::Join': ['-', ['pruner', 'prod']] } },
  },
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'QueueNameParameter' } } },
  Key: { Type: 'AWS::KMS::Key', Properties: { Description: 'for the topic' } },
  Other: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'other' } },
};

function template(Resource: unknown, role: object = {}) {
  const PolicyDocument = { Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource }] };
  const Properties = { RoleName: 'prune', Policies: [{ PolicyName: 'publish', PolicyDocument }], ...role };
  return {
    Parameters: { QueueNameParameter: { Type: 'String', Default: 'pruner-dead-letters' } },
    Resources: { ...resources, PruneRole: { Type: 'AWS::IAM::Role', Properties } },
  };
}

function resolveResource(Resource: unknown, of = pseudo): unknown {
  const [policy] = rolePolicies(template(Resource), 'PruneRole', of);
  const [statement] = [policy?.Statement].flat();
  return statement?.Resource;
}

describe('the value of a resource in a policy', () => {
  test.each([
    { subject: 'a plain string stays unchanged', from: '*', to: '*' },
    {
      subject: "Ref of a topic is the topic's ARN",
      from: { Ref: 'Topic' },
      to: 'arn:aws:sns:eu-west-1:123456789012:pruner-eu-west-1',
    },
    {
      subject: "GetAtt Arn of a log group covers the group's streams",
      from: { 'Fn::GetAtt': ['Logs', 'Arn'] },
      to: 'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/pruner-prod-prune:*',
    },
    {
      subject: 'GetAtt Arn of a function whose name is joined',
      from: { 'Fn::GetAtt': ['Prune', 'Arn'] },
      to: 'arn:aws:lambda:eu-west-1:123456789012:function:pruner-prod',
    },
    {
      subject: 'GetAtt Arn of a queue whose name is a parameter',
      from: { 'Fn::GetAtt': ['Queue', 'Arn'] },
      to: 'arn:aws:sqs:eu-west-1:123456789012:pruner-dead-letters',
    },
    {
      subject: 'a key has no name of its own, its logical id stands for it',
      from: { 'Fn::GetAtt': ['Key', 'Arn'] },
      to: 'arn:aws:kms:eu-west-1:123456789012:key/Key',
    },
    {
      subject: "a role's ARN has no Region",
      from: { 'Fn::GetAtt': ['Other', 'Arn'] },
      to: 'arn:aws:iam::123456789012:role/other',
    },
    {
      subject: 'Sub fills in pseudo parameters, resources, attributes and literals',
      from: {
        'Fn::Sub': 'arn:${AWS::Partition}:x:${AWS::Region}:${AWS::AccountId}:${Prune}/${Other.Arn}/$5',
      },
      to: 'arn:aws:x:eu-west-1:123456789012:pruner-prod/arn:aws:iam::123456789012:role/other/$5',
    },
    {
      subject: 'Sub prefers the names given to it',
      from: { 'Fn::Sub': ['${Topic}-${Prune}', { Topic: { Ref: 'Key' } }] },
      to: 'Key-pruner-prod',
    },
    {
      subject: 'Join joins what it resolves',
      from: { 'Fn::Join': [':', ['arn', { Ref: 'AWS::Partition' }, 'sns', '*', '*', 'x']] },
      to: 'arn:aws:sns:*:*:x',
    },
  ])('$subject', ({ from, to }) => {
    expect(resolveResource(from)).toEqual([to]);
  });

  test('a list resolves each of its items', () => {
    expect(resolveResource([{ Ref: 'Topic' }, '*'])).toEqual([
      'arn:aws:sns:eu-west-1:123456789012:pruner-eu-west-1',
      '*',
    ]);
  });

  test('account, Region and partition are those of the stack', () => {
    expect(
      resolveResource({ Ref: 'Topic' }, { account: '210987654321', region: 'cn-north-1', partition: 'aws-cn' }),
    ).toEqual(['arn:aws-cn:sns:cn-north-1:210987654321:pruner-cn-north-1']);
  });
});

describe('the policies of a role', () => {
  test('the policies of a role allow the calls that they are written for', () => {
    const policies = rolePolicies(template({ Ref: 'Topic' }), 'PruneRole', pseudo);
    const publish = (resource: string) => allows(policies, { action: 'sns:Publish', resource, context: {} });
    expect(publish('arn:aws:sns:eu-west-1:123456789012:pruner-eu-west-1')).toBe(true);
    expect(publish('arn:aws:sns:eu-west-1:123456789012:pruner-eu-west-2')).toBe(false);
  });

  test('rolePolicies returns all policies in order', () => {
    const inline = (Action: string) => ({
      PolicyDocument: { Statement: { Effect: 'Allow', Action, Resource: '*' } },
    });
    const role = { Policies: [inline('ecs:ListTasks'), inline('ecs:DescribeTasks')] };
    expect(rolePolicies(template('*', role), 'PruneRole', pseudo)).toEqual([
      { Statement: { Effect: 'Allow', Action: ['ecs:ListTasks'], Resource: ['*'] } },
      { Statement: { Effect: 'Allow', Action: ['ecs:DescribeTasks'], Resource: ['*'] } },
    ]);
  });

  test.each([{ Ref: 'Reading' }, { 'Fn::Sub': '${Reading}' }])(
    'rolePolicies includes a managed policy of the template: %o',
    (arn) => {
      const { Resources: known } = template('*', { ManagedPolicyArns: [arn], Policies: [] });
      const PolicyDocument = { Statement: { Effect: 'Allow', Action: 'ecs:ListTasks', Resource: '*' } };
      const Resources = { ...known, Reading: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument } } };
      expect(rolePolicies({ Resources }, 'PruneRole', pseudo)).toEqual([
        { Statement: { Effect: 'Allow', Action: ['ecs:ListTasks'], Resource: ['*'] } },
      ]);
    },
  );

  test('rolePolicies returns nothing for a role without policies', () => {
    expect(rolePolicies(template('*'), 'Other', pseudo)).toEqual([]);
  });
});

describe('unsupported templates', () => {
  test.each([
    {
      subject: 'an unsupported function',
      from: { 'Fn::ImportValue': 'topic' },
      error: 'Fn::ImportValue: not supported',
    },
    { subject: 'a condition', from: { 'Fn::If': ['Live', 'a', 'b'] }, error: 'Fn::If: not supported' },
    { subject: 'an unknown resource', from: { Ref: 'Tpoic' }, error: 'Tpoic is nothing' },
    {
      subject: 'an unsupported attribute',
      from: { 'Fn::GetAtt': ['Topic', 'TopicName'] },
      error: 'Topic.TopicName',
    },
    {
      subject: 'a Ref of a queue, which is a URL',
      from: { Ref: 'Queue' },
      error: 'neither a name nor an ARN',
    },
    { subject: 'a policy variable', from: { 'Fn::Sub': 'a/${!aws:username}' }, error: 'policy variables' },
  ])('$subject throws', ({ from, error }) => {
    expect(() => resolveResource(from)).toThrow(error);
  });

  test.each([
    { subject: 'a managed policy of AWS', role: { ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] } },
    {
      subject: 'a permissions boundary',
      role: { PermissionsBoundary: 'arn:aws:iam::123456789012:policy/fence' },
    },
  ])('$subject throws', ({ role }) => {
    expect(() => rolePolicies(template('*', role), 'PruneRole', pseudo)).toThrow(Object.keys(role)[0]);
  });

  test.each(['AWS::IAM::Policy', 'AWS::IAM::RolePolicy'])('a policy outside the role throws (%s)', (Type) => {
    const { Resources: known } = template('*');
    const Resources = { ...known, Beside: { Type, Properties: {} } };
    expect(() => rolePolicies({ Resources }, 'PruneRole', pseudo)).toThrow('Beside');
  });

  test('an unknown role and a resource of another type throw', () => {
    expect(() => rolePolicies(template('*'), 'PrunRole', pseudo)).toThrow('PrunRole: not a role of this template');
    expect(() => rolePolicies(template('*'), 'Topic', pseudo)).toThrow('Topic: not a role of this template');
  });
});
