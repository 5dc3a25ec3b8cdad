/** CloudFormation's stack sets and their stacks, in the account that administers them. */
import type { StackInstanceSummary, StackSet } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../errors.ts';

export type StoredStackSet = StackSet & {
  readonly StackSetName: string;
  readonly instances: readonly StackInstanceSummary[];
};

export class StackSets {
  readonly #byName = new Map<string, StoredStackSet>();

  put(stackSet: StoredStackSet): void {
    this.#byName.set(stackSet.StackSetName, stackSet);
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackSet.html#API_DescribeStackSet_Errors */
  named(name: string | undefined): StoredStackSet {
    const found = this.#byName.get(name ?? '');
    if (found === undefined || found.Status === 'DELETED')
      throw new AwsError('StackSetNotFoundException', `StackSet ${name} not found`, 404);
    return found;
  }
}
