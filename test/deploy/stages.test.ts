// Tests the effects of the template's parameters.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readTemplate } from '../../cli/template.ts';
import { allows, policyDocument } from '../../sandbox/iam/policy.ts';
import { plain, propertiesOf, stackOf, type Template } from './stack.ts';

import { hubSource } from './hub.ts';
import { permissionsOf } from './permissions-of.ts';
import { boundary, dryRun, everything, key, live, operator, ownTopic } from './some-stages.ts';

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
      expect(permissionsOf(template, 'PruneRole', ['run'])).toContain(
        `events:PutEvents on ${bus} only events:source ecs-revision-pruner only events:detail-type Run ended`,
      );
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

  test.each([
    { given: 'releases', bucket: 'releases' },
    { given: 'acme-pruner-code-{region}', bucket: 'acme-pruner-code-<AWS::Region>' },
    { given: 'acme.code.{region}', bucket: 'acme.code.<AWS::Region>' },
  ])('take the code of every function from $bucket for $given', ({ given, bucket }) => {
    const template = [stackOf({ CodeBucket: given }), stackOf({ CodeBucket: given, Durable: 'false' })];
    const functions = template.flatMap(({ Resources }) =>
      Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function'),
    );
    expect(functions).toHaveLength(4);
    for (const { Properties } of functions)
      expect(plain(Properties['Code'])).toEqual({ S3Bucket: bucket, S3Key: 'ecs-revision-pruner.zip' });
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
    ['FleetBusArn', 'arn:aws:events:eu-west-1:999999999999:rule/fleet'],
    ['FleetBusArn', 'arn:aws:events:eu-west-1:999:event-bus/fleet'],
    ['FleetBusArn', 'arn:aws:events::999999999999:event-bus/fleet'],
    ['FleetBusArn', 'arn:aws:sqs:eu-west-1:999999999999:fleet'],
    ['CodeBucket', 'releases-{Region}'],
    ['CodeBucket', '{region}'],
    ['CodeBucket', 'releases-{region}-1'],
    ['CodeBucket', 'Releases'],
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

  test.each([
    { of: 'the stack', template: readTemplate() },
    { of: 'the hub', template: hubSource },
  ])('of $of are described and grouped for the console', ({ template: { Parameters, Metadata } }) => {
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
