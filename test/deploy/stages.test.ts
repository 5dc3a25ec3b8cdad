// Tests the effects of the template's parameters, and the roles that result from them.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readTemplate } from '../../cli/template.ts';
import { policyFor } from '../../cli/actions/permissions.ts';
import { needs } from '../../shared/sources/permissions.ts';
import { sources } from '../../shared/sources/readers.ts';
import { allows, policyDocument } from '../../sandbox/iam/policy.ts';
import { faultsOf } from './specification.ts';
import { plain, propertiesOf, stackOf, type Template } from './stack.ts';

const operator = 'arn:aws:iam::123456789012:role/deploy/Platform';
const identityCenter = 'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Platform_*';
const searched = [
  'arn:aws:s3:::states',
  'arn:aws:s3:::states/prod/*',
  'arn:aws:ssm:eu-west-1:123456789012:parameter/launch/*',
];
const key = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-4333-8444-555555555555';
const ownTopic = 'arn:aws:sns:eu-west-1:123456789012:platform';
const boundary = 'arn:aws:iam::123456789012:policy/fence';
// AllowDelete has no effect in a dry run.
const dryRun = stackOf({ AllowDelete: 'true' });
const live = stackOf({
  DryRun: 'false',
  Paused: 'true',
  Email: 'platform@example.com',
  TimeZone: 'Europe/Berlin',
  OperatorRoleArns: `${operator}, ${identityCenter}`,
});
const searching = stackOf({ SearchResourceArns: searched.join(', ') });

const role = z.object({
  Path: z.string(),
  PermissionsBoundary: z.string().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  AssumeRolePolicyDocument: z.object({ Statement: z.array(z.object({ Principal: z.unknown() })) }),
  Policies: z.array(
    z.object({ PolicyName: z.string(), PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) }),
  ),
});
const statement = z.strictObject({
  Sid: z.string(),
  Effect: z.literal('Allow'),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.union([z.string(), z.array(z.string())]),
  Condition: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))).optional(),
});

const managed = z.object({ PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) });

/** A role's permissions as lines: action, resource, condition. */
function permissionsOf(template: Template, id: string, policies?: readonly string[]): string[] {
  const { Policies, ManagedPolicyArns } = role.parse(plain(propertiesOf(template, id)));
  const ids = ManagedPolicyArns.map((arn) => arn.replaceAll(/[<>]/gu, ''));
  return [...ids.map((one) => ({ PolicyName: one, ...managed.parse(plain(propertiesOf(template, one))) })), ...Policies]
    .filter(({ PolicyName }) => policies?.includes(PolicyName) ?? true)
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap((value) => {
      const { Action, Resource, Condition } = statement.parse(value);
      const when = Object.values(Condition ?? {}).flatMap((keys) => Object.entries(keys));
      const only = when.map(([name, wanted]) => ` only ${name} ${[wanted].flat().join(' or ')}`).join('');
      return [Action].flat().flatMap((action) => [Resource].flat().map((on) => `${action} on ${on}${only}`));
    });
}

const inRegion = 'only aws:RequestedRegion <AWS::Region>';
const ecs = 'arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>';
const codedeploy = 'arn:<AWS::Partition>:codedeploy:<AWS::Region>:<AWS::AccountId>';
const cloudformation = 'arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>';
const states = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';
const reading = [
  `ecs:ListTaskDefinitions on * ${inRegion}`,
  `ecs:DescribeTaskDefinition on * ${inRegion}`,
  `ecs:ListClusters on * ${inRegion}`,
  `ecs:ListServices on * ${inRegion}`,
  `ecs:ListTasks on * ${inRegion}`,
  ...['cluster', 'service', 'task'].map((on) => `ecs:DescribeClusters on ${ecs}:${on}/*`),
  ...['cluster', 'service', 'task'].map((on) => `ecs:DescribeServices on ${ecs}:${on}/*`),
  ...['cluster', 'service', 'task'].map((on) => `ecs:DescribeTasks on ${ecs}:${on}/*`),
  `ecs:ListServiceDeployments on ${ecs}:service/*`,
  `ecs:DescribeServiceDeployments on ${ecs}:service/*`,
  `ecs:DescribeServiceRevisions on ${ecs}:service/*`,
  `ecs:DescribeExpressGatewayService on ${ecs}:service/*`,
  `ecs:DescribeServiceDeployments on ${ecs}:service-deployment/*`,
  `ecs:DescribeServiceRevisions on ${ecs}:service-revision/*`,
  `tag:GetResources on * ${inRegion}`,
  `codedeploy:ListApplications on * ${inRegion}`,
  `codedeploy:ListDeployments on * ${inRegion}`,
  `codedeploy:BatchGetApplications on ${codedeploy}:application:*`,
  `codedeploy:ListDeploymentGroups on ${codedeploy}:application:*`,
  `codedeploy:BatchGetDeploymentGroups on ${codedeploy}:deploymentgroup:*`,
  `codedeploy:BatchGetDeployments on ${codedeploy}:deploymentgroup:*`,
  `cloudformation:ListStacks on * ${inRegion}`,
  `cloudformation:DescribeStacks on * ${inRegion}`,
  `cloudformation:ListStackResources on ${cloudformation}:stack/*`,
  `cloudformation:DescribeStackEvents on ${cloudformation}:stack/*`,
  `cloudformation:ListChangeSets on ${cloudformation}:stack/*`,
  `cloudformation:DescribeChangeSet on ${cloudformation}:stack/*`,
  `cloudformation:GetTemplate on ${cloudformation}:stack/*`,
  `states:ListStateMachines on * ${inRegion}`,
  ...['DescribeStateMachine', 'ListStateMachineVersions', 'ListExecutions'].map(
    (call) => `states:${call} on ${states}:stateMachine:*`,
  ),
  `states:DescribeStateMachineForExecution on ${states}:execution:*`,
  `events:ListEventBuses on * ${inRegion}`,
  `events:ListRules on * ${inRegion}`,
  `scheduler:ListSchedules on * ${inRegion}`,
  `pipes:ListPipes on * ${inRegion}`,
  'events:ListTargetsByRule on arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/*',
  'scheduler:GetSchedule on arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/*',
  'pipes:DescribePipe on arn:<AWS::Partition>:pipes:<AWS::Region>:<AWS::AccountId>:pipe/*',
  'lambda:ListFunctions on * only aws:RequestedRegion <AWS::Region>',
  'cloudformation:ListResources on * only aws:RequestedRegion <AWS::Region>',
  'cloudformation:GetResource on * only aws:RequestedRegion <AWS::Region>',
  'events:ListSubscribers on * only aws:RequestedRegion <AWS::Region>',
  'events:DescribeSubscriber on * only aws:RequestedRegion <AWS::Region>',
];
/** The usage record. */
const readingUsage = ['iam:ListAccountAliases on *', `cloudtrail:LookupEvents on * ${inRegion}`];
/** The records of earlier runs. */
const readingPast = ['s3:GetObject on <StateBucket.Arn>/*', 's3:ListBucket on <StateBucket.Arn>'];
/** Without the journal, which contains secrets. */
const readingPastForPreview = [
  ...['usage', 'counts', 'immutable', 'trend', 'announced'].map(
    (record) => `s3:GetObject on <StateBucket.Arn>/<AWS::AccountId>/<AWS::Region>/${record}.json`,
  ),
  's3:ListBucket on <StateBucket.Arn>',
];
const leaving = 's3:PutObject on <StateBucket.Arn>/*';
const reporting = [
  'sns:Publish on <ReportTopic>',
  'kms:GenerateDataKey on <ReportKey.Arn> only kms:ViaService sns.<AWS::Region>.*',
  'kms:Decrypt on <ReportKey.Arn> only kms:ViaService sns.<AWS::Region>.*',
];
const logging = (group: string) => [`logs:CreateLogStream on <${group}.Arn>`, `logs:PutLogEvents on <${group}.Arn>`];
/** The permissions to report a failed run, to send the event of a run and to checkpoint a durable execution. */
const ending = [
  'sqs:SendMessage on <FailedRuns.Arn>',
  'events:PutEvents on arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default only events:source ecs-revision-pruner only events:detail-type Run ended',
  ...['CheckpointDurableExecution', 'GetDurableExecutionState'].map(
    (call) =>
      `lambda:${call} on arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:ecs-revision-pruner-test-1-nightly:*`,
  ),
];
const deregistering = `ecs:DeregisterTaskDefinition on * ${inRegion}`;
/** Whether runs are paused. */
const pausing = [
  'ssm:GetParameter on arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/ecs-revision-pruner-test-1/paused',
  'ssm:GetCalendarState on arn:<AWS::Partition>:ssm:<AWS::Region>:*:document/*',
];

/** Nothing is deleted where pruner.yml does not say after how many days, and nothing searched that it does not name. */
const undeleting = needs().filter(
  ({ name, purpose, setting }) => name !== 'deleting' && purpose !== 'restoring' && setting === undefined,
);

describe('permissions', () => {
  test('let the nightly run of a default stage read, write its records, report and log', () => {
    expect(permissionsOf(dryRun, 'PruneRole')).toEqual([
      ...reading,
      ...readingUsage,
      ...reporting,
      ...readingPast,
      leaving,
      ...logging('PruneLogGroup'),
      ...ending,
    ]);
  });

  test('let the nightly run of a live stage also deregister, and nothing else', () => {
    expect(permissionsOf(live, 'PruneRole')).toEqual([
      ...reading,
      ...readingUsage,
      ...reporting,
      ...readingPast,
      leaving,
      ...logging('PruneLogGroup'),
      ...ending,
      deregistering,
      ...pausing,
    ]);
  });

  test('let the preview read, report and log, in a live stage too', () => {
    for (const template of [dryRun, live])
      expect(permissionsOf(template, 'PreviewRole')).toEqual([
        ...reading,
        ...readingUsage,
        ...reporting,
        ...readingPastForPreview,
        ...logging('PreviewLogGroup'),
      ]);
  });

  test('let both functions read exactly the SearchResourceArns', () => {
    // IAM ignores an action on an ARN of another kind.
    const search = ['s3:ListBucket', 's3:GetObject', 'ssm:GetParametersByPath'].flatMap((action) =>
      searched.map((arn) => `${action} on ${arn}`),
    );
    for (const id of ['PruneRole', 'PreviewRole']) {
      const others = permissionsOf(dryRun, id);
      expect(permissionsOf(searching, id).filter((line) => !others.includes(line))).toEqual(search);
    }
  });

  test.each(sources)(
    'whatever the source $name declares is permitted to both functions',
    ({ permissions, setting }) => {
      for (const id of ['PruneRole', 'PreviewRole']) {
        const stage = setting === undefined ? dryRun : searching;
        const permitted = permissionsOf(stage, id).map((line) => line.split(' on ')[0]);
        expect(permitted).toEqual(expect.arrayContaining([...permissions]));
      }
    },
  );

  test.each([
    { live: false, stage: 'a dry run', of: () => dryRun, policies: ['ReadEcsPolicy', 'ReadReferrersPolicy'] },
    { live: true, stage: 'live', of: () => live, policies: ['ReadEcsPolicy', 'ReadReferrersPolicy', 'deregister'] },
  ])('match the output of `./pruner permissions --policy` for a stage that is $stage', ({ live, of, policies }) => {
    const printed = policyFor(undeleting, { live, region: undefined }).Statement;
    expect(
      printed.flatMap(({ Action, Resource }) => Action.flatMap((action) => Resource.map((on) => `${action} on ${on}`))),
    ).toEqual(
      permissionsOf(of(), 'PruneRole', policies)
        .filter((line) => !pausing.includes(line))
        .map((line) => line.replace(/ only .*/, '').replaceAll(/<AWS::\w+>/g, '*')),
    );
  });

  test('of a live stage are those that the parts declare, its log and its own executions', () => {
    const held = permissionsOf(live, 'PruneRole').map((line) => line.split(' on ')[0] ?? '');
    const declared = [
      ...undeleting.flatMap(({ permissions }) => permissions),
      'ssm:GetParameter',
      'ssm:GetCalendarState',
    ];
    const itsOwn = /^(logs:|lambda:(Checkpoint|Get)Durable|sqs:|events:Put)/u;
    expect([...new Set(held)].filter((action) => !itsOwn.test(action)).toSorted()).toEqual(
      [...new Set(declared)].toSorted(),
    );
  });

  test('let the schedule start the nightly run and send dead letters', () => {
    expect(permissionsOf(live, 'ScheduleRole')).toEqual([
      'lambda:InvokeFunction on <NightlyLambdaFunction.Arn>:$LATEST',
      'sqs:SendMessage on <DeadLetters.Arn>',
    ]);
  });

  test('let no function register a revision or pass a role, because only an operator restores', () => {
    for (const template of [dryRun, live])
      expect(JSON.stringify(template.Resources)).not.toMatch(/RegisterTaskDefinition|PassRole|TagResource/);
  });

  test('include no other role and no other policy', () => {
    for (const template of [dryRun, live]) {
      const iam = Object.entries(template.Resources).filter(([, { Type }]) => Type.startsWith('AWS::IAM::'));
      expect(iam.map(([id]) => id).sort()).toEqual([
        'FunctionPolicy',
        'PreviewRole',
        'PruneRole',
        'ReadEcsPolicy',
        'ReadReferrersPolicy',
        'ScheduleRole',
      ]);
    }
  });

  test('fit into managed policies of 6,144 characters', () => {
    const all = stackOf({ ...everything, Settings: `s3://${'b'.repeat(63)}/${'k'.repeat(200)}` });
    const sizes = ['ReadEcsPolicy', 'ReadReferrersPolicy', 'FunctionPolicy', 'NetworkPolicy'].map(
      (id) => JSON.stringify(plain(propertiesOf(all, id)['PolicyDocument'])).length,
    );
    expect(Math.max(...sizes)).toBeGreaterThan(1_000);
    expect(Math.max(...sizes)).toBeLessThan(5_000);
  });

  test.each([
    { id: 'PruneRole', by: 'lambda.amazonaws.com' },
    { id: 'PreviewRole', by: 'lambda.amazonaws.com' },
    { id: 'ScheduleRole', by: 'scheduler.amazonaws.com' },
  ])('let only $by assume $id', ({ id, by }) => {
    const { Statement } = role.parse(plain(propertiesOf(live, id))).AssumeRolePolicyDocument;
    expect(Statement).toEqual([{ Principal: { Service: by } }]);
  });

  test('let only schedules of this account assume the role of the schedule', () => {
    expect(plain(propertiesOf(live, 'ScheduleRole'))).toHaveProperty(
      'AssumeRolePolicyDocument.Statement.0.Condition.StringEquals',
      {
        'aws:SourceAccount': '<AWS::AccountId>',
        'aws:SourceArn': 'arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule-group/default',
      },
    );
  });
});

/** Every switch of the template, thrown. */
const everything = {
  DryRun: 'false',
  AllowDelete: 'true',
  Email: 'platform@example.com',
  Settings: 'keepLatest: 10',
  OperatorRoleArns: operator,
  SearchResourceArns: searched.join(','),
  KmsKeyArn: key,
  PermissionsBoundaryArn: boundary,
  RolePath: '/platform/',
  SubnetIds: 'subnet-0a1b2c3d,subnet-4e5f6a7b',
  SecurityGroupIds: 'sg-0a1b2c3d',
  Tracing: 'Active',
  FleetBusArn: 'arn:aws:events:eu-west-1:999999999999:event-bus/fleet',
  ChatTopic: 'true',
};

/** Each combination of the given values. */
function combinations(values: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  return Object.entries(values).reduce<Record<string, string>[]>(
    (all, [name, options]) => all.flatMap((one) => options.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

describe('in every combination of parameters', () => {
  const switches = combinations({
    DryRun: ['true', 'false'],
    AllowDelete: ['true', 'false'],
    Durable: ['true', 'false'],
    ExistingTopicArn: ['', ownTopic],
    ChatTopic: ['false', 'true'],
    KmsKeyArn: ['', key],
    SubnetIds: ['', 'subnet-0a1b2c3d'],
    SecurityGroupIds: ['sg-0a1b2c3d'],
    Settings: ['', 'keepLatest: 10', 's3://settings/pruner.yml', 'ssm:/platform/pruner'],
  });

  test('a dry run cannot deregister or delete, and only the nightly role of a live stack can; none writes elsewhere', () => {
    expect(switches).toHaveLength(512);
    for (const parameters of switches) {
      const template = stackOf(parameters);
      const changes = (id: string) =>
        permissionsOf(template, id)
          .map((line) => line.split(' on ')[0])
          .filter((action) => /^ecs:(?!List|Describe)/u.test(action ?? ''));
      const expected = [
        ...(parameters['DryRun'] === 'false' ? ['ecs:DeregisterTaskDefinition'] : []),
        ...(parameters['DryRun'] === 'false' && parameters['AllowDelete'] === 'true'
          ? ['ecs:DeleteTaskDefinitions']
          : []),
      ];
      expect([parameters, changes('PruneRole'), changes('PreviewRole')]).toEqual([parameters, expected, []]);
      const variables = (id: string) => propertiesOf(template, id)['Environment'];
      const nightly = parameters['Durable'] === 'true' ? 'NightlyLambdaFunction' : 'PruneLambdaFunction';
      expect(variables(nightly)).toHaveProperty('Variables.DRY_RUN', parameters['DryRun']);
      expect(variables('PreviewLambdaFunction')).toHaveProperty('Variables.DRY_RUN', 'true');
      const text = JSON.stringify(template.Resources);
      expect(text).not.toMatch(/RegisterTaskDefinition"|PassRole|ecs:RunTask|ecs:UpdateService/u);
    }
  });

  test('the template fits the specification of AWS, and every reference leads to a resource that is there', () => {
    const some = switches.filter((_, index) => index % 7 === 0);
    const all = [{}, everything, { ...everything, ExistingTopicArn: ownTopic }, ...some];
    for (const parameters of all) expect([parameters, faultsOf(stackOf(parameters))]).toEqual([parameters, []]);
  });
});

describe('the parameters', () => {
  const dry = 'Environment.Variables.DRY_RUN';

  test('make a dry run by default', () => {
    expect(propertiesOf(dryRun, 'NightlyLambdaFunction')).toHaveProperty(dry, 'true');
  });

  test('set the schedule with Paused, ScheduleExpression and TimeZone', () => {
    expect(propertiesOf(live, 'Nightly')).toMatchObject({
      State: 'DISABLED',
      ScheduleExpressionTimezone: 'Europe/Berlin',
    });
    const weekly = stackOf({ ScheduleExpression: 'cron(0 5 ? * SUN *)' });
    expect(propertiesOf(weekly, 'Nightly')).toMatchObject({
      State: 'ENABLED',
      ScheduleExpression: 'cron(0 5 ? * SUN *)',
    });
  });

  test('create a mail subscription only with Email', () => {
    expect(dryRun.Resources).not.toHaveProperty('ReportMail');
    expect(plain(propertiesOf(live, 'ReportMail'))).toEqual({
      TopicArn: '<ReportTopic>',
      Protocol: 'email',
      Endpoint: 'platform@example.com',
    });
  });

  test('use a topic of yours for reports and alarms, and create none', () => {
    const template = stackOf({ ExistingTopicArn: ownTopic, Email: 'platform@example.com' });
    expect(Object.keys(template.Resources).filter((id) => id.startsWith('Report'))).toEqual([]);
    expect(propertiesOf(template, 'NightlyLambdaFunction')).toHaveProperty('Environment.Variables.TOPIC_ARN', ownTopic);
    expect(propertiesOf(template, 'PreviewLambdaFunction')).toHaveProperty('Environment.Variables.TOPIC_ARN', ownTopic);
    for (const id of ['NoSuccessAlarm', 'FailedAlarm', 'NotStartedAlarm'])
      expect(propertiesOf(template, id)['AlarmActions']).toEqual([ownTopic]);
    expect(permissionsOf(template, 'PruneRole', ['FunctionPolicy'])).toEqual([`sns:Publish on ${ownTopic}`]);
    expect(template.Outputs['TopicArn']?.Value).toBe(ownTopic);
  });

  test('create a topic for chat only with ChatTopic, which the nightly role alone may publish to', () => {
    expect(Object.keys(dryRun.Resources).filter((id) => id.startsWith('Chat'))).toEqual([]);
    for (const Durable of ['true', 'false']) {
      const template = stackOf({ ChatTopic: 'true', Durable });
      const id = Durable === 'true' ? 'NightlyLambdaFunction' : 'PruneLambdaFunction';
      expect(plain(propertiesOf(template, 'ChatReportTopic'))).toMatchObject({
        TopicName: 'ecs-revision-pruner-test-1-chat',
        KmsMasterKeyId: '<ReportKey>',
      });
      expect(plain(propertiesOf(template, id))).toHaveProperty(
        'Environment.Variables.CHAT_TOPIC_ARN',
        '<ChatReportTopic>',
      );
      expect(permissionsOf(template, 'PruneRole')).toContain('sns:Publish on <ChatReportTopic>');
      expect(permissionsOf(template, 'PreviewRole')).not.toContain('sns:Publish on <ChatReportTopic>');
      expect(JSON.stringify(propertiesOf(template, 'PreviewLambdaFunction'))).not.toContain('CHAT_TOPIC_ARN');
      for (const alarm of ['NoSuccessAlarm', 'FailedAlarm', 'NotStartedAlarm'])
        expect(plain(propertiesOf(template, alarm)['AlarmActions'])).toEqual(['<ReportTopic>', '<ChatReportTopic>']);
    }
  });

  test.each([
    { given: 'no key', parameters: {}, expected: '<ReportKey>' },
    { given: 'a key of yours', parameters: { KmsKeyArn: key }, expected: key },
  ])('encrypt the topic for chat beside a topic of yours, with $given', ({ parameters, expected }) => {
    const template = stackOf({ ChatTopic: 'true', ExistingTopicArn: ownTopic, ...parameters });
    expect(template.Resources).not.toHaveProperty('ReportTopic');
    expect(plain(propertiesOf(template, 'ChatReportTopic')['KmsMasterKeyId'])).toBe(expected);
    const arn = expected === key ? key : '<ReportKey.Arn>';
    expect(permissionsOf(template, 'PruneRole').join('\n')).toContain(`kms:GenerateDataKey on ${arn} only`);
  });

  test('protect the topic for chat as the other topic', () => {
    const template = stackOf({ ChatTopic: 'true' });
    const policy = (id: string) => JSON.stringify(propertiesOf(template, id)['PolicyDocument']);
    expect(policy('ChatReportTopicPolicy').replaceAll('ChatReportTopic', 'ReportTopic')).toBe(
      policy('ReportTopicPolicy'),
    );
  });

  test('use a key of yours for the topic and the state store, and create none', () => {
    const template = stackOf({ KmsKeyArn: key });
    expect(template.Resources).not.toHaveProperty('ReportKey');
    expect(template.Resources).not.toHaveProperty('ReportKeyAlias');
    expect(propertiesOf(template, 'ReportTopic')).toHaveProperty('KmsMasterKeyId', key);
    expect(propertiesOf(template, 'StateBucket')).toHaveProperty('BucketEncryption', {
      ServerSideEncryptionConfiguration: [
        {
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
          BucketKeyEnabled: true,
        },
      ],
    });
    const only = 'only kms:ViaService sns.<AWS::Region>.* or s3.<AWS::Region>.*';
    expect(permissionsOf(template, 'PruneRole', ['FunctionPolicy'])).toEqual([
      'sns:Publish on <ReportTopic>',
      `kms:GenerateDataKey on ${key} ${only}`,
      `kms:Decrypt on ${key} ${only}`,
    ]);
  });

  test('give every role the boundary and the path, and every policy the path', () => {
    const template = stackOf(everything);
    const roles = ['PruneRole', 'PreviewRole', 'ScheduleRole'].map((id) => propertiesOf(template, id));
    for (const properties of roles)
      expect(properties).toMatchObject({ PermissionsBoundary: boundary, Path: '/platform/' });
    const policies = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::IAM::ManagedPolicy');
    expect(policies.map(({ Properties }) => Properties['Path'])).toEqual(Array(4).fill('/platform/'));
    expect(propertiesOf(dryRun, 'PruneRole')).not.toHaveProperty('PermissionsBoundary');
  });

  test('put the functions into a VPC, with the permission to connect to it', () => {
    const template = stackOf(everything);
    for (const id of ['NightlyLambdaFunction', 'PreviewLambdaFunction'])
      expect(propertiesOf(template, id)['VpcConfig']).toEqual({
        SubnetIds: ['subnet-0a1b2c3d', 'subnet-4e5f6a7b'],
        SecurityGroupIds: ['sg-0a1b2c3d'],
      });
    for (const id of ['PruneRole', 'PreviewRole'])
      expect(permissionsOf(template, id, ['NetworkPolicy'])).toContain(
        'ec2:CreateNetworkInterface on * only aws:RequestedRegion <AWS::Region>',
      );
    expect(propertiesOf(dryRun, 'NightlyLambdaFunction')).not.toHaveProperty('VpcConfig');
    expect(() => stackOf({ SubnetIds: 'subnet-0a1b2c3d' })).toThrow('SubnetIds needs SecurityGroupIds');
  });

  test.each([
    { settings: 'keepLatest: 10', more: [] },
    { settings: 'search: [s3://bucket/key]', more: [] },
    {
      settings: 's3://settings/teams/pruner.yml',
      more: ['s3:GetObject on arn:<AWS::Partition>:s3:::settings/teams/pruner.yml'],
    },
    {
      settings: 'ssm:/platform/pruner',
      more: ['ssm:GetParameter on arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/platform/pruner'],
    },
  ])('let both functions read the settings $settings', ({ settings, more }) => {
    const template = stackOf({ Settings: settings });
    expect(propertiesOf(template, 'SettingsText')).toMatchObject({ Type: 'String', Value: settings });
    const own =
      'ssm:GetParameter on arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/ecs-revision-pruner-test-1/settings';
    for (const id of ['PruneRole', 'PreviewRole'])
      expect(permissionsOf(template, id, ['FunctionPolicy']).slice(3)).toEqual([own, ...more]);
    for (const id of ['NightlyLambdaFunction', 'PreviewLambdaFunction'])
      expect(plain(propertiesOf(template, id))).toHaveProperty('Environment.Variables.SETTINGS', '<SettingsText>');
  });

  test('let the nightly function alone send events to a bus, and only to that', () => {
    const bus = 'arn:aws:events:eu-west-1:999999999999:event-bus/fleet';
    for (const Durable of ['true', 'false']) {
      const template = stackOf({ FleetBusArn: bus, Durable });
      const id = Durable === 'true' ? 'NightlyLambdaFunction' : 'PruneLambdaFunction';
      expect(propertiesOf(template, id)).toHaveProperty('Environment.Variables.FLEET_BUS_ARN', bus);
      expect(permissionsOf(template, 'PruneRole', ['run'])).toContain(`events:PutEvents on ${bus}`);
      expect(JSON.stringify(propertiesOf(template, 'PreviewLambdaFunction'))).not.toContain('FLEET_BUS_ARN');
      expect(permissionsOf(template, 'PreviewRole').join()).not.toContain('PutEvents');
    }
    expect(permissionsOf(dryRun, 'PruneRole').filter((line) => line.includes('PutEvents'))).toHaveLength(1);
  });

  test('let the nightly function alone send its event to the default bus, and no other event', () => {
    const bus = 'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default';
    for (const Durable of ['true', 'false']) {
      const template = stackOf({ Durable });
      const id = Durable === 'true' ? 'NightlyLambdaFunction' : 'PruneLambdaFunction';
      expect(plain(propertiesOf(template, id))).toHaveProperty('Environment.Variables.EVENT_BUS_ARN', bus);
      expect(JSON.stringify(propertiesOf(template, 'PreviewLambdaFunction'))).not.toContain('EVENT_BUS_ARN');
      expect(permissionsOf(template, 'PreviewRole').join()).not.toContain('PutEvents');
    }
  });

  test('trace the functions only when asked', () => {
    expect(propertiesOf(dryRun, 'NightlyLambdaFunction')).toHaveProperty('TracingConfig.Mode', 'PassThrough');
    expect(JSON.stringify(dryRun)).not.toContain('xray:');
    expect(JSON.stringify(stackOf({ Tracing: 'Active' }))).toContain('xray:PutTraceSegments');
  });

  test('set memory, logs and the journal', () => {
    const template = stackOf({ MemorySize: '1024', LogRetentionDays: '30', JournalDays: '90' });
    expect(propertiesOf(template, 'NightlyLambdaFunction')).toMatchObject({ MemorySize: 1024 });
    expect(propertiesOf(template, 'PruneLogGroup')).toMatchObject({ RetentionInDays: 30 });
    expect(JSON.stringify(propertiesOf(template, 'StateBucket')).match(/"ExpirationInDays":90/gu)).toHaveLength(2);
  });

  test.each([
    ['DryRun', 'flase'],
    ['Email', 'platform'],
    ['ExistingTopicArn', 'platform'],
    ['ExistingTopicArn', 'arn:aws:sns:eu-west-1:123456789012:platform.fifo'],
    ['FleetBusArn', 'fleet'],
    ['ChatTopic', 'arn:aws:sns:eu-west-1:123456789012:chat'],
    ['KmsKeyArn', 'alias/platform'],
    ['PermissionsBoundaryArn', 'fence'],
    ['RolePath', 'platform'],
    ['SubnetIds', 'subnet-0a1b2c3d,sg-0a1b2c3d'],
    ['ScheduleExpression', '30 3 * * *'],
    ['TimeZone', 'UTC+1 '],
    ['MemorySize', '128'],
    ['LogRetentionDays', '100'],
    ['JournalDays', '0'],
    ['Name', 'ecs revision pruner'],
    ['SearchResourceArns', 'arn:aws:s3:::states,arn:aws:s3:::*'],
    ['SearchResourceArns', 'arn:aws:ssm:eu-west-1:*:parameter/launch'],
    ['OperatorRoleArns', '*'],
    ['OperatorRoleArns', 'arn:aws:iam::123456789012:role/*'],
    ['OperatorRoleArns', 'arn:aws:iam::123456789012:role/path/*'],
    ['OperatorRoleArns', 'arn:aws:iam::*:role/Platform'],
    ['OperatorRoleArns', 'arn:aws:sts::123456789012:assumed-role/Platform/session'],
    ['OperatorRoleArns', 'arn:aws:iam::123456789012:root'],
    ['OperatorRoleArns', 'Platform'],
  ])('%s refuses %s', (name, value) => {
    expect(() => stackOf({ [name]: value })).toThrow(`Parameter ${name} failed to satisfy constraint`);
  });

  test('are described and grouped for the console', () => {
    const { Parameters, Metadata } = readTemplate();
    const described = Object.entries(Parameters).filter(([, { Description }]) => /^\S.{20,}\.$/su.test(Description));
    expect(described.map(([name]) => name)).toEqual(Object.keys(Parameters));
    const console = z
      .object({
        'AWS::CloudFormation::Interface': z.object({
          ParameterGroups: z.array(z.object({ Parameters: z.array(z.string()) })),
          ParameterLabels: z.record(z.string(), z.object({ default: z.string() })),
        }),
      })
      .parse(Metadata)['AWS::CloudFormation::Interface'];
    const names = Object.keys(Parameters).sort();
    expect(console.ParameterGroups.flatMap((group) => group.Parameters).sort()).toEqual(names);
    expect(Object.keys(console.ParameterLabels).sort()).toEqual(names);
    const constrained = Object.values(Parameters).filter(({ AllowedPattern }) => AllowedPattern !== undefined);
    expect(constrained.filter(({ ConstraintDescription }) => ConstraintDescription === undefined)).toEqual([]);
  });

  describe('limit access to the state store to operators', () => {
    const bucket = 'arn:aws:s3:::state';
    const run = 'arn:aws:iam::123456789012:role/prod-PruneRole-1';
    /** As an identity's policy, which names no principal. */
    const denials = z.object({
      PolicyDocument: z.object({
        Statement: z.array(z.record(z.string(), z.unknown()).transform((one) => ({ ...one, Principal: undefined }))),
      }),
    });
    /** Whether the bucket policy allows the action to an administrator. */
    const may = (template: Template, principal: string | undefined, action: string, key: string) => {
      const { Statement } = denials.parse(plain(propertiesOf(template, 'StateBucketPolicy'))).PolicyDocument;
      const all = { Statement: [...Statement, { Effect: 'Allow', Action: '*', Resource: '*' }] };
      const policy: unknown = JSON.parse(
        JSON.stringify(all).replaceAll('<StateBucket.Arn>', bucket).replaceAll('<PruneRole.Arn>', run),
      );
      const context = {
        'aws:SecureTransport': 'true',
        ...(principal === undefined ? {} : { 'aws:PrincipalArn': principal }),
      };
      return allows([policyDocument.parse(policy)], { action, resource: `${bucket}${key}`, context });
    };
    const journal = '/123456789012/eu-west-1/journal/4b5e/41.json';
    const usage = '/123456789012/eu-west-1/usage.json';
    const sso =
      'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Platform_0a1b2c';

    test.each([
      { who: 'the run', arn: run, inLive: true, inDryRun: true },
      { who: 'an operator whom the stage names', arn: operator, inLive: true, inDryRun: false },
      { who: 'one of IAM Identity Center', arn: sso, inLive: true, inDryRun: false },
      {
        who: 'another role of it',
        arn: sso.replace('_Platform_', '_Admin_'),
        inLive: false,
        inDryRun: false,
      },
      {
        who: 'an administrator',
        arn: 'arn:aws:iam::123456789012:role/Admin',
        inLive: false,
        inDryRun: false,
      },
      { who: 'the root user', arn: 'arn:aws:iam::123456789012:root', inLive: false, inDryRun: false },
      { who: 'a request without a principal', arn: undefined, inLive: false, inDryRun: false },
    ])('$who can write and read the journal in the stage with operators: $inLive', (one) => {
      const stages = [
        { template: live, expected: one.inLive },
        { template: dryRun, expected: one.inDryRun },
      ];
      const reading = ['GetObject', 'GetObjectVersion', 'GetObjectAttributes', 'GetObjectTorrent'];
      for (const { template, expected } of stages) {
        const allowed = [
          ...changing.filter((action) => may(template, one.arn, `s3:${action}`, usage)),
          ...reading.filter((action) => may(template, one.arn, `s3:${action}`, journal)),
        ];
        expect(allowed).toEqual(expected ? [...changing, ...reading] : []);
      }
    });

    /** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html, whatever acts on an object. */
    const changing = [
      'PutObject',
      'PutObjectAcl',
      'PutObjectVersionAcl',
      'PutObjectTagging',
      'PutObjectVersionTagging',
      'PutObjectRetention',
      'PutObjectLegalHold',
      'DeleteObject',
      'DeleteObjectVersion',
      'DeleteObjectTagging',
      'DeleteObjectVersionTagging',
      'RestoreObject',
      'ReplicateObject',
      'ReplicateDelete',
      'ReplicateTags',
      'InitiateReplication',
      'BypassGovernanceRetention',
      'ObjectOwnerOverrideToBucketOwner',
      'AbortMultipartUpload',
    ];

    test('an administrator can still list the bucket, change its policy and delete it', () => {
      const admin = 'arn:aws:iam::123456789012:role/Admin';
      for (const action of ['PutBucketPolicy', 'DeleteBucketPolicy', 'DeleteBucket', 'PutLifecycleConfiguration'])
        expect(may(live, admin, `s3:${action}`, '')).toBe(true);
      expect(may(live, admin, 's3:ListBucket', '')).toBe(true);
      expect(may(live, admin, 's3:GetObject', usage)).toBe(true);
    });
  });
});
