/**
 * Task sets: the deployments of services that CodeDeploy or an external deployer controls. DescribeServices shows
 * them too.
 */
import type { CreateTaskSetRequest, DescribeTaskSetsRequest, TaskSet } from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { batchOperation } from '../batch-operation.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { activeService, existingService } from './find-service.ts';
import { clusterScope } from './scope.ts';
import { serviceTasks, startTasks, updateTaskCounts } from './service-tasks.ts';
import type { StoredService } from './services.ts';
import { moveTask } from './task-changes.ts';

export function createTaskSet(account: AccountStores, input: CreateTaskSetRequest): TaskSet {
  const service = activeService(account, input);
  if ((service.deploymentController?.type ?? 'ECS') === 'ECS')
    throw new AwsError('InvalidParameterException', 'Task sets need a CODE_DEPLOY or EXTERNAL deployment controller.');
  const { taskDefinitionArn } = account.revisions.startable(input.taskDefinition, 'ClientException');
  const isFirst = (service.taskSets ?? []).length === 0;
  return addTaskSet(account, service, { taskDefinitionArn, status: isFirst ? 'PRIMARY' : 'ACTIVE' });
}

export function addTaskSet(
  account: AccountStores,
  service: StoredService,
  { taskDefinitionArn, status }: { taskDefinitionArn: string; status: 'PRIMARY' | 'ACTIVE' },
) {
  const now = new Date(account.now());
  const id = `ecs-svc/${account.ids.digits()}`;
  const cluster = account.clusters.active(service.clusterArn).clusterName;
  const taskSet = {
    id,
    taskSetArn: account.arns.taskSet(cluster, service.serviceName, id),
    serviceArn: service.serviceArn,
    clusterArn: service.clusterArn,
    status,
    taskDefinition: taskDefinitionArn,
    computedDesiredCount: service.desiredCount ?? 0,
    pendingCount: service.desiredCount ?? 0,
    runningCount: 0,
    createdAt: now,
    updatedAt: now,
    stabilityStatus: 'STABILIZING' as const,
    stabilityStatusAt: now,
  };
  (service.taskSets ??= []).push(taskSet);
  startTasks(account, service, { id, taskDefinitionArn, count: service.desiredCount ?? 0 });
  updateTaskCounts(account, service);
  return taskSet;
}

/** In a CODE_DEPLOY or EXTERNAL service, the newest task set replaces the others. */
export function finishTaskSets(account: AccountStores, service: StoredService): void {
  const newest = service.taskSets?.at(-1);
  if (newest === undefined) return;
  for (const task of serviceTasks(account, service))
    moveTask(account, task, task.startedBy === newest.id ? 'RUNNING' : 'STOPPED');
  Object.assign(newest, { status: 'PRIMARY', stabilityStatus: 'STEADY_STATE' });
  service.taskSets = [newest];
  // ECS updates the revision of a CODE_DEPLOY service after the shift. An EXTERNAL service never has one.
  if (service.deploymentController?.type === 'CODE_DEPLOY' && newest.taskDefinition !== undefined)
    service.taskDefinition = newest.taskDefinition;
}

export const taskSetOperations: Operations = {
  /** Without `taskSets`, the answer has all task sets of the service. */
  DescribeTaskSets: batchOperation({
    member: 'taskSets',
    maxItems: 100,
    iamScope: (input: DescribeTaskSetsRequest, account) =>
      clusterScope(account, input.cluster, requestedArns(input, account)),
    requestedArns: (input, account) => requestedArns(input, account),
    find: (arn, input, { account }) =>
      existingService(account, input).taskSets?.find(({ taskSetArn }) => taskSetArn === arn),
  }),

  CreateTaskSet: {
    iamScope: (input: CreateTaskSetRequest, account) => clusterScope(account, input.cluster),
    run: (input: CreateTaskSetRequest, { account }) => ({ taskSet: createTaskSet(account, input) }),
  },
};

function requestedArns(input: DescribeTaskSetsRequest, account: AccountStores): string[] {
  const all = existingService(account, input).taskSets ?? [];
  if (input.taskSets === undefined || input.taskSets.length === 0)
    return all.flatMap(({ taskSetArn }) => taskSetArn ?? []);
  return input.taskSets.map((name) => all.find(({ id }) => id === name)?.taskSetArn ?? name);
}
