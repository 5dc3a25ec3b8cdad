// The outcome of a plan. Every revision of the plan is in exactly one list.
import type { Reference } from './evidence.ts';
import type { Problem } from './problem.ts';
import type { Revision } from './revision.ts';

/** Why a run stopped before the end of its plan. Only `abort` is a failure. `paused`: an operator or a change calendar said
 *  so, and nothing is wrong. `unapproved`: the settings require approval, and there is none. */
export interface Stop extends Omit<Problem, 'operation'> {
  readonly by: 'abort' | 'hold' | 'time' | 'throttled' | 'interrupted' | 'paused' | 'unapproved';
}

export function stopBy({ operation, reason, remedy }: Problem): Stop {
  return { by: 'hold', reason: `${operation}: ${reason}`, remedy };
}

/** A revision of the plan that a check kept. */
export interface KeptRevision {
  readonly revision: Revision;
  readonly reason: string;
}

/** A revision that AWS did not change, or whose state after the call is not known. */
export interface FailedRevision extends KeptRevision {
  /** In AWS's own words; empty where AWS gave no answer. */
  readonly answer: string;
}

export interface ApplyResults {
  readonly deregistered: readonly Revision[];
  /** Someone else deregistered these first: before the call, or before AWS refused it. */
  readonly alreadyInactive: readonly Revision[];
  /** The final check kept these: referenced, tagged, or among the newest since the plan was made. */
  readonly skipped: readonly KeptRevision[];
  readonly failed: readonly FailedRevision[];
  readonly notReached: readonly Revision[];
  readonly stop: Stop | undefined;
  /** References to revisions that this run had deregistered before. */
  readonly lateReferences: readonly Reference[];
  /** Why late references could not be looked for at the end. */
  readonly unverified?: Stop | undefined;
}

export const noResults: ApplyResults = {
  deregistered: [],
  alreadyInactive: [],
  skipped: [],
  failed: [],
  notReached: [],
  stop: undefined,
  lateReferences: [],
};
