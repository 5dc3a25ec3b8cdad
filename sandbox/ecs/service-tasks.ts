/**
 * The tasks of a service: which they are, how many ECS says there are, and how it starts more for a deployment or a task
 * set, which then stands in their `startedBy`.
 */
import type { AccountStores } from '../account-stores.ts';
import type { StoredService } from './services.ts';
import { startTask } from './task-changes.ts';
import { isStopping, type StoredTask } from './tasks.ts';

export function startTasks(
  account: AccountStores,
  service: StoredService,
  { id, taskDefinitionArn, count }: { id: string; taskDefinitionArn: string; count: number },
): void {
  const group = `service:${service.serviceName}`;
  const { clusterArn: cluster, launchType } = service;
  for (let started = 0; started < count; started += 1)
    startTask(account, { cluster, taskDefinitionArn, group, startedBy: id, launchType });
}

export function serviceTasks(account: AccountStores, service: StoredService): StoredTask[] {
  return account.tasks
    .in(service.clusterArn)
    .filter(
      ({ group, lastStatus }) => group === `service:${service.serviceName}` && lastStatus !== 'STOPPED',
    );
}

/** Brings the counts that ECS shows in line with the tasks there are. */
export function updateTaskCounts(account: AccountStores, service: StoredService): void {
  const tasks = serviceTasks(account, service).filter(({ lastStatus }) => !isStopping(lastStatus));
  const counts = (mine: readonly StoredTask[]) => {
    const runningCount = mine.filter(({ lastStatus }) => lastStatus === 'RUNNING').length;
    return { runningCount, pendingCount: mine.length - runningCount };
  };
  Object.assign(service, counts(tasks));
  for (const part of [...(service.deployments ?? []), ...(service.taskSets ?? [])])
    Object.assign(part, counts(tasks.filter(({ startedBy }) => startedBy === part.id)));
  for (const current of service.currentServiceRevisions ?? []) {
    const id = account.history.deploymentIdOf(current.arn);
    const { runningCount, pendingCount } = counts(tasks.filter(({ startedBy }) => startedBy === id));
    Object.assign(current, { runningTaskCount: runningCount, pendingTaskCount: pendingCount });
  }
}
