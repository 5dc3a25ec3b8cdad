/**
 * What CloudFormation answers about the change sets of a stack, and what executing one does.
 */
import type {
  ChangeSetSummary,
  DescribeChangeSetInput,
  DescribeChangeSetOutput,
  GetTemplateInput,
  GetTemplateOutput,
  ListChangeSetsInput,
} from '@aws-sdk/client-cloudformation';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { listing } from '../list-operation.ts';
import { sequence } from '../sequence.ts';
import { isLiving, type KnownChangeSet, type KnownStack } from './stacks.ts';
import { onStack, paging } from './stack-operations.ts';

const bucket = 'cloudformation';

interface Named {
  readonly ChangeSetName?: string | undefined;
  readonly StackName?: string | undefined;
}

/** IAM is asked about the stack, also where the change set is named by its ARN. */
const onItsStack = (named: Named, account: AccountStores) => {
  const stack = stackOf(named, account);
  return onStack({ StackName: stack?.StackId ?? named.StackName ?? 'unknown' }, account);
};

const changes = listing({
  ...paging,
  items: 'Changes',
  actsOn: onItsStack,
  all: (input: DescribeChangeSetInput, { account }) => {
    const { Changes = [] } = existing(input, account);
    return sequence(input.IncludePropertyValues === true ? Changes : Changes.map(withoutValues));
  },
});

export const changeSetOperations: Operations = {
  ListChangeSets: listing({
    ...paging,
    items: 'Summaries',
    actsOn: onStack,
    all({ StackName }: ListChangeSetsInput, { account }) {
      const stack = account.stacks.existing(StackName);
      if (!isLiving(stack))
        throw new AwsError('ValidationError', `Stack [${StackName ?? ''}] does not exist`);
      return sequence(stack.changeSets.map(summaryOf));
    },
  }),

  /** Every page has the whole head. */
  DescribeChangeSet: {
    ...changes,
    run(input: DescribeChangeSetInput, at) {
      const { TemplateBody: _, Changes: __, ...head } = existing(input, at.account);
      return { ...head, ...changes.run(input, at) };
    },
  },

  GetTemplate: {
    bucket,
    actsOn: onItsStack,
    run(input: GetTemplateInput, { account }): GetTemplateOutput {
      const { TemplateBody = '{"Resources":{}}' } = existing(input, account);
      return { TemplateBody, StagesAvailable: ['Original', 'Processed'] };
    },
  },
};

/** Executes it at once: its parameters are the stack's, and no other change set of the stack is left. */
export function executeChangeSet(account: AccountStores, stackName: string, changeSetName: string): void {
  const stack = account.stacks.existing(stackName);
  const { Parameters = [] } = existing({ StackName: stackName, ChangeSetName: changeSetName }, account);
  stack.Parameters = Parameters;
  stack.LastUpdatedTime = new Date(account.now());
  stack.StackStatus = 'UPDATE_COMPLETE';
  stack.changeSets = [];
}

function stackOf({ ChangeSetName, StackName }: Named, account: AccountStores): KnownStack | undefined {
  if (StackName !== undefined) return account.stacks.find(StackName);
  return account.stacks
    .all(account.now())
    .find(({ changeSets }) => changeSets.some(({ ChangeSetId }) => ChangeSetId === ChangeSetName));
}

function existing(named: Named, account: AccountStores): KnownChangeSet {
  const { ChangeSetName } = named;
  const found = stackOf(named, account)?.changeSets.find(
    (one) => one.ChangeSetId === ChangeSetName || one.ChangeSetName === ChangeSetName,
  );
  if (found === undefined)
    throw new AwsError('ChangeSetNotFound', `ChangeSet [${ChangeSetName ?? ''}] does not exist`, 404);
  return found;
}

type Change = NonNullable<DescribeChangeSetOutput['Changes']>[number];

/** Without IncludePropertyValues only names of properties are told. */
function withoutValues({ ResourceChange = {}, ...change }: Change): Change {
  const {
    BeforeContext: _,
    AfterContext: __,
    PreviousDeploymentContext: ___,
    Details,
    ...rest
  } = ResourceChange;
  const told = Details?.map(({ Target: { BeforeValue: _b, AfterValue: _a, ...Target } = {}, ...detail }) => ({
    ...detail,
    Target,
  }));
  return { ...change, ResourceChange: { ...rest, ...(told === undefined ? {} : { Details: told }) } };
}

function summaryOf(changeSet: KnownChangeSet): ChangeSetSummary {
  const { StackId, StackName, ChangeSetId, ChangeSetName, ExecutionStatus, Status, CreationTime } = changeSet;
  const { IncludeNestedStacks, ParentChangeSetId, RootChangeSetId } = changeSet;
  const itself = { StackId, StackName, ChangeSetId, ChangeSetName, ExecutionStatus, Status, CreationTime };
  return { ...itself, IncludeNestedStacks, ParentChangeSetId, RootChangeSetId };
}
