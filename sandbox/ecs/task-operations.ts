/** ECS's operations on tasks. ListTasks filters by `desiredStatus`; `lastStatus` is the current status. */
import type {
  DescribeTasksRequest,
  ListTasksRequest,
  RunTaskRequest,
  StartTaskRequest,
  StopTaskRequest,
} from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { batchOperation } from '../batch-operation.ts';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import { lastSegment } from './arns.ts';
import { clusterScope } from './scope.ts';
import { runTask, startTaskOn, stopTask } from './task-changes.ts';
import type { StoredTask } from './tasks.ts';

function isListed(input: ListTasksRequest) {
  const { desiredStatus = 'RUNNING', family, serviceName, containerInstance, startedBy, launchType } = input;
  return (task: StoredTask) =>
    task.desiredStatus === desiredStatus &&
    (family === undefined || familyOf(task) === family) &&
    (serviceName === undefined || task.group === `service:${lastSegment(serviceName)}`) &&
    (containerInstance === undefined || task.containerInstanceArn === containerInstance) &&
    (startedBy === undefined || task.startedBy === startedBy) &&
    (launchType === undefined || task.launchType === launchType);
}

function familyOf({ taskDefinitionArn = '' }: StoredTask): string {
  return lastSegment(taskDefinitionArn).replace(/:\d+$/, '');
}

export const taskOperations: Operations = {
  /** The default is RUNNING. No task has the desired status PENDING, so that filter matches nothing. */
  ListTasks: listOperation({
    bucket: 'cluster-resource-read',
    iamScope: ({ cluster }: ListTasksRequest, account) => clusterScope(account, cluster),
    token: 'nextToken',
    size: 'maxResults',
    items: 'taskArns',
    defaultSize: 100,
    all(input, { account }) {
      const { clusterArn } = account.clusters.active(input.cluster);
      return sequence(
        account.tasks
          .in(clusterArn)
          .filter(isListed(input))
          .map(({ taskArn }) => taskArn),
      );
    },
  }),

  DescribeTasks: batchOperation({
    bucket: 'cluster-resource-read',
    member: 'tasks',
    maxItems: 100,
    iamScope: (input: DescribeTasksRequest, account) => clusterScope(account, input.cluster, taskArns(account, input)),
    requestedArns: (input, account) => taskArns(account, input),
    find(arn, { cluster, include = [] }, { account }) {
      const task = account.tasks.get(account.clusters.active(cluster).clusterArn, arn);
      if (task === undefined) return undefined;
      return { ...task, tags: include.includes('TAGS') ? account.tags.of(arn) : [] };
    },
  }),

  RunTask: {
    bucket: 'cluster-resource-modify',
    iamScope: taskDefinitionScope,
    run: (input: RunTaskRequest, { account }) => ({ tasks: runTask(account, input), failures: [] }),
  },

  StartTask: {
    bucket: 'cluster-resource-modify',
    iamScope: taskDefinitionScope,
    run: (input: StartTaskRequest, { account }) => ({ tasks: startTaskOn(account, input), failures: [] }),
  },

  StopTask: {
    bucket: 'cluster-resource-modify',
    iamScope: ({ cluster, task = '' }: StopTaskRequest, account) =>
      clusterScope(account, cluster, [account.arns.taskNamed(cluster, task)]),
    run({ cluster, task: name = '', reason }: StopTaskRequest, { account }) {
      const { clusterArn } = account.clusters.active(cluster);
      const task = account.tasks.get(clusterArn, account.arns.taskNamed(cluster, name));
      if (task === undefined) throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
      return { task: stopTask(account, task, reason) };
    },
  },
};

function taskArns(account: AccountStores, { cluster, tasks = [] }: DescribeTasksRequest): string[] {
  if (tasks.length === 0) throw new AwsError('InvalidParameterException', 'Tasks cannot be empty.');
  return tasks.map((task) => account.arns.taskNamed(cluster, task));
}

/** IAM evaluates the revision that a name resolves to, since March 2024. */
function taskDefinitionScope(
  { cluster, taskDefinition = '' }: { cluster?: string | undefined; taskDefinition: string | undefined },
  account: AccountStores,
) {
  const found = account.revisions.find(taskDefinition);
  return clusterScope(account, cluster, [
    found?.taskDefinitionArn ?? account.arns.format('task-definition', taskDefinition),
  ]);
}
