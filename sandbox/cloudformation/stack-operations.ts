/**
 * CloudFormation's operations on stacks, their resources and their events. AWS ends a page at one megabyte; the
 * sandbox ends it at a hundred items.
 */
import type {
  DescribeStackEventsInput,
  DescribeStackResourcesInput,
  DescribeStackResourcesOutput,
  DescribeStacksInput,
  ListStackResourcesInput,
  ListStacksInput,
  Stack,
  StackResource,
  StackSummary,
} from '@aws-sdk/client-cloudformation';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import { isLive, stackArn, type StoredStack } from './stacks.ts';

const bucket = 'cloudformation';
export const paging = {
  bucket,
  token: 'NextToken',
  defaultSize: 100,
  errorCodes: { token: 'ValidationError', size: 'ValidationError' },
} as const;
/** DescribeStackResources has no pages and returns the first hundred resources. */
const MAX_RESOURCES = 100;

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html */
export function stackScope({ StackName }: { StackName?: string | undefined }, account: AccountStores) {
  if (StackName === undefined) return { resources: ['*'] };
  const arn = account.stacks.find(StackName)?.StackId ?? stackArn(account.place, StackName, '*');
  return { resources: [arn] };
}

export const stackOperations: Operations = {
  /** Without a filter, the list includes stacks deleted within 90 days. */
  ListStacks: listOperation({
    ...paging,
    items: 'StackSummaries',
    all: ({ StackStatusFilter = [] }: ListStacksInput, { account }) =>
      sequence(
        account.stacks
          .all(account.now())
          .filter(
            ({ StackStatus }) =>
              StackStatusFilter.length === 0 || StackStatusFilter.some((status) => status === StackStatus),
          )
          .map(summarize),
      ),
  }),

  /** Without a name, the answer has all stacks that are not deleted. */
  DescribeStacks: listOperation({
    ...paging,
    items: 'Stacks',
    iamScope: stackScope,
    all: ({ StackName }: DescribeStacksInput, { account }) =>
      sequence(
        (StackName === undefined
          ? account.stacks.all(account.now()).filter(isLive)
          : [account.stacks.existing(StackName)]
        ).map(describe),
      ),
  }),

  ListStackResources: listOperation({
    ...paging,
    items: 'StackResourceSummaries',
    iamScope: stackScope,
    all: ({ StackName }: ListStackResourcesInput, { account }) =>
      sequence(account.stacks.existing(StackName).resources),
  }),

  /** Finds the stack by its name, or by the physical id of one of its resources. */
  DescribeStackResources: {
    bucket,
    iamScope: stackScope,
    run(input: DescribeStackResourcesInput, { account }): DescribeStackResourcesOutput {
      const { StackName, PhysicalResourceId, LogicalResourceId } = input;
      if ((StackName === undefined) === (PhysicalResourceId === undefined))
        throw new AwsError('ValidationError', 'Either StackName or PhysicalResourceId is required.');
      const stack =
        PhysicalResourceId === undefined
          ? account.stacks.existing(StackName)
          : stackWithResource(account, PhysicalResourceId);
      const resources = stack.resources
        .filter((one) => LogicalResourceId === undefined || one.LogicalResourceId === LogicalResourceId)
        .slice(0, MAX_RESOURCES);
      return { StackResources: resources.map((one) => toStackResource(stack, one)) };
    },
  },

  /** The newest event comes first. */
  DescribeStackEvents: listOperation({
    ...paging,
    items: 'StackEvents',
    iamScope: stackScope,
    all: ({ StackName }: DescribeStackEventsInput, { account }) => sequence(account.stacks.existing(StackName).events),
  }),
};

function stackWithResource(account: AccountStores, physicalId: string): StoredStack {
  const found = account.stacks
    .all(account.now())
    .find(({ resources }) => resources.some((one) => one.PhysicalResourceId === physicalId));
  if (found === undefined) throw new AwsError('ValidationError', `Stack for ${physicalId} does not exist`);
  return found;
}

function describe(stack: StoredStack): Stack {
  const { resources: _, events: __, changeSets: ___, ...itself } = stack;
  return itself;
}

function summarize(stack: StoredStack): StackSummary {
  const { StackId, StackName, CreationTime, StackStatus } = stack;
  const { Description: TemplateDescription, LastUpdatedTime, DeletionTime, StackStatusReason } = stack;
  const { ParentId, RootId, LastOperations } = stack;
  const always = { StackId, StackName, CreationTime, StackStatus };
  const may = { TemplateDescription, LastUpdatedTime, DeletionTime, StackStatusReason, ParentId, RootId };
  return { ...always, ...may, LastOperations };
}

function toStackResource(
  { StackId, StackName }: StoredStack,
  summary: StoredStack['resources'][number],
): StackResource {
  const { LastUpdatedTimestamp: Timestamp, DriftInformation: _, ...rest } = summary;
  return { StackId, StackName, Timestamp, ...rest };
}
