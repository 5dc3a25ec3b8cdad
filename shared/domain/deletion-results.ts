// The outcome of deleting revisions for good.
import type { FailedRevision, KeptRevision, Stop } from './apply-results.ts';
import type { ReadProblem } from './problem.ts';
import type { Revision } from './revision.ts';

export interface DeletionResults {
  /** AWS accepted the deletion; in a dry run, AWS would be asked to delete these. */
  readonly deleted: readonly Revision[];
  /** Deleted, or being deleted, before this run asked. */
  readonly alreadyDeleted: readonly Revision[];
  readonly kept: readonly KeptRevision[];
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
  /** Those without a journal entry: someone else deregistered them. Absent where the journal could not be listed. */
  readonly others?: number | undefined;
  /** AWS lists more. */
  readonly atLeast: boolean;
}

/** The part of a report about deletions. */
export interface DeletionSummary extends DeletionResults {
  /** Old enough according to the run records, and left for a later run. */
  readonly waiting: number;
  /** Some run records or pages were not read, so more revisions may wait. */
  readonly atLeast: boolean;
  /** The setting deleteScope. */
  readonly scope?: 'own' | 'all' | undefined;
  /** The INACTIVE revisions that AWS lists; absent where they could not be listed. */
  readonly inactive?: InactiveSummary | undefined;
  /** Run records and journal entries that could not be read. None of their revisions is deleted. */
  readonly problems: readonly ReadProblem[];
}

export const noDeletions: DeletionSummary = { ...noDeletionResults, waiting: 0, atLeast: false, problems: [] };
