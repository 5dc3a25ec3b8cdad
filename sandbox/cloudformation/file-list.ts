import {
  DescribeChangeSetOutput$,
  Stack$,
  StackEvent$,
  StackResourceSummary$,
  StackInstanceSummary$,
  StackSet$,
  type DescribeChangeSetOutput,
  type Stack,
  type StackEvent,
  type StackInstanceSummary,
  type StackResourceSummary,
  type StackSet,
} from '@aws-sdk/client-cloudformation';
import type { AccountStores } from '../account-stores.ts';
import { listOf, required, text, withMembers, withOptional, type FileList } from '../file-list.ts';
import { arnIn } from '../place.ts';
import { structureOf } from '../shapes.ts';
import { stackArn, type StoredChangeSet } from './stacks.ts';

type ChangeSetEntry = DescribeChangeSetOutput & { readonly TemplateBody?: string };
type FollowsFromStack = 'StackId' | 'StackName' | 'EventId';
type EventEntry = Omit<StackEvent, FollowsFromStack> & Partial<Pick<StackEvent, FollowsFromStack>>;

/** A stack with its resources, its change sets and its events, newest event first. */
type StackEntry = Stack & {
  readonly changeSets?: readonly ChangeSetEntry[];
  readonly resources?: readonly StackResourceSummary[];
  readonly events?: readonly EventEntry[];
};

export const stackList: FileList<StackEntry> = {
  shape: withMembers(structureOf(Stack$), {
    changeSets: listOf(withMembers(structureOf(DescribeChangeSetOutput$), { TemplateBody: text })),
    resources: listOf(structureOf(StackResourceSummary$)),
    events: listOf(withOptional(structureOf(StackEvent$), ['StackId', 'StackName', 'EventId'])),
  }),
  add({ resources = [], events = [], changeSets = [], ...stack }, account) {
    const StackName = required(stack.StackName, 'StackName');
    const StackId = stack.StackId ?? stackArn(account.place, StackName, account.ids.uuid());
    account.stacks.add({
      ...stack,
      StackName,
      StackId,
      resources: resources.map((one) => ({ ...one })),
      events: events.map((event) => ({ EventId: account.ids.uuid(), ...event, StackId, StackName })),
      changeSets: changeSets.map((one) => completeChangeSet(account, one, { StackId, StackName })),
    });
  },
};

/** A change set without a status waits for its execution. */
function completeChangeSet(
  account: AccountStores,
  changeSet: ChangeSetEntry,
  stack: { readonly StackId: string; readonly StackName: string },
): StoredChangeSet {
  const ChangeSetName = required(changeSet.ChangeSetName, 'ChangeSetName');
  const ChangeSetId =
    changeSet.ChangeSetId ?? arnIn(account.place, 'cloudformation', `changeSet/${ChangeSetName}/${account.ids.uuid()}`);
  return {
    Status: 'CREATE_COMPLETE',
    ExecutionStatus: 'AVAILABLE',
    CreationTime: new Date(account.now()),
    ...changeSet,
    ChangeSetId,
    ...stack,
    ChangeSetName,
  };
}

type StackSetEntry = StackSet & { readonly instances?: readonly StackInstanceSummary[] };

export const stackSetList: FileList<StackSetEntry> = {
  shape: withMembers(structureOf(StackSet$), { instances: listOf(structureOf(StackInstanceSummary$)) }),
  add({ instances = [], ...stackSet }, account) {
    const StackSetName = required(stackSet.StackSetName, 'StackSetName');
    account.stackSets.put({ Status: 'ACTIVE', ...stackSet, StackSetName, instances });
  },
};
