// What became of a plan: plain values for the report. Every revision that was to go tonight is in exactly one list.
import type { Fault, Reference } from '../domain/evidence.ts';
import type { Revision } from '../domain/revision.ts';

/** Why a run stopped before its plan was empty. Only a brake is a failure. */
export interface Stop {
  readonly by: 'brake' | 'hold' | 'time' | 'throttled' | 'interrupted';
  /** A sentence without its full stop. */
  readonly says: string;
  readonly next: string;
}

export interface Done {
  readonly deregistered: readonly Revision[];
  /** Somebody else's work: it read INACTIVE before we came, or after AWS refused. */
  readonly alreadyGone: readonly Revision[];
  /** A guard kept it: named, tagged, or no longer among the older ones since the plan was made. */
  readonly spared: readonly { readonly revision: Revision; readonly says: string }[];
  /** AWS refused, or gave no answer that could be settled. */
  readonly failed: readonly { readonly revision: Revision; readonly says: string; readonly said: string }[];
  /** Decided, but not reached. */
  readonly left: readonly Revision[];
  readonly stop: Stop | undefined;
  /** Who names what this run took, as far as any reading has seen. */
  readonly stranded: readonly Reference[];
  /** Why nobody knows whether somebody took it up: the last look at services and tasks failed. */
  readonly unverified?: Stop | undefined;
}

export const nothingDone: Done = {
  deregistered: [],
  alreadyGone: [],
  spared: [],
  failed: [],
  left: [],
  stop: undefined,
  stranded: [],
};

/** What became of what earlier runs deregistered long ago, where the settings have it deleted for good. */
export interface Deletions {
  /** AWS has accepted it; in a dry run, what would be asked for. */
  readonly deleted: readonly Revision[];
  /** On its way already, or gone: somebody else asked for it, or an earlier run. */
  readonly alreadyGone: readonly Revision[];
  readonly kept: readonly { readonly revision: Revision; readonly says: string }[];
  /** AWS did not delete it, and says why. */
  readonly failed: readonly { readonly revision: Revision; readonly says: string; readonly said: string }[];
  readonly stop: Stop | undefined;
}

export const nothingDeleted: Deletions = {
  deleted: [],
  alreadyGone: [],
  kept: [],
  failed: [],
  stop: undefined,
};

export interface InactiveTold {
  readonly revisions: number;
  /** Of these, what no journal has: others deregistered it. Absent where the journal could not be listed. */
  readonly others?: number | undefined;
  /** There are more. */
  readonly atLeast: boolean;
}

/** And what a report tells beside that. */
export interface DeletionsTold extends Deletions {
  /** Old enough, as far as the ledgers tell, and not looked at tonight. */
  readonly waiting: number;
  /** Not all ledgers were read, or not all pages: there may be more. */
  readonly atLeast: boolean;
  /** As the setting deleteScope. */
  readonly scope?: 'own' | 'all' | undefined;
  /** What AWS lists as INACTIVE; absent where it could not be listed. */
  readonly inactive?: InactiveTold | undefined;
  /** Ledgers, and entries of the journal, that could not be read: nothing of theirs is deleted. */
  readonly faults: readonly Fault[];
}
