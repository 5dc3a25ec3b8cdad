// What became of a plan: plain values for the report. Every revision that was to go tonight is in exactly one list.
import type { ReadProblem } from '../domain/problem.ts';
import type { Reference } from '../domain/evidence.ts';
import type { Revision } from '../domain/revision.ts';

/** Why a run stopped before its plan was empty. Only a brake is a failure. */
export interface Stop {
  readonly by: 'abort' | 'hold' | 'time' | 'throttled' | 'interrupted';
  /** A sentence without its full stop. */
  readonly reason: string;
  readonly remedy: string;
}

/** A revision of the plan that a check kept, and why. */
export interface KeptRevision {
  readonly revision: Revision;
  readonly reason: string;
}

/** A call that AWS refused, or whose outcome is not known. */
export interface FailedRevision extends KeptRevision {
  /** In AWS's own words; empty where AWS gave no answer. */
  readonly answer: string;
}

export interface ApplyResults {
  readonly deregistered: readonly Revision[];
  /** Somebody else's work: it read INACTIVE before we came, or after AWS refused. */
  readonly alreadyInactive: readonly Revision[];
  /** A guard kept it: named, tagged, or no longer among the older ones since the plan was made. */
  readonly skipped: readonly KeptRevision[];
  /** AWS refused, or gave no answer that could be settled. */
  readonly failed: readonly FailedRevision[];
  /** Decided, but not reached. */
  readonly notReached: readonly Revision[];
  readonly stop: Stop | undefined;
  /** Who names what this run took, as far as any reading has seen. */
  readonly lateReferences: readonly Reference[];
  /** Why nobody knows whether somebody took it up: the last look at services and tasks failed. */
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

/** What became of what earlier runs deregistered long ago, where the settings have it deleted for good. */
export interface DeletionResults {
  /** AWS has accepted it; in a dry run, what would be asked for. */
  readonly deleted: readonly Revision[];
  /** On its way already, or gone: somebody else asked for it, or an earlier run. */
  readonly alreadyDeleted: readonly Revision[];
  readonly kept: readonly KeptRevision[];
  /** AWS did not delete it, and says why. */
  readonly failed: readonly FailedRevision[];
  readonly stop: Stop | undefined;
}

export const noDeletionResults: DeletionResults = {
  deleted: [],
  alreadyDeleted: [],
  kept: [],
  failed: [],
  stop: undefined,
};

export interface InactiveSummary {
  readonly revisions: number;
  /** Of these, what no journal has: others deregistered it. Absent where the journal could not be listed. */
  readonly others?: number | undefined;
  /** There are more. */
  readonly atLeast: boolean;
}

/** And what a report tells beside that. */
export interface DeletionSummary extends DeletionResults {
  /** Old enough, as far as the ledgers tell, and not looked at tonight. */
  readonly waiting: number;
  /** Not all ledgers were read, or not all pages: there may be more. */
  readonly atLeast: boolean;
  /** As the setting deleteScope. */
  readonly scope?: 'own' | 'all' | undefined;
  /** What AWS lists as INACTIVE; absent where it could not be listed. */
  readonly inactive?: InactiveSummary | undefined;
  /** Ledgers, and entries of the journal, that could not be read: nothing of theirs is deleted. */
  readonly problems: readonly ReadProblem[];
}
