/**
 * CloudFormation's operations on stack sets. A stack set of the management account answers a delegated administrator only with
 * `CallAs: DELEGATED_ADMIN`; the sandbox has one account, which may be either.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackInstances.html
 */
import type {
  DescribeStackSetInput,
  DescribeStackSetOutput,
  ListStackInstancesInput,
} from '@aws-sdk/client-cloudformation';
import type { AccountStores } from '../account-stores.ts';
import { listOperation } from '../list-operation.ts';
import type { OperationContext, Operations } from '../operation.ts';
import { arnIn } from '../place.ts';
import { sequence } from '../sequence.ts';
import { paging } from './stack-operations.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html */
function stackSetScope({ StackSetName = '' }: { StackSetName?: string | undefined }, { place }: AccountStores) {
  return { resources: [arnIn(place, 'cloudformation', `stackset/${StackSetName}:*`)] };
}

export const stackSetOperations: Operations = {
  DescribeStackSet: {
    iamScope: stackSetScope,
    run({ StackSetName }: DescribeStackSetInput, { account }: OperationContext): DescribeStackSetOutput {
      const { instances: _, ...StackSet } = account.stackSets.named(StackSetName);
      return { StackSet };
    },
  },

  ListStackInstances: listOperation({
    token: paging.token,
    defaultSize: paging.defaultSize,
    errorCodes: paging.errorCodes,
    size: 'MaxResults',
    items: 'Summaries',
    iamScope: stackSetScope,
    all: ({ StackSetName, StackInstanceAccount, StackInstanceRegion }: ListStackInstancesInput, { account }) =>
      sequence(
        account.stackSets
          .named(StackSetName)
          .instances.filter(
            ({ Account, Region }) =>
              (StackInstanceAccount === undefined || Account === StackInstanceAccount) &&
              (StackInstanceRegion === undefined || Region === StackInstanceRegion),
          ),
      ),
  }),
};
