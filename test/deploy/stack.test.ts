import { beforeAll, describe, expect, test } from 'vitest';
import { faultsOf } from './specification.ts';
import { packaged, packagingMs, plain, propertiesOf, type Packaged } from './stack.ts';

let stack: Packaged;
const of = (id: string) => plain(propertiesOf(stack.template, id));
beforeAll(async () => {
  stack = await packaged('--stage', 'test-1');
}, packagingMs);

test('packaging needs no account and no network, and leaves files in .serverless only', () => {
  expect(stack.left).toEqual([
    'service/.serverless/cloudformation-template-create-stack.json',
    'service/.serverless/cloudformation-template-update-stack.json',
    'service/.serverless/ecs-revision-pruner.zip',
    'service/.serverless/serverless-state.json',
  ]);
});

test('every resource and property is one that AWS specifies, and every reference leads somewhere', () => {
  expect(faultsOf(stack.template)).toEqual([]);
});

test('the stack is what infra/ says, the functions with their logs, and a bucket for the bundle', () => {
  expect(
    Object.entries(stack.template.Resources)
      .map(([id, { Type }]) => `${id} ${Type}`)
      .sort(),
  ).toEqual([
    'DeadLetters AWS::SQS::Queue',
    'FailedAlarm AWS::CloudWatch::Alarm',
    'Nightly AWS::Scheduler::Schedule',
    'NoSuccessAlarm AWS::CloudWatch::Alarm',
    'NotStartedAlarm AWS::CloudWatch::Alarm',
    'PreviewLambdaEvConf AWS::Lambda::EventInvokeConfig',
    'PreviewLambdaFunction AWS::Lambda::Function',
    'PreviewLogGroup AWS::Logs::LogGroup',
    'PreviewRole AWS::IAM::Role',
    'PruneLambdaEvConf AWS::Lambda::EventInvokeConfig',
    'PruneLambdaFunction AWS::Lambda::Function',
    'PruneLogGroup AWS::Logs::LogGroup',
    'PruneRole AWS::IAM::Role',
    'ReportKey AWS::KMS::Key',
    'ReportKeyAlias AWS::KMS::Alias',
    'ReportMail AWS::SNS::Subscription',
    'ReportTopic AWS::SNS::Topic',
    'ReportTopicPolicy AWS::SNS::TopicPolicy',
    'ScheduleRole AWS::IAM::Role',
    'ServerlessDeploymentBucket AWS::S3::Bucket',
    'ServerlessDeploymentBucketPolicy AWS::S3::BucketPolicy',
    'StateBucket AWS::S3::Bucket',
    'StateBucketPolicy AWS::S3::BucketPolicy',
  ]);
});

test('every name has the stage in it, so that stages live side by side', () => {
  const names = Object.values(stack.template.Resources).flatMap(({ Properties }) =>
    Object.entries(Properties).filter(([key]) => /(?<!Display|Metric)Name$/u.test(key)),
  );
  expect(names.map(([, name]) => String(plain(name))).sort()).toEqual([
    '/aws/lambda/ecs-revision-pruner-test-1-preview',
    '/aws/lambda/ecs-revision-pruner-test-1-prune',
    '<PreviewLambdaFunction>',
    '<PruneLambdaFunction>',
    'alias/ecs-revision-pruner-test-1',
    'ecs-revision-pruner-test-1',
    'ecs-revision-pruner-test-1',
    'ecs-revision-pruner-test-1-dead-letters',
    'ecs-revision-pruner-test-1-failed',
    'ecs-revision-pruner-test-1-no-success',
    'ecs-revision-pruner-test-1-not-started',
    'ecs-revision-pruner-test-1-preview',
    'ecs-revision-pruner-test-1-prune',
  ]);
});

describe('the functions', () => {
  test('prune runs on Node.js 24 for at most 15 minutes, and never beside itself', () => {
    expect(of('PruneLambdaFunction')).toMatchObject({
      FunctionName: 'ecs-revision-pruner-test-1-prune',
      Handler: 'dist/prune.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 900,
      MemorySize: 512,
      ReservedConcurrentExecutions: 1,
      Role: '<PruneRole.Arn>',
    });
  });

  test('preview is the same under a role of its own', () => {
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
    { id: 'PruneLambdaFunction', service: 'ecs-revision-pruner-test-1' },
    { id: 'PreviewLambdaFunction', service: 'ecs-revision-pruner-test-1-preview' },
  ])('$id knows the topic, that it is a dry run, and its name in the metrics', ({ id, service }) => {
    expect(of(id)).toHaveProperty('Environment.Variables', {
      TOPIC_ARN: '<ReportTopic>',
      STATE: 's3://<StateBucket>',
      DRY_RUN: 'true',
      NODE_OPTIONS: '--enable-source-maps',
      POWERTOOLS_SERVICE_NAME: service,
      POWERTOOLS_METRICS_NAMESPACE: 'EcsRevisionPruner',
      POWERTOOLS_LOG_LEVEL: 'INFO',
    });
  });

  test.each(['Prune', 'Preview'])(
    'Lambda does not start a failed run of %s again, nor a late one',
    (name) => {
      expect(of(`${name}LambdaEvConf`)).toMatchObject({
        FunctionName: `<${name}LambdaFunction>`,
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 3600,
      });
    },
  );

  test.each(['prune', 'preview'])('the log of %s stays for a year', (name) => {
    const id = name === 'prune' ? 'PruneLogGroup' : 'PreviewLogGroup';
    expect(of(id)).toEqual({
      LogGroupName: `/aws/lambda/ecs-revision-pruner-test-1-${name}`,
      RetentionInDays: 365,
    });
  });
});

test('the schedule starts prune at 03:30 with an empty event, and leaves in a queue what it cannot deliver', () => {
  expect(of('Nightly')).toEqual({
    Name: 'ecs-revision-pruner-test-1',
    Description: 'Starts the nightly run of ecs-revision-pruner',
    State: 'ENABLED',
    ScheduleExpression: 'cron(30 3 * * ? *)',
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: '<PruneLambdaFunction.Arn>',
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

  test('takes messages of its alarms, and nothing that did not come by TLS', () => {
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

describe('the state', () => {
  test('is versioned, encrypted, and open to nobody', () => {
    expect(of('StateBucket')).toEqual({
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'forget-old-versions',
            Status: 'Enabled',
            NoncurrentVersionExpiration: { NoncurrentDays: 90 },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          },
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
    });
  });

  test('outlives the stack', () => {
    expect(stack.template.Resources['StateBucket']).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
    expect(stack.template.Resources['StateBucketPolicy']?.DeletionPolicy).toBe('Retain');
  });

  test('takes and gives nothing that did not come by TLS', () => {
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
        ],
      },
    });
  });
});

describe('the alarms', () => {
  test('26 hours without a successful run raise one, the first 26 hours of a stack excepted', () => {
    expect(of('NoSuccessAlarm')).toMatchObject({
      Namespace: 'EcsRevisionPruner',
      MetricName: 'SuccessfulRuns',
      Dimensions: [{ Name: 'service', Value: 'ecs-revision-pruner-test-1' }],
      Statistic: 'Sum',
      Period: 3600,
      EvaluationPeriods: 26,
      DatapointsToAlarm: 26,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
      WarmUpConfiguration: {
        WarmUpPeriodDurationInMinutes: 26 * 60,
        OnlyStartEvaluatingAfterWarmUpPeriodEnds: true,
      },
    });
  });

  test('a failed run raises one', () => {
    expect(of('FailedAlarm')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: '<PruneLambdaFunction>' }],
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test('a run that could not be started raises one', () => {
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
    '%s tells the topic, under a name that the topic and the key let in, and only when raised',
    (id) => {
      const { AlarmName, AlarmActions, ...others } = propertiesOf(stack.template, id);
      expect(AlarmName).toMatch(/^ecs-revision-pruner-test-1-[a-z-]+$/u);
      expect(plain(AlarmActions)).toEqual(['<ReportTopic>']);
      expect(Object.keys(others).filter((key) => key.includes('Actions'))).toEqual([]);
    },
  );
});

test('the outputs say where reports go, where the state is and what to invoke', () => {
  const { TopicArn, StateBucket, PruneFunction, PreviewFunction } = stack.template.Outputs;
  expect(plain([TopicArn?.Value, StateBucket?.Value, PruneFunction?.Value, PreviewFunction?.Value])).toEqual([
    '<ReportTopic>',
    '<StateBucket>',
    '<PruneLambdaFunction>',
    '<PreviewLambdaFunction>',
  ]);
});
