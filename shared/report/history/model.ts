// What earlier runs have left, as the formats in this folder take it: plain values. A run, or a part of one, that could not
// be read is an entry of its own, so that the rest is shown and nothing is missing without a word.
import type { Problem } from '../../domain/problem.ts';
import type { ApplyResults } from '../../domain/apply-results.ts';

import type { Revision, Target } from '../../domain/revision.ts';

/** What all three answers are about. */
export interface Scene {
  readonly target: Target;
  /** Where the state is, as `--state` takes it. */
  readonly where: string;
}

export interface Known {
  readonly id: string;
  /** As much of the id as tells it from every other run. */
  readonly short: string;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
}

/** `ended`, also where a person declined; `at work`, as far as its lock says; otherwise nobody has had its report. */
export type Course = 'ended' | 'at work' | 'never ended';

/** A run whose ledger was read. */
export interface Recorded extends Known {
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
export interface Unread extends Known {
  readonly problem: Problem;
}

export interface RunsHistory extends Scene {
  /** Newest first. */
  readonly runs: readonly (Recorded | Unread)[];
  /** Older ones, which were not asked for. */
  readonly more: number;
  /** Objects among the runs that no run has put there. */
  readonly foreign: number;
}

export interface RunHistory extends Scene {
  readonly run: Recorded;
}

/** What AWS says of a revision; `gone` is one that no listing has, and `unknown` one that could not be asked about. */
export type Present = 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS' | 'gone' | 'unknown';

/** One revision that this tool has taken, or meant to. */
export interface Taken {
  readonly number: number;
  readonly now: Present;
  /** Whether the journal has it, so that it can be registered again. */
  readonly journaled: boolean;
  /** The numbers under which it was registered again, oldest first. */
  readonly restored: readonly { readonly as: number; readonly at: number }[];
}

export interface FamilyHistory extends Scene {
  readonly family: string;
  /** Runs whose ids begin with the same word, by their short ids. */
  readonly alsoRuns: readonly string[];
  /** Newest first. */
  readonly by: readonly (Known & { readonly took: readonly Taken[] })[];
  /** In the journal, and in no ledger: its run was cut off, or its ledger has expired. */
  readonly unclaimed: readonly (Taken & { readonly run: string; readonly at: number })[];
  /** Entries of the journal that are not shown. */
  readonly more: number;
  /** What could not be read. */
  readonly troubles: readonly Problem[];
}

export function isRecorded(run: Recorded | Unread): run is Recorded {
  return !('problem' in run);
}
