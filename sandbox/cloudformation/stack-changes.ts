/**
 * How stacks change: creation, the beginning and end of an update, deletion. Tests take these steps one by one. Each
 * step leaves the status, the physical ids and the events that CloudFormation leaves.
 */
import { ResourceStatus, type StackEvent, type StackStatus } from '@aws-sdk/client-cloudformation';
import type { AccountStores } from '../account-stores.ts';
import { isLive, stackArn, type StoredStack } from './stacks.ts';

const taskDefinitionType = 'AWS::ECS::TaskDefinition';
const stackType = 'AWS::CloudFormation::Stack';

/** Creates a stack of task definitions. @param revisions a task definition for each logical id */
export function createStack(
  account: AccountStores,
  name: string,
  revisions: Readonly<Record<string, string>>,
  status: StackStatus = 'CREATE_COMPLETE',
): StoredStack {
  const now = new Date(account.now());
  const stack: StoredStack = {
    StackId: stackArn(account.place, name, account.ids.uuid()),
    StackName: name,
    CreationTime: now,
    StackStatus: status,
    resources: [],
    events: [],
    changeSets: [],
  };
  account.stacks.add(stack);
  recordStackEvent(account, stack, 'CREATE_IN_PROGRESS');
  for (const [logical, revision] of Object.entries(revisions)) setRevision(account, stack, logical, revision, 'CREATE');
  return stack;
}

/**
 * The update creates its revisions first. CloudFormation deregisters the former ones only when the update completes.
 */
export function beginStackUpdate(
  account: AccountStores,
  name: string,
  revisions: Readonly<Record<string, string>>,
): StoredStack {
  const stack = account.stacks.existing(name);
  stack.StackStatus = 'UPDATE_IN_PROGRESS';
  stack.LastUpdatedTime = new Date(account.now());
  recordStackEvent(account, stack, 'UPDATE_IN_PROGRESS');
  for (const [logical, revision] of Object.entries(revisions)) setRevision(account, stack, logical, revision, 'UPDATE');
  return stack;
}

/** Ends an update, or leaves it stuck. A completed rollback restores the former revisions. */
export function endStackUpdate(account: AccountStores, name: string, status: StackStatus): StoredStack {
  const stack = account.stacks.existing(name);
  const before = status === 'UPDATE_ROLLBACK_COMPLETE' ? resourcesBeforeUpdate(stack) : new Map<string, string>();
  for (const one of stack.resources) {
    const physical = before.get(one.LogicalResourceId ?? '');
    if (physical === undefined) continue;
    one.PhysicalResourceId = physical;
    one.LastUpdatedTimestamp = new Date(account.now());
  }
  stack.StackStatus = status;
  const reported = status.startsWith('UPDATE_COMPLETE') ? 'UPDATE_COMPLETE' : toResourceStatus(status);
  recordStackEvent(account, stack, reported);
  return stack;
}

/** A deleted stack's resources are deleted too. */
export function deleteStack(account: AccountStores, name: string): StoredStack {
  const stack = account.stacks.existing(name);
  if (!isLive(stack)) return stack;
  stack.StackStatus = 'DELETE_COMPLETE';
  stack.DeletionTime = new Date(account.now());
  for (const resource of stack.resources) resource.ResourceStatus = 'DELETE_COMPLETE';
  recordStackEvent(account, stack, 'DELETE_COMPLETE');
  return stack;
}

function setRevision(
  account: AccountStores,
  stack: StoredStack,
  logical: string,
  revision: string,
  action: 'CREATE' | 'UPDATE',
) {
  const physical = account.revisions.find(revision)?.taskDefinitionArn ?? revision;
  const existing = stack.resources.find((one) => one.LogicalResourceId === logical);
  const before = existing?.PhysicalResourceId;
  recordEvent(account, stack, {
    type: taskDefinitionType,
    logical,
    physical: before ?? '',
    status: `${action}_IN_PROGRESS`,
  });
  recordEvent(account, stack, { type: taskDefinitionType, logical, physical, status: `${action}_COMPLETE` });
  const resource = {
    LogicalResourceId: logical,
    PhysicalResourceId: physical,
    ResourceType: taskDefinitionType,
    LastUpdatedTimestamp: new Date(account.now()),
    ResourceStatus: `${action}_COMPLETE` as const,
  };
  if (existing === undefined) stack.resources.push(resource);
  else Object.assign(existing, resource);
}

function recordStackEvent(account: AccountStores, stack: StoredStack, status: ResourceStatus): void {
  recordEvent(account, stack, { type: stackType, logical: stack.StackName, physical: stack.StackId, status });
}

function recordEvent(
  account: AccountStores,
  stack: StoredStack,
  { type, logical, physical, status }: { type: string; logical: string; physical: string; status: ResourceStatus },
): void {
  const event: StackEvent = {
    StackId: stack.StackId,
    EventId: account.ids.uuid(),
    StackName: stack.StackName,
    LogicalResourceId: logical,
    PhysicalResourceId: physical,
    ResourceType: type,
    Timestamp: new Date(account.now()),
    ResourceStatus: status,
  };
  stack.events.unshift(event);
}

/** The physical id that each logical id had before the last update. */
function resourcesBeforeUpdate({ events }: StoredStack): Map<string, string> {
  const before = new Map<string, string>();
  for (const { ResourceType, ResourceStatus, LogicalResourceId = '', PhysicalResourceId = '' } of events) {
    if (ResourceType === stackType && ResourceStatus === 'UPDATE_IN_PROGRESS') return before;
    if (ResourceType === taskDefinitionType && ResourceStatus === 'UPDATE_IN_PROGRESS')
      before.set(LogicalResourceId, PhysicalResourceId);
  }
  return before;
}

/** Events about the stack itself use the resources' status values. */
function toResourceStatus(status: StackStatus): ResourceStatus {
  const statuses = new Map<string, ResourceStatus>(Object.values(ResourceStatus).map((one) => [one, one]));
  return statuses.get(status) ?? 'UPDATE_IN_PROGRESS';
}
