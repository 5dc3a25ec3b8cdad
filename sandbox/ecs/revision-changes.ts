/**
 * How revisions are registered, deregistered and deleted. ECS never reuses a number. A deregistered revision can
 * still be described, and running tasks keep it.
 */
import type { Failure, RegisterTaskDefinitionRequest, TaskDefinition } from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import { validateRegistration, withDefaults } from './registration-input.ts';
import type { Revision } from './revisions.ts';

export function register(
  account: AccountStores,
  input: RegisterTaskDefinitionRequest,
  by: { caller: string; at: Date },
): Revision {
  const { family, tags, ...rest } = validateRegistration(input);
  const number = account.revisions.nextNumber(family);
  const revision: Revision = {
    requiresAttributes: [],
    compatibilities: [...new Set(['EC2' as const, ...(rest.requiresCompatibilities ?? [])])],
    ...withDefaults(rest),
    taskDefinitionArn: account.arns.taskDefinition(family, number),
    family,
    revision: number,
    status: 'ACTIVE',
    registeredAt: by.at,
    registeredBy: by.caller,
  };
  account.revisions.add(revision);
  account.tags.add(revision.taskDefinitionArn, tags);
  return revision;
}

/**
 * For an INACTIVE revision, the answer is the unchanged revision. AWS does not document this case; a fault can turn
 * it into an error.
 */
export function deregister(account: AccountStores, name: string): Revision {
  if (!/:\d+$/.test(name)) throw new AwsError('ClientException', 'Invalid revision number. Number:');
  const revision = account.revisions.find(name);
  if (revision === undefined || revision.status === 'DELETE_IN_PROGRESS')
    throw new AwsError('ClientException', 'The specified task definition does not exist.');
  if (revision.status === 'INACTIVE') return revision;
  account.revisions.move(revision, 'INACTIVE');
  revision.deregisteredAt = new Date(account.now());
  return revision;
}

export function requestDeletion(account: AccountStores, name: string): Revision | Failure {
  const revision = /:\d+$/.test(name) ? account.revisions.find(name) : undefined;
  if (revision === undefined) return { arn: name, reason: 'The specified task definition does not exist.' };
  const still = `The specified task definition is still in ${revision.status} status.`;
  if (revision.status === 'ACTIVE') return { arn: revision.taskDefinitionArn, reason: still };
  if (revision.status === 'INACTIVE') {
    account.revisions.move(revision, 'DELETE_IN_PROGRESS');
    revision.deleteRequestedAt = new Date(account.now());
  }
  return revision;
}

/**
 * Completes the deletions that nothing blocks. AWS does so up to an hour after the last task and up to a day after
 * the last deployment of the revision: developer guide, "Deleting an Amazon ECS task definition revision".
 */
export function finishDeletions(account: AccountStores): string[] {
  const used = new Set(account.clusters.all().flatMap(({ clusterArn }) => revisionsUsedIn(account, clusterArn)));
  const done = [...account.revisions.all()].filter(
    ({ status, taskDefinitionArn }) => status === 'DELETE_IN_PROGRESS' && !used.has(taskDefinitionArn),
  );
  for (const revision of done) {
    account.revisions.forget(revision);
    account.tags.forget(revision.taskDefinitionArn);
  }
  return done.map(({ taskDefinitionArn }) => taskDefinitionArn);
}

function revisionsUsedIn(account: AccountStores, clusterArn: string): (string | undefined)[] {
  const used: (string | undefined)[] = [];
  for (const { lastStatus, taskDefinitionArn } of account.tasks.in(clusterArn))
    if (lastStatus !== 'STOPPED') used.push(taskDefinitionArn);
  for (const service of account.services.in(clusterArn)) {
    if (service.status === 'INACTIVE') continue;
    const parts = [service, ...(service.deployments ?? []), ...(service.taskSets ?? [])];
    for (const { taskDefinition } of parts) used.push(taskDefinition);
  }
  return used;
}

export const isRevision = (one: TaskDefinition | Failure): one is Revision => 'taskDefinitionArn' in one;
