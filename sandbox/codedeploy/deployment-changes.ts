/**
 * How CodeDeploy deployments start, change their status and stop. A deployment lasts until a test finishes it. It
 * changes nothing in ECS: the test also moves the task sets (`createTaskSet`, `finishDeployment`).
 */
import type {
  CreateDeploymentInput,
  DeploymentStatus,
  RevisionLocation,
  StopDeploymentInput,
} from '@aws-sdk/client-codedeploy';
import type { AccountStores } from '../account-stores.ts';
import { refusal } from './applications.ts';
import type { StoredDeployment } from './deployments.ts';

const finalStatuses = new Set<string | undefined>(['Succeeded', 'Failed', 'Stopped']);

/** A group has at most one unfinished deployment. A rollback restores the revision before it. */
export function createDeployment(account: AccountStores, input: CreateDeploymentInput): StoredDeployment {
  const group = account.applications.group(input.applicationName, input.deploymentGroupName);
  const { applicationName, deploymentGroupName } = group;
  const { revision = group.targetRevision } = input;
  if (revision === undefined) throw refusal('RevisionRequired', 'A revision is required.');
  const active = deploymentsOfGroup(account, group).find(({ status }) => !finalStatuses.has(status));
  if (active !== undefined) {
    const message = `The Deployment Group '${deploymentGroupName}' already has an active Deployment '${active.deploymentId}'`;
    throw refusal('DeploymentLimitExceeded', message);
  }
  return startDeployment(account, { applicationName, deploymentGroupName, revision, creator: 'user' });
}

function startDeployment(
  account: AccountStores,
  request: {
    applicationName: string;
    deploymentGroupName: string;
    revision: RevisionLocation;
    creator: 'user' | 'codeDeployRollback';
  },
): StoredDeployment {
  const group = account.applications.group(request.applicationName, request.deploymentGroupName);
  const before = account.deployments.find(group.lastSuccessfulDeployment?.deploymentId)?.revision;
  const createTime = new Date(account.now());
  const deployment: StoredDeployment = {
    ...request,
    deploymentId: `d-${account.ids.hex(9).toUpperCase()}`,
    status: 'InProgress',
    createTime,
    startTime: createTime,
    ...(before === undefined ? {} : { previousRevision: before }),
    ...(group.computePlatform === undefined ? {} : { computePlatform: group.computePlatform }),
  };
  account.deployments.add(deployment);
  group.targetRevision = request.revision;
  group.lastAttemptedDeployment = { deploymentId: deployment.deploymentId, status: 'InProgress', createTime };
  return deployment;
}

export function moveDeployment(account: AccountStores, id: string, status: DeploymentStatus): StoredDeployment {
  const deployment = existingDeployment(account, id);
  const endTime = new Date(account.now());
  deployment.status = status;
  const group = account.applications.group(deployment.applicationName, deployment.deploymentGroupName);
  const { deploymentId, createTime } = deployment;
  const last = { deploymentId, status, ...(createTime === undefined ? {} : { createTime }) };
  group.lastAttemptedDeployment = last;
  if (!finalStatuses.has(status)) return deployment;
  deployment.completeTime = endTime;
  group.lastAttemptedDeployment = { ...last, endTime };
  if (status === 'Succeeded') group.lastSuccessfulDeployment = { ...last, endTime };
  return deployment;
}

/** With automatic rollback, a new deployment restores the last successful revision. */
export function stopDeployment(
  account: AccountStores,
  { deploymentId = '', autoRollbackEnabled }: StopDeploymentInput,
) {
  const stopped = existingDeployment(account, deploymentId);
  if (finalStatuses.has(stopped.status))
    throw refusal('DeploymentAlreadyCompleted', `The deployment ${deploymentId} is already complete.`);
  moveDeployment(account, deploymentId, 'Stopped');
  const { applicationName = '', deploymentGroupName = '', previousRevision } = stopped;
  if (autoRollbackEnabled !== true || previousRevision === undefined) return stopped;
  const rollback = startDeployment(account, {
    applicationName,
    deploymentGroupName,
    revision: previousRevision,
    creator: 'codeDeployRollback',
  });
  stopped.rollbackInfo = { rollbackDeploymentId: rollback.deploymentId };
  rollback.rollbackInfo = { rollbackTriggeringDeploymentId: deploymentId };
  return stopped;
}

function existingDeployment(account: AccountStores, id: string): StoredDeployment {
  const found = account.deployments.find(id);
  if (found === undefined) throw refusal('DeploymentDoesNotExist', `The deployment ${id} could not be found`);
  return found;
}

export function deploymentsOfGroup(
  account: AccountStores,
  group: { applicationName: string; deploymentGroupName: string },
) {
  return account.deployments
    .all()
    .filter(
      (one) => one.applicationName === group.applicationName && one.deploymentGroupName === group.deploymentGroupName,
    );
}
