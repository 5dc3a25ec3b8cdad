/**
 * How services are created, updated, deployed and deleted. A deployment starts tasks of the new revision beside those
 * of the former one. It lasts until a test finishes it, so a test can observe the middle of a change.
 */
import type { CreateServiceRequest, DeleteServiceRequest, Deployment, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import { activeService } from './find-service.ts';
import {
  completeServiceDeployment,
  endServiceDeployment,
  rollBackServiceDeployment,
  startServiceDeployment,
  unfinishedDeployment,
} from './rollouts.ts';
import type { StoredServiceDeployment } from './service-history.ts';
import { serviceTasks, startTasks, updateTaskCounts } from './service-tasks.ts';
import type { ServiceName, StoredService } from './services.ts';
import { moveTask } from './task-changes.ts';
import { addTaskSet, finishTaskSets } from './task-sets.ts';
import { isStopping } from './tasks.ts';

export function createService(account: AccountStores, input: CreateServiceRequest, caller: string): StoredService {
  const { clusterArn, clusterName } = account.clusters.active(input.cluster);
  const { serviceName = '', deploymentController, tags } = input;
  const controller = deploymentController?.type ?? 'ECS';
  const former = account.services.find(clusterArn, serviceName);
  if (former?.status === 'ACTIVE') throw refusal('Creation of service was not idempotent.');
  if (former?.status === 'DRAINING') throw refusal('Unable to Start a service that is still Draining.');
  if (controller === 'EXTERNAL' && input.taskDefinition !== undefined)
    throw refusal('A service with an EXTERNAL deployment controller gets its task definition from task sets.');

  const service: StoredService = {
    serviceArn: account.arns.service(clusterName, serviceName),
    serviceName,
    clusterArn,
    status: 'ACTIVE',
    desiredCount: input.desiredCount ?? 0,
    runningCount: 0,
    pendingCount: 0,
    launchType: input.launchType ?? 'FARGATE',
    schedulingStrategy: input.schedulingStrategy ?? 'REPLICA',
    loadBalancers: input.loadBalancers ?? [],
    serviceRegistries: input.serviceRegistries ?? [],
    placementConstraints: [],
    placementStrategy: [],
    deployments: [],
    events: [],
    createdAt: new Date(account.now()),
    createdBy: caller,
    enableECSManagedTags: false,
    propagateTags: 'NONE',
    enableExecuteCommand: false,
    ...(input.deploymentConfiguration === undefined ? {} : { deploymentConfiguration: input.deploymentConfiguration }),
    // AWS omits it unless the request has one; then it is ECS.
    ...(deploymentController === undefined ? {} : { deploymentController }),
  };
  if (controller !== 'EXTERNAL') {
    const revision = account.revisions.startable(input.taskDefinition, 'ClientException');
    service.taskDefinition = revision.taskDefinitionArn;
  }
  account.services.replace(service);
  account.tags.add(service.serviceArn, tags);
  if (controller === 'ECS') {
    startServiceDeployment(account, service, startDeployment(account, service));
    updateTaskCounts(account, service);
  } else service.taskSets = [];
  if (controller === 'CODE_DEPLOY')
    addTaskSet(account, service, { taskDefinitionArn: service.taskDefinition ?? '', status: 'PRIMARY' });
  return service;
}

export function updateService(account: AccountStores, input: UpdateServiceRequest): StoredService {
  const service = activeService(account, input);
  const taskDefinitionArn =
    input.taskDefinition === undefined
      ? undefined
      : account.revisions.startable(input.taskDefinition, 'ClientException').taskDefinitionArn;
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS' && (taskDefinitionArn !== undefined || input.forceNewDeployment === true))
    throw refusal(`Unable to update task definition on services with a ${controller} deployment controller.`);

  if (input.desiredCount !== undefined) service.desiredCount = input.desiredCount;
  if (input.deploymentConfiguration !== undefined) service.deploymentConfiguration = input.deploymentConfiguration;
  if (
    (taskDefinitionArn !== undefined && taskDefinitionArn !== service.taskDefinition) ||
    input.forceNewDeployment === true
  ) {
    // A forced deployment starts tasks of the current revision, so that revision must be startable.
    if (taskDefinitionArn === undefined) account.revisions.startable(service.taskDefinition, 'ClientException');
    service.taskDefinition = taskDefinitionArn ?? service.taskDefinition;
    startServiceDeployment(account, service, startDeployment(account, service));
    updateTaskCounts(account, service);
  } else if (input.desiredCount !== undefined) scaleService(account, service);
  return service;
}

/**
 * Completes the PRIMARY deployment: its tasks run, and the tasks of the former deployments stop. A requested stop or
 * rollback happens first.
 */
export function finishDeployment(account: AccountStores, name: ServiceName): StoredService {
  const service = activeService(account, name);
  const { status } = account.history.unfinished(service) ?? {};
  if (status === 'ROLLBACK_REQUESTED') rollBackDeployment(account, name);
  if (status === 'STOP_REQUESTED') failDeployment(account, name);
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  for (const task of serviceTasks(account, service))
    if (task.startedBy === primary?.id) moveTask(account, task, 'RUNNING');
    else if (primary !== undefined) moveTask(account, task, 'STOPPED');
  if (primary !== undefined) {
    primary.rolloutState = 'COMPLETED';
    primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`;
    service.deployments = [primary];
    completeServiceDeployment(account, service);
    addServiceEvent(account, service, `(service ${service.serviceName}) has reached a steady state.`);
  }
  finishTaskSets(account, service);
  updateTaskCounts(account, service);
  return service;
}

/** Stops the deployment without a rollback. Both sides stay as they are. */
export function failDeployment(account: AccountStores, name: ServiceName): StoredServiceDeployment {
  const service = activeService(account, name);
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  if (primary !== undefined) primary.rolloutState = 'FAILED';
  return endServiceDeployment(account, unfinishedDeployment(account, service), 'STOPPED', 'The deployment failed.');
}

/**
 * Restores the last successful service revision, as the circuit breaker, an alarm or an operator does. The rollback
 * lasts until `finishDeployment`.
 */
export function rollBackDeployment(account: AccountStores, name: ServiceName): StoredServiceDeployment {
  const service = activeService(account, name);
  const rolled = rollBackServiceDeployment(account, service, 'Rolled back.', () => startDeployment(account, service));
  updateTaskCounts(account, service);
  return rolled;
}

/** A deleted service is DRAINING while any of its tasks runs: ListServices omits it, but it still exists. */
export function deleteService(account: AccountStores, input: DeleteServiceRequest): StoredService {
  const service = activeService(account, input);
  if ((service.desiredCount ?? 0) > 0 && input.force !== true)
    throw refusal('The service cannot be stopped while it is scaled above 0.');
  service.desiredCount = 0;
  const tasks = serviceTasks(account, service).filter(({ lastStatus }) => !isStopping(lastStatus));
  service.status = tasks.length > 0 ? 'DRAINING' : 'INACTIVE';
  for (const task of tasks) task.desiredStatus = 'STOPPED';
  account.history.forget(service);
  return service;
}

/** Starts tasks of the service's task definition in a new PRIMARY deployment, beside the former deployments. */
function startDeployment(account: AccountStores, service: StoredService): Deployment {
  for (const former of service.deployments ?? []) if (former.status === 'PRIMARY') former.status = 'ACTIVE';
  const now = new Date(account.now());
  const id = `ecs-svc/${account.ids.digits()}`;
  const desiredCount = service.desiredCount ?? 0;
  const taskDefinition = service.taskDefinition ?? '';
  const deployment: Deployment = {
    id,
    status: 'PRIMARY',
    taskDefinition,
    desiredCount,
    pendingCount: desiredCount,
    runningCount: 0,
    failedTasks: 0,
    createdAt: now,
    updatedAt: now,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id} in progress.`,
  };
  service.deployments = [deployment, ...(service.deployments ?? [])];
  startTasks(account, service, { id, taskDefinitionArn: taskDefinition, count: desiredCount });
  addServiceEvent(account, service, `(service ${service.serviceName}) has started ${desiredCount} tasks.`);
  return deployment;
}

/** Scaling starts tasks of the current revision even if it is INACTIVE: AWS does not check it. */
function scaleService(account: AccountStores, service: StoredService): void {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  const desired = service.desiredCount ?? 0;
  const running = serviceTasks(account, service).filter(({ lastStatus }) => !isStopping(lastStatus));
  for (const task of running.slice(desired)) moveTask(account, task, 'STOPPING');
  if (primary?.id !== undefined && service.taskDefinition !== undefined) {
    primary.desiredCount = desired;
    const missing = {
      id: primary.id,
      taskDefinitionArn: service.taskDefinition,
      count: desired - running.length,
    };
    startTasks(account, service, missing);
  }
  updateTaskCounts(account, service);
}

function addServiceEvent(account: AccountStores, service: StoredService, message: string): void {
  const event = { id: account.ids.uuid(), createdAt: new Date(account.now()), message };
  service.events = [event, ...(service.events ?? [])];
}

const refusal = (message: string) => new AwsError('InvalidParameterException', message);
