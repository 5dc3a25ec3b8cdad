// The hub's stack: its resources, the effects of its parameters, and the limits of CloudFormation.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { parseTemplate } from '../../cli/template.ts';
import { maxTemplateBytes, releaseTemplate } from '../../scripts/release-template.ts';
import { combinations } from './combinations.ts';
import { codeBucketOf, codeBucketText, everyHubSwitch, hubOf, hubSource, hubText } from './hub.ts';
import { permissionsOf } from './permissions-of.ts';
import { boundary, key, ownTopic } from './some-stages.ts';
import { faultsOf } from './specification.ts';
import { plain, propertiesOf } from './stack.ts';

const hub = hubOf();
const of = (id: string) => plain(propertiesOf(hub, id));
const tags = [{ Key: 'Application', Value: 'pruner-hub' }];
const inHub = (path: string) => `s3:PutObject on <HubBucket.Arn>/${path}`;
const logging = (group: string) => [`logs:CreateLogStream on <${group}.Arn>`, `logs:PutLogEvents on <${group}.Arn>`];

test('the hub has these resources', () => {
  const all = Object.entries(hubOf({ Email: 'platform@example.com' }).Resources);
  expect(all.map(([id, { Type }]) => `${id} ${Type}`).toSorted()).toEqual([
    'CollectEvents AWS::Lambda::EventSourceMapping',
    'CollectLambdaFunction AWS::Lambda::Function',
    'CollectLogGroup AWS::Logs::LogGroup',
    'CollectRole AWS::IAM::Role',
    'Daily AWS::Scheduler::Schedule',
    'Dashboard AWS::CloudWatch::Dashboard',
    'DeadLetters AWS::SQS::Queue',
    'DigestKey AWS::KMS::Key',
    'DigestKeyAlias AWS::KMS::Alias',
    'DigestLambdaEvConf AWS::Lambda::EventInvokeConfig',
    'DigestLambdaFunction AWS::Lambda::Function',
    'DigestLogGroup AWS::Logs::LogGroup',
    'DigestMail AWS::SNS::Subscription',
    'DigestRole AWS::IAM::Role',
    'DigestTopic AWS::SNS::Topic',
    'DigestTopicPolicy AWS::SNS::TopicPolicy',
    'Events AWS::SQS::Queue',
    'EventsPolicy AWS::SQS::QueuePolicy',
    'FailedAlarm AWS::CloudWatch::Alarm',
    'FailedDigests AWS::SQS::Queue',
    'FleetBus AWS::Events::EventBus',
    'FleetBusPolicy AWS::Events::EventBusPolicy',
    'HubBucket AWS::S3::Bucket',
    'HubBucketPolicy AWS::S3::BucketPolicy',
    'NoDigestAlarm AWS::CloudWatch::Alarm',
    'NotStoredAlarm AWS::CloudWatch::Alarm',
    'RunEndedRule AWS::Events::Rule',
    'ScheduleRole AWS::IAM::Role',
  ]);
});

test('the templates of the hub fit the specification of AWS in every combination of parameters', () => {
  const all = combinations({
    StackSetName: ['', 'ecs-revision-pruner'],
    StackSetCallAs: ['SELF', 'DELEGATED_ADMIN'],
    ExistingTopicArn: ['', ownTopic],
    KmsKeyArn: ['', key],
    Email: ['', 'platform@example.com'],
    PermissionsBoundaryArn: ['', boundary],
  });
  for (const parameters of [...all, everyHubSwitch])
    expect([parameters, faultsOf(hubOf(parameters))]).toEqual([parameters, []]);
  expect(faultsOf(codeBucketOf())).toEqual([]);
});

test.each([
  { file: 'infra/fleet/template.yml', text: hubText },
  { file: 'infra/fleet/code-bucket.yml', text: codeBucketText },
])('$file fits into a request to CloudFormation, and a release says where its comments are', ({ file, text }) => {
  const released = releaseTemplate(text, '1.2.3', file);
  expect(Buffer.byteLength(released)).toBeLessThanOrEqual(maxTemplateBytes);
  expect(parseTemplate(released)).toEqual(parseTemplate(text));
  expect(released.split('\n').slice(0, 3)).toEqual([
    `# ecs-revision-pruner 1.2.3: ${/^Description: (.*)$/m.exec(text)?.[1]}.`,
    `# The same template with comments is ${file} of that version.`,
    "AWSTemplateFormatVersion: '2010-09-09'",
  ]);
});

test('every name of the hub begins with the parameter Name, and none is too long for its service', () => {
  const longest = 'n'.repeat(50);
  const names = Object.values(hubOf({ Name: longest }).Resources).flatMap(({ Properties }) =>
    Object.entries(Properties).flatMap(([name, value]) =>
      /^(?!Display|Metric)\w*Name$/u.test(name) && typeof value === 'string' ? [value] : [],
    ),
  );
  expect(names.length).toBeGreaterThan(14);
  expect(names.filter((name) => !/^(?:\/aws\/lambda\/|alias\/)?n{50}(?:-[a-z-]+)?$/u.test(name))).toEqual([]);
  // Lambda and Scheduler allow 64 characters, and SQS 80.
  const short = names.filter((name) => !name.includes('/') && !/-(?:events|dead-letters|failed-digests)$/u.test(name));
  expect(short).toContain(`${longest}-collect`);
  expect(short.filter((name) => name.length > 64)).toEqual([]);
  expect(() => hubOf({ Name: 'n'.repeat(51) })).toThrow('Name');
});

describe('from the bus to the function', () => {
  test('the rule selects the event of a run, and sends it to the queue alone', () => {
    expect(of('RunEndedRule')).toMatchObject({
      EventBusName: '<FleetBus>',
      EventPattern: { source: ['ecs-revision-pruner'], 'detail-type': ['Run ended'] },
      Targets: [{ Id: 'events', Arn: '<Events.Arn>' }],
    });
    expect(of('FleetBus')).toMatchObject({ Name: 'pruner-hub' });
    expect(hub.Outputs['FleetBusArn']?.Value).toEqual({ 'Fn::Sub': '${FleetBus.Arn}' });
  });

  test('an event that cannot be stored five times is a dead letter for 14 days', () => {
    expect(of('Events')).toEqual({
      QueueName: 'pruner-hub-events',
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 6 * 60,
      MessageRetentionPeriod: 14 * 86_400,
      RedrivePolicy: { deadLetterTargetArn: '<DeadLetters.Arn>', maxReceiveCount: 5 },
      Tags: tags,
    });
    expect(of('DeadLetters')).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 86_400 });
  });

  test('one event that fails does not repeat the others of its batch, and two calls run at once', () => {
    expect(of('CollectEvents')).toEqual({
      EventSourceArn: '<Events.Arn>',
      FunctionName: '<CollectLambdaFunction>',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 5,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(of('CollectLambdaFunction')).toMatchObject({ Timeout: 60, Handler: 'dist/fleet/collect.handler' });
  });
});

describe('the functions', () => {
  const powertools = {
    NODE_OPTIONS: '--enable-source-maps --max-semi-space-size=4',
    POWERTOOLS_SERVICE_NAME: 'pruner-hub',
    POWERTOOLS_METRICS_NAMESPACE: 'EcsRevisionPruner',
    POWERTOOLS_LOG_LEVEL: 'INFO',
  };

  test('have these environments', () => {
    const collect = { FLEET_BUCKET: '<HubBucket>', ...powertools };
    expect(of('CollectLambdaFunction')).toHaveProperty('Environment.Variables', collect);
    expect(of('DigestLambdaFunction')).toHaveProperty('Environment.Variables', {
      FLEET_BUCKET: '<HubBucket>',
      TOPIC_ARN: '<DigestTopic>',
      TIME_ZONE: 'UTC',
      SILENT_HOURS: '36',
      STACK_SET: '',
      STACK_SET_CALL_AS: 'SELF',
      TARGETS: '',
      ...powertools,
    });
  });

  test('get the expected targets, the time zone and the topic', () => {
    const template = hubOf({
      ...everyHubSwitch,
      ExistingTopicArn: ownTopic,
      TimeZone: 'Europe/Berlin',
      SilentAfterHours: '24',
    });
    expect(propertiesOf(template, 'DigestLambdaFunction')).toMatchObject({
      Environment: {
        Variables: {
          TOPIC_ARN: ownTopic,
          TIME_ZONE: 'Europe/Berlin',
          SILENT_HOURS: '24',
          STACK_SET: 'ecs-revision-pruner',
          STACK_SET_CALL_AS: 'DELEGATED_ADMIN',
          TARGETS: '123456789012/eu-central-1, 210987654321/us-east-1',
        },
      },
    });
  });

  test('have an environment of at most 4 KB with the longest list of targets', () => {
    const target = '123456789012/ap-southeast-2,';
    const Targets = target.repeat(Math.floor(3_000 / target.length));
    const template = hubOf({ ...everyHubSwitch, Name: 'n'.repeat(50), StackSetName: 's'.repeat(128), Targets });
    const { Environment } = propertiesOf(template, 'DigestLambdaFunction');
    expect(JSON.stringify(Environment).length).toBeLessThan(4_096 - 300);
    expect(() => hubOf({ Targets: target.repeat(110) })).toThrow('Targets');
  });

  test('the digest comes at 07:00, is repeated when it fails, and then leaves its event in the queue', () => {
    expect(of('Daily')).toMatchObject({
      ScheduleExpression: 'cron(0 7 * * ? *)',
      ScheduleExpressionTimezone: 'UTC',
      Target: {
        Arn: '<DigestLambdaFunction.Arn>',
        RoleArn: '<ScheduleRole.Arn>',
        Input: '{}',
        DeadLetterConfig: { Arn: '<FailedDigests.Arn>' },
      },
    });
    expect(of('DigestLambdaFunction')).toMatchObject({
      Handler: 'dist/fleet/digest.handler',
      DeadLetterConfig: { TargetArn: '<FailedDigests.Arn>' },
    });
    expect(of('DigestLambdaEvConf')).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 });
  });
});

describe('the permissions of the hub', () => {
  const reading = ['s3:GetObject on <HubBucket.Arn>/*', 's3:ListBucket on <HubBucket.Arn>'];
  const leaving = ['sqs:SendMessage on <FailedDigests.Arn>', ...logging('DigestLogGroup')];
  const publishing = [
    'sns:Publish on <DigestTopic>',
    ...['GenerateDataKey', 'Decrypt'].map(
      (call) => `kms:${call} on <DigestKey.Arn> only kms:ViaService sns.<AWS::Region>.*`,
    ),
  ];

  test('let the collecting function take events and store them', () => {
    expect(permissionsOf(hub, 'CollectRole')).toEqual([
      ...['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((call) => `sqs:${call} on <Events.Arn>`),
      ...reading,
      ...['targets/*', 'refused/*'].map(inHub),
      ...logging('CollectLogGroup'),
    ]);
  });

  test('let the digest read, write itself and its page, and publish', () => {
    expect(permissionsOf(hub, 'DigestRole')).toEqual([
      ...reading,
      ...['hub.json', 'fleet.html'].map(inHub),
      ...publishing,
      ...leaving,
    ]);
  });

  test.each([
    {
      as: 'SELF',
      more: ['DescribeStackSet', 'ListStackInstances'].map(
        (call) =>
          `cloudformation:${call} on arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stackset/members:*`,
      ),
    },
    {
      as: 'DELEGATED_ADMIN',
      more: [
        ...['DescribeStackSet', 'ListStackInstances'].map(
          (call) => `cloudformation:${call} on arn:<AWS::Partition>:cloudformation:<AWS::Region>:*:stackset/members:*`,
        ),
        'organizations:ListDelegatedAdministrators on *',
      ],
    },
  ])('let the digest list the stack set as $as, and no other', ({ as, more }) => {
    const lines = permissionsOf(hubOf({ StackSetName: 'members', StackSetCallAs: as }), 'DigestRole');
    expect(lines.filter((line) => !permissionsOf(hub, 'DigestRole').includes(line))).toEqual(more);
    expect(permissionsOf(hubOf({ StackSetCallAs: as }), 'DigestRole')).toEqual(permissionsOf(hub, 'DigestRole'));
  });

  test('let the schedule start the digest alone', () => {
    expect(permissionsOf(hub, 'ScheduleRole')).toEqual([
      'lambda:InvokeFunction on <DigestLambdaFunction.Arn>',
      'sqs:SendMessage on <FailedDigests.Arn>',
    ]);
  });

  test('use a key of yours for the topic and the bucket', () => {
    const template = hubOf({ KmsKeyArn: key });
    expect(template.Resources).not.toHaveProperty('DigestKey');
    expect(propertiesOf(template, 'DigestTopic')).toHaveProperty('KmsMasterKeyId', key);
    expect(JSON.stringify(propertiesOf(template, 'HubBucket')['BucketEncryption'])).toContain(key);
    expect(permissionsOf(template, 'CollectRole')).toContain(
      `kms:Decrypt on ${key} only kms:ViaService s3.<AWS::Region>.*`,
    );
    expect(permissionsOf(template, 'DigestRole')).toContain(
      `kms:Decrypt on ${key} only kms:ViaService sns.<AWS::Region>.* or s3.<AWS::Region>.*`,
    );
  });

  test('have the boundary and the path', () => {
    const template = hubOf(everyHubSwitch);
    for (const id of ['CollectRole', 'DigestRole', 'ScheduleRole'])
      expect(propertiesOf(template, id)).toMatchObject({ PermissionsBoundary: boundary, Path: '/platform/' });
  });
});

describe('the bucket of the hub', () => {
  test('is versioned, encrypted, not public, and forgets targets and refused events after ReportDays', () => {
    expect(plain(propertiesOf(hubOf({ ReportDays: '90' }), 'HubBucket'))).toEqual({
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'forget-old-versions',
            Status: 'Enabled',
            NoncurrentVersionExpiration: { NoncurrentDays: 90 },
            ExpiredObjectDeleteMarker: true,
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          },
          ...['targets', 'refused'].map((what) => ({
            Id: `forget-${what}`,
            Status: 'Enabled',
            Prefix: `${what}/`,
            ExpirationInDays: 90,
          })),
        ],
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      Tags: tags,
    });
  });

  test('outlives the stack with its policy, and nothing else does', () => {
    const kept = Object.entries(hub.Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy !== undefined);
    expect(kept.map(([id, one]) => [id, one.DeletionPolicy, one.UpdateReplacePolicy])).toEqual([
      ['HubBucket', 'RetainExceptOnCreate', 'Retain'],
      ['HubBucketPolicy', 'RetainExceptOnCreate', 'Retain'],
    ]);
  });
});

describe('the alarms of the hub', () => {
  test('include one for 26 hours without a digest, but not in the first 26 hours', () => {
    expect(of('NoDigestAlarm')).toMatchObject({
      Namespace: 'EcsRevisionPruner',
      MetricName: 'DigestsSent',
      Dimensions: [{ Name: 'service', Value: 'pruner-hub' }],
      Statistic: 'Sum',
      Period: 3600,
      EvaluationPeriods: 26,
      DatapointsToAlarm: 26,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
      WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 26 * 60, OnlyStartEvaluatingAfterWarmUpPeriodEnds: true },
    });
  });

  test.each([
    { id: 'FailedAlarm', queue: 'FailedDigests' },
    { id: 'NotStoredAlarm', queue: 'DeadLetters' },
  ])('include $id for a message in $queue, until it is deleted', ({ id, queue }) => {
    expect(of(id)).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: `<${queue}.QueueName>` }],
      Statistic: 'Maximum',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test.each([
    { topic: {}, arn: '<DigestTopic>' },
    { topic: { ExistingTopicArn: ownTopic, Email: 'platform@example.com' }, arn: ownTopic },
  ])('notify $arn', ({ topic, arn }) => {
    const template = hubOf(topic);
    for (const id of ['NoDigestAlarm', 'FailedAlarm', 'NotStoredAlarm'])
      expect(plain(propertiesOf(template, id)['AlarmActions'])).toEqual([arn]);
    expect(Object.keys(template.Resources).filter((id) => /^Digest(?:Topic|Mail|Key)/u.test(id))).toHaveLength(
      arn === ownTopic ? 0 : 4,
    );
  });
});

test('the dashboard shows every metric of the hub, and its alarms', () => {
  const { 'Fn::Sub': body } = z
    .object({ 'Fn::Sub': z.string() })
    .parse(propertiesOf(hub, 'Dashboard')['DashboardBody']);
  expect(() => JSON.parse(body) as unknown).not.toThrow();
  const metrics = [
    'Targets',
    'TargetsFine',
    'TargetsActing',
    'TargetsSilent',
    'RefusedEvents',
    'FleetRevisions',
    'FleetDeregistered',
    'FleetBacklog',
  ];
  expect(metrics.filter((name) => !body.includes(`"${name}"`))).toEqual([]);
  expect(body.match(/\$\{\w+Alarm\.Arn\}/gu)).toHaveLength(3);
});

test.each([
  ['OrganizationId', ''],
  ['OrganizationId', 'o-short'],
  ['OrganizationId', 'O-A1B2C3D4E5'],
  ['OrganizationId', 'r-a1b2c3d4e5'],
  ['OrganizationId', `o-${'a'.repeat(33)}`],
  ['OrganizationId', '*'],
  ['SilentAfterHours', '23'],
  ['SilentAfterHours', '2161'],
  ['SilentAfterHours', 'never'],
  ['Targets', '123456789012'],
  ['Targets', '123456789012/'],
  ['Targets', '12345678901/eu-west-1'],
  ['Targets', '123456789012/eu-west-1;210987654321/eu-west-1'],
  ['Targets', '123456789012/eu-west-1210987654321/eu-west-1'],
  ['Targets', 'eu-west-1/123456789012'],
  ['StackSetName', 'arn:aws:cloudformation:eu-west-1:123456789012:stackset/members:1'],
  ['StackSetName', 'members*'],
  ['StackSetCallAs', 'MANAGEMENT'],
  ['ScheduleExpression', '0 7 * * *'],
  ['TimeZone', 'UTC+1 '],
  ['Email', 'platform'],
  ['ExistingTopicArn', 'platform'],
  ['KmsKeyArn', 'alias/platform'],
  ['CodeBucket', 'code-{region}'],
  ['ReportDays', '0'],
  ['MemorySize', '128'],
  ['LogRetentionDays', '100'],
  ['Name', 'pruner hub'],
])('the parameter %s of the hub refuses %j', (name, value) => {
  expect(() => hubOf({ [name]: value })).toThrow(`Parameter ${name} failed to satisfy constraint`);
});

test.each([
  '123456789012/eu-west-1',
  '123456789012/eu-west-1,210987654321/us-gov-west-1',
  '\n  123456789012/eu-west-1\n  210987654321/ap-southeast-2,\n',
  '123456789012/eusc-de-east-1 , 210987654321/us-iso-east-1',
])('the parameter Targets of the hub takes %j', (value) => {
  expect(propertiesOf(hubOf({ Targets: value }), 'DigestLambdaFunction')).toHaveProperty(
    'Environment.Variables.TARGETS',
    value,
  );
});

test('a hub without an organization is refused', () => {
  const { OrganizationId } = hubSource.Parameters;
  expect(OrganizationId).not.toHaveProperty('Default');
});

test('the bucket of the code has the name under which the members of its Region find it', () => {
  expect(plain(propertiesOf(codeBucketOf(), 'Bucket'))).toMatchObject({ BucketName: 'acme-pruner-code-<AWS::Region>' });
  for (const name of ['acme-pruner-code', '{region}', 'acme-{region}-code', 'Acme-{region}'])
    expect(() => codeBucketOf({ CodeBucket: name })).toThrow('Parameter CodeBucket failed');
  expect(() => codeBucketOf({ OrganizationId: '*' })).toThrow('Parameter OrganizationId failed');
});
