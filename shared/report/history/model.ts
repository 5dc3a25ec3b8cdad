// What earlier runs have left, as the formats in this folder take it: plain values. A run, or a part of one, that could not
// be read is an entry of its own, so that the rest is shown and nothing is missing without a word.
import type { Problem } from '../../domain/problem.ts';
import type { ApplyResults } from '../../apply/done.ts';

import type { Revision, Target } from '../../domain/revision.ts';

/** What all three answers are about. */
export interface HistoryScope {
  readonly target: Target;
  /** Where the state is, as `--state` takes it. */
  readonly where: string;
}

export interface RunIdentity {
  readonly id: string;
  /** As much of the id as tells it from every other run. */
  readonly short: string;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
}

/** `ended`, also where a person declined; `at work`, as far as its lock says; otherwise nobody has had its report. */
export type Course = 'ended' | 'at work' | 'never ended';

/** A run whose ledger was read. */
export interface RecordedRun extends RunIdentity {
  readonly by: string;
  readonly version: string;
  readonly settings: string;
  readonly dryRun: boolean;
  readonly course: Course;
  readonly endedAt?: number | undefined;
  readonly outcome?: string | undefined;
  readonly passes: number;
  readonly started: number;
  readonly published: boolean;
  /** What the pass that was cut off, or is under way, may take or have taken. */
  readonly planned: readonly Revision[];
  readonly results: ApplyResults;
}

/** A run of which only its place is known. */
export interface UnreadableRun extends RunIdentity {
  readonly problem: Problem;
}

export interface RunsHistory extends HistoryScope {
  /** Newest first. */
  readonly runs: readonly (RecordedRun | UnreadableRun)[];
  /** Older ones, which were not asked for. */
  readonly more: number;
  /** Objects among the runs that no run has put there. */
  readonly foreign: number;
}

export interface RunHistory extends HistoryScope {
  readonly run: RecordedRun;
}

/** What AWS says of a revision; `gone` is one that no listing has, and `unknown` one that could not be asked about. */
export type PresentStatus = 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS' | 'gone' | 'unknown';

/** One revision that this tool has taken, or meant to. */
export interface RevisionHistory {
  readonly number: number;
  readonly now: PresentStatus;
  /** Whether the journal has it, so that it can be registered again. */
  readonly journaled: boolean;
  /** The numbers under which it was registered again, oldest first. */
  readonly restored: readonly { readonly as: number; readonly at: number }[];
}

export interface FamilyHistory extends HistoryScope {
  readonly family: string;
  /** Runs whose ids begin with the same word, by their short ids. */
  readonly ambiguousRuns: readonly string[];
  /** Newest first. */
  readonly runs: readonly (RunIdentity & { readonly took: readonly RevisionHistory[] })[];
  /** In the journal, and in no ledger: its run was cut off, or its ledger has expired. */
  readonly unclaimed: readonly (RevisionHistory & { readonly run: string; readonly at: number })[];
  /** Entries of the journal that are not shown. */
  readonly more: number;
  /** What could not be read. */
  readonly problems: readonly Problem[];
}

export function isRecorded(run: RecordedRun | UnreadableRun): run is RecordedRun {
  return !('problem' in run);
}
