/**
 * Task sets: the groups of tasks with which CodeDeploy, or a deployer of one's own, moves a service that ECS does not
 * roll itself. DescribeServices shows them too.
 */
import type { CreateTaskSetRequest, DescribeTaskSetsRequest, TaskSet } from '@aws-sdk/client-ecs';
import type { Account } from '../account.ts';
import { batch } from '../batch.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { within } from './clusters.ts';
import { activeService, addTaskSet } from './deployments.ts';

export function createTaskSet(account: Account, input: CreateTaskSetRequest): TaskSet {
  const service = activeService(account, input);
  if ((service.deploymentController?.type ?? 'ECS') === 'ECS')
    throw new AwsError(
      'InvalidParameterException',
      'Task sets need a CODE_DEPLOY or EXTERNAL deployment controller.',
    );
  const { taskDefinitionArn } = account.revisions.startable(input.taskDefinition, 'ClientException');
  const isFirst = (service.taskSets ?? []).length === 0;
  return addTaskSet(account, service, { taskDefinitionArn, status: isFirst ? 'PRIMARY' : 'ACTIVE' });
}

export const taskSetOperations: Operations = {
  /** Without `taskSets` it describes all of the service's. */
  DescribeTaskSets: batch({
    member: 'taskSets',
    most: 100,
    actsOn: (input: DescribeTaskSetsRequest, account) =>
      within(account, input.cluster, asked(input, account)),
    asked: (input, account) => asked(input, account),
    find: (arn, input, { account }) =>
      serviceOf(input, account).taskSets?.find(({ taskSetArn }) => taskSetArn === arn),
  }),

  CreateTaskSet: {
    actsOn: (input: CreateTaskSetRequest, account) => within(account, input.cluster),
    run: (input: CreateTaskSetRequest, { account }) => ({ taskSet: createTaskSet(account, input) }),
  },
};

function serviceOf({ cluster, service }: DescribeTaskSetsRequest, account: Account) {
  const found = account.services.find(account.clusters.active(cluster).clusterArn, service ?? '');
  if (found === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return found;
}

function asked(input: DescribeTaskSetsRequest, account: Account): string[] {
  const all = serviceOf(input, account).taskSets ?? [];
  if (input.taskSets === undefined || input.taskSets.length === 0)
    return all.flatMap(({ taskSetArn }) => taskSetArn ?? []);
  return input.taskSets.map((name) => all.find(({ id }) => id === name)?.taskSetArn ?? name);
}
