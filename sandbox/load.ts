/**
 * Fills an account from its file: expands what stands for many revisions, and completes what follows from the rest
 * (an ARN from its names), so that a file need not say it.
 */
import type { DeploymentInfo, LastDeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Cluster, Service, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import {
  contents,
  type AccountFile,
  type ApplicationEntry,
  type Compact,
  type ObjectEntry,
  type StackEntry,
} from './account-file.ts';
import type { Account } from './account.ts';
import type { KnownChangeSet } from './cloudformation/known-stacks.ts';
import { container } from './ecs/acceptable.ts';
import { lastPart } from './ecs/arns.ts';
import { addServiceDeployment, addServiceRevision, completeHistory } from './ecs/load-history.ts';
import { isEnding } from './ecs/task-life.ts';
import { StorageBucket, storedObject } from './s3/storage.ts';
import { addStateMachine } from './states/in-file.ts';

const dayMs = 86_400_000;

export function load(file: AccountFile, account: Account): void {
  const read = contents(file, account.now());
  each('taskDefinitions', read.taskDefinitions, (entry) => {
    addTaskDefinitions(account, entry);
  });
  for (const [family, issued] of Object.entries(file.deletedTaskDefinitions ?? {}))
    account.revisions.remember(family, issued);
  each('clusters', read.clusters, (cluster) => {
    addCluster(account, cluster);
  });
  each('services', read.services, (service) => {
    addService(account, service);
  });
  each('serviceRevisions', read.serviceRevisions, (revision) => {
    addServiceRevision(account, revision);
  });
  each('serviceDeployments', read.serviceDeployments, (deployment) => {
    addServiceDeployment(account, deployment);
  });
  for (const { clusterArn } of account.clusters.all())
    for (const service of account.services.in(clusterArn)) completeHistory(account, service);
  each('expressServices', read.expressServices, (express) => {
    account.express.add(wanted(express.serviceArn, 'serviceArn'), express);
  });
  each('tasks', read.tasks, (task) => {
    addTask(account, task);
  });
  each('topics', read.topics, ({ TopicArn }) => {
    account.topics.add(wanted(TopicArn, 'TopicArn'));
  });
  each('buckets', read.buckets, ({ Name, BucketRegion, CreationDate, objects = [] }) => {
    const made = { region: BucketRegion ?? file.region, createdAt: CreationDate ?? new Date(account.now()) };
    const bucket = new StorageBucket(wanted(Name, 'Name'), made);
    for (const object of objects) addObject(account, bucket, object);
    account.storage.add(bucket);
  });
  each('events', read.events, (event) => {
    account.trail.add({ ...event, EventTime: wanted(event.EventTime, 'EventTime') });
  });
  each('applications', read.applications, (application) => {
    addApplication(account, application);
  });
  each('stacks', read.stacks, (stack) => {
    addStack(account, stack);
  });
  each('stateMachines', read.stateMachines, (machine) => {
    addStateMachine(account, machine);
  });
  each('eventBuses', read.eventBuses, (bus) => {
    account.eventBuses.add(bus);
  });
  each('rules', read.rules, ({ Targets = [], ...rule }) => {
    account.rules.add({ ...rule, Name: wanted(rule.Name, 'Name') }, Targets);
  });
  each('scheduleGroups', read.scheduleGroups, (group) => {
    account.scheduleGroups.add(group);
  });
  each('schedules', read.schedules, (schedule) => {
    account.schedules.add({ ...schedule, Name: wanted(schedule.Name, 'Name') });
  });
  each('pipes', read.pipes, (pipe) => {
    account.pipes.add({ ...pipe, Name: wanted(pipe.Name, 'Name') });
  });
  each('functions', read.functions, (one) => {
    account.functions.add({ ...one, FunctionName: wanted(one.FunctionName, 'FunctionName') });
  });
  each('subscribers', read.subscribers, (one) => {
    account.subscribers.put({ ...one, Identifier: wanted(one.Identifier, 'Identifier') });
  });
  each('parameters', read.parameters, (one) => {
    account.parameters.put({ ...one, Name: wanted(one.Name, 'Name') });
  });
}

function addTaskDefinitions(account: Account, entry: TaskDefinition & Compact): void {
  const { tags, revisions, registeredEveryDays = 0, family, ...rest } = entry;
  const name = wanted(family, 'family');
  const numbers =
    revisions === undefined ? [wanted(entry.revision, 'revision or revisions')] : numbersOf(revisions);
  // An answer of AWS's has these, also where a file that a person has written leaves them out.
  const containerDefinitions = rest.containerDefinitions?.map((one) => container(one, rest.networkMode));
  for (const [index, revision] of numbers.entries()) {
    const taskDefinitionArn = account.arns.taskDefinition(name, revision);
    const olderMs = (numbers.length - 1 - index) * registeredEveryDays * dayMs;
    if (revisions === undefined && (rest.taskDefinitionArn ?? taskDefinitionArn) !== taskDefinitionArn)
      throw new TypeError(`taskDefinitionArn is not ${taskDefinitionArn}`);
    const status = rest.status ?? 'ACTIVE';
    account.revisions.add({
      ...rest,
      ...(containerDefinitions === undefined ? {} : { containerDefinitions }),
      ...(rest.registeredAt === undefined
        ? {}
        : { registeredAt: new Date(rest.registeredAt.getTime() - olderMs) }),
      taskDefinitionArn,
      family: name,
      revision,
      status,
    });
    account.tags.add(taskDefinitionArn, tags);
  }
}

/** `1-6,8,10-140` as numbers. */
function numbersOf(ranges: string): number[] {
  return ranges.split(',').flatMap((range) => {
    const [, first, last] = /^\s*([1-9]\d*)(?:-([1-9]\d*))?\s*$/.exec(range) ?? [];
    if (first === undefined || Number(last ?? first) < Number(first))
      throw new TypeError(`revisions: ${JSON.stringify(range)} is not a number or a range`);
    return Array.from(
      { length: Number(last ?? first) - Number(first) + 1 },
      (_, index) => Number(first) + index,
    );
  });
}

function addCluster(account: Account, { tags, ...cluster }: Cluster): void {
  const clusterName = cluster.clusterName ?? lastPart(wanted(cluster.clusterArn, 'clusterName'));
  const clusterArn = account.arns.cluster(clusterName);
  account.clusters.add({ status: 'ACTIVE', ...cluster, clusterName, clusterArn });
  account.tags.add(clusterArn, tags);
}

function addService(account: Account, { tags, ...service }: Service): void {
  const cluster = clusterOf(account, service);
  const serviceName = service.serviceName ?? lastPart(wanted(service.serviceArn, 'serviceName'));
  const serviceArn = service.serviceArn ?? account.arns.service(cluster.clusterName, serviceName);
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller === 'EXTERNAL' && service.taskDefinition !== undefined)
    throw new TypeError('an EXTERNAL service has no taskDefinition');
  if (controller === 'CODE_DEPLOY' && (service.deployments ?? []).length > 0)
    throw new TypeError('a CODE_DEPLOY service has no deployments, but taskSets');
  account.services.add({
    status: 'ACTIVE',
    deployments: controller === 'ECS' ? [steady(account, service)] : [],
    events: [],
    ...service,
    serviceName,
    serviceArn,
    clusterArn: cluster.clusterArn,
  });
  account.tags.add(serviceArn, tags);
}

/** The one deployment that a service at rest has. */
function steady(account: Account, { taskDefinition, desiredCount, runningCount, createdAt }: Service) {
  const id = `ecs-svc/${account.ids.digits()}`;
  const counts = {
    desiredCount: desiredCount ?? 0,
    runningCount: runningCount ?? 0,
    pendingCount: 0,
    failedTasks: 0,
  };
  return {
    id,
    status: 'PRIMARY',
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    ...(createdAt === undefined ? {} : { createdAt, updatedAt: createdAt }),
    ...counts,
    rolloutState: 'COMPLETED' as const,
    rolloutStateReason: `ECS deployment ${id} completed.`,
  };
}

function addTask(account: Account, { tags, ...task }: Task): void {
  const taskArn = wanted(task.taskArn, 'taskArn');
  const { clusterArn } = clusterOf(account, {
    clusterArn: task.clusterArn ?? account.arns.cluster(taskArn.split('/').at(-2) ?? ''),
  });
  const lastStatus = task.lastStatus ?? 'RUNNING';
  account.tasks.add({
    desiredStatus: isEnding(lastStatus) ? 'STOPPED' : 'RUNNING',
    lastStatus,
    ...task,
    taskArn,
    clusterArn,
  });
  account.tags.add(taskArn, tags);
}

function addObject(account: Account, bucket: StorageBucket, { Key, Body, Base64 }: ObjectEntry): void {
  if ((Body === undefined) === (Base64 === undefined))
    throw new TypeError(`${Key}: either Body, a text, or Base64 is wanted`);
  bucket.add({
    Key,
    VersionId: account.ids.hex(32),
    LastModified: bucket.createdAt,
    object: storedObject(Body ?? Buffer.from(Base64 ?? '', 'base64'), 'binary/octet-stream'),
  });
}

/** A group's last deployments and its target follow from its deployments, where the file does not say them. */
function addApplication(
  account: Account,
  { deploymentGroups = [], deployments = [], ...info }: ApplicationEntry,
) {
  const applicationName = wanted(info.applicationName, 'applicationName');
  const platform = info.computePlatform === undefined ? {} : { computePlatform: info.computePlatform };
  account.applications.add({ ...info, applicationName });
  for (const group of deploymentGroups) {
    const deploymentGroupName = wanted(group.deploymentGroupName, 'deploymentGroupName');
    const own = deployments
      .filter((one) => one.deploymentGroupName === deploymentGroupName)
      .sort((a, b) => (b.createTime?.getTime() ?? 0) - (a.createTime?.getTime() ?? 0));
    const [attempted, succeeded] = [own[0], own.find(({ status }) => status === 'Succeeded')];
    account.applications.addGroup({
      ...platform,
      ...(attempted?.revision === undefined ? {} : { targetRevision: attempted.revision }),
      ...(attempted === undefined ? {} : { lastAttemptedDeployment: lastOf(attempted) }),
      ...(succeeded === undefined ? {} : { lastSuccessfulDeployment: lastOf(succeeded) }),
      ...group,
      applicationName,
      deploymentGroupName,
    });
  }
  for (const deployment of deployments) {
    const deploymentId = wanted(deployment.deploymentId, 'deploymentId');
    account.deployments.add({ ...platform, applicationName, ...deployment, deploymentId });
  }
}

function lastOf({ deploymentId, status, createTime, completeTime }: DeploymentInfo): LastDeploymentInfo {
  return {
    ...(deploymentId === undefined ? {} : { deploymentId }),
    ...(status === undefined ? {} : { status }),
    ...(createTime === undefined ? {} : { createTime }),
    ...(completeTime === undefined ? {} : { endTime: completeTime }),
  };
}

function addStack(
  account: Account,
  { resources = [], events = [], changeSets = [], ...stack }: StackEntry,
): void {
  const StackName = wanted(stack.StackName, 'StackName');
  const { partition, region, account: id } = account.place;
  const StackId =
    stack.StackId ??
    `arn:${partition}:cloudformation:${region}:${id}:stack/${StackName}/${account.ids.uuid()}`;
  account.stacks.add({
    ...stack,
    StackName,
    StackId,
    resources: resources.map((one) => ({ ...one })),
    events: events.map((event) => ({ EventId: account.ids.uuid(), ...event, StackId, StackName })),
    changeSets: changeSets.map((one) => completeChangeSet(account, one, { StackId, StackName })),
  });
}

/** One that is not said to be anything else waits to be executed. */
function completeChangeSet(
  account: Account,
  changeSet: NonNullable<StackEntry['changeSets']>[number],
  stack: { readonly StackId: string; readonly StackName: string },
): KnownChangeSet {
  const ChangeSetName = wanted(changeSet.ChangeSetName, 'ChangeSetName');
  const { partition, region, account: id } = account.place;
  return {
    Status: 'CREATE_COMPLETE',
    ExecutionStatus: 'AVAILABLE',
    CreationTime: new Date(account.now()),
    ...changeSet,
    ChangeSetId:
      changeSet.ChangeSetId ??
      `arn:${partition}:cloudformation:${region}:${id}:changeSet/${ChangeSetName}/${account.ids.uuid()}`,
    ...stack,
    ChangeSetName,
  };
}

function clusterOf(account: Account, { clusterArn, serviceArn }: Pick<Service, 'clusterArn' | 'serviceArn'>) {
  const named = clusterArn ?? account.arns.cluster(serviceArn?.split('/').at(-2) ?? '');
  const cluster = account.clusters.find(named);
  if (cluster === undefined) throw new TypeError(`${named} is not among the clusters`);
  return cluster;
}

function wanted<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new TypeError(`${name} is missing`);
  return value;
}

/** Adds each, and says of which entry of which list an error is. */
function each<Entry>(list: string, entries: readonly Entry[], add: (entry: Entry) => void): void {
  for (const [index, entry] of entries.entries())
    try {
      add(entry);
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`The account does not fit: .${list}[${index}]: ${said}`, { cause });
    }
}
