/** CloudFormation's stack sets and their stacks, in the account that administers them. */
import {
  StackInstanceSummary$,
  StackSet$,
  type StackInstanceSummary,
  type StackSet,
} from '@aws-sdk/client-cloudformation';
import { AwsError } from '../errors.ts';
import { listOf, required, withMembers, type FileList } from '../file-list.ts';
import { structureOf } from '../shapes.ts';

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

type StackSetEntry = StackSet & { readonly instances?: readonly StackInstanceSummary[] };

export const stackSetList: FileList<StackSetEntry> = {
  shape: withMembers(structureOf(StackSet$), { instances: listOf(structureOf(StackInstanceSummary$)) }),
  add({ instances = [], ...stackSet }, account) {
    const StackSetName = required(stackSet.StackSetName, 'StackSetName');
    account.stackSets.put({ Status: 'ACTIVE', ...stackSet, StackSetName, instances });
  },
};
