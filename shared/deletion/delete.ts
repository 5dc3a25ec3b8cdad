// Deletes revisions for good, ten in a call. This file has the only call that deletes. One call may succeed for some
// revisions and fail for others, so the outcome of each is resolved. A second run does no harm.
import { DeleteTaskDefinitionsCommand, type DeleteTaskDefinitionsCommandOutput as Answer } from '@aws-sdk/client-ecs';
import * as limits from '../apply/deregister.ts';
import { describe, statusIn } from '../aws/describe.ts';
import type { Stop } from '../domain/apply-results.ts';
import { kindOf, describeError } from '../aws/errors.ts';
import { arnOf, nameOf, type Revision } from '../domain/revision.ts';
import { inspectAll, type InspectContext, mergePartial, noPartialResults, type PartialResults } from './inspect.ts';
import type { DeletionResults } from '../domain/deletion-results.ts';

export interface DeleteContext
  extends InspectContext, Pick<limits.ApplyContext, 'writer' | 'waitForTurn' | 'pause' | 'checkLock' | 'isFresh'> {
  /** Writes the revisions of the next call into the run record. */
  readonly recordRequest: (revisions: readonly Revision[]) => Promise<Stop | undefined>;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html */
const MOST_A_CALL = 10;

/** @param most counts every revision that AWS is asked to delete, including failures */
export async function deleteOld(
  candidates: readonly Revision[],
  most: number,
  context: DeleteContext,
): Promise<DeletionResults> {
  return inBatches(candidates, most, context.stopRequested, (batch) => deleteBatch(batch, context));
}

/** Finds what `deleteOld` would delete. */
export async function rehearseDeletions(
  candidates: readonly Revision[],
  most: number,
  context: InspectContext,
): Promise<DeletionResults> {
  return inBatches(candidates, most, context.stopRequested, async (batch) => {
    const inspected = await inspectAll(batch, context);
    return { ...inspected, deleted: inspected.stop === undefined ? inspected.remaining : [] };
  });
}

async function inBatches(
  candidates: readonly Revision[],
  most: number,
  stopRequested: () => Stop | undefined,
  handle: (batch: readonly Revision[]) => Promise<PartialResults>,
): Promise<DeletionResults> {
  let results = noPartialResults;
  for (let at = 0; at < candidates.length && results.stop === undefined;) {
    const room = Math.min(MOST_A_CALL, most - results.deleted.length - results.failed.length);
    if (room <= 0) break;
    const stop = stopRequested();
    const batch = candidates.slice(at, at + room);
    results = mergePartial(results, stop === undefined ? await handle(batch) : { ...noPartialResults, stop });
    at += room;
  }
  const { remaining: _, ...deletions } = results;
  return deletions;
}

/** Waits for its turn first, so that every check after that is fresh. */
async function deleteBatch(batch: readonly Revision[], context: DeleteContext): Promise<PartialResults> {
  let [throttled, unanswered, expired] = [0, 0, 0];
  let results: PartialResults = { ...noPartialResults, remaining: batch };
  for (;;) {
    await context.waitForTurn();
    results = mergePartial({ ...results, remaining: [] }, await inspectAll(results.remaining, context));
    if (results.stop !== undefined || results.remaining.length === 0) return results;
    const stop = (await context.recordRequest(results.remaining)) ?? (await context.checkLock());
    if (stop !== undefined) return { ...results, stop };
    if (!context.isFresh()) {
      if (++expired < limits.FRESH_TRIES) continue;
      return { ...results, stop: limits.evidenceExpired };
    }
    const answer = await requestDeletion(results.remaining, context);
    if (answer === 'throttled') {
      if (++throttled >= limits.THROTTLED_TRIES) return { ...results, stop: limits.throttledOut };
      await context.pause(limits.THROTTLED_PAUSE_MS * 2 ** (throttled - 1));
      results = { ...results, stop: context.stopRequested() };
      if (results.stop !== undefined) return results;
      continue;
    }
    results = mergePartial({ ...results, remaining: [] }, answer);
    if (results.stop !== undefined || results.remaining.length === 0) return results;
    if (++unanswered < limits.UNANSWERED_TRIES) continue;
    const reason = 'AWS did not answer twice, and it still reads INACTIVE';
    return { ...results, stop: abort(results.remaining, reason) };
  }
}

/** Reads the status of each revision that the answer does not confirm. A failure's text is never interpreted. */
async function requestDeletion(
  revisions: readonly Revision[],
  context: DeleteContext,
): Promise<PartialResults | 'throttled'> {
  const taskDefinitions = revisions.map(nameOf);
  let answer: Pick<Answer, 'taskDefinitions' | 'failures'> = {};
  let failedCall: { readonly kind: 'refused' | 'unanswered'; readonly answer: string } | undefined;
  try {
    answer = await context.writer.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }));
  } catch (error) {
    const [kind, answer] = [kindOf(error), describeError(error)];
    if (kind === 'throttled') return 'throttled';
    const allow = 'Allow the caller ecs:DeleteTaskDefinitions.';
    if (kind !== 'refused' && kind !== 'unanswered')
      return { ...noPartialResults, stop: abort(revisions, answer, kind === 'denied' ? allow : undefined) };
    failedCall = { kind, answer };
  }
  const { taskDefinitions: described = [], failures = [] } = answer;
  const outcomes = revisions.map(async (revision): Promise<PartialResults> => {
    const arn = arnOf(revision, context.target);
    const failure = failures.find((one) => one.arn === arn || one.arn === nameOf(revision));
    if (failure !== undefined) return resolveOutcome(revision, context, codeOf(failure));
    const isAccepted = ({ taskDefinitionArn, status }: (typeof described)[number]) =>
      taskDefinitionArn === arn && status === 'DELETE_IN_PROGRESS';
    if (described.some(isAccepted)) return { ...noPartialResults, deleted: [revision] };
    return resolveOutcome(revision, context, failedCall?.kind === 'refused' ? failedCall.answer : undefined);
  });
  const results = (await Promise.all(outcomes)).reduce(mergePartial);
  const answered = described.length + failures.length;
  if (failedCall !== undefined || answered === revisions.length || results.stop !== undefined) return results;
  const reason = `the answer has ${answered} of ${revisions.length} revisions`;
  return { ...results, stop: abort(revisions, reason) };
}

/** A reason that is a code. Its detail, and any other text, may quote the definition. */
function codeOf({ reason = '' }: NonNullable<Answer['failures']>[number]): string {
  return /^[A-Z][A-Z_ ]{0,60}$/.test(reason) ? reason : "AWS's text is left out, as it may quote what it is about";
}

/** @param refusal AWS's words, if AWS refused this revision */
async function resolveOutcome(
  revision: Revision,
  { reader, target }: DeleteContext,
  refusal?: string,
): Promise<PartialResults> {
  const isDeleted: PartialResults = {
    ...noPartialResults,
    [refusal === undefined ? 'deleted' : 'alreadyDeleted']: [revision],
  };
  let status: string;
  try {
    status = statusIn((await describe(reader, nameOf(revision))).output.taskDefinition, revision, target);
  } catch (error) {
    if (kindOf(error) === 'refused') return isDeleted;
    status = `nothing, since its status could not be read (${describeError(error)})`;
  }
  if (status === 'DELETE_IN_PROGRESS') return isDeleted;
  if (status === 'INACTIVE' && refusal === undefined) return { ...noPartialResults, remaining: [revision] };
  const reason = status === 'INACTIVE' ? 'AWS did not delete it' : `it reads ${status} now`;
  const stop = status === 'INACTIVE' ? undefined : abort([revision], reason);
  return { ...noPartialResults, failed: [{ revision, reason, answer: refusal ?? '' }], stop };
}

function abort(
  [first, ...more]: readonly Revision[],
  details: string,
  remedy = 'Find the cause before the next run. Nothing more was deleted.',
): Stop {
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  const names = first === undefined ? '' : `${nameOf(first)}${others}`;
  return { by: 'abort', reason: `deleting ${names}: ${details}`, remedy };
}
