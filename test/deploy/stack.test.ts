// The stack in both of its forms: with a durable nightly function, or with an ordinary one under another name.
import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../shared/settings/parse.ts';
import { handlers } from './handlers.ts';
import { plain, propertiesOf, stackOf, type Template } from './stack.ts';

const stack = stackOf();
const ordinary = stackOf({ Durable: 'false', DryRun: 'false', AllowDelete: 'true' });
const of = (id: string) => plain(propertiesOf(stack, id));
const ofOrdinary = (id: string) => plain(propertiesOf(ordinary, id));
const tags = [{ Key: 'Application', Value: 'ecs-revision-pruner-test-1' }];

const resourcesOf = ({ Resources }: Template) =>
  Object.entries(Resources)
    .map(([id, { Type }]) => `${id} ${Type}`)
    .sort();

test('the default stack has these resources', () => {
  expect(resourcesOf(stackOf({ Email: 'platform@example.com' }))).toEqual([
    'Dashboard AWS::CloudWatch::Dashboard',
    'DeadLetters AWS::SQS::Queue',
    'FailedAlarm AWS::CloudWatch::Alarm',
    'FailedRuns AWS::SQS::Queue',
    'FunctionPolicy AWS::IAM::ManagedPolicy',
    'Nightly AWS::Scheduler::Schedule',
    'NightlyLambdaEvConf AWS::Lambda::EventInvokeConfig',
    'NightlyLambdaFunction AWS::Lambda::Function',
    'NoSuccessAlarm AWS::CloudWatch::Alarm',
    'NotStartedAlarm AWS::CloudWatch::Alarm',
    'PauseParameter AWS::SSM::Parameter',
    'PreviewLambdaEvConf AWS::Lambda::EventInvokeConfig',
    'PreviewLambdaFunction AWS::Lambda::Function',
    'PreviewLogGroup AWS::Logs::LogGroup',
    'PreviewRole AWS::IAM::Role',
    'ProblemsQuery AWS::Logs::QueryDefinition',
    'PruneLogGroup AWS::Logs::LogGroup',
    'PruneRole AWS::IAM::Role',
    'ReadEcsPolicy AWS::IAM::ManagedPolicy',
    'ReadReferrersPolicy AWS::IAM::ManagedPolicy',
    'ReadingsQuery AWS::Logs::QueryDefinition',
    'ReportKey AWS::KMS::Key',
    'ReportKeyAlias AWS::KMS::Alias',
    'ReportMail AWS::SNS::Subscription',
    'ReportTopic AWS::SNS::Topic',
    'ReportTopicPolicy AWS::SNS::TopicPolicy',
    'RevisionsQuery AWS::Logs::QueryDefinition',
    'RunsQuery AWS::Logs::QueryDefinition',
    'ScheduleRole AWS::IAM::Role',
    'StateBucket AWS::S3::Bucket',
    'StateBucketPolicy AWS::S3::BucketPolicy',
  ]);
});

test('the deployer’s policy covers every resource type of a stage', () => {
  const all = [
    stack,
    ordinary,
    stackOf({ SubnetIds: 'subnet-0a1b2c3d', SecurityGroupIds: 'sg-0a1b2c3d', Settings: '{}' }),
  ];
  const types = all.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
  expect(types.filter((type) => !(type in handlers))).toEqual([]);
});

test('every name begins with the parameter Name, because several stacks share an account', () => {
  const names = Object.values(stack.Resources).flatMap(({ Properties }) =>
    Object.entries(Properties).filter(([key]) => /^(?!Display|Metric)\w*Name$/u.test(key)),
  );
  expect(names.map(([, name]) => String(plain(name))).sort()).toEqual([
    '/aws/lambda/ecs-revision-pruner-test-1-preview',
    '/aws/lambda/ecs-revision-pruner-test-1-prune',
    '/ecs-revision-pruner-test-1/paused',
    '<NightlyLambdaFunction>',
    '<PreviewLambdaFunction>',
    'alias/ecs-revision-pruner-test-1',
    'ecs-revision-pruner-test-1',
    'ecs-revision-pruner-test-1',
    'ecs-revision-pruner-test-1',
    'ecs-revision-pruner-test-1-dead-letters',
    'ecs-revision-pruner-test-1-failed',
    'ecs-revision-pruner-test-1-failed-runs',
    'ecs-revision-pruner-test-1-nightly',
    'ecs-revision-pruner-test-1-no-success',
    'ecs-revision-pruner-test-1-not-started',
    'ecs-revision-pruner-test-1-preview',
    'ecs-revision-pruner-test-1/problems',
    'ecs-revision-pruner-test-1/readings',
    'ecs-revision-pruner-test-1/revisions',
    'ecs-revision-pruner-test-1/runs',
  ]);
});

test('no name is too long for its service with the longest Name', () => {
  const longest = stackOf({ Name: 'n'.repeat(50) });
  const names = Object.values(longest.Resources).flatMap(({ Properties }) =>
    ['FunctionName', 'Name', 'QueueName', 'TopicName'].flatMap((key) => {
      const name = Properties[key];
      return typeof name === 'string' && !name.includes('/') ? [name] : [];
    }),
  );
  // Of these, Lambda and Scheduler allow the fewest characters: 64.
  expect(names).toContain(`${'n'.repeat(50)}-nightly`);
  expect(names.filter((name) => name.length > 64)).toEqual([]);
  expect(() => stackOf({ Name: 'n'.repeat(51) })).toThrow('Name');
});

describe('the functions', () => {
  test('include a durable nightly one on Node.js 24', () => {
    expect(of('NightlyLambdaFunction')).toMatchObject({
      FunctionName: 'ecs-revision-pruner-test-1-nightly',
      Handler: 'dist/prune.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 900,
      MemorySize: 512,
      Role: '<PruneRole.Arn>',
      DurableConfig: { ExecutionTimeout: 97 * 3600, RetentionPeriodInDays: 30 },
      DeadLetterConfig: { TargetArn: '<FailedRuns.Arn>' },
    });
    // A concurrency limit counts invocations, and a waiting execution has none; the lock limits runs.
    expect(of('NightlyLambdaFunction')).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test('give an execution time for the longest wait, the longest run, its window and five interruptions', () => {
    expect(parseSettings({ approvalHours: 72 }, 'test')).toMatchObject({ approvalHours: 72 });
    expect(() => parseSettings({ approvalHours: 73 }, 'test')).toThrow('approvalHours');
    expect(parseSettings({ runMinutes: 1_440 }, 'test')).toMatchObject({ runMinutes: 1_440 });
    expect(() => parseSettings({ runMinutes: 1_441 }, 'test')).toThrow('runMinutes');
    expect(of('NightlyLambdaFunction')).toHaveProperty('DurableConfig.ExecutionTimeout', (72 * 60 + 1_440 + 60) * 60);
  });

  test('are invoked as $LATEST, so that every parameter takes effect at once', () => {
    expect(of('Nightly')).toHaveProperty('Target.Arn', '<NightlyLambdaFunction.Arn>:$LATEST');
    expect(of('NightlyLambdaEvConf')).toHaveProperty('Qualifier', '$LATEST');
    expect(Object.values(stack.Resources).filter(({ Type }) => /Version|Alias$/u.test(Type))).toEqual([
      expect.objectContaining({ Type: 'AWS::KMS::Alias' }),
    ]);
  });

  test('include a preview with the same settings and a separate role', () => {
    expect(of('PreviewLambdaFunction')).toMatchObject({
      FunctionName: 'ecs-revision-pruner-test-1-preview',
      Handler: 'dist/preview.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 900,
      MemorySize: 512,
      Role: '<PreviewRole.Arn>',
    });
  });

  test.each([
    {
      id: 'NightlyLambdaFunction',
      service: 'ecs-revision-pruner-test-1',
      more: { EVENT_BUS_ARN: 'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default' },
    },
    { id: 'PreviewLambdaFunction', service: 'ecs-revision-pruner-test-1-preview', more: {} },
  ])('give $id the topic, DRY_RUN and a service name for the metrics', ({ id, service, more }) => {
    expect(of(id)).toHaveProperty('Environment.Variables', {
      ...more,
      TIME_ZONE: 'UTC',
      TOPIC_ARN: '<ReportTopic>',
      STATE: 's3://<StateBucket>',
      DRY_RUN: 'true',
      // The preview changes nothing, so that it cannot be paused.
      ...(id === 'NightlyLambdaFunction' ? { PAUSE_PARAMETER: '<PauseParameter>' } : {}),
      NODE_OPTIONS: '--enable-source-maps',
      POWERTOOLS_SERVICE_NAME: service,
      POWERTOOLS_METRICS_NAMESPACE: 'EcsRevisionPruner',
      POWERTOOLS_LOG_LEVEL: 'INFO',
    });
  });

  test('give both forms of the nightly function the pause parameter, which is false when it is created', () => {
    expect(ofOrdinary('PruneLambdaFunction')).toHaveProperty(
      'Environment.Variables.PAUSE_PARAMETER',
      '<PauseParameter>',
    );
    expect(of('PauseParameter')).toEqual({
      Name: '/ecs-revision-pruner-test-1/paused',
      Type: 'String',
      Description: 'true pauses ecs-revision-pruner, false lets it run',
      Value: 'false',
      Tags: { Application: 'ecs-revision-pruner-test-1' },
    });
  });

  test('an update with other parameters does not change the pause parameter, so its value stays', () => {
    const changed = stackOf({ DryRun: 'false', Settings: 'keepLatest: 9', AllowDelete: 'true', Durable: 'false' });
    expect(changed.Resources['PauseParameter']).toEqual(stackOf({}).Resources['PauseParameter']);
  });

  test('drop an event that is an hour late', () => {
    expect(of('NightlyLambdaEvConf')).toMatchObject({
      FunctionName: '<NightlyLambdaFunction>',
      Qualifier: '$LATEST',
      MaximumEventAgeInSeconds: 3600,
    });
    expect(of('PreviewLambdaEvConf')).toMatchObject({
      FunctionName: '<PreviewLambdaFunction>',
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 3600,
    });
  });

  test('keep their logs for a year', () => {
    expect(of('PruneLogGroup')).toEqual({
      LogGroupName: '/aws/lambda/ecs-revision-pruner-test-1-prune',
      RetentionInDays: 365,
      Tags: tags,
    });
    expect(of('NightlyLambdaFunction')).toMatchObject({
      LoggingConfig: { LogGroup: '/aws/lambda/ecs-revision-pruner-test-1-prune' },
    });
    expect(stack.Resources['NightlyLambdaFunction']?.DependsOn).toBe('PruneLogGroup');
    expect(of('PreviewLogGroup')).toEqual({
      LogGroupName: '/aws/lambda/ecs-revision-pruner-test-1-preview',
      RetentionInDays: 365,
      Tags: tags,
    });
  });
});

describe('where Lambda has no durable functions', () => {
  test('prune runs in one invocation, one at a time', () => {
    expect(ofOrdinary('PruneLambdaFunction')).toMatchObject({
      FunctionName: 'ecs-revision-pruner-test-1-prune',
      Handler: 'dist/prune.handler',
      Runtime: 'nodejs24.x',
      Timeout: 900,
      MemorySize: 512,
      ReservedConcurrentExecutions: 1,
      Role: '<PruneRole.Arn>',
    });
    expect(ofOrdinary('PruneLambdaEvConf')).toMatchObject({
      FunctionName: '<PruneLambdaFunction>',
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 3600,
    });
  });

  test('the stack has no durable resources', () => {
    expect(resourcesOf(ordinary)).toEqual(
      [
        ...resourcesOf(stack).filter((line) => !line.startsWith('NightlyLambda')),
        'PruneLambdaEvConf AWS::Lambda::EventInvokeConfig',
        'PruneLambdaFunction AWS::Lambda::Function',
      ].sort(),
    );
    expect(JSON.stringify(ordinary)).not.toMatch(/durable/iu);
  });

  test('the schedule, its role, the alarm and the output point to prune', () => {
    expect(ofOrdinary('Nightly')).toHaveProperty('Target.Arn', '<PruneLambdaFunction.Arn>');
    expect(ofOrdinary('ScheduleRole')).toHaveProperty(
      'Policies.0.PolicyDocument.Statement.0.Resource',
      '<PruneLambdaFunction.Arn>',
    );
    expect(ofOrdinary('FailedAlarm')).toEqual(of('FailedAlarm'));
    expect(ofOrdinary('FailedRuns')).toEqual(of('FailedRuns'));
    expect(ofOrdinary('PruneLambdaFunction')).toHaveProperty('DeadLetterConfig.TargetArn', '<FailedRuns.Arn>');
    expect(JSON.stringify(ofOrdinary('PruneRole'))).toContain(
      '"Action":"sqs:SendMessage","Resource":"<FailedRuns.Arn>"',
    );
    expect(plain(ordinary.Outputs['PruneFunction']?.Value)).toBe('<PruneLambdaFunction.Arn>');
  });
});

test('the schedule starts the nightly run at 03:30 with an empty event and has a dead-letter queue', () => {
  expect(of('Nightly')).toEqual({
    Name: 'ecs-revision-pruner-test-1',
    Description: 'Starts the nightly run of ecs-revision-pruner',
    State: 'ENABLED',
    ScheduleExpression: 'cron(30 3 * * ? *)',
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: '<NightlyLambdaFunction.Arn>:$LATEST',
      RoleArn: '<ScheduleRole.Arn>',
      Input: '{}',
      RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 5 },
      DeadLetterConfig: { Arn: '<DeadLetters.Arn>' },
    },
  });
  expect(of('DeadLetters')).toEqual({
    QueueName: 'ecs-revision-pruner-test-1-dead-letters',
    SqsManagedSseEnabled: true,
    MessageRetentionPeriod: 1_209_600,
    Tags: tags,
  });
});

describe('the topic', () => {
  const fromOurAlarms = {
    StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' },
    ArnLike: {
      'aws:SourceArn':
        'arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:ecs-revision-pruner-test-1-*',
    },
  };

  test('is encrypted with a key that its alarms may use', () => {
    expect(of('ReportTopic')).toMatchObject({ KmsMasterKeyId: '<ReportKey>' });
    expect(of('ReportKey')).toMatchObject({
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: [
          {
            Principal: { AWS: 'arn:<AWS::Partition>:iam::<AWS::AccountId>:root' },
            Action: 'kms:*',
            Resource: '*',
          },
          {
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
            Condition: fromOurAlarms,
          },
        ],
      },
    });
  });

  test('accepts messages of its alarms, and only over TLS', () => {
    expect(of('ReportTopicPolicy')).toMatchObject({
      Topics: ['<ReportTopic>'],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: '<ReportTopic>',
            Condition: fromOurAlarms,
          },
          { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        ],
      },
    });
  });
});

describe('the state bucket', () => {
  test('is versioned, encrypted and not public', () => {
    expect(of('StateBucket')).toEqual({
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
          ...['journal', 'runs'].map((what) => ({
            Id: `forget-${what}`,
            Status: 'Enabled',
            Prefix: `<AWS::AccountId>/<AWS::Region>/${what}/`,
            ExpirationInDays: 400,
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

  test('outlives the stack', () => {
    expect(stack.Resources['StateBucket']).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    expect(stack.Resources['StateBucketPolicy']?.DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  test('requires TLS and allows only the run to write or to read the journal', () => {
    expect(of('StateBucketPolicy')).toEqual({
      Bucket: '<StateBucket>',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'OnlyByTls',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: ['<StateBucket.Arn>', '<StateBucket.Arn>/*'],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
          {
            Sid: 'OnlyRunsAndOperatorsWrite',
            Effect: 'Deny',
            Principal: '*',
            NotAction: 's3:GetObject*',
            Resource: '<StateBucket.Arn>/*',
            Condition: { ArnNotLike: { 'aws:PrincipalArn': ['<PruneRole.Arn>'] } },
          },
          {
            Sid: 'OnlyRunsAndOperatorsReadTheJournal',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:GetObject*',
            Resource: '<StateBucket.Arn>/*/journal/*',
            Condition: { ArnNotLike: { 'aws:PrincipalArn': ['<PruneRole.Arn>'] } },
          },
        ],
      },
    });
  });
});

describe('the alarms', () => {
  test('include one for 30 hours without a successful run, except in the first 30 hours of a stack', () => {
    expect(of('NoSuccessAlarm')).toMatchObject({
      Namespace: 'EcsRevisionPruner',
      MetricName: 'SuccessfulRuns',
      Dimensions: [{ Name: 'service', Value: 'ecs-revision-pruner-test-1' }],
      Statistic: 'Sum',
      Period: 3600,
      EvaluationPeriods: 30,
      DatapointsToAlarm: 30,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
      WarmUpConfiguration: {
        WarmUpPeriodDurationInMinutes: 30 * 60,
        OnlyStartEvaluatingAfterWarmUpPeriodEnds: true,
      },
    });
  });

  test('include one for a run that failed, timed out or was stopped, until its message is deleted', () => {
    expect(of('FailedRuns')).toEqual({
      QueueName: 'ecs-revision-pruner-test-1-failed-runs',
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
      Tags: tags,
    });
    expect(of('FailedAlarm')).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: '<FailedRuns.QueueName>' }],
      Statistic: 'Maximum',
      Period: 300,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test('include one for a run that could not start', () => {
    expect(of('NotStartedAlarm')).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: '<DeadLetters.QueueName>' }],
      Statistic: 'Maximum',
      Period: 300,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test.each(['NoSuccessAlarm', 'FailedAlarm', 'NotStartedAlarm'])(
    '%s notifies the topic under an allowed name, and only when raised',
    (id) => {
      const { AlarmName, AlarmActions, ...others } = propertiesOf(stack, id);
      expect(AlarmName).toMatch(/^ecs-revision-pruner-test-1-[a-z-]+$/u);
      expect(plain(AlarmActions)).toEqual(['<ReportTopic>']);
      expect(Object.keys(others).filter((key) => key.includes('Actions'))).toEqual([]);
    },
  );
});

test('the outputs show the topic, the state bucket and the function', () => {
  const { TopicArn, StateBucket, PruneFunction, PreviewFunction } = stack.Outputs;
  expect(plain([TopicArn?.Value, StateBucket?.Value, PruneFunction?.Value, PreviewFunction?.Value])).toEqual([
    '<ReportTopic>',
    '<StateBucket>',
    '<NightlyLambdaFunction.Arn>:$LATEST',
    '<PreviewLambdaFunction>',
  ]);
});
