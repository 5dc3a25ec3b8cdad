/**
 * What becomes of a service deployment: it begins with each change of a service that ECS rolls itself, and succeeds, bakes,
 * fails or rolls back when somebody says so. A rollback makes no new service revision: it goes back to the last that was
 * deployed successfully (developer guide, "Amazon ECS service revisions").
 */
import type { Deployment, ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import { activeService } from './find-service.ts';
import type { StoredService, ServiceName } from './services.ts';
import type { StoredServiceDeployment } from './service-history.ts';

/** A new service revision, and the service deployment that leads to it from all that the service has now. One that is
 *  still under way ends here: it is overtaken. */
export function startServiceDeployment(
  account: AccountStores,
  service: StoredService,
  { id = '', taskDefinition }: Deployment,
): void {
  const { history } = account;
  const now = new Date(account.now());
  const { serviceArn, clusterArn, launchType, deploymentConfiguration } = service;
  const overtaken = history.unfinished(service);
  if (overtaken !== undefined)
    endServiceDeployment(account, overtaken, 'STOPPED', 'A newer deployment started.');
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
  // ECS does not document for how long it shows the current deployment: here its ARN stays, finished or not.
  service.currentServiceDeployment = serviceDeploymentArn;
  service.currentServiceRevisions = [{ arn: serviceRevisionArn }, ...sources];
}

/** The traffic has moved, and both sides run on until the deployment is finished or rolled back. */
export function bakeDeployment(account: AccountStores, name: ServiceName): StoredServiceDeployment {
  const service = activeService(account, name);
  const running = unfinishedDeployment(account, service);
  if (isRolling(service)) throw new TypeError(`${service.serviceArn} has no bake time: it rolls`);
  running.lifecycleStage = 'BAKE_TIME';
  running.updatedAt = new Date(account.now());
  return running;
}

/** The service's deployment has reached its endServiceDeployment: its target linkDeployment, or what it was rolled back to. */
export function completeServiceDeployment(account: AccountStores, service: StoredService): void {
  const running = account.history.unfinished(service);
  if (running === undefined) return;
  const rolledBack = running.rollback?.serviceRevisionArn;
  const arn = rolledBack ?? running.targetServiceRevision?.arn;
  endServiceDeployment(account, running, rolledBack === undefined ? 'SUCCESSFUL' : 'ROLLBACK_SUCCESSFUL');
  service.currentServiceRevisions = arn === undefined ? [] : [{ arn }];
}

/** Goes back, in the same service deployment, to the last service revision that was deployed successfully. Whether ECS
 *  can go back to a task definition that is INACTIVE is not documented: here it cannot, once its ten minutes are over.
 *  @param start how a service starts tasks of a revision: deployments.ts knows */
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

export function unfinishedDeployment(
  account: AccountStores,
  service: StoredService,
): StoredServiceDeployment {
  const running = account.history.unfinished(service);
  if (running === undefined)
    throw new AwsError('ConflictException', 'The service has no deployment under way.');
  return running;
}

export function historyArn(
  account: AccountStores,
  service: StoredService,
  type: 'service-deployment' | 'service-revision',
  id: string,
): string {
  const { clusterName } = account.clusters.find(service.clusterArn) ?? { clusterName: 'default' };
  return account.arns.named(type, `${clusterName}/${service.serviceName}/${id}`);
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
