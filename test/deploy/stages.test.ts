import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { policyFor } from '../../cli/actions/permissions.ts';
import { needs } from '../../shared/sources/permissions.ts';
import { sources } from '../../shared/sources/readers.ts';
import { allows, policyDocument } from '../../sandbox/iam/policy.ts';
import { faultsOf } from './specification.ts';
import { packaged, packagedWith, packagingMs, plain, propertiesOf, type Packaged, type Template } from './stack.ts';
import { entriesOf } from './zip.ts';

type Resolving = (serverless: { resolveVariable: () => Promise<unknown> }) => Promise<unknown[]>;
const operators = z
  .object({ principals: z.custom<Resolving>((value) => typeof value === 'function') })
  .parse(createRequire(import.meta.url)('../../infra/operators.cjs'));
const operator = 'arn:aws:iam::123456789012:role/deploy/Platform';
const identityCenter = 'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Platform_*';
const liveOptions = [
  '--param=dryRun=false',
  '--param=paused=true',
  '--param=email=platform@example.com',
  '--param=timeZone=Europe/Berlin',
  `--param=operators=${operator}, ${identityCenter}`,
];
const searched = [
  'arn:aws:s3:::states',
  'arn:aws:s3:::states/prod/*',
  'arn:aws:ssm:eu-west-1:123456789012:parameter/launch/*',
];
let dryRun: Packaged;
let live: Packaged;
let searching: Packaged;
beforeAll(async () => {
  [dryRun, live, searching] = await Promise.all([
    // Deletion settings have no effect in a dry-run stage.
    packagedWith('deleteAfterDays: 90\n', '--stage', 'prod'),
    packaged('--stage', 'prod', ...liveOptions),
    packaged('--stage', 'prod', `--param=searchResources=${searched.join(', ')}`),
  ]);
}, packagingMs);

const role = z.object({
  ManagedPolicyArns: z.never().optional(),
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
  Condition: z.record(z.string(), z.record(z.string(), z.string())).optional(),
});

/** A role's permissions as lines: action, resource, condition. */
function permissionsOf(template: Template, id: string, policies?: readonly string[]): string[] {
  const { Policies } = role.parse(plain(propertiesOf(template, id)));
  return Policies.filter(({ PolicyName }) => policies?.includes(PolicyName) ?? true)
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap((value) => {
      const { Action, Resource, Condition } = statement.parse(value);
      const when = Object.values(Condition ?? {}).flatMap((keys) => Object.entries(keys));
      const only = when.map(([key, wanted]) => ` only ${key} ${wanted}`).join('');
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
/** The usage record and the records of earlier runs. */
const readingPast = [
  'iam:ListAccountAliases on *',
  `cloudtrail:LookupEvents on * ${inRegion}`,
  's3:GetObject on <StateBucket.Arn>/*',
  's3:ListBucket on <StateBucket.Arn>',
];
/** Without the journal, which contains secrets. */
const readingPastForPreview = [
  'iam:ListAccountAliases on *',
  `cloudtrail:LookupEvents on * ${inRegion}`,
  ...['usage', 'counts', 'immutable'].map(
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
/** The permissions to checkpoint a durable execution and to report a failed one. */
const checkpointing = [
  'sqs:SendMessage on <FailedRuns.Arn>',
  ...['CheckpointDurableExecution', 'GetDurableExecutionState'].map(
    (call) =>
      `lambda:${call} on arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:ecs-revision-pruner-prod-nightly:*`,
  ),
];
const deregistering = `ecs:DeregisterTaskDefinition on * ${inRegion}`;

/** Nothing is deleted where pruner.yml does not say after how many days, and nothing searched that it does not name. */
const undeleting = needs().filter(
  ({ name, purpose, setting }) => name !== 'deleting' && purpose !== 'restoring' && setting === undefined,
);

describe('permissions', () => {
  test('let the nightly run of a default stage read, write its records, report and log', () => {
    expect(permissionsOf(dryRun.template, 'PruneRole')).toEqual([
      ...reading,
      ...readingPast,
      leaving,
      ...reporting,
      ...logging('PruneLogGroup'),
      ...checkpointing,
    ]);
  });

  test('let the nightly run of a live stage also deregister, and nothing else', () => {
    expect(permissionsOf(live.template, 'PruneRole')).toEqual([
      ...reading,
      ...readingPast,
      leaving,
      ...reporting,
      ...logging('PruneLogGroup'),
      ...checkpointing,
      deregistering,
    ]);
  });

  test('let the preview read, report and log, in a live stage too', () => {
    for (const { template } of [dryRun, live])
      expect(permissionsOf(template, 'PreviewRole')).toEqual([
        ...reading,
        ...readingPastForPreview,
        ...reporting,
        ...logging('PreviewLogGroup'),
      ]);
  });

  test('let both functions read exactly the searchResources of a stage', () => {
    const search = [
      's3:ListBucket on arn:aws:s3:::states',
      's3:GetObject on arn:aws:s3:::states/prod/*',
      'ssm:GetParametersByPath on arn:aws:ssm:eu-west-1:123456789012:parameter/launch/*',
    ];
    for (const id of ['PruneRole', 'PreviewRole']) {
      expect(permissionsOf(searching.template, id, ['search'])).toEqual(search);
      const others = permissionsOf(dryRun.template, id);
      expect(permissionsOf(searching.template, id).filter((line) => !others.includes(line))).toEqual(search);
    }
    expect(faultsOf(searching.template)).toEqual([]);
  });

  test.each(sources)(
    'whatever the source $name declares is permitted to both functions',
    ({ permissions, setting }) => {
      for (const id of ['PruneRole', 'PreviewRole']) {
        const stage = setting === undefined ? dryRun : searching;
        const permitted = permissionsOf(stage.template, id).map((line) => line.split(' on ')[0]);
        expect(permitted).toEqual(expect.arrayContaining([...permissions]));
      }
    },
  );

  test.each([
    { live: false, stage: 'a dry run', of: () => dryRun, policies: ['read'] },
    { live: true, stage: 'live', of: () => live, policies: ['read', 'deregister'] },
  ])('match the output of `./pruner permissions --policy` for a stage that is $stage', ({ live, of, policies }) => {
    const printed = policyFor(undeleting, { live, region: undefined }).Statement;
    expect(
      printed.flatMap(({ Action, Resource }) => Action.flatMap((action) => Resource.map((on) => `${action} on ${on}`))),
    ).toEqual(
      permissionsOf(of().template, 'PruneRole', policies).map((line) =>
        line.replace(/ only .*/, '').replaceAll(/<AWS::\w+>/g, '*'),
      ),
    );
  });

  test('of a live stage are those that the parts declare, its log and its own executions', () => {
    const held = permissionsOf(live.template, 'PruneRole').map((line) => line.split(' on ')[0] ?? '');
    const declared = undeleting.flatMap(({ permissions }) => permissions);
    const itsOwn = /^(logs:|lambda:(Checkpoint|Get)Durable|sqs:)/u;
    expect([...new Set(held)].filter((action) => !itsOwn.test(action)).toSorted()).toEqual(
      [...new Set(declared)].toSorted(),
    );
  });

  test('let the schedule start the nightly run and send dead letters', () => {
    expect(permissionsOf(live.template, 'ScheduleRole')).toEqual([
      'lambda:InvokeFunction on <NightlyDurableLambdaAlias>',
      'sqs:SendMessage on <DeadLetters.Arn>',
    ]);
  });

  test('let no function register a revision or pass a role, because only an operator restores', () => {
    for (const { template } of [dryRun, live])
      expect(JSON.stringify(template.Resources)).not.toMatch(/RegisterTaskDefinition|PassRole|TagResource/);
  });

  test('a dry-run stage has no permission to deregister', () => {
    expect(JSON.stringify(dryRun.template.Resources)).not.toContain('DeregisterTaskDefinition');
  });

  test('include no generated role and no policy outside the roles', () => {
    for (const { template } of [dryRun, live]) {
      const iam = Object.entries(template.Resources).filter(([, { Type }]) => Type.startsWith('AWS::IAM::'));
      expect(iam.map(([id]) => id).sort()).toEqual(['PreviewRole', 'PruneRole', 'ScheduleRole']);
    }
  });

  test.each([
    { id: 'PruneRole', by: 'lambda.amazonaws.com' },
    { id: 'PreviewRole', by: 'lambda.amazonaws.com' },
    { id: 'ScheduleRole', by: 'scheduler.amazonaws.com' },
  ])('let only $by assume $id', ({ id, by }) => {
    const { Statement } = role.parse(plain(propertiesOf(live.template, id))).AssumeRolePolicyDocument;
    expect(Statement).toEqual([{ Principal: { Service: by } }]);
  });

  test('let only schedules of this account assume the role of the schedule', () => {
    expect(plain(propertiesOf(live.template, 'ScheduleRole'))).toHaveProperty(
      'AssumeRolePolicyDocument.Statement.0.Condition.StringEquals',
      {
        'aws:SourceAccount': '<AWS::AccountId>',
        'aws:SourceArn': 'arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule-group/default',
      },
    );
  });
});

describe('the settings of a stage', () => {
  const dry = 'Environment.Variables.DRY_RUN';

  test('make a dry run by default', () => {
    expect(propertiesOf(dryRun.template, 'NightlyLambdaFunction')).toHaveProperty(dry, 'true');
  });

  test('make the nightly run live with dryRun false, and not the preview', () => {
    expect(propertiesOf(live.template, 'NightlyLambdaFunction')).toHaveProperty(dry, 'false');
    expect(propertiesOf(live.template, 'PreviewLambdaFunction')).toHaveProperty(dry, 'true');
  });

  test('set the schedule with paused and timeZone', () => {
    expect(propertiesOf(live.template, 'Nightly')).toMatchObject({
      State: 'DISABLED',
      ScheduleExpressionTimezone: 'Europe/Berlin',
    });
  });

  test('create a mail subscription only with email', () => {
    expect(propertiesOf(live.template, 'ReportMail')).toEqual({
      TopicArn: { Ref: 'ReportTopic' },
      Protocol: 'email',
      Endpoint: 'platform@example.com',
    });
    for (const { template } of [dryRun, live]) expect(template.Resources['ReportMail']?.Condition).toBe('SendsMail');
    const isNotEmpty = (email: string) => ({ 'Fn::Not': [{ 'Fn::Equals': [email, ''] }] });
    expect(dryRun.template.Conditions).toEqual({ SendsMail: isNotEmpty('') });
    expect(live.template.Conditions).toEqual({ SendsMail: isNotEmpty('platform@example.com') });
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
        { template: live.template, expected: one.inLive },
        { template: dryRun.template, expected: one.inDryRun },
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
        expect(may(live.template, admin, `s3:${action}`, '')).toBe(true);
      expect(may(live.template, admin, 's3:ListBucket', '')).toBe(true);
      expect(may(live.template, admin, 's3:GetObject', usage)).toBe(true);
    });

    test.each([
      '*',
      'arn:aws:iam::123456789012:role/*',
      'arn:aws:iam::123456789012:role/path/*',
      'arn:aws:iam::*:role/Platform',
      'arn:aws:sts::123456789012:assumed-role/Platform/session',
      'arn:aws:iam::123456789012:root',
      'Platform',
    ])('%s is refused with the allowed values', async (given) => {
      const resolveVariable = () => Promise.resolve([operator, given]);
      await expect(operators.principals({ resolveVariable })).rejects.toThrow(
        `operators: given "${given}", allowed: arn:aws:iam::ACCOUNT:role/NAME`,
      );
    });
  });

  test('fit the specification in every combination', () => {
    expect(faultsOf(live.template)).toEqual([]);
  });
});

describe('the zip', () => {
  test('contains only the bundle', () => {
    const entries = entriesOf(live.zip).map(({ name }) => name);
    expect(entries.filter((name) => !/^dist\/(chunks\/[\w-]+|prune|preview)\.mjs(\.map)?$/u.test(name))).toEqual([
      'dist/settings.json',
    ]);
    expect(entries).toEqual(expect.arrayContaining(['dist/prune.mjs', 'dist/preview.mjs']));
  });

  test('has the same bytes each time and for every stage', () => {
    const hash = ({ zip }: Packaged) => createHash('sha256').update(zip).digest('hex');
    expect(hash(live)).toBe(hash(dryRun));
  });

  test('is far below the limit of 50 MB in Lambda', () => {
    expect(live.zip.length).toBeLessThan(2_000_000);
  });
});
