// The history of earlier runs as plain values. A run that could not be read is an entry as well, so nothing is missing silently.
import type { Approval } from '../../domain/approval.ts';
import type { Problem } from '../../domain/problem.ts';
import type { ApplyResults } from '../../domain/apply-results.ts';
import type { Revision, Target } from '../../domain/revision.ts';

export interface HistoryScope {
  readonly target: Target;
  /** The state store, as `--state` accepts it. */
  readonly where: string;
}

export interface RunIdentity {
  readonly id: string;
  /** The shortest beginning of the id that no other run shares. */
  readonly short: string;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
}

/** A run is `running` while it holds the lock, and `waiting` while it asks for approval, without the lock. An `unfinished` one was interrupted and sent no report. */
export type RunState = 'ended' | 'running' | 'waiting' | 'unfinished';

export interface RecordedRun extends RunIdentity {
  readonly by: string;
  readonly version: string;
  readonly settings: string;
  readonly dryRun: boolean;
  readonly state: RunState;
  readonly endedAt?: number | undefined;
  readonly outcome?: string | undefined;
  readonly passes: number;
  readonly started: number;
  readonly published: boolean;
  /** Absent where the run asked for none. */
  readonly approval?: Approval | undefined;
  /** Revisions of the pass that is running or was interrupted: it may have deregistered some of them. */
  readonly planned: readonly Revision[];
  readonly results: ApplyResults;
}

export interface UnreadableRun extends RunIdentity {
  readonly problem: Problem;
}

export interface RunsHistory extends HistoryScope {
  /** Newest first. */
  readonly runs: readonly (RecordedRun | UnreadableRun)[];
  /** The number of older runs beyond the limit. */
  readonly more: number;
  /** The number of objects among the runs that no run has written. */
  readonly foreign: number;
}

export interface RunHistory extends HistoryScope {
  readonly run: RecordedRun;
}

/** One revision that a run deregistered, or planned to. */
export interface RevisionHistory {
  readonly number: number;
  /** `missing`: AWS does not list it. `unknown`: AWS could not be asked. */
  readonly now: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS' | 'missing' | 'unknown';
  /** Whether the journal has its definition, so that it can be registered again. */
  readonly journaled: boolean;
  /** The numbers under which it was registered again, oldest first. */
  readonly restored: readonly { readonly as: number; readonly at: number }[];
}

export interface FamilyHistory extends HistoryScope {
  readonly family: string;
  /** Short ids of runs that begin like the name of the family. */
  readonly ambiguousRuns: readonly string[];
  /** Newest first. */
  readonly runs: readonly (RunIdentity & { readonly deregistered: readonly RevisionHistory[] })[];
  /** Revisions in the journal and in no run record: the run was interrupted, or its record has expired. */
  readonly unclaimed: readonly (RevisionHistory & { readonly run: string; readonly at: number })[];
  /** The number of journal entries beyond the limit. */
  readonly more: number;
  readonly problems: readonly Problem[];
}

export function isRecorded(run: RecordedRun | UnreadableRun): run is RecordedRun {
  return !('problem' in run);
}
