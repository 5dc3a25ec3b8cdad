import type { Task } from '@aws-sdk/client-ecs';

export type StoredTask = Task & { readonly taskArn: string; readonly clusterArn: string };

/** The lifecycle in order: developer guide, "Amazon ECS task lifecycle". */
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

/** Whether ECS has begun to stop the task. */
export const isStopping = (state: string | undefined) =>
  ['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED'].includes(state ?? '');

export class Tasks {
  readonly #byCluster = new Map<string, Map<string, StoredTask>>();

  add(task: StoredTask): void {
    const tasks = this.#byCluster.get(task.clusterArn) ?? new Map<string, StoredTask>();
    if (tasks.has(task.taskArn)) throw new TypeError(`${task.taskArn} exists twice`);
    this.#byCluster.set(task.clusterArn, tasks.set(task.taskArn, task));
  }

  /** ECS forgets a stopped task after an hour or more. */
  forget(arn: string): void {
    for (const tasks of this.#byCluster.values()) tasks.delete(arn);
  }

  in(clusterArn: string): StoredTask[] {
    return [...(this.#byCluster.get(clusterArn)?.values() ?? [])];
  }

  get(clusterArn: string, taskArn: string): StoredTask | undefined {
    return this.#byCluster.get(clusterArn)?.get(taskArn);
  }

  find(arn: string): StoredTask | undefined {
    for (const tasks of this.#byCluster.values()) if (tasks.has(arn)) return tasks.get(arn);
    return undefined;
  }
}
