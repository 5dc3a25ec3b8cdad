/**
 * How a task starts, changes its status and stops. A task changes only when a test moves it, and it keeps its
 * revision whatever happens to that revision.
 */
import type { LaunchType, RunTaskRequest, StartTaskRequest, Tag } from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import { isStopping, type StoredTask, type TaskState } from './tasks.ts';

export function runTask(account: AccountStores, input: RunTaskRequest): StoredTask[] {
  const { count = 1, cluster, startedBy, launchType, tags } = input;
  if (count < 1 || count > 10) throw new AwsError('InvalidParameterException', 'count is between 1 and 10.');
  const revision = account.revisions.startable(input.taskDefinition, 'InvalidParameterException');
  const group = input.group ?? `family:${revision.family}`;
  const { taskDefinitionArn } = revision;
  return Array.from({ length: count }, () =>
    startTask(account, { cluster, taskDefinitionArn, group, startedBy, launchType, tags }),
  );
}

export function startTaskOn(account: AccountStores, input: StartTaskRequest): StoredTask[] {
  const { cluster, startedBy, containerInstances = [], tags } = input;
  const revision = account.revisions.startable(input.taskDefinition, 'InvalidParameterException');
  const group = input.group ?? `family:${revision.family}`;
  const { taskDefinitionArn } = revision;
  return containerInstances.map((containerInstanceArn) =>
    startTask(account, {
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

export interface TaskStart {
  readonly cluster: string | undefined;
  readonly taskDefinitionArn: string;
  readonly group: string;
  readonly startedBy?: string | undefined;
  readonly launchType?: LaunchType | undefined;
  readonly containerInstanceArn?: string;
  readonly tags?: readonly Tag[] | undefined;
}

/** A new task first waits for capacity. A PROVISIONING task uses its revision before anything runs. */
export function startTask(account: AccountStores, request: TaskStart): StoredTask {
  const { clusterArn, clusterName } = account.clusters.active(request.cluster);
  const task: StoredTask = {
    taskArn: account.arns.task(clusterName, account.ids.hex(32)),
    clusterArn,
    taskDefinitionArn: request.taskDefinitionArn,
    group: request.group,
    launchType: request.launchType ?? 'FARGATE',
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    createdAt: new Date(account.now()),
    containers: [],
    attachments: [],
    overrides: { containerOverrides: [] },
    version: 1,
    ...(request.startedBy === undefined ? {} : { startedBy: request.startedBy }),
    ...(request.containerInstanceArn === undefined ? {} : { containerInstanceArn: request.containerInstanceArn }),
  };
  account.tasks.add(task);
  account.tags.add(task.taskArn, request.tags);
  return task;
}

/** Moves a task to a status and sets the times that ECS would set. */
export function moveTask(account: AccountStores, task: StoredTask, to: TaskState): StoredTask {
  const now = new Date(account.now());
  task.lastStatus = to;
  task.version = (task.version ?? 0) + 1;
  if (to === 'RUNNING') task.startedAt ??= now;
  if (isStopping(to)) {
    task.desiredStatus = 'STOPPED';
    task.stoppingAt ??= now;
  }
  if (to === 'STOPPED') task.stoppedAt ??= now;
  if (isStopping(to)) account.services.deactivateIfDrained(task, account.tasks);
  return task;
}

export function stopTask(account: AccountStores, task: StoredTask, reason = 'Task stopped by user'): StoredTask {
  if (task.lastStatus === 'STOPPED') return task;
  task.stopCode = 'UserInitiated';
  task.stoppedReason = reason;
  return moveTask(account, task, 'STOPPING');
}
