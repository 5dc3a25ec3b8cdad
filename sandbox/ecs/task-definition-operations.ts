/**
 * ECS's operations on task definitions. `familyPrefix` has two meanings: a prefix for families, a whole name for
 * revisions.
 */
import type {
  DeleteTaskDefinitionsRequest,
  DeleteTaskDefinitionsResponse,
  DeregisterTaskDefinitionRequest,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  Failure,
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionsRequest,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import { findFailingItem } from '../batch-operation.ts';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import { authorizeRegistration } from './registration-input.ts';
import { deregister, isRevision, register, requestDeletion } from './revision-changes.ts';
import type { Revision } from './revisions.ts';

const FAMILY_FILTERS: Record<string, (has: { active: number; inactive: number; deleting: number }) => boolean> = {
  ACTIVE: ({ active }) => active > 0,
  INACTIVE: ({ active, inactive }) => active === 0 && inactive > 0,
  ALL: ({ active, inactive, deleting }) => active + inactive + deleting > 0,
  default: ({ active, inactive }) => active + inactive > 0,
};

export const taskDefinitionOperations: Operations = {
  /** `familyPrefix` is a prefix. */
  ListTaskDefinitionFamilies: listOperation({
    bucket: 'task-definition-read',
    token: 'nextToken',
    size: 'maxResults',
    items: 'families',
    defaultSize: 100,
    all({ familyPrefix = '', status }: ListTaskDefinitionFamiliesRequest, { account }) {
      const isIncluded = FAMILY_FILTERS[status ?? 'default'];
      if (isIncluded === undefined) throw new AwsError('InvalidParameterException', `Invalid status: ${status}`);
      const found = account.revisions.families().filter((family) => isIncluded(family));
      return sequence(found.map(({ name }) => name).filter((name) => name.startsWith(familyPrefix)));
    },
  }),

  /** `familyPrefix` is the family's whole name. */
  ListTaskDefinitions: listOperation({
    bucket: 'task-definition-read',
    token: 'nextToken',
    size: 'maxResults',
    items: 'taskDefinitionArns',
    defaultSize: 100,
    all({ familyPrefix, status = 'ACTIVE', sort }: ListTaskDefinitionsRequest, { account }) {
      return account.revisions.list(status, familyPrefix, sort === 'DESC');
    },
  }),

  DescribeTaskDefinition: {
    bucket: 'task-definition-read',
    run(
      { taskDefinition = '', include = [] }: DescribeTaskDefinitionRequest,
      { account },
    ): DescribeTaskDefinitionResponse {
      const revision = account.revisions.find(taskDefinition);
      if (revision === undefined) throw new AwsError('ClientException', 'Unable to describe task definition.');
      return { taskDefinition: revision, ...account.tags.ifIncluded(include, revision.taskDefinitionArn) };
    },
  },

  RegisterTaskDefinition: {
    bucket: 'task-definition-modify',
    iamScope: ({ family = '' }: RegisterTaskDefinitionRequest, { arns }) => ({
      resources: [arns.taskDefinition(family, '*')],
    }),
    run(input: RegisterTaskDefinitionRequest, { account, caller, authorize }) {
      authorizeRegistration(input, account, authorize);
      const taskDefinition = register(account, input, { caller, at: new Date(account.now()) });
      return { taskDefinition, tags: account.tags.of(taskDefinition.taskDefinitionArn) };
    },
  },

  DeregisterTaskDefinition: {
    bucket: 'task-definition-modify',
    run({ taskDefinition = '' }: DeregisterTaskDefinitionRequest, { account }) {
      return { taskDefinition: deregister(account, taskDefinition) };
    },
  },

  DeleteTaskDefinitions: {
    bucket: 'task-definition-deletion',
    iamScope: ({ taskDefinitions = [] }: DeleteTaskDefinitionsRequest, { arns }) => ({
      resources: taskDefinitions.map((name) => (name.startsWith('arn:') ? name : arns.format('task-definition', name))),
    }),
    run(input: DeleteTaskDefinitionsRequest, context): DeleteTaskDefinitionsResponse {
      const { taskDefinitions = [] } = input;
      if (taskDefinitions.length === 0)
        throw new AwsError('InvalidParameterException', 'taskDefinitions cannot be empty.');
      if (taskDefinitions.length > 10)
        throw new AwsError('InvalidParameterException', 'taskDefinitions can be at most 10 a call.');
      const failing = findFailingItem('taskDefinitions', taskDefinitions, input, context);
      const answered = taskDefinitions.map((name, index): Revision | Failure =>
        index === failing?.index ? { arn: name, ...failing.failure } : requestDeletion(context.account, name),
      );
      return {
        taskDefinitions: answered.filter(isRevision),
        failures: answered.filter((one): one is Failure => !isRevision(one)),
      };
    },
  },
};
