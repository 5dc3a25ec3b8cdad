/**
 * How service deployments start, bake, complete, fail and roll back. A rollback creates no service revision: it
 * restores the last successful one (developer guide, "Amazon ECS service revisions").
 */
import type { Deployment, ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import { activeService } from './find-service.ts';
import type { StoredServiceDeployment } from './service-history.ts';
import type { ServiceName, StoredService } from './services.ts';

/**
 * Creates a service revision and a service deployment from all current service revisions. An unfinished service
 * deployment stops.
 */
export function startServiceDeployment(
  account: AccountStores,
  service: StoredService,
  { id = '', taskDefinition }: Deployment,
): void {
  const { history } = account;
  const now = new Date(account.now());
  const { serviceArn, clusterArn, launchType, deploymentConfiguration } = service;
  const overtaken = history.unfinished(service);
  if (overtaken !== undefined) endServiceDeployment(account, overtaken, 'STOPPED', 'A newer deployment started.');
  const serviceRevisionArn = historyArn(account, service, 'service-revision', account.ids.digits());
  history.addRevision({
    serviceRevisionArn,
    serviceArn,
    clusterArn,
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    ...(launchType === undefined ? {} : { launchType }),
    createdAt: now,
  });
  history.linkDeployment(serviceRevisionArn, id);
  const sources = service.currentServiceRevisions ?? [];
  const serviceDeploymentArn = historyArn(account, service, 'service-deployment', account.ids.hex(21));
  history.addDeployment({
    serviceDeploymentArn,
    serviceArn,
    clusterArn,
    createdAt: now,
    startedAt: now,
    updatedAt: now,
    sourceServiceRevisions: sources.map(({ arn }) => (arn === undefined ? {} : { arn })),
    targetServiceRevision: { arn: serviceRevisionArn },
    status: 'IN_PROGRESS',
    ...(deploymentConfiguration === undefined ? {} : { deploymentConfiguration }),
    ...(isRolling(service) ? {} : { lifecycleStage: 'SCALE_UP' }),
  });
  // ECS does not document how long it shows the current deployment. Here the ARN stays after its end.
  service.currentServiceDeployment = serviceDeploymentArn;
  service.currentServiceRevisions = [{ arn: serviceRevisionArn }, ...sources];
}

/** Shifts the traffic. Both sides keep running until the deployment finishes or rolls back. */
export function bakeDeployment(account: AccountStores, name: ServiceName): StoredServiceDeployment {
  const service = activeService(account, name);
  const running = unfinishedDeployment(account, service);
  if (isRolling(service)) throw new TypeError(`${service.serviceArn} has no bake time: it is a rolling deployment`);
  running.lifecycleStage = 'BAKE_TIME';
  running.updatedAt = new Date(account.now());
  return running;
}

/** Ends the service deployment: its target, or the revision of its rollback, becomes the only current one. */
export function completeServiceDeployment(account: AccountStores, service: StoredService): void {
  const running = account.history.unfinished(service);
  if (running === undefined) return;
  const rolledBack = running.rollback?.serviceRevisionArn;
  const arn = rolledBack ?? running.targetServiceRevision?.arn;
  endServiceDeployment(account, running, rolledBack === undefined ? 'SUCCESSFUL' : 'ROLLBACK_SUCCESSFUL');
  service.currentServiceRevisions = arn === undefined ? [] : [{ arn }];
}

/**
 * Restores the last successful service revision within the same service deployment. AWS does not document whether a
 * rollback can start an INACTIVE task definition. Here it cannot after the ten-minute window.
 * @param start starts a deployment of the restored task definition
 */
export function rollBackServiceDeployment(
  account: AccountStores,
  service: StoredService,
  reason: string,
  start: (taskDefinition: string) => Deployment,
): StoredServiceDeployment {
  const running = unfinishedDeployment(account, service);
  const to = account.history.lastSuccessful(service);
  const usable = to?.taskDefinition !== undefined && isStartable(account, to.taskDefinition);
  if (to?.taskDefinition === undefined || !usable) {
    const why = to === undefined ? 'There is no completed deployment.' : 'TaskDefinition is inactive';
    return endServiceDeployment(account, running, 'ROLLBACK_FAILED', why);
  }
  running.status = 'ROLLBACK_IN_PROGRESS';
  running.statusReason = reason;
  running.updatedAt = new Date(account.now());
  running.rollback = { reason, startedAt: running.updatedAt, serviceRevisionArn: to.serviceRevisionArn };
  service.taskDefinition = to.taskDefinition;
  const others = (service.currentServiceRevisions ?? []).filter(({ arn }) => arn !== to.serviceRevisionArn);
  service.currentServiceRevisions = [{ arn: to.serviceRevisionArn }, ...others];
  account.history.linkDeployment(to.serviceRevisionArn, start(to.taskDefinition).id ?? '');
  return running;
}

export function endServiceDeployment(
  account: AccountStores,
  deployment: StoredServiceDeployment,
  status: ServiceDeploymentStatus,
  reason?: string,
): StoredServiceDeployment {
  const now = new Date(account.now());
  Object.assign(deployment, { status, updatedAt: now, finishedAt: now });
  if (status === 'STOPPED') deployment.stoppedAt = now;
  if (reason !== undefined) deployment.statusReason = reason;
  delete deployment.lifecycleStage;
  return deployment;
}

export function unfinishedDeployment(account: AccountStores, service: StoredService): StoredServiceDeployment {
  const running = account.history.unfinished(service);
  if (running === undefined) throw new AwsError('ConflictException', 'The service has no deployment under way.');
  return running;
}

export function historyArn(
  account: AccountStores,
  service: StoredService,
  type: 'service-deployment' | 'service-revision',
  id: string,
): string {
  const { clusterName } = account.clusters.find(service.clusterArn) ?? { clusterName: 'default' };
  return account.arns.format(type, `${clusterName}/${service.serviceName}/${id}`);
}

function isRolling({ deploymentConfiguration }: StoredService): boolean {
  return (deploymentConfiguration?.strategy ?? 'ROLLING') === 'ROLLING';
}

function isStartable(account: AccountStores, taskDefinition: string): boolean {
  try {
    account.revisions.startable(taskDefinition, 'ClientException');
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
