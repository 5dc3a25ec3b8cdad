/**
 * Tasks and what happens to them: they wait for capacity, run, are told to stop, stop. A task keeps its revision
 * whatever becomes of that, and moves on only when somebody moves it.
 */
import type { LaunchType, Tag, Task } from '@aws-sdk/client-ecs';
import type { Account } from '../account.ts';

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
