// The members that the benchmark's account has of each source beside services and tasks, in proportion to its families, and
// the fewest calls to read them. A source that is not in the list of sources has none, and its calls are not expected.
import { sources } from '../../shared/sources/readers.ts';
import { ACCOUNT, daysBefore, REGION, revisionArn } from '../support/account.ts';
import type { Calls, Counts } from './truth.ts';

interface OfSource {
  /** The account file's list. */
  readonly list: string;
  /** One for so many families; none where it is 0. */
  readonly perFamilies: number;
  readonly make: (name: string, taskDefinition: string) => object;
  /** All of them, for the first time. */
  readonly first: (members: number) => Calls;
  /** And again: what does not change is not asked for again where the listing has a date. */
  readonly again: (members: number) => Calls;
}

const cluster = `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/cluster-1`;
const role = `arn:aws:iam::${ACCOUNT}:role/start`;
const longAgo = daysBefore(100);
const pages = (items: number) => Math.max(1, Math.ceil(items / 100));

const ofSource: Readonly<Record<string, OfSource>> = {
  // No date says when a rule's targets were changed.
  rules: {
    list: 'rules',
    perFamilies: 10,
    make: (Name, TaskDefinitionArn) => ({
      Name,
      ScheduleExpression: 'rate(1 day)',
      Targets: [{ Id: 'task', Arn: cluster, RoleArn: role, EcsParameters: { TaskDefinitionArn } }],
    }),
    first: (rules) => ({ ListEventBuses: 1, ListRules: pages(rules), ListTargetsByRule: rules }),
    again: (rules) => ({ ListEventBuses: 1, ListRules: pages(rules), ListTargetsByRule: rules }),
  },
  schedules: {
    list: 'schedules',
    perFamilies: 4,
    make: (Name, TaskDefinitionArn) => ({
      Name,
      ScheduleExpression: 'cron(0 3 * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      LastModificationDate: longAgo,
      Target: { Arn: cluster, RoleArn: role, EcsParameters: { TaskDefinitionArn } },
    }),
    first: (schedules) => ({ ListSchedules: pages(schedules), GetSchedule: schedules }),
    again: (schedules) => ({ ListSchedules: pages(schedules) }),
  },
  pipes: {
    list: 'pipes',
    perFamilies: 50,
    make: (Name, TaskDefinitionArn) => ({
      Name,
      Source: `arn:aws:sqs:${REGION}:${ACCOUNT}:orders`,
      Target: cluster,
      TargetParameters: { EcsTaskParameters: { TaskDefinitionArn } },
      LastModifiedTime: longAgo,
    }),
    first: (pipes) => ({ ListPipes: pages(pipes), DescribePipe: pipes }),
    again: (pipes) => ({ ListPipes: pages(pipes) }),
  },
  'state-machines': none({ ListStateMachines: 1 }),
  codedeploy: none({ ListApplications: 1, ListDeployments: 1 }),
  // A stack's resources are read once a run, and again when it changes. Its change sets are listed at each reading.
  stacks: {
    list: 'stacks',
    perFamilies: 100,
    make: (StackName, PhysicalResourceId) => ({
      StackName,
      StackStatus: 'CREATE_COMPLETE',
      CreationTime: longAgo,
      resources: [
        {
          LogicalResourceId: 'TaskDefinition',
          PhysicalResourceId,
          ResourceType: 'AWS::ECS::TaskDefinition',
          ResourceStatus: 'CREATE_COMPLETE',
          LastUpdatedTimestamp: longAgo,
        },
      ],
    }),
    first: (stacks) => ({
      DescribeStacks: pages(stacks),
      ListStackResources: stacks,
      ListChangeSets: stacks,
    }),
    again: (stacks) => ({ DescribeStacks: pages(stacks), ListChangeSets: stacks }),
  },
  functions: none({ ListFunctions: 1 }),
  subscribers: none({ ListResources: 1 }),
  // Nothing is searched that the settings do not name.
  search: none({}),
  // The history of each service is listed once a run, and again only where the service shows a change.
  'service-deployments': {
    list: 'services',
    perFamilies: 0,
    make: () => ({}),
    first: (services) => ({ ListServiceDeployments: services }),
    again: () => ({}),
  },
};

/** One pass for each of the seven kinds of calls that tell of use, once a run. */
export const usage: Calls = { LookupEvents: 7 };

/** No members here: what it takes to find that there are none. */
function none(calls: Calls): OfSource {
  return { list: '', perFamilies: 0, make: () => ({}), first: () => calls, again: () => calls };
}

const present = Object.entries(ofSource).filter(([name]) => sources.some((source) => source.name === name));

export interface Member {
  readonly list: string;
  readonly what: object;
  /** Which revision of the family it names. */
  readonly number: number;
}

/** The reference to a revision of the family with this index; the same each time. */
export function membersFor(index: number, family: string, revisions: number): Member[] {
  return present
    .filter(([, { perFamilies }], offset) => index % perFamilies === offset % perFamilies)
    .map(([, { list, make }], offset) => {
      const number = 1 + ((index * 7 + offset) % revisions);
      return { list, number, what: make(`of-${family}`, revisionArn(`${family}:${number}`)) };
    });
}

export function readingFirst(counts: Counts): Calls[] {
  return present.map(([, { list, first }]) => first(counts[list] ?? 0));
}

export function readingAgain(counts: Counts): Calls[] {
  return present.map(([, { list, again }]) => again(counts[list] ?? 0));
}
