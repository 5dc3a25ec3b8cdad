// The only place that writes. Takes a plan's revisions one by one, past every guard, and stops at the first sign that
// something is not as it should be. Safe to run twice and beside another run: whatever is already gone is left alone.
import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { kindOf, describeError } from '../aws/errors.ts';
import { nameOf, type Revision } from '../domain/revision.ts';
import type { Plan } from '../plan/verdict.ts';
import type { ApplyResults, Stop } from './done.ts';
import { lookAgain, type LookOptions, type Seen, statusIn } from './guards.ts';

export interface ApplyContext extends LookOptions {
  /** Retries by itself: for looking. */
  readonly reader: ECSClient;
  /** Never retries: for deregistering. */
  readonly writer: ECSClient;
  /** Resolves when the account's bucket has a token for our share (guard `pace`). */
  readonly turn: () => Promise<void>;
  /** Waits, in milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** Reads again what has grown too old, decides it anew, and says what stands against this revision now. */
  readonly objections: (revision: Revision, taken: readonly Revision[]) => Promise<Objection | undefined>;
  /** Writes down what it was, and what the verdict rested on (guard `journal`). Nothing goes without. */
  readonly journal: (revision: Revision, seen: Seen) => Promise<Stop | undefined>;
  /** Whether no other writer has come meanwhile (guard `lock`). */
  readonly alone: () => Promise<Stop | undefined>;
  /** Whether services and tasks, and everything else, are still young enough for the very next call. */
  readonly isFresh: () => boolean;
  /** Time is over, or a person interrupts: asked before each revision, and after each throttle. */
  readonly stopped: () => Stop | undefined;
  readonly progress: (revision: Revision, became: Step['became']) => void;
}

/** What a reading of this run has to say against a revision, or against going on at all. */
export type Objection = { readonly keeps: string } | { readonly stops: Stop };

type Step =
  | { readonly became: 'deregistered' }
  | { readonly became: 'alreadyGone' }
  | { readonly became: 'spared'; readonly reason: string }
  | { readonly became: 'failed'; readonly reason: string; readonly answer: string; readonly stop?: Stop }
  | { readonly became: 'left'; readonly stop: Stop };

/** A throttled write is tried again at half the pace each time; the fifth would wait the better part of a minute. */
export const THROTTLED_TRIES = 5;
/** Doubled with each throttle of one revision, so that five tries bridge a quarter of a minute: where a quota was raised,
 *  half the pace alone would be no pause, and all five were over within milliseconds. */
export const THROTTLED_PAUSE_MS = 1_000;
/** The first try and, when no answer came and reading shows that nothing happened, one more. */
export const UNANSWERED_TRIES = 2;
/** How often evidence may grow old between reading it and using it before that is a fault of its own. */
export const FRESH_TRIES = 3;

export async function apply(plan: Plan, hands: ApplyContext): Promise<ApplyResults> {
  const deregistered: Revision[] = [];
  const alreadyGone: Revision[] = [];
  const spared: ApplyResults['skipped'][number][] = [];
  const failed: ApplyResults['failed'][number][] = [];
  let stop: Stop | undefined;
  let reached = 0;
  for (const revision of plan.toDeregister) {
    stop = hands.stopped();
    if (stop !== undefined) break;
    const step = await deregisterWhenSafe(revision, deregistered, hands);
    hands.progress(revision, step.became);
    if (step.became === 'deregistered') deregistered.push(revision);
    if (step.became === 'alreadyGone') alreadyGone.push(revision);
    if (step.became === 'spared') spared.push({ revision, reason: step.reason });
    if (step.became === 'failed') failed.push({ revision, reason: step.reason, answer: step.answer });
    if (step.became !== 'left') reached++;
    stop = 'stop' in step ? step.stop : undefined;
    if (stop !== undefined) break;
  }
  return {
    deregistered,
    alreadyInactive: alreadyGone,
    skipped: spared,
    failed,
    notReached: plan.toDeregister.slice(reached),
    stop,
    lateReferences: [],
  };
}

/** One revision past the guards, in this order: the wait for our turn first, so that everything after it is fresh. */
async function deregisterWhenSafe(
  revision: Revision,
  taken: readonly Revision[],
  hands: ApplyContext,
): Promise<Step> {
  let [throttled, unanswered, stale] = [0, 0, 0];
  for (;;) {
    await hands.turn();
    const objection = await hands.objections(revision, taken);
    if (objection !== undefined) {
      return 'keeps' in objection
        ? { became: 'spared', reason: objection.keeps }
        : { became: 'left', stop: objection.stops };
    }
    const look = await lookOnce(revision, hands);
    // After a call of ours without an answer, INACTIVE is our own doing, come late.
    if (!('seen' in look)) {
      return look.became === 'alreadyGone' && unanswered > 0 ? { became: 'deregistered' } : look;
    }
    const stop = (await hands.journal(revision, look.seen)) ?? (await hands.alone());
    if (stop !== undefined) return { became: 'left', stop };
    if (!hands.isFresh()) {
      if (++stale < FRESH_TRIES) continue;
      return { became: 'left', stop: evidenceExpired };
    }
    const answer = await deregister(revision, hands);
    if (answer !== 'throttled' && answer !== 'unanswered') {
      if (answer.became === 'alreadyGone' && unanswered > 0) return { became: 'deregistered' };
      return answer;
    }
    if (answer === 'throttled') {
      if (++throttled >= THROTTLED_TRIES) return { became: 'left', stop: throttledOut };
      await hands.pause(THROTTLED_PAUSE_MS * 2 ** (throttled - 1));
      const stop = hands.stopped();
      if (stop !== undefined) return { became: 'left', stop };
    }
    if (answer === 'unanswered' && ++unanswered >= UNANSWERED_TRIES) {
      const reason = 'no answer came, twice, and it still reads ACTIVE';
      return {
        became: 'failed',
        reason,
        answer: '',
        stop: brake(`deregistering ${nameOf(revision)}: ${reason}`),
      };
    }
  }
}

/** What it is, where it is still what the plan took it for. A look that fails lets nothing go. */
async function lookOnce(revision: Revision, hands: ApplyContext): Promise<Step | { readonly seen: Seen }> {
  try {
    const look = await lookAgain(hands.reader, revision, hands);
    if (look.is === 'as decided') return { seen: look.seen };
    return look.is === 'gone' ? { became: 'alreadyGone' } : { became: 'spared', reason: look.reason };
  } catch (error) {
    const reason = `looking at ${nameOf(revision)} again: ${describeError(error)}`;
    if (kindOf(error) === 'refused') return { became: 'spared', reason };
    const remedy = 'Allow ecs:DescribeTaskDefinition and ecs:ListTaskDefinitions, or run again.';
    return { became: 'left', stop: { by: 'hold', reason, remedy } };
  }
}

async function deregister(
  revision: Revision,
  { writer, reader, target }: ApplyContext,
): Promise<Step | 'throttled' | 'unanswered'> {
  const name = nameOf(revision);
  try {
    const { taskDefinition } = await writer.send(
      new DeregisterTaskDefinitionCommand({ taskDefinition: name }),
    );
    const status = statusIn(taskDefinition, revision, target);
    if (status === 'INACTIVE') return { became: 'deregistered' };
    return await settle(revision, { reader, target }, 'unanswered', `the answer reads ${status}`);
  } catch (error) {
    const kind = kindOf(error);
    const answer = describeError(error);
    if (kind === 'throttled') return 'throttled';
    if (kind === 'refused' || kind === 'unanswered')
      return settle(revision, { reader, target }, kind, answer);
    const reason = kind === 'denied' ? 'AWS denied the call' : 'an unexpected error';
    const remedy =
      kind === 'denied'
        ? 'Allow ecs:DeregisterTaskDefinition in the role or user that runs this.'
        : undefined;
    return { became: 'failed', reason, answer, stop: brake(`deregistering ${name}: ${answer}`, remedy) };
  }
}

/** What became of a call is read, never guessed from its error. Deregistering cannot be undone, so INACTIVE is final. */
async function settle(
  revision: Revision,
  { reader, target }: Pick<ApplyContext, 'reader' | 'target'>,
  kind: 'refused' | 'unanswered',
  answer: string,
): Promise<Step | 'unanswered'> {
  const name = nameOf(revision);
  let status: string;
  try {
    const { taskDefinition } = await reader.send(new DescribeTaskDefinitionCommand({ taskDefinition: name }));
    status = statusIn(taskDefinition, revision, target);
  } catch (error) {
    const reason = `what became of it could not be read: ${describeError(error)}`;
    return { became: 'failed', reason, answer, stop: brake(`deregistering ${name}: ${answer}; ${reason}`) };
  }
  if (status === 'ACTIVE')
    return kind === 'refused' ? { became: 'failed', reason: 'AWS refused it', answer } : 'unanswered';
  if (status === 'INACTIVE' || status === 'DELETE_IN_PROGRESS') {
    return kind === 'refused' ? { became: 'alreadyGone' } : { became: 'deregistered' };
  }
  const reason = `it reads ${status} now`;
  return { became: 'failed', reason, answer, stop: brake(`deregistering ${name}: ${answer}; ${reason}`) };
}

function brake(
  reason: string,
  remedy = 'Find out why before the next run; nothing more was deregistered.',
): Stop {
  return { by: 'abort', reason, remedy };
}

export const evidenceExpired: Stop = {
  by: 'hold',
  reason: 'what was read grew too old before it could be used',
  remedy: 'Run again at a quieter time; if it stays, raise `share`.',
};

export const throttledOut: Stop = {
  by: 'throttled',
  reason: "AWS throttled the calls: others use the account's request quota",
  remedy: 'The rest waits for the next run.',
};
