/** CloudFormation's operations on change sets, and their execution. */
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
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import { paging, stackScope } from './stack-operations.ts';
import { isLive, type StoredChangeSet, type StoredStack } from './stacks.ts';

const bucket = 'cloudformation';

interface ChangeSetNames {
  readonly ChangeSetName?: string | undefined;
  readonly StackName?: string | undefined;
}

/** IAM evaluates the stack's ARN, even for a change set given by its ARN. */
const changeSetScope = (names: ChangeSetNames, account: AccountStores) => {
  const stack = stackOf(names, account);
  return stackScope({ StackName: stack?.StackId ?? names.StackName ?? 'unknown' }, account);
};

const changes = listOperation({
  ...paging,
  items: 'Changes',
  iamScope: changeSetScope,
  all: (input: DescribeChangeSetInput, { account }) => {
    const { Changes = [] } = existingChangeSet(input, account);
    return sequence(input.IncludePropertyValues === true ? Changes : Changes.map(withoutPropertyValues));
  },
});

export const changeSetOperations: Operations = {
  ListChangeSets: listOperation({
    ...paging,
    items: 'Summaries',
    iamScope: stackScope,
    all({ StackName }: ListChangeSetsInput, { account }) {
      const stack = account.stacks.existing(StackName);
      if (!isLive(stack)) throw new AwsError('ValidationError', `Stack [${StackName ?? ''}] does not exist`);
      return sequence(stack.changeSets.map(summarize));
    },
  }),

  /** Every page repeats all members but the changes. */
  DescribeChangeSet: {
    ...changes,
    run(input: DescribeChangeSetInput, context) {
      const { TemplateBody: _, Changes: __, ...head } = existingChangeSet(input, context.account);
      return { ...head, ...changes.run(input, context) };
    },
  },

  GetTemplate: {
    bucket,
    iamScope: changeSetScope,
    run(input: GetTemplateInput, { account }): GetTemplateOutput {
      const { TemplateBody = '{"Resources":{}}' } = existingChangeSet(input, account);
      return { TemplateBody, StagesAvailable: ['Original', 'Processed'] };
    },
  },
};

/** Executes a change set at once: its parameters become the stack's, and the stack's change sets disappear. */
export function executeChangeSet(account: AccountStores, stackName: string, changeSetName: string): void {
  const stack = account.stacks.existing(stackName);
  const { Parameters = [] } = existingChangeSet({ StackName: stackName, ChangeSetName: changeSetName }, account);
  stack.Parameters = Parameters;
  stack.LastUpdatedTime = new Date(account.now());
  stack.StackStatus = 'UPDATE_COMPLETE';
  stack.changeSets = [];
}

function stackOf({ ChangeSetName, StackName }: ChangeSetNames, account: AccountStores): StoredStack | undefined {
  if (StackName !== undefined) return account.stacks.find(StackName);
  return account.stacks
    .all(account.now())
    .find(({ changeSets }) => changeSets.some(({ ChangeSetId }) => ChangeSetId === ChangeSetName));
}

function existingChangeSet(names: ChangeSetNames, account: AccountStores): StoredChangeSet {
  const { ChangeSetName } = names;
  const found = stackOf(names, account)?.changeSets.find(
    (one) => one.ChangeSetId === ChangeSetName || one.ChangeSetName === ChangeSetName,
  );
  if (found === undefined)
    throw new AwsError('ChangeSetNotFound', `ChangeSet [${ChangeSetName ?? ''}] does not exist`, 404);
  return found;
}

type Change = NonNullable<DescribeChangeSetOutput['Changes']>[number];

/** Without IncludePropertyValues, the answer contains only the names of changed properties. */
function withoutPropertyValues({ ResourceChange = {}, ...change }: Change): Change {
  const { BeforeContext: _, AfterContext: __, PreviousDeploymentContext: ___, Details, ...rest } = ResourceChange;
  const details = Details?.map(({ Target: { BeforeValue: _b, AfterValue: _a, ...Target } = {}, ...detail }) => ({
    ...detail,
    Target,
  }));
  return { ...change, ResourceChange: { ...rest, ...(details === undefined ? {} : { Details: details }) } };
}

function summarize(changeSet: StoredChangeSet): ChangeSetSummary {
  const { StackId, StackName, ChangeSetId, ChangeSetName, ExecutionStatus, Status, CreationTime } = changeSet;
  const { IncludeNestedStacks, ParentChangeSetId, RootChangeSetId } = changeSet;
  const itself = { StackId, StackName, ChangeSetId, ChangeSetName, ExecutionStatus, Status, CreationTime };
  return { ...itself, IncludeNestedStacks, ParentChangeSetId, RootChangeSetId };
}
