// Reads the revisions that CloudFormation stacks hold, and their change sets. CI may register revisions beside a stack
// for months, but an update or a rollback deploys the stack's own revision again.
import type { CloudFormationClient, Stack, StackEvent } from '@aws-sdk/client-cloudformation';
import type { Reference } from '../domain/evidence.ts';
import { firstReferences } from './common/first-references.ts';
import { readMembers } from './common/read-members.ts';
import { readItems } from './common/pages.ts';
import { Incomplete } from './common/incomplete.ts';
import type { ReadContext, Reader } from './common/reader.ts';
import { describeStack, readChangeSets } from './change-sets.ts';
import {
  changedAt,
  concernsEcs,
  conditionOf,
  endsAtRest,
  parameterReferences,
  resourceReferences,
  isChangedSince,
  eventReferences,
} from './stack-references.ts';

/** Lists by DescribeStacks: ListStacks needs a list of statuses, which would miss a new one, and shows stacks that
 *  were deleted within 90 days. AWS requires both permissions then.
 *  https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
export const readStacks: Reader = async function* (context, tally) {
  const { CloudFormationClient, paginateDescribeStacks } = await import('./stacks-client.ts');
  const client = context.aws.client(tally, (settings) => new CloudFormationClient(settings));
  const listedAt = context.aws.asOf();
  const listed = new Map<string, Stack>();
  yield* readMembers<Stack>({
    context,
    tally,
    source: 'stacks',
    list: async function* () {
      const stacks = readItems(paginateDescribeStacks({ client }, {}), 'Stacks', 'NextToken', context.outOfTime);
      for await (const stack of stacks) {
        if (stack.StackId !== undefined) listed.set(stack.StackId, stack);
        yield stack;
      }
    },
    arnOf: ({ StackId }) => StackId,
    changedAt,
    read: (stack, arn) => readStack(context, client, { stack, arn, listedAt }),
  });
  // An executed change set stays in the listing until the stack shows its references.
  const stacks = withChangeSets([...listed.values()], context);
  const vanished = yield* readChangeSets({ context, tally, client }, stacks);
  // A change set that vanished may have been executed, and its stack now holds the references.
  for (const arn of vanished) {
    const stack = await describeStack(client, arn);
    if (stack === undefined) throw new Incomplete(`${arn} existed and is no longer described`);
    yield await readStack(context, client, { stack, arn, listedAt });
  }
};

/** Stacks that hold or receive task definitions, their parents, and stacks that a change set would create. */
function withChangeSets(stacks: readonly Stack[], { memory, leftOut }: ReadContext): Stack[] {
  const wanted = new Set(memory.ecsStacks);
  for (const { StackId = '', ParentId, RootId, StackStatus } of stacks) {
    if (StackStatus === 'REVIEW_IN_PROGRESS') wanted.add(StackId);
    if (wanted.has(StackId)) for (const around of [ParentId, RootId]) if (around !== undefined) wanted.add(around);
  }
  return stacks.filter(
    ({ StackId = '', StackStatus }) => wanted.has(StackId) && StackStatus !== 'DELETE_COMPLETE' && !leftOut(StackId),
  );
}

/** By its id: a deleted stack is still shown under it, and a new stack of the same name is not. */
async function readStack(
  { target, outOfTime, memory }: ReadContext,
  client: CloudFormationClient,
  { stack, arn, listedAt }: { readonly stack: Stack; readonly arn: string; readonly listedAt: number },
): Promise<Reference[]> {
  const condition = conditionOf(stack);
  if (condition === 'empty') return [];
  const resources = await resourcesOf(client, arn, outOfTime);
  const isMoving = condition === 'unsettled' || isChangedSince(listedAt, resources);
  const events = isMoving ? await recentEvents(client, arn, outOfTime) : [];
  // If the stack has come to rest meanwhile, no event shows what a rollback has restored.
  const after = isMoving && events.length === 0 ? await resourcesOf(client, arn, outOfTime) : [];
  const references = firstReferences([
    ...resourceReferences(arn, [...resources, ...after], target),
    ...eventReferences(arn, events, target),
    ...parameterReferences(arn, stack, target),
  ]);
  if (concernsEcs([...resources, ...after], references)) memory.ecsStacks.add(arn);
  return references;
}

async function resourcesOf(client: CloudFormationClient, arn: string, outOfTime: () => boolean) {
  const { paginateListStackResources } = await import('./stacks-client.ts');
  return Array.fromAsync(
    readItems(
      paginateListStackResources({ client }, { StackName: arn }),
      'StackResourceSummaries',
      'NextToken',
      outOfTime,
    ),
  );
}

/** A stack has at most 500 resources with a few events each in an operation. More than this is not understood. */
const MOST_EVENTS = 20_000;

/** All events since the stack was last at rest, newest first.
 *  https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html */
async function recentEvents(
  client: CloudFormationClient,
  arn: string,
  outOfTime: () => boolean,
): Promise<StackEvent[]> {
  const { paginateDescribeStackEvents } = await import('./stacks-client.ts');
  const recent: StackEvent[] = [];
  for await (const event of readItems(
    paginateDescribeStackEvents({ client }, { StackName: arn }),
    'StackEvents',
    'NextToken',
    outOfTime,
  )) {
    if (endsAtRest(event, arn)) break;
    recent.push(event);
    if (recent.length > MOST_EVENTS)
      throw new Incomplete(`it has more than ${MOST_EVENTS} events since it was last at rest`);
  }
  return recent;
}
