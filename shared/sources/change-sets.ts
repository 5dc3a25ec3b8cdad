// Reads the change sets of CloudFormation stacks that hold or receive task definitions. One that waits to be executed,
// such as a prepared rollback, may hold the only reference to a revision.
import type { ChangeSetSummary, CloudFormationClient, Stack } from '@aws-sdk/client-cloudformation';
import { kindOf } from '../aws/errors.ts';
import type { Finding, Reference } from '../domain/evidence.ts';
import { firstReferences } from './common/first-references.ts';
import { readMembers } from './common/read-members.ts';
import { itemsOf, readItems } from './common/pages.ts';
import { Incomplete } from './common/incomplete.ts';
import type { ClientContext } from './common/reader.ts';
import {
  isTerse,
  isWaiting,
  madeAt,
  changeSetReferences,
  templateReferences,
  nestedChangeSets,
} from './change-set-references.ts';

type StackContext = ClientContext<CloudFormationClient>;

/** Yields once for each change set.
 *  @returns the stacks of which a change set vanished meanwhile */
export async function* readChangeSets(
  means: StackContext,
  stacks: readonly Stack[],
): AsyncGenerator<readonly Finding[], ReadonlySet<string>> {
  const { context, tally } = means;
  const read = new Map<string, Promise<Reference[]>>();
  const vanished = new Set<string>();
  yield* readMembers<ChangeSetSummary>({
    context,
    tally,
    source: 'stacks',
    list: () => waitingChangeSets(means, stacks),
    arnOf: ({ ChangeSetId }) => ChangeSetId,
    changedAt: madeAt,
    read: async ({ StackId = '' }, arn) => {
      try {
        return await readOnce(means, arn, StackId, read);
      } catch (error) {
        if (kindOf(error) === 'gone') vanished.add(StackId);
        throw error;
      }
    },
  });
  return vanished;
}

/** One call for each stack. */
async function* waitingChangeSets(means: StackContext, stacks: readonly Stack[]): AsyncGenerator<ChangeSetSummary> {
  for (const { StackId = '' } of stacks)
    for (const one of await listChangeSets(means, StackId)) if (isWaiting(one)) yield { ...one, StackId };
}

async function listChangeSets({ context, tally, client }: StackContext, stackId: string): Promise<ChangeSetSummary[]> {
  const { paginateListChangeSets } = await import('./stacks-client.ts');
  try {
    return await Array.fromAsync(
      readItems(
        paginateListChangeSets({ client }, { StackName: stackId }),
        'Summaries',
        'NextToken',
        context.outOfTime,
      ),
    );
  } catch (error) {
    // CloudFormation has one error for everything that it refuses.
    const kind = kindOf(error);
    const { asked } = tally;
    const isUnknown = kind === 'gone' || kind === 'refused';
    if (isUnknown && (await describeStack(client, stackId))?.StackStatus === 'DELETE_COMPLETE') return [];
    tally.asked = asked;
    throw error;
  }
}

/** Under its id a deleted stack is still shown for 90 days. */
export async function describeStack(client: CloudFormationClient, stackId: string): Promise<Stack | undefined> {
  const { DescribeStacksCommand } = await import('./stacks-client.ts');
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackId }));
  return Stacks.find((stack) => stack.StackId === stackId);
}

/** A nested change set appears twice: in the listing of its stack, and in the changes of its parent. */
function readOnce(
  means: StackContext,
  id: string,
  stackId: string,
  read: Map<string, Promise<Reference[]>>,
): Promise<Reference[]> {
  const known = read.get(id) ?? readChangeSet(means, id, stackId, read);
  read.set(id, known);
  return known;
}

async function readChangeSet(
  means: StackContext,
  id: string,
  stackId: string,
  read: Map<string, Promise<Reference[]>>,
): Promise<Reference[]> {
  const { context, client } = means;
  const found: Reference[] = [];
  let isOpen = false;
  const { GetTemplateCommand, paginateDescribeChangeSet } = await import('./stacks-client.ts');
  const asked = { ChangeSetName: id, IncludePropertyValues: true };
  const pages = itemsOf(
    paginateDescribeChangeSet({ client }, asked),
    (page) => (page.Changes === undefined ? undefined : [page]),
    (page) => page.NextToken,
    context.outOfTime,
  );
  // Every page repeats the head, with the parameters.
  for await (const page of pages) {
    const referrer = page.StackId ?? stackId;
    found.push(...changeSetReferences(page, referrer, context.target));
    isOpen ||= isTerse(page);
    for (const nested of nestedChangeSets(page))
      if (!read.has(nested)) found.push(...(await readOnce(means, nested, referrer, read)));
    if (!isOpen || (page.NextToken ?? '') !== '') continue;
    // The template after macros: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
    const command = new GetTemplateCommand({ ChangeSetName: id, TemplateStage: 'Processed' });
    const { TemplateBody } = await client.send(command);
    if (TemplateBody === undefined) throw new Incomplete(`${id} has no template`);
    found.push(...templateReferences(TemplateBody, page, referrer, context.target));
  }
  return firstReferences(found);
}
