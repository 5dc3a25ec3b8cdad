// Tests the roles that result from the template's parameters, in every combination that decides one.
import { describe, expect, test } from 'vitest';
import { policyFor } from '../../cli/actions/permissions.ts';
import { needs } from '../../shared/sources/permissions.ts';
import { sources } from '../../shared/sources/readers.ts';
import { faultsOf } from './specification.ts';
import { plain, propertiesOf, stackOf } from './stack.ts';

import { combinations } from './combinations.ts';
import { permissionsOf, role } from './permissions-of.ts';
import { dryRun, everything, key, live, ownTopic, searched, searching } from './some-stages.ts';

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
  ({ name, purpose, setting }) =>
    name !== 'deleting' && purpose !== 'restoring' && purpose !== 'approving' && setting === undefined,
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

  test('let no role of a stack approve the plan of a run', () => {
    for (const template of [dryRun, live]) expect(JSON.stringify(template.Resources)).not.toContain('SendDurable');
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
