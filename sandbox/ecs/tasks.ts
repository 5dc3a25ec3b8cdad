/**
 * Tasks: started by hand or by a service, listed by what they are told to be (`desiredStatus`), described with what
 * they are (`lastStatus`). A task keeps its revision whatever becomes of that.
 */
import type {
  DescribeTasksRequest,
  LaunchType,
  ListTasksRequest,
  RunTaskRequest,
  StartTaskRequest,
  StopTaskRequest,
  Tag,
  Task,
} from '@aws-sdk/client-ecs';
import type { Account } from '../account.ts';
import { batch } from '../batch.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { listing, sequence } from '../paging.ts';
import { lastPart } from './arns.ts';
import { within } from './clusters.ts';

export type KnownTask = Task & { readonly taskArn: string; readonly clusterArn: string };

/** The life of a task (developer guide, "Amazon ECS task lifecycle"), in order. */
export const taskStates = [
  'PROVISIONING',
  'PENDING',
  'ACTIVATING',
  'RUNNING',
  'DEACTIVATING',
  'STOPPING',
  'DEPROVISIONING',
  'STOPPED',
] as const;
export type TaskState = (typeof taskStates)[number];

/** From here on a task has been told to stop. */
export const isEnding = (state: string | undefined) =>
  ['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED'].includes(state ?? '');

export class Tasks {
  readonly #byCluster = new Map<string, Map<string, KnownTask>>();

  add(task: KnownTask): void {
    const tasks = this.#byCluster.get(task.clusterArn) ?? new Map<string, KnownTask>();
    if (tasks.has(task.taskArn)) throw new TypeError(`${task.taskArn} is there twice`);
    this.#byCluster.set(task.clusterArn, tasks.set(task.taskArn, task));
  }

  /** ECS forgets a stopped task after an hour or more. */
  forget(arn: string): void {
    for (const tasks of this.#byCluster.values()) tasks.delete(arn);
  }

  in(clusterArn: string): KnownTask[] {
    return [...(this.#byCluster.get(clusterArn)?.values() ?? [])];
  }

  get(clusterArn: string, taskArn: string): KnownTask | undefined {
    return this.#byCluster.get(clusterArn)?.get(taskArn);
  }

  find(arn: string): KnownTask | undefined {
    for (const tasks of this.#byCluster.values()) if (tasks.has(arn)) return tasks.get(arn);
    return undefined;
  }
}

export interface Start {
  readonly cluster: string | undefined;
  readonly taskDefinitionArn: string;
  readonly group: string;
  readonly startedBy?: string | undefined;
  readonly launchType?: LaunchType | undefined;
  readonly containerInstanceArn?: string;
  readonly tags?: readonly Tag[] | undefined;
}

/** A new task waits for capacity first: PROVISIONING counts as use long before anything runs. */
export function start(account: Account, what: Start): KnownTask {
  const { clusterArn, clusterName } = account.clusters.active(what.cluster);
  const task: KnownTask = {
    taskArn: account.arns.task(clusterName, account.ids.hex(32)),
    clusterArn,
    taskDefinitionArn: what.taskDefinitionArn,
    group: what.group,
    launchType: what.launchType ?? 'FARGATE',
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    createdAt: new Date(account.now()),
    containers: [],
    attachments: [],
    overrides: { containerOverrides: [] },
    version: 1,
    ...(what.startedBy === undefined ? {} : { startedBy: what.startedBy }),
    ...(what.containerInstanceArn === undefined ? {} : { containerInstanceArn: what.containerInstanceArn }),
  };
  account.tasks.add(task);
  account.tags.add(task.taskArn, what.tags);
  return task;
}

/** Takes a task to a state of its life, with the times that ECS stamps on the way. */
export function move(account: Account, task: KnownTask, to: TaskState): KnownTask {
  const now = new Date(account.now());
  task.lastStatus = to;
  task.version = (task.version ?? 0) + 1;
  if (to === 'RUNNING') task.startedAt ??= now;
  if (isEnding(to)) {
    task.desiredStatus = 'STOPPED';
    task.stoppingAt ??= now;
  }
  if (to === 'STOPPED') task.stoppedAt ??= now;
  if (isEnding(to)) account.services.taskEnded(task, account.tasks);
  return task;
}

export function stop(account: Account, task: KnownTask, reason = 'Task stopped by user'): KnownTask {
  if (task.lastStatus === 'STOPPED') return task;
  task.stopCode = 'UserInitiated';
  task.stoppedReason = reason;
  return move(account, task, 'STOPPING');
}

export function run(account: Account, input: RunTaskRequest): KnownTask[] {
  const { count = 1, cluster, startedBy, launchType, tags } = input;
  if (count < 1 || count > 10) throw new AwsError('InvalidParameterException', 'count is between 1 and 10.');
  account.clusters.active(cluster);
  const revision = account.revisions.startable(input.taskDefinition, 'InvalidParameterException');
  const group = input.group ?? `family:${revision.family}`;
  const { taskDefinitionArn } = revision;
  return Array.from({ length: count }, () =>
    start(account, { cluster, taskDefinitionArn, group, startedBy, launchType, tags }),
  );
}

function startOn(account: Account, input: StartTaskRequest): KnownTask[] {
  const { cluster, startedBy, containerInstances = [], tags } = input;
  account.clusters.active(cluster);
  const revision = account.revisions.startable(input.taskDefinition, 'InvalidParameterException');
  const group = input.group ?? `family:${revision.family}`;
  const { taskDefinitionArn } = revision;
  return containerInstances.map((containerInstanceArn) =>
    start(account, {
      cluster,
      taskDefinitionArn,
      group,
      startedBy,
      launchType: 'EC2',
      containerInstanceArn,
      tags,
    }),
  );
}

function listed(input: ListTasksRequest) {
  const { desiredStatus = 'RUNNING', family, serviceName, containerInstance, startedBy, launchType } = input;
  return (task: KnownTask) =>
    task.desiredStatus === desiredStatus &&
    (family === undefined || familyOf(task) === family) &&
    (serviceName === undefined || task.group === `service:${lastPart(serviceName)}`) &&
    (containerInstance === undefined || task.containerInstanceArn === containerInstance) &&
    (startedBy === undefined || task.startedBy === startedBy) &&
    (launchType === undefined || task.launchType === launchType);
}

function familyOf({ taskDefinitionArn = '' }: KnownTask): string {
  return lastPart(taskDefinitionArn).replace(/:\d+$/, '');
}

export const taskOperations: Operations = {
  /** Lists what is told to run unless asked for STOPPED; PENDING is never a desired status, so it finds nothing. */
  ListTasks: listing({
    bucket: 'cluster-resource-read',
    actsOn: ({ cluster }: ListTasksRequest, account) => within(account, cluster),
    token: 'nextToken',
    size: 'maxResults',
    items: 'taskArns',
    defaultSize: 100,
    all(input, { account }) {
      const { clusterArn } = account.clusters.active(input.cluster);
      if (input.desiredStatus === 'PENDING') return sequence([]);
      return sequence(
        account.tasks
          .in(clusterArn)
          .filter(listed(input))
          .map(({ taskArn }) => taskArn),
      );
    },
  }),

  DescribeTasks: batch({
    bucket: 'cluster-resource-read',
    member: 'tasks',
    most: 100,
    actsOn: (input: DescribeTasksRequest, account) =>
      within(account, input.cluster, taskArns(account, input)),
    asked: (input, account) => taskArns(account, input),
    find(arn, { cluster, include = [] }, { account }) {
      const task = account.tasks.get(account.clusters.active(cluster).clusterArn, arn);
      if (task === undefined) return undefined;
      return { ...task, tags: include.includes('TAGS') ? account.tags.of(arn) : [] };
    },
  }),

  RunTask: {
    bucket: 'cluster-resource-modify',
    actsOn: onTaskDefinition,
    run: (input: RunTaskRequest, { account }) => ({ tasks: run(account, input), failures: [] }),
  },

  StartTask: {
    bucket: 'cluster-resource-modify',
    actsOn: onTaskDefinition,
    run: (input: StartTaskRequest, { account }) => ({ tasks: startOn(account, input), failures: [] }),
  },

  StopTask: {
    bucket: 'cluster-resource-modify',
    actsOn: ({ cluster, task = '' }: StopTaskRequest, account) =>
      within(account, cluster, [taskArn(account, cluster, task)]),
    run({ cluster, task: name = '', reason }: StopTaskRequest, { account }) {
      const { clusterArn } = account.clusters.active(cluster);
      const task = account.tasks.get(clusterArn, taskArn(account, cluster, name));
      if (task === undefined)
        throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
      return { task: stop(account, task, reason) };
    },
  },
};

function taskArns(account: Account, { cluster, tasks = [] }: DescribeTasksRequest): string[] {
  if (tasks.length === 0) throw new AwsError('InvalidParameterException', 'Tasks cannot be empty.');
  return tasks.map((task) => taskArn(account, cluster, task));
}

const taskArn = (account: Account, cluster: string | undefined, task: string) =>
  task.startsWith('arn:') ? task : account.arns.task(lastPart(cluster ?? 'default'), task);

/** IAM sees the revision that a name resolves to (ECS does so since March 2024). */
function onTaskDefinition(
  { cluster, taskDefinition = '' }: { cluster?: string | undefined; taskDefinition: string | undefined },
  account: Account,
) {
  const found = account.revisions.find(taskDefinition);
  return within(account, cluster, [
    found?.taskDefinitionArn ?? account.arns.named('task-definition', taskDefinition),
  ]);
}
