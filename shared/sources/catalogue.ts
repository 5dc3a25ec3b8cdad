// All facts about every source: the places in AWS that can hold references to revisions. Plain data, which any folder may
// import. A new source is an entry here and its reader in readers.ts.
import type { SourceFacts } from './facts.ts';

/** For what is read about each service. */
const listedServices = [
  'ecs:ListServices',
  'ecs:DescribeServices',
  'ecs:ListClusters',
  'ecs:DescribeClusters',
] as const;

export const catalogue = {
  rules: {
    wave: 'starters',
    optional: true,
    permissions: ['events:ListEventBuses', 'events:ListRules', 'events:ListTargetsByRule'],
    why: 'An EventBridge rule starts tasks at a time or on an event; a disabled rule can be enabled again.',
    blindTo:
      'Rules of other accounts and Regions; what a target other than ECS starts; subscribers of a custom event bus.',
    // All calls together: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    buckets: { events: { burst: 50, perSecond: 50, calls: 'EventBridge' } },
    reread: 'stale',
    isCounted: true,
    repair: 'rule',
    lists: { eventBuses: 'composed', rules: 'composed' },
  },

  schedules: {
    wave: 'starters',
    optional: true,
    permissions: ['scheduler:ListSchedules', 'scheduler:GetSchedule'],
    why: 'A schedule starts tasks at its time, perhaps once a year; a disabled schedule can be enabled again. Two days after its end it starts nothing.',
    blindTo: 'Schedules of other accounts and Regions; what a target other than ECS starts.',
    // GetSchedule has fewer in smaller Regions: https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html
    buckets: {
      'list-schedules': { burst: 50, perSecond: 50, calls: ['ListSchedules'] },
      'get-schedule': { burst: 250, perSecond: 250, calls: ['GetSchedule'] },
    },
    reread: 'stale',
    rereadSpeedup: 4,
    isCounted: true,
    repair: 'schedule',
    lists: { scheduleGroups: 'composed', schedules: { operation: 'GetSchedule', id: 'Arn' } },
  },

  pipes: {
    wave: 'starters',
    optional: true,
    permissions: ['pipes:ListPipes', 'pipes:DescribePipe'],
    why: 'A pipe starts tasks for items of a queue or a stream; a stopped pipe can be started again.',
    blindTo: 'Pipes of other accounts and Regions; what a target other than ECS starts.',
    // AWS publishes none: four a second, of which the default share is two.
    buckets: { pipes: { burst: 8, perSecond: 4, calls: 'Pipes' } },
    reread: 'stale',
    rereadSpeedup: 20,
    isCounted: false,
    repair: 'pipe',
    lists: { pipes: { operation: 'DescribePipe', id: 'Arn' } },
  },

  'state-machines': {
    wave: 'starters',
    optional: true,
    permissions: [
      'states:ListStateMachines',
      'states:DescribeStateMachine',
      'states:ListStateMachineVersions',
      'states:ListExecutions',
      'states:DescribeStateMachineForExecution',
    ],
    why: 'A state machine starts tasks from the revision in its definition, or in a published version of it.',
    blindTo:
      'State machines of other accounts and Regions; executions that failed with an earlier definition and are redriven later; executions of an express machine in the five minutes after a change; what a function or another service that a state calls starts in turn.',
    // The smaller Regions' rates: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
    buckets: {
      'describe-state-machine': { burst: 200, perSecond: 20, calls: ['DescribeStateMachine'] },
      'list-state-machines': { burst: 100, perSecond: 5, calls: ['ListStateMachines'] },
      'list-state-machine-versions': { burst: 100, perSecond: 1, calls: ['ListStateMachineVersions'] },
      'list-executions': { burst: 100, perSecond: 2, calls: ['ListExecutions'] },
      'describe-state-machine-for-execution': { burst: 200, perSecond: 1, calls: ['DescribeStateMachineForExecution'] },
    },
    reread: 'stale',
    isCounted: true,
    repair: 'state machine',
    lists: { stateMachines: 'composed' },
  },

  codedeploy: {
    wave: 'starters',
    optional: true,
    permissions: [
      'codedeploy:ListApplications',
      'codedeploy:BatchGetApplications',
      'codedeploy:ListDeploymentGroups',
      'codedeploy:BatchGetDeploymentGroups',
      'codedeploy:ListDeployments',
      'codedeploy:BatchGetDeployments',
    ],
    why: 'A deployment in progress, and a rollback from it, start tasks from the revisions in their AppSpecs.',
    blindTo:
      'AppSpecs in S3 and on GitHub (the families of their services are held while these exist); deployments before the last two successful ones.',
    // AWS publishes none, as for pipes.
    buckets: { codedeploy: { burst: 8, perSecond: 4, calls: 'CodeDeploy' } },
    reread: 'stale',
    isCounted: false,
    repair: { advice: 'Deploy once more, so that the group has a deployment of an ACTIVE revision to fall back on.' },
    lists: { applications: 'composed' },
  },

  stacks: {
    wave: 'starters',
    optional: true,
    permissions: [
      'cloudformation:ListStacks',
      'cloudformation:DescribeStacks',
      'cloudformation:ListStackResources',
      'cloudformation:DescribeStackEvents',
      'cloudformation:ListChangeSets',
      'cloudformation:DescribeChangeSet',
      'cloudformation:GetTemplate',
    ],
    why: 'A stack can neither update its service nor roll it back once its revision is INACTIVE; a change set that waits to be executed references what it will deploy.',
    blindTo:
      'Revisions in the text of a template, in hidden parameters (NoEcho), or just replaced by an update in progress; stacks of other accounts and Regions.',
    // AWS publishes none, as for pipes.
    buckets: { cloudformation: { burst: 8, perSecond: 4, calls: 'CloudFormation' } },
    reread: 'stale',
    // The change sets of a stack are listed each time, and their contents are read once.
    rereadSpeedup: 2,
    isCounted: false,
    repair: { advice: 'Change its task definition in the template and update the stack, which registers a new one.' },
    lists: { stacks: 'composed' },
  },

  functions: {
    wave: 'starters',
    optional: true,
    permissions: ['lambda:ListFunctions'],
    why: 'A Lambda function may find the revision that it starts in its environment.',
    blindTo:
      'What a function learns outside its environment: from its code, a secret, a configuration store; an environment encrypted with a key that this role may not use.',
    // All control calls: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    buckets: { lambda: { burst: 15, perSecond: 15, calls: ['ListFunctions'] } },
    reread: 'stale',
    isCounted: false,
    repair: 'by its owner',
    lists: { functions: 'composed' },
  },

  subscribers: {
    wave: 'starters',
    optional: true,
    // Cloud Control calls EventBridge with the caller's permissions.
    permissions: [
      'cloudformation:ListResources',
      'cloudformation:GetResource',
      'events:ListSubscribers',
      'events:DescribeSubscriber',
    ],
    why: 'A subscriber of a custom event bus starts tasks on an event.',
    blindTo:
      'Subscribers of other accounts and Regions, and of a Region whose Cloud Control does not know their type; what a target other than ECS starts.',
    // AWS publishes none, as for pipes.
    buckets: { cloudcontrol: { burst: 8, perSecond: 4, calls: 'CloudControl' } },
    reread: 'stale',
    isCounted: false,
    repair: 'by its owner',
    lists: { subscribers: 'composed' },
  },

  search: {
    wave: 'starters',
    optional: true,
    setting: 'search',
    permissions: ['s3:ListBucket', 's3:GetObject', 'ssm:GetParametersByPath'],
    why: 'A Terraform state file, another object or a parameter may mention a revision. Only the places in the setting `search` are read.',
    blindTo:
      'Places outside the setting `search`; older versions of an object; secure strings; content packed other than by gzip.',
    // All Get calls for parameters: https://docs.aws.amazon.com/general/latest/gr/ssm.html. S3 allows far more than a run calls.
    buckets: { parameters: { burst: 40, perSecond: 40, calls: ['GetParametersByPath'] } },
    reread: 'stale',
    isCounted: false,
    repair: 'by its owner',
    // Their texts are replaced, so snapshot/searched.ts builds `buckets` and `parameters` from the findings.
    lists: {},
  },

  services: {
    wave: 'services',
    optional: false,
    permissions: ['ecs:ListClusters', 'ecs:DescribeClusters', 'ecs:ListServices', 'ecs:DescribeServices'],
    why: 'A service starts tasks from each revision that it deploys, whenever a task stops or the service scales.',
    blindTo: 'Services of other accounts and Regions; deleted services that still drain (their tasks are read).',
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.html, as all buckets of ECS
    buckets: {
      'cluster-read': { burst: 50, perSecond: 20, calls: ['DescribeClusters', 'ListClusters'] },
      'service-read': {
        burst: 100,
        perSecond: 20,
        calls: ['DescribeServices', 'ListServices', 'DescribeExpressGatewayService'],
      },
    },
    reread: 'live',
    isCounted: true,
    repair: 'service',
    lists: { clusters: 'composed', services: 'composed' },
  },

  'service-deployments': {
    wave: 'deployments',
    optional: true,
    permissions: [
      'ecs:ListServiceDeployments',
      'ecs:DescribeServiceDeployments',
      'ecs:DescribeServiceRevisions',
      ...listedServices,
    ],
    why: 'A deployment that fails, now or in its bake time, rolls back to a revision that the service may no longer show.',
    blindTo:
      'Manual rollbacks to a revision that was deployed more than 90 days ago; services whose deployment controller is not ECS.',
    buckets: {
      'service-deployment': {
        burst: 50,
        perSecond: 20,
        calls: ['DescribeServiceDeployments', 'ListServiceDeployments'],
      },
      'service-revision': { burst: 50, perSecond: 20, calls: ['DescribeServiceRevisions'] },
    },
    reread: 'stale',
    isCounted: false,
    repair: { advice: 'Deploy once more, so that the service has a deployment of an ACTIVE revision to fall back on.' },
    lists: { serviceRevisions: 'composed', serviceDeployments: 'composed' },
  },

  'express-services': {
    wave: 'deployments',
    optional: true,
    permissions: ['ecs:DescribeExpressGatewayService', ...listedServices],
    why: 'An Express Mode service may serve from more than one configuration, each with its own task definition.',
    blindTo: 'Express Mode services of other accounts and Regions.',
    reread: 'stale',
    isCounted: false,
    repair: 'by its owner',
    lists: { expressServices: 'composed' },
  },

  tasks: {
    wave: 'tasks',
    optional: false,
    permissions: ['ecs:ListClusters', 'ecs:DescribeClusters', 'ecs:ListTasks', 'ecs:DescribeTasks'],
    why: 'A task runs from its revision, and a job that ran a minute ago is likely to run again.',
    blindTo: 'Tasks of other accounts and Regions; tasks that stopped so long ago that ECS no longer lists them.',
    buckets: { 'cluster-resource-read': { burst: 100, perSecond: 20, calls: ['DescribeTasks', 'ListTasks'] } },
    reread: 'live',
    isCounted: false,
    repair: 'by its owner',
    lists: { tasks: 'composed' },
  },

  definitions: {
    wave: 'definitions',
    optional: true,
    permissions: ['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions'],
    why: 'A task definition in use may contain another revision in its environment or command, and start it.',
    blindTo:
      'What a container learns elsewhere: from a secret, a configuration store, code; a name that it puts together itself.',
    reread: 'always',
    isCounted: false,
    repair: 'by its owner',
    // snapshot/definitions.ts lists them from the inventory.
    lists: {},
  },
} as const satisfies Readonly<Record<string, SourceFacts>>;

export type SourceName = keyof typeof catalogue;

/** Whether a fact of this kind holds for the source. */
export type SourcesWith<Fact> = {
  [Name in SourceName]: (typeof catalogue)[Name] extends Fact ? Name : never;
}[SourceName];
