/**
 * What CloudFormation answers about stacks: in brief or in full, the physical ids of their resources, and what happened
 * to them. A page of any of these ends at one megabyte; here it has a hundred things.
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
import type { Operations } from '../operation.ts';
import { listing } from '../list-operation.ts';
import { sequence } from '../sequence.ts';
import { isLiving, stackArn, type KnownStack } from './stacks.ts';

const bucket = 'cloudformation';
export const paging = {
  bucket,
  token: 'NextToken',
  defaultSize: 100,
  refusals: { token: 'ValidationError', size: 'ValidationError' },
} as const;
/** DescribeStackResources has no pages: it shows the first hundred. */
const firstResources = 100;

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html */
export function onStack({ StackName }: { StackName?: string | undefined }, account: AccountStores) {
  if (StackName === undefined) return { resources: ['*'] };
  const arn = account.stacks.find(StackName)?.StackId ?? stackArn(account.place, StackName, '*');
  return { resources: [arn] };
}

export const stackOperations: Operations = {
  /** Without a filter also those that were deleted within 90 days. */
  ListStacks: listing({
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
          .map(summaryOf),
      ),
  }),

  /** Without a name all that are not deleted. */
  DescribeStacks: listing({
    ...paging,
    items: 'Stacks',
    actsOn: onStack,
    all: ({ StackName }: DescribeStacksInput, { account }) =>
      sequence(
        (StackName === undefined
          ? account.stacks.all(account.now()).filter(isLiving)
          : [account.stacks.existing(StackName)]
        ).map(inFull),
      ),
  }),

  ListStackResources: listing({
    ...paging,
    items: 'StackResourceSummaries',
    actsOn: onStack,
    all: ({ StackName }: ListStackResourcesInput, { account }) =>
      sequence(account.stacks.existing(StackName).resources),
  }),

  /** By the stack, or by the physical id of anything in it. */
  DescribeStackResources: {
    bucket,
    actsOn: onStack,
    run(input: DescribeStackResourcesInput, { account }): DescribeStackResourcesOutput {
      const { StackName, PhysicalResourceId, LogicalResourceId } = input;
      if ((StackName === undefined) === (PhysicalResourceId === undefined))
        throw new AwsError('ValidationError', 'Either StackName or PhysicalResourceId is wanted.');
      const stack =
        PhysicalResourceId === undefined
          ? account.stacks.existing(StackName)
          : holder(account, PhysicalResourceId);
      const resources = stack.resources
        .filter((one) => LogicalResourceId === undefined || one.LogicalResourceId === LogicalResourceId)
        .slice(0, firstResources);
      return { StackResources: resources.map((one) => resourceOf(stack, one)) };
    },
  },

  /** The newest first. */
  DescribeStackEvents: listing({
    ...paging,
    items: 'StackEvents',
    actsOn: onStack,
    all: ({ StackName }: DescribeStackEventsInput, { account }) =>
      sequence(account.stacks.existing(StackName).events),
  }),
};

function holder(account: AccountStores, physicalId: string): KnownStack {
  const found = account.stacks
    .all(account.now())
    .find(({ resources }) => resources.some((one) => one.PhysicalResourceId === physicalId));
  if (found === undefined) throw new AwsError('ValidationError', `Stack for ${physicalId} does not exist`);
  return found;
}

function inFull(stack: KnownStack): Stack {
  const { resources: _, events: __, changeSets: ___, ...itself } = stack;
  return itself;
}

function summaryOf(stack: KnownStack): StackSummary {
  const { StackId, StackName, CreationTime, StackStatus } = stack;
  const { Description: TemplateDescription, LastUpdatedTime, DeletionTime, StackStatusReason } = stack;
  const { ParentId, RootId, LastOperations } = stack;
  const always = { StackId, StackName, CreationTime, StackStatus };
  const may = { TemplateDescription, LastUpdatedTime, DeletionTime, StackStatusReason, ParentId, RootId };
  return { ...always, ...may, LastOperations };
}

function resourceOf(
  { StackId, StackName }: KnownStack,
  summary: KnownStack['resources'][number],
): StackResource {
  const { LastUpdatedTimestamp: Timestamp, DriftInformation: _, ...rest } = summary;
  return { StackId, StackName, Timestamp, ...rest };
}
