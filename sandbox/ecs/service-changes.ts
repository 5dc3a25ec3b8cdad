/**
 * How a service gets from one revision to the next. Creating or updating starts a deployment with tasks of the new
 * revision beside those of the old one; it stays like that until somebody finishes it, so that a test can look at a
 * service in the middle of a change for as long as it likes.
 */
import type {
  CreateServiceRequest,
  DeleteServiceRequest,
  Deployment,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import {
  startServiceDeployment,
  completeServiceDeployment,
  endServiceDeployment,
  rollBackServiceDeployment,
  unfinishedDeployment,
} from './rollouts.ts';
import type { StoredServiceDeployment } from './service-history.ts';
import { updateTaskCounts, startTasks, serviceTasks } from './service-tasks.ts';
import { activeService } from './find-service.ts';
import type { StoredService, ServiceName } from './services.ts';
import { moveTask } from './task-changes.ts';
import { isStopping } from './tasks.ts';
import { addTaskSet, finishTaskSets } from './task-sets.ts';

export function createService(
  account: AccountStores,
  input: CreateServiceRequest,
  caller: string,
): StoredService {
  const { clusterArn, clusterName } = account.clusters.active(input.cluster);
  const { serviceName = '', deploymentController, tags } = input;
  const controller = deploymentController?.type ?? 'ECS';
  const former = account.services.find(clusterArn, serviceName);
  if (former?.status === 'ACTIVE') throw refusal('Creation of service was not idempotent.');
  if (former?.status === 'DRAINING') throw refusal('Unable to Start a service that is still Draining.');
  if (controller === 'EXTERNAL' && input.taskDefinition !== undefined)
    throw refusal('A service with an EXTERNAL deployment controller takes its task definition by task sets.');

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
    ...(input.deploymentConfiguration === undefined
      ? {}
      : { deploymentConfiguration: input.deploymentConfiguration }),
    // Absent in AWS's answer unless it was asked for: absent means ECS.
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
  if (input.deploymentConfiguration !== undefined)
    service.deploymentConfiguration = input.deploymentConfiguration;
  if (
    (taskDefinitionArn !== undefined && taskDefinitionArn !== service.taskDefinition) ||
    input.forceNewDeployment === true
  ) {
    // Redeploying what the service already names starts it anew, so its revision must still be startable.
    if (taskDefinitionArn === undefined)
      account.revisions.startable(service.taskDefinition, 'ClientException');
    service.taskDefinition = taskDefinitionArn ?? service.taskDefinition;
    startServiceDeployment(account, service, startDeployment(account, service));
    updateTaskCounts(account, service);
  } else if (input.desiredCount !== undefined) scaleService(account, service);
  return service;
}

/** The PRIMARY deployment is done: its tasks run, those of the former ones are stopped and these are gone. One that was
 *  asked to roll back, or to stop, does that. */
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

/** The deployment does not succeed and nothing rolls it back: it stops, and both sides stay as they are. */
export function failDeployment(account: AccountStores, name: ServiceName): StoredServiceDeployment {
  const service = activeService(account, name);
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  if (primary !== undefined) primary.rolloutState = 'FAILED';
  return endServiceDeployment(
    account,
    unfinishedDeployment(account, service),
    'STOPPED',
    'The deployment failed.',
  );
}

/** As the circuit breaker, an alarm or a person does: what was deployed last with success starts again. Goes on until
 *  `finishDeployment`. */
export function rollBackDeployment(account: AccountStores, name: ServiceName): StoredServiceDeployment {
  const service = activeService(account, name);
  const rolled = rollBackServiceDeployment(account, service, 'Rolled back.', () =>
    startDeployment(account, service),
  );
  updateTaskCounts(account, service);
  return rolled;
}

/** While any of its tasks still linkDeployment a deleted service is DRAINING: unlisted, but there. */
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

/** Tasks of the revision that the service names now, in a new PRIMARY deployment beside the former ones. */
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

/** Scaling starts tasks of the revision that the service has, INACTIVE or not: AWS asks nothing then. */
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
