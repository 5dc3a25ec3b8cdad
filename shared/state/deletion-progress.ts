// Finds the revisions in old run records that may be deleted for good, and records how far deletion has come, so that a
// night reads only the run records that still list something to delete.
import * as z from 'zod';
import {
  isAmong,
  joinRanges,
  printRanges,
  type Ranges,
  rangesOf,
  type Revision,
  type Target,
} from '../domain/revision.ts';
import { count, familyName, identifier, listOf, mapOf, revisionFields } from './fields.ts';
import type { MergeableRecord } from './records.ts';
import { listRunNames, loadRunRecord, type RunName } from './run-records.ts';
import { type StateStore, StateError } from './store.ts';

export type DeletionProgress = Readonly<z.output<typeof schema>>;
export type RunPosition = Readonly<z.output<typeof position>>;

const RANGE = /^([1-9]\d{0,14})(?:-([1-9]\d{0,14}))?$/;
const range = z
  .string()
  .regex(RANGE)
  .transform((text) => {
    const [, from, upto = from] = RANGE.exec(text) ?? [];
    return { from: Number(from), upto: Number(upto) };
  })
  .refine(({ from, upto }) => from <= upto, 'it is damaged: a range ends before it begins');

/** `at`: index into the revisions that the run deregistered. */
const position = z.strictObject({ run: identifier, at: count });
const schema = z.strictObject({
  /** Deleted by any caller. AWS never reuses a number. */
  settled: mapOf(familyName, listOf(range).readonly()),
  /** Runs with nothing left to delete, by the name of their folder. */
  finished: listOf(identifier).readonly(),
  /** The run at which the next night starts. The oldest run when absent. */
  next: position.optional(),
  /** The last revision inspected that another caller deregistered. The next night starts after it. */
  others: z.strictObject(revisionFields).optional(),
});

export function deletionProgressRecord({ account, region }: Target): MergeableRecord<DeletionProgress> {
  return {
    name: 'record of deletions',
    key: `${account}/${region}/deletions.json`,
    format: 2,
    schemas: { 2: schema },
    maxLength: 16_000_000,
    toJson: ({ settled, ...rest }) => ({
      settled: Array.from(settled, ([family, all]) => [family, printRanges(all)]),
      ...rest,
    }),
    merge: (ours, theirs) => ({
      ...ours,
      settled: mergeRanges(ours.settled, theirs.settled),
      finished: [...new Set([...theirs.finished, ...ours.finished])],
    }),
  };
}

function mergeRanges(first: ReadonlyMap<string, Ranges>, second: ReadonlyMap<string, Ranges>): Map<string, Ranges> {
  const all = new Map(first);
  for (const [family, ranges] of second) all.set(family, joinRanges(all.get(family) ?? [], ranges));
  return all;
}

/** A revision that a run deregistered and that is not settled, with its position in the run record. */
export interface PendingDeletion extends RunPosition {
  readonly revision: Revision;
}

export interface PendingDeletions {
  /** Oldest run first, each in the order of its run record. */
  readonly pending: readonly PendingDeletion[];
  /** The revisions that each run deregistered, for the runs that were read. */
  readonly readRuns: ReadonlyMap<string, readonly Revision[]>;
  readonly existingRuns: ReadonlySet<string>;
  /** The run at which the next night continues. Undefined when all runs were read. */
  readonly next: RunPosition | undefined;
  /** Damaged run records: nothing that they list is deleted. */
  readonly damaged: readonly StateError[];
}

/** Covers a year of nightly runs within a week, and takes seconds a night. */
const MOST_RUN_RECORDS = 100;

/** @param until milliseconds since the epoch: reads runs that had ended by then
 *  @param most the most revisions that this night can inspect
 *  @throws StateError where the state store cannot be read */
export async function readPendingDeletions(
  state: StateStore,
  target: Target,
  progress: DeletionProgress | undefined,
  { until, most }: { readonly until: number; readonly most: number },
): Promise<PendingDeletions> {
  const runs = (await listRunNames(state, target)).map((run) => ({ ...run, key: runKey(run) }));
  const { next, settled = new Map<string, Ranges>() } = progress ?? {};
  const finished = new Set(progress?.finished);
  const wanted = runs.filter(
    ({ key, beganAt }) => beganAt <= until && !finished.has(key) && (next === undefined || key >= next.run),
  );
  const pending: PendingDeletion[] = [];
  const readRuns = new Map<string, readonly Revision[]>();
  const damaged: StateError[] = [];
  const isSettled = settledIn(settled);
  let reached = 0;
  for (const run of wanted.slice(0, MOST_RUN_RECORDS)) {
    if (pending.length >= most) break;
    reached++;
    try {
      const record = (await loadRunRecord(state, run))?.record;
      // A long run may have deregistered its last revision much later than it began.
      if (record !== undefined && (record.endedAt ?? record.beganAt) > until) continue;
      const revisions = record?.results.deregistered ?? [];
      readRuns.set(run.key, revisions);
      const from = run.key === next?.run ? next.at : 0;
      for (const [at, revision] of revisions.entries())
        if (at >= from && !isSettled(revision)) pending.push({ revision, run: run.key, at });
    } catch (error) {
      if (!(error instanceof StateError) || error.kind !== 'incomplete') throw error;
      damaged.push(error);
    }
  }
  const after = wanted[reached];
  return {
    pending,
    readRuns,
    existingRuns: new Set(runs.map(({ key }) => key)),
    next: after === undefined ? undefined : { run: after.key, at: 0 },
    damaged,
  };
}

/** @param deleted revisions that are settled now
 *  @param next the first revision that was not inspected */
export function updateProgress(
  progress: DeletionProgress | undefined,
  { readRuns, existingRuns }: PendingDeletions,
  deleted: readonly Revision[],
  next: RunPosition | undefined,
  others?: Revision,
): DeletionProgress {
  const tonight = new Map<string, Ranges>();
  for (const [family, some] of Map.groupBy(deleted, (one) => one.family))
    tonight.set(family, rangesOf(some.map(({ number }) => number)));
  const settled = mergeRanges(progress?.settled ?? new Map(), tonight);
  const isSettled = settledIn(settled);
  const done = [...readRuns].filter(([, revisions]) => revisions.every(isSettled)).map(([run]) => run);
  const finished = [...(progress?.finished ?? []), ...done].filter((run) => existingRuns.has(run));
  return { settled, finished: [...new Set(finished)], next, others: others ?? progress?.others };
}

function settledIn(settled: ReadonlyMap<string, Ranges>): (revision: Revision) => boolean {
  return ({ family, number }) => isAmong(number, settled.get(family));
}

/** `20261124T033000Z_6f1c0a52` */
function runKey({ folder }: RunName): string {
  return folder.slice(folder.lastIndexOf('/') + 1);
}
