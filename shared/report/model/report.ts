// The report of a run as plain values: what it read, decided and did, and what the operator must do.
import type { Approval } from '../../domain/approval.ts';
import type { Problem } from '../../domain/problem.ts';
import type { ApplyResults } from '../../domain/apply-results.ts';
import type { DeletionSummary } from '../../domain/deletion-results.ts';
import type { Reading } from '../../domain/evidence.ts';
import type { Night } from '../../domain/night.ts';
import type { LimitChange } from '../../plan/limit.ts';
import type { Plan } from '../../plan/verdict.ts';
import type { DanglingReference } from '../../domain/dangling.ts';
import type { Caller, Target } from '../../domain/revision.ts';
import type { ActionItem } from './action-item.ts';
import type { Course } from './course.ts';

/** Worst first. HELD means that the whole run was held, and PARTIAL that AWS refused some revisions and accepted
 *  others: the next run tries them again. */
export const outcomes = ['FAILED', 'HELD', 'ACTION', 'PARTIAL', 'PREVIEW', 'OK'] as const;
export type Outcome = (typeof outcomes)[number];

/** A part of the account that the run did not read. */
export interface Unread {
  /** `schedules`, or the ARN of one member that the settings leave out. */
  readonly name: string;
  /** `not read by this version` or `left out by the settings (without)` */
  readonly reason: string;
}

export interface RunFacts extends Course {
  /** Absent when AWS could not be asked. */
  readonly caller?: Caller | undefined;
  readonly id: string;
  readonly version: string;
  readonly settingsDigest: string;
  readonly dryRun: boolean;
  /** How to turn a dry run of this function into a run that deregisters, as a sentence. */
  readonly goLive?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  readonly tookMs: number;
  /** The address of the page of this run in the S3 console. Absent where none is stored in a bucket. */
  readonly page?: string | undefined;
}

/** Revisions that wait for a later run, and how many runs they need. */
export interface Backlog {
  readonly revisions: number;
  /** The most that one run deregisters. */
  readonly cap: number;
  readonly nights: number;
  /** Whether there may be more: ages are read only as far as the cap needs them. */
  readonly atLeast: boolean;
}

/** The plan that limits a run, a saved one (`prune --plan`) or its own that was approved, and its differences from the account
 *  now. */
export interface SavedPlanUse {
  /** The run that made it. */
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly revisions: number;
  /** Revisions of it that this run does not deregister, with what has changed. */
  readonly changes: readonly LimitChange[];
  /** How many revisions that no rule keeps are not in it. */
  readonly outside: number;
}

export interface Report {
  readonly outcome: Outcome;
  readonly run: RunFacts;
  /** Absent when AWS could not be asked for the account. */
  readonly target: Target | undefined;
  /** Absent when the run failed before it had read anything. */
  readonly plan: Plan | undefined;
  /** Absent where no saved or approved plan limits the run. */
  readonly saved?: SavedPlanUse | undefined;
  /** Absent where the run asked for no approval. Without an answer, this report is the question. */
  readonly approval?: Approval | undefined;
  readonly results: ApplyResults;
  /** Absent where the settings do not ask for deleting. */
  readonly deletions?: DeletionSummary | undefined;
  /** References to revisions that were not ACTIVE when this run began. */
  readonly danglingReferences: readonly DanglingReference[];
  readonly readings: readonly Pick<Reading, 'part' | 'tookMs' | 'calls' | 'throttled' | 'items'>[];
  readonly unread: readonly Unread[];
  readonly actionItems: readonly ActionItem[];
  readonly notes: readonly string[];
  /** Why the whole run failed: AWS not reached, credentials refused, the report not sent. */
  readonly failure: Problem | undefined;
  readonly backlog: Backlog;
  /** The last nights, oldest first; a run that keeps records is the last of them. Absent without a state store, and for a run
   *  of some families only. */
  readonly trend?: readonly Night[] | undefined;
}

export function needsAction({ outcome }: Pick<Report, 'outcome'>): boolean {
  return outcome === 'FAILED' || outcome === 'HELD' || outcome === 'ACTION';
}
