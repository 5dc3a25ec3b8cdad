// One small account for each source that starts tasks, with at least two items in each list that it reads.
import { gzipSync } from 'node:zlib';
import {
  ACCOUNT,
  REGION,
  anAccount,
  appSpec,
  changeSet,
  daysBefore,
  groupArn,
  revisionArn,
  ruleTarget,
  scheduleTarget,
  stackArn,
  stateMachineArn,
} from './account.ts';
import { running } from './state-machines.ts';
import type { Specimen } from './specimen.ts';

export const starterSpecimens = {
  rules: {
    account: () =>
      anAccount()
        .family('web', '1-9')
        .rule('hourly', 'web:4')
        .rule('nightly', 'web:7', { ScheduleExpression: 'rate(1 day)' })
        .rule('nightly', 'web:6', { EventBusName: 'orders', State: 'DISABLED' })
        .rule('two', 'web:5', {
          EventBusName: 'orders',
          Targets: [
            ruleTarget({ Id: '1', EcsParameters: { TaskDefinitionArn: revisionArn('web:5') } }),
            ruleTarget({ Id: '2', Arn: 'arn:aws:sqs:x', Input: `"${revisionArn('web:3')}"` }),
          ],
        }),
    names: [
      `${events('rule/hourly')} starts web:4`,
      `${events('rule/nightly')} starts web:7`,
      `${events('rule/orders/nightly')} starts web:6`,
      `${events('rule/orders/two')} mentions web:3`,
      `${events('rule/orders/two')} starts web:5`,
    ],
  },
  schedules: {
    account: () =>
      anAccount()
        .family('web', '1-9')
        .schedule('nightly', 'web:7')
        .schedule('nightly', 'web:6', { GroupName: 'night', State: 'DISABLED' })
        .schedule('universal', '', {
          GroupName: 'night',
          Target: scheduleTarget({
            Arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask',
            Input: '{"cluster":"prod","taskDefinition":"web:5"}',
          }),
        }),
    names: [
      `${scheduler('schedule/default/nightly')} starts web:7`,
      `${scheduler('schedule/night/nightly')} starts web:6`,
      `${scheduler('schedule/night/universal')} starts web:5`,
    ],
  },
  pipes: {
    account: () =>
      anAccount()
        .family('web', '1-9')
        .pipe('orders', 'web:7')
        .pipe('returns', 'web:6', { DesiredState: 'STOPPED' })
        .pipe('letters', 'web:5'),
    names: [`${pipe('letters')} starts web:5`, `${pipe('orders')} starts web:7`, `${pipe('returns')} starts web:6`],
  },
  'state-machines': {
    account: () =>
      anAccount()
        .family('web', '1-9')
        .stateMachine('nightly', running('web:8'), {
          revisionId: 'r3',
          updateDate: daysBefore(1),
          versions: [
            { definition: JSON.stringify(running('web:6')), creationDate: daysBefore(90) },
            { definition: JSON.stringify(running('web:7')), creationDate: daysBefore(60) },
          ],
          executions: [
            {
              name: 'long',
              startDate: daysBefore(9),
              definition: JSON.stringify(running('web:5')),
              updateDate: daysBefore(10),
            },
            {
              name: 'longer',
              startDate: daysBefore(20),
              definition: JSON.stringify(running('web:4')),
              updateDate: daysBefore(30),
            },
          ],
        })
        .stateMachine('quick', running('web:9'), { type: 'EXPRESS' }),
    names: [
      `${stateMachineArn('nightly')} starts web:4`,
      `${stateMachineArn('nightly')} starts web:5`,
      `${stateMachineArn('nightly')} starts web:6`,
      `${stateMachineArn('nightly')} starts web:7`,
      `${stateMachineArn('nightly')} starts web:8`,
      `${stateMachineArn('quick')} starts web:9`,
    ],
  },
  codedeploy: {
    account: () =>
      anAccount()
        .family('web', '1-9')
        .codeDeploy('shop/blue', {
          service: 'prod/web',
          deployments: [
            { revision: appSpec('web:4'), previousRevision: appSpec('web:3') },
            { revision: appSpec('web:5'), previousRevision: appSpec('web:4'), status: 'InProgress' },
          ],
        })
        .codeDeploy('till/blue', {
          service: 'prod/till',
          deployments: [
            { revision: appSpec('web:6') },
            { revision: appSpec('web:7'), previousRevision: appSpec('web:6'), status: 'Ready' },
          ],
        })
        .codeDeployGroup('till/green', {
          service: 'dev/till',
          deployments: [{ revision: appSpec('web:8') }],
        }),
    names: [
      `${groupArn('shop/blue')} deploys web:5`,
      `${groupArn('shop/blue')} rolls back to web:3`,
      `${groupArn('shop/blue')} rolls back to web:4`,
      `${groupArn('till/blue')} deploys web:7`,
      `${groupArn('till/blue')} rolls back to web:6`,
      `${groupArn('till/green')} deploys web:8`,
      `${groupArn('till/green')} rolls back to web:8`,
    ],
  },
  stacks: {
    account: () =>
      anAccount()
        .family('web', '1-9')
        .stack(
          'shop',
          { Web: 'web:3', Admin: 'web:4' },
          {
            changeSets: [
              changeSet('back', {
                Parameters: [{ ParameterKey: 'TaskDefinition', ParameterValue: 'web:2' }],
                Changes: [],
              }),
              changeSet('old', {
                Changes: ['Web', 'Admin'].map((LogicalResourceId) => ({
                  Type: 'Resource',
                  ResourceChange: {
                    Action: 'Modify',
                    LogicalResourceId,
                    ResourceType: 'AWS::ECS::Service',
                  },
                })),
                TemplateBody: 'Resources:\n  Web:\n    Properties:\n      TaskDefinition: web:9\n',
              }),
            ],
          },
        )
        .stack(
          'till',
          { Till: 'web:6' },
          {
            StackStatus: 'UPDATE_ROLLBACK_FAILED',
            LastUpdatedTime: daysBefore(3),
            events: ['web:6', 'web:5', 'web:6'].map((revision) => ({
              Timestamp: daysBefore(3),
              ResourceType: 'AWS::ECS::TaskDefinition',
              PhysicalResourceId: revisionArn(revision),
            })),
          },
        ),
    names: [
      `${stackArn('shop')} holds web:2`,
      `${stackArn('shop')} holds web:3`,
      `${stackArn('shop')} holds web:4`,
      `${stackArn('shop')} holds web:9`,
      `${stackArn('till')} holds web:5`,
      `${stackArn('till')} holds web:6`,
    ],
    // DescribeStacks without a name needs it; it is never called itself.
    rare: ['ListStacks'],
  },
  functions: {
    account: () =>
      anAccount()
        .family('web', '1-9')
        .lambda('launch', { TASK: revisionArn('web:2'), LEVEL: 'info' })
        .lambda('launch', { TASK: revisionArn('web:3') }, '1')
        .lambda('other', { QUEUE: 'jobs' }),
    names: [`${lambda('launch:$LATEST')} mentions web:2`, `${lambda('launch:1')} mentions web:3`],
  },
  subscribers: {
    account: () =>
      anAccount()
        .family('web', '1-9')
        .subscriber('a', { Target: { EcsParameters: { TaskDefinitionArn: revisionArn('web:2') } } })
        .subscriber('b', { Target: { Input: JSON.stringify({ run: revisionArn('web:3') }) } }),
    names: [`${events('subscriber/orders/a')} starts web:2`, `${events('subscriber/orders/b')} starts web:3`],
    // Cloud Control needs these permissions of the caller.
    rare: ['ListSubscribers', 'DescribeSubscriber'],
  },
  search: {
    search: ['s3://states/prod/', 'ssm:/launch/'],
    account: () =>
      anAccount()
        .family('web', '1-9')
        .object('states/prod/a.tfstate', `{"arn":"${revisionArn('web:2')}"}`)
        .object('states/prod/b.tfstate.gz', gzipSync(`{"arn":"${revisionArn('web:3')}"}`))
        .object('states/dev/a.tfstate', `{"arn":"${revisionArn('web:8')}"}`)
        .parameter('/launch/task', revisionArn('web:4'))
        .parameter('/launch/all', `${revisionArn('web:5')},${revisionArn('web:6')}`, { Type: 'StringList' }),
    names: [
      'arn:aws:s3:::states/prod/a.tfstate mentions web:2',
      'arn:aws:s3:::states/prod/b.tfstate.gz mentions web:3',
      `${parameter('launch/all')} mentions web:5`,
      `${parameter('launch/all')} mentions web:6`,
      `${parameter('launch/task')} mentions web:4`,
    ],
  },
} as const satisfies Readonly<Record<string, Specimen>>;

function parameter(name: string): string {
  return `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/${name}`;
}

function lambda(name: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
}

function events(resource: string): string {
  return `arn:aws:events:${REGION}:${ACCOUNT}:${resource}`;
}

function scheduler(resource: string): string {
  return `arn:aws:scheduler:${REGION}:${ACCOUNT}:${resource}`;
}

function pipe(name: string): string {
  return `arn:aws:pipes:${REGION}:${ACCOUNT}:pipe/${name}`;
}
