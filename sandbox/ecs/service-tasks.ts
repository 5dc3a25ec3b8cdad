/** Starts, finds and counts the tasks of a service. The `startedBy` of such a task is its deployment or task set. */
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
    .filter(({ group, lastStatus }) => group === `service:${service.serviceName}` && lastStatus !== 'STOPPED');
}

/** Recounts the tasks of the service, its deployments, task sets and service revisions. */
export function updateTaskCounts(account: AccountStores, service: StoredService): void {
  const tasks = serviceTasks(account, service).filter(({ lastStatus }) => !isStopping(lastStatus));
  const counts = (counted: readonly StoredTask[]) => {
    const runningCount = counted.filter(({ lastStatus }) => lastStatus === 'RUNNING').length;
    return { runningCount, pendingCount: counted.length - runningCount };
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
