// Deregisters the revisions of a plan, one by one. This file has the only call that deregisters.
// A second run over the same plan does no harm: a revision that is INACTIVE already is left alone.
import { DeregisterTaskDefinitionCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { kindOf, describeError } from '../aws/errors.ts';
import { nameOf, type Revision } from '../domain/revision.ts';
import type { Plan } from '../plan/verdict.ts';
import { describe, statusIn } from '../aws/describe.ts';
import { checkOnceMore, type Seen } from './final-check.ts';
import type { CheckOptions } from './family-check.ts';
import type { ApplyResults, FailedRevision, KeptRevision, Stop } from '../domain/apply-results.ts';

/** The preconditions of a call, and the clients to make it with. */
export interface ApplyContext extends CheckOptions {
  /** Retries by itself: for the final check. */
  readonly reader: ECSClient;
  /** Never retries: for deregistering. */
  readonly writer: ECSClient;
  /** Precondition `pace`: resolves when the account's token bucket has a token for this run's share. */
  readonly waitForTurn: () => Promise<void>;
  /** Waits, in milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** Precondition `fresh`: reads again what is too old, decides anew, and returns what is against this revision now. */
  readonly objectionTo: (revision: Revision, deregistered: readonly Revision[]) => Promise<Objection | undefined>;
  /** Precondition `journal`: writes the definition and the evidence. */
  readonly journal: (revision: Revision, seen: Seen) => Promise<Stop | undefined>;
  /** Precondition `lock`: a stop where another run has the lock. */
  readonly checkLock: () => Promise<Stop | undefined>;
  /** Whether all evidence is still young enough for the next call. */
  readonly isFresh: () => boolean;
  /** A stop where time is up or the operator interrupts. Asked before each revision and after each throttled call. */
  readonly stopRequested: () => Stop | undefined;
  readonly onProgress: (revision: Revision, outcome: Step['outcome']) => void;
}

/** The reason in the latest evidence to keep a revision, or to stop the whole run. */
export type Objection = { readonly keep: string } | { readonly stop: Stop };

type Step =
  | { readonly outcome: 'deregistered' }
  | { readonly outcome: 'already inactive' }
  | { readonly outcome: 'skipped'; readonly reason: string }
  | { readonly outcome: 'failed'; readonly reason: string; readonly answer: string; readonly stop?: Stop }
  | { readonly outcome: 'not reached'; readonly stop: Stop };

/** Each throttled try halves the pace. The fifth would wait most of a minute. */
export const THROTTLED_TRIES = 5;
/** Doubled with each throttled try of one revision, so that five tries take a quarter of a minute. Where a quota was raised,
 *  half the pace alone is no pause: all five tries would be over within milliseconds. */
export const THROTTLED_PAUSE_MS = 1_000;
/** One more try where AWS did not answer and the revision still reads ACTIVE. */
export const UNANSWERED_TRIES = 2;
/** How often evidence may expire between reading and use before the run stops. */
export const FRESH_TRIES = 3;

export async function apply(plan: Plan, context: ApplyContext): Promise<ApplyResults> {
  const deregistered: Revision[] = [];
  const alreadyInactive: Revision[] = [];
  const skipped: KeptRevision[] = [];
  const failed: FailedRevision[] = [];
  let stop: Stop | undefined;
  let reached = 0;
  for (const revision of plan.toDeregister) {
    stop = context.stopRequested();
    if (stop !== undefined) break;
    const step = await deregisterWhenSafe(revision, deregistered, context);
    context.onProgress(revision, step.outcome);
    if (step.outcome === 'deregistered') deregistered.push(revision);
    if (step.outcome === 'already inactive') alreadyInactive.push(revision);
    if (step.outcome === 'skipped') skipped.push({ revision, reason: step.reason });
    if (step.outcome === 'failed') failed.push({ revision, reason: step.reason, answer: step.answer });
    if (step.outcome !== 'not reached') reached++;
    stop = 'stop' in step ? step.stop : undefined;
    if (stop !== undefined) break;
  }
  const notReached = plan.toDeregister.slice(reached);
  return { deregistered, alreadyInactive, skipped, failed, notReached, stop, lateReferences: [] };
}

/** Waits for its turn first, so that every check after that is fresh. */
async function deregisterWhenSafe(
  revision: Revision,
  deregistered: readonly Revision[],
  context: ApplyContext,
): Promise<Step> {
  let [throttled, unanswered, expired] = [0, 0, 0];
  for (;;) {
    await context.waitForTurn();
    const objection = await context.objectionTo(revision, deregistered);
    if (objection !== undefined)
      return 'keep' in objection
        ? { outcome: 'skipped', reason: objection.keep }
        : { outcome: 'not reached', stop: objection.stop };
    const check = await finalCheck(revision, context);
    // INACTIVE after an unanswered call of this run is the effect of that call.
    if (!('seen' in check))
      return check.outcome === 'already inactive' && unanswered > 0 ? { outcome: 'deregistered' } : check;
    const stop = (await context.journal(revision, check.seen)) ?? (await context.checkLock());
    if (stop !== undefined) return { outcome: 'not reached', stop };
    if (!context.isFresh()) {
      if (++expired < FRESH_TRIES) continue;
      return { outcome: 'not reached', stop: evidenceExpired };
    }
    const answer = await deregister(revision, context);
    if (answer !== 'throttled' && answer !== 'unanswered')
      return answer.outcome === 'already inactive' && unanswered > 0 ? { outcome: 'deregistered' } : answer;
    if (answer === 'throttled') {
      if (++throttled >= THROTTLED_TRIES) return { outcome: 'not reached', stop: throttledOut };
      await context.pause(THROTTLED_PAUSE_MS * 2 ** (throttled - 1));
      const requested = context.stopRequested();
      if (requested !== undefined) return { outcome: 'not reached', stop: requested };
    }
    if (answer === 'unanswered' && ++unanswered >= UNANSWERED_TRIES)
      return failure(revision, { reason: 'AWS did not answer twice, and it still reads ACTIVE', answer: '' });
  }
}

async function finalCheck(revision: Revision, context: ApplyContext): Promise<Step | { readonly seen: Seen }> {
  try {
    const check = await checkOnceMore(context.reader, revision, context);
    if (check.is === 'as decided') return { seen: check.seen };
    return check.is === 'already inactive'
      ? { outcome: 'already inactive' }
      : { outcome: 'skipped', reason: check.reason };
  } catch (error) {
    const reason = `checking ${nameOf(revision)} once more: ${describeError(error)}`;
    if (kindOf(error) === 'refused') return { outcome: 'skipped', reason };
    const remedy = 'Allow ecs:DescribeTaskDefinition and ecs:ListTaskDefinitions, or run again.';
    return { outcome: 'not reached', stop: { by: 'hold', reason, remedy } };
  }
}

async function deregister(revision: Revision, context: ApplyContext): Promise<Step | 'throttled' | 'unanswered'> {
  try {
    const { taskDefinition } = await context.writer.send(
      new DeregisterTaskDefinitionCommand({ taskDefinition: nameOf(revision) }),
    );
    const status = statusIn(taskDefinition, revision, context.target);
    if (status === 'INACTIVE') return { outcome: 'deregistered' };
    return await resolveOutcome(revision, context, 'unanswered', `the answer reads ${status}`);
  } catch (error) {
    const kind = kindOf(error);
    const answer = describeError(error);
    if (kind === 'throttled') return 'throttled';
    if (kind === 'refused' || kind === 'unanswered') return resolveOutcome(revision, context, kind, answer);
    const details = answer;
    return kind === 'denied'
      ? failure(revision, { reason: 'AWS denied the call', answer, details, remedy: ALLOW })
      : failure(revision, { reason: 'an unexpected error', answer, details });
  }
}

/** Reads the revision's status instead of guessing it from the error. Nothing makes a revision ACTIVE again, so INACTIVE is
 *  final. */
async function resolveOutcome(
  revision: Revision,
  { reader, target }: ApplyContext,
  kind: 'refused' | 'unanswered',
  answer: string,
): Promise<Step | 'unanswered'> {
  let status: string;
  try {
    status = statusIn((await describe(reader, nameOf(revision))).output.taskDefinition, revision, target);
  } catch (error) {
    return failure(revision, { reason: `its status could not be read: ${describeError(error)}`, answer });
  }
  if (status === 'ACTIVE')
    return kind === 'refused' ? { outcome: 'failed', reason: 'AWS refused it', answer } : 'unanswered';
  if (status === 'INACTIVE' || status === 'DELETE_IN_PROGRESS')
    return { outcome: kind === 'refused' ? 'already inactive' : 'deregistered' };
  return failure(revision, { reason: `it reads ${status} now`, answer });
}

const ALLOW = 'Allow the caller ecs:DeregisterTaskDefinition.';
const FIND_CAUSE = 'Find the cause before the next run. Nothing more was deregistered.';

/** A failure that aborts the run. @param details for the stop; the answer and the reason by default */
function failure(
  revision: Revision,
  {
    reason,
    answer,
    details = answer === '' ? reason : `${answer}; ${reason}`,
    remedy = FIND_CAUSE,
  }: Omit<FailedRevision, 'revision'> & { readonly details?: string; readonly remedy?: string },
): Step {
  const stop: Stop = { by: 'abort', reason: `deregistering ${nameOf(revision)}: ${details}`, remedy };
  return { outcome: 'failed', reason, answer, stop };
}

export const evidenceExpired: Stop = {
  by: 'hold',
  reason: 'the evidence expired before it could be used',
  remedy: 'Run again at a quieter time. If this repeats, raise `share`.',
};

export const throttledOut: Stop = {
  by: 'throttled',
  reason: "AWS throttled the calls: other callers use the account's request quota",
  remedy: 'The next run continues.',
};
