/**
 * The service history of account files. For a service without any, the history follows from its `deployments[]`. A
 * deployment without a time is older than the history.
 */
import type { Deployment, ServiceDeployment, ServiceRevision } from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { historyArn } from './rollouts.ts';
import { isFinished, type StoredServiceDeployment } from './service-history.ts';
import type { StoredService } from './services.ts';

export function addServiceRevision(account: AccountStores, revision: ServiceRevision): void {
  const { serviceRevisionArn = '' } = revision;
  const service = serviceOfArn(account, 'service-revision', serviceRevisionArn);
  account.history.addRevision({
    ...revision,
    serviceRevisionArn,
    serviceArn: service.serviceArn,
    clusterArn: service.clusterArn,
  });
}

export function addServiceDeployment(account: AccountStores, deployment: ServiceDeployment): void {
  const { serviceDeploymentArn = '', status } = deployment;
  const service = serviceOfArn(account, 'service-deployment', serviceDeploymentArn);
  const { targetServiceRevision, sourceServiceRevisions = [], rollback } = deployment;
  for (const arn of [
    targetServiceRevision?.arn,
    rollback?.serviceRevisionArn,
    ...sourceServiceRevisions.map((source) => source.arn),
  ])
    if (arn !== undefined && account.history.revision(arn) === undefined)
      throw new TypeError(`${arn} is not among the serviceRevisions`);
  account.history.addDeployment({
    startedAt: deployment.createdAt,
    updatedAt: deployment.finishedAt ?? deployment.createdAt,
    ...deployment,
    serviceDeploymentArn,
    serviceArn: service.serviceArn,
    clusterArn: service.clusterArn,
    status: status ?? 'SUCCESSFUL',
  });
}

/** Runs after the file's own history: completes every service that ECS deploys itself. */
export function completeHistories(account: AccountStores): void {
  for (const { clusterArn } of account.clusters.all())
    for (const service of account.services.in(clusterArn)) completeHistory(account, service);
}

function completeHistory(account: AccountStores, service: StoredService): void {
  if ((service.deploymentController?.type ?? 'ECS') !== 'ECS' || service.status !== 'ACTIVE') return;
  if (account.history.of(service).length === 0) deriveHistory(account, service);
  const [newest] = account.history.of(service);
  if (newest === undefined) return;
  service.currentServiceDeployment ??= newest.serviceDeploymentArn;
  service.currentServiceRevisions ??= currentRevisionArns(account, service, newest).map((arn) => ({ arn }));
}

/** The last entry of `deployments[]` is the oldest. All others lead to the first. */
function deriveHistory(account: AccountStores, service: StoredService): void {
  const former: string[] = [];
  for (const [index, deployment] of (service.deployments ?? []).toReversed().entries()) {
    const { serviceArn, clusterArn } = service;
    const { createdAt, taskDefinition, id = '' } = deployment;
    const serviceRevisionArn = historyArn(account, service, 'service-revision', account.ids.digits());
    const about = { serviceArn, clusterArn, ...(createdAt === undefined ? {} : { createdAt }) };
    account.history.addRevision({
      ...about,
      serviceRevisionArn,
      ...(taskDefinition === undefined ? {} : { taskDefinition }),
    });
    account.history.linkDeployment(serviceRevisionArn, id);
    const isLast = index === (service.deployments ?? []).length - 1;
    account.history.addDeployment({
      ...about,
      serviceDeploymentArn: historyArn(account, service, 'service-deployment', account.ids.hex(21)),
      ...(createdAt === undefined ? {} : { startedAt: createdAt, updatedAt: deployment.updatedAt ?? createdAt }),
      status: isLast ? toServiceDeploymentStatus(deployment) : 'SUCCESSFUL',
      sourceServiceRevisions: former.map((arn) => ({ arn })),
      targetServiceRevision: { arn: serviceRevisionArn },
    });
    former.push(serviceRevisionArn);
  }
}

function toServiceDeploymentStatus({ rolloutState, createdAt }: Deployment): StoredServiceDeployment['status'] {
  if (rolloutState === 'FAILED') return 'STOPPED';
  return rolloutState === 'IN_PROGRESS' && createdAt !== undefined ? 'IN_PROGRESS' : 'SUCCESSFUL';
}

function currentRevisionArns(
  account: AccountStores,
  service: StoredService,
  newest: StoredServiceDeployment,
): string[] {
  const { targetServiceRevision, sourceServiceRevisions = [], rollback } = newest;
  const last = account.history.lastSuccessful(service)?.serviceRevisionArn;
  const arns = isFinished(newest)
    ? [last ?? targetServiceRevision?.arn]
    : [targetServiceRevision?.arn, rollback?.serviceRevisionArn, ...sourceServiceRevisions.map(({ arn }) => arn)];
  return [...new Set(arns)].filter((arn) => arn !== undefined);
}

function serviceOfArn(account: AccountStores, type: 'service-deployment' | 'service-revision', arn: string) {
  const { clusterArn, serviceName } = account.history.parseArn(type, arn);
  const service = account.services.find(clusterArn, serviceName);
  if (service === undefined) throw new TypeError(`${arn || `a ${type} without ARN`} belongs to none of the services`);
  return service;
}
