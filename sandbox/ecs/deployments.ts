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
import type { Account } from '../account.ts';
import { AwsError } from '../errors.ts';
import type { KnownService } from './services.ts';
import { isEnding, move, start, type KnownTask } from './tasks.ts';

type Named = { readonly cluster?: string | undefined; readonly service: string | undefined };

export function createService(account: Account, input: CreateServiceRequest, caller: string): KnownService {
  const { clusterArn, clusterName } = account.clusters.active(input.cluster);
  const { serviceName = '', deploymentController, tags } = input;
  const controller = deploymentController?.type ?? 'ECS';
  const former = account.services.find(clusterArn, serviceName);
  if (former?.status === 'ACTIVE') throw refused('Creation of service was not idempotent.');
  if (former?.status === 'DRAINING') throw refused('Unable to Start a service that is still Draining.');
  if (controller === 'EXTERNAL' && input.taskDefinition !== undefined)
    throw refused('A service with an EXTERNAL deployment controller takes its task definition by task sets.');

  const service: KnownService = {
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
  if (controller === 'ECS') deploy(account, service);
  else service.taskSets = [];
  if (controller === 'CODE_DEPLOY')
    addTaskSet(account, service, { taskDefinitionArn: service.taskDefinition ?? '', status: 'PRIMARY' });
  return service;
}

export function updateService(account: Account, input: UpdateServiceRequest): KnownService {
  const service = activeService(account, input);
  const named =
    input.taskDefinition === undefined
      ? undefined
      : account.revisions.startable(input.taskDefinition, 'ClientException').taskDefinitionArn;
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS' && (named !== undefined || input.forceNewDeployment === true))
    throw refused(`Unable to update task definition on services with a ${controller} deployment controller.`);

  if (input.desiredCount !== undefined) service.desiredCount = input.desiredCount;
  if ((named !== undefined && named !== service.taskDefinition) || input.forceNewDeployment === true) {
    // Redeploying what the service already names starts it anew, so its revision must still be startable.
    if (named === undefined) account.revisions.startable(service.taskDefinition, 'ClientException');
    service.taskDefinition = named ?? service.taskDefinition;
    for (const deployment of service.deployments ?? [])
      if (deployment.status === 'PRIMARY') deployment.status = 'ACTIVE';
    deploy(account, service);
  } else if (input.desiredCount !== undefined) scale(account, service);
  return service;
}

/** The PRIMARY deployment is done: its tasks run, those of the former ones are stopped and these are gone. */
export function finishDeployment(account: Account, named: Named): KnownService {
  const service = activeService(account, named);
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  for (const task of tasksOf(account, service))
    if (task.startedBy === primary?.id) move(account, task, 'RUNNING');
    else if (primary !== undefined) move(account, task, 'STOPPED');
  if (primary !== undefined) {
    primary.rolloutState = 'COMPLETED';
    primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`;
    service.deployments = [primary];
    note(account, service, `(service ${service.serviceName}) has reached a steady state.`);
  }
  finishTaskSets(account, service);
  count(account, service);
  return service;
}

/** In a CODE_DEPLOY or EXTERNAL service the newest task set takes over. */
function finishTaskSets(account: Account, service: KnownService): void {
  const newest = service.taskSets?.at(-1);
  if (newest === undefined) return;
  for (const task of tasksOf(account, service))
    move(account, task, task.startedBy === newest.id ? 'RUNNING' : 'STOPPED');
  Object.assign(newest, { status: 'PRIMARY', stabilityStatus: 'STEADY_STATE' });
  service.taskSets = [newest];
  // ECS shows a CODE_DEPLOY service's revision after the shift; an EXTERNAL one never has any.
  if (service.deploymentController?.type === 'CODE_DEPLOY' && newest.taskDefinition !== undefined)
    service.taskDefinition = newest.taskDefinition;
}

/** While any of its tasks still runs a deleted service is DRAINING: unlisted, but there. */
export function deleteService(account: Account, input: DeleteServiceRequest): KnownService {
  const service = activeService(account, input);
  if ((service.desiredCount ?? 0) > 0 && input.force !== true)
    throw refused('The service cannot be stopped while it is scaled above 0.');
  service.desiredCount = 0;
  const tasks = tasksOf(account, service).filter(({ lastStatus }) => !isEnding(lastStatus));
  service.status = tasks.length > 0 ? 'DRAINING' : 'INACTIVE';
  for (const task of tasks) task.desiredStatus = 'STOPPED';
  return service;
}

export function activeService(account: Account, { cluster, service: name = '' }: Named): KnownService {
  const { clusterArn } = account.clusters.active(cluster);
  const service = account.services.find(clusterArn, name);
  if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  return service;
}

export function addTaskSet(
  account: Account,
  service: KnownService,
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
  count(account, service);
  return taskSet;
}

function deploy(account: Account, service: KnownService): void {
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
  note(account, service, `(service ${service.serviceName}) has started ${desiredCount} tasks.`);
  count(account, service);
}

/** Scaling starts tasks of the revision that the service has, INACTIVE or not: AWS asks nothing then. */
function scale(account: Account, service: KnownService): void {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  const desired = service.desiredCount ?? 0;
  const running = tasksOf(account, service).filter(({ lastStatus }) => !isEnding(lastStatus));
  for (const task of running.slice(desired)) move(account, task, 'STOPPING');
  if (primary?.id !== undefined && service.taskDefinition !== undefined) {
    primary.desiredCount = desired;
    const missing = {
      id: primary.id,
      taskDefinitionArn: service.taskDefinition,
      count: desired - running.length,
    };
    startTasks(account, service, missing);
  }
  count(account, service);
}

function startTasks(
  account: Account,
  service: KnownService,
  { id, taskDefinitionArn, count }: { id: string; taskDefinitionArn: string; count: number },
): void {
  const group = `service:${service.serviceName}`;
  const { clusterArn: cluster, launchType } = service;
  for (let started = 0; started < count; started += 1)
    start(account, { cluster, taskDefinitionArn, group, startedBy: id, launchType });
}

function tasksOf(account: Account, service: KnownService): KnownTask[] {
  return account.tasks
    .in(service.clusterArn)
    .filter(
      ({ group, lastStatus }) => group === `service:${service.serviceName}` && lastStatus !== 'STOPPED',
    );
}

/** Brings the counts that ECS shows in line with the tasks there are. */
function count(account: Account, service: KnownService): void {
  const tasks = tasksOf(account, service).filter(({ lastStatus }) => !isEnding(lastStatus));
  const counts = (mine: readonly KnownTask[]) => {
    const runningCount = mine.filter(({ lastStatus }) => lastStatus === 'RUNNING').length;
    return { runningCount, pendingCount: mine.length - runningCount };
  };
  Object.assign(service, counts(tasks));
  for (const part of [...(service.deployments ?? []), ...(service.taskSets ?? [])])
    Object.assign(part, counts(tasks.filter(({ startedBy }) => startedBy === part.id)));
}

function note(account: Account, service: KnownService, message: string): void {
  const event = { id: account.ids.uuid(), createdAt: new Date(account.now()), message };
  service.events = [event, ...(service.events ?? [])];
}

const refused = (message: string) => new AwsError('InvalidParameterException', message);
