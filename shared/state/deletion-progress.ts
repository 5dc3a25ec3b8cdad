// What may be deleted for good: what the ledgers of old runs say that they deregistered, and, with deleteScope: all, what
// AWS lists as INACTIVE. How far earlier nights have come with these is kept, so that a night reads only ledgers with something left.
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
import type { RecordKind } from './records.ts';
import { loadRunRecord, type RunName, runsIn } from './run-records.ts';
import { type StateStore, StateError } from './store.ts';

export interface Progress {
  /** Deleted, or gone otherwise: AWS never gives a number out again. */
  readonly settled: ReadonlyMap<string, Ranges>;
  /** Runs of which nothing is left, by the name of their folder. */
  readonly finished: readonly string[];
  /** Where the next night begins; at the oldest run where nothing is said. */
  readonly next?: Place | undefined;
  /** The last of what others deregistered that was looked at: the next night begins behind it. */
  readonly others?: Revision | undefined;
}

export interface Place {
  readonly run: string;
  /** How many of its revisions come before. */
  readonly at: number;
}

const RANGE = /^([1-9]\d{0,14})(?:-([1-9]\d{0,14}))?$/;
const range = z
  .string()
  .regex(RANGE)
  .transform((text) => {
    const [, from, upto = from] = RANGE.exec(text) ?? [];
    return { from: Number(from), upto: Number(upto) };
  })
  .refine(({ from, upto }) => from <= upto, 'it is damaged: a range ends before it begins');

const schema = z.strictObject({
  settled: mapOf(familyName, listOf(range)),
  finished: listOf(identifier),
  next: z.strictObject({ run: identifier, at: count }).optional(),
  others: z.strictObject(revisionFields).optional(),
});

export function progressRecord({ account, region }: Target): RecordKind<Progress> {
  return {
    name: 'record of deletions',
    key: `${account}/${region}/deletions.json`,
    format: 2,
    schemas: { 2: schema },
    longest: 16_000_000,
    toJson: ({ settled, ...rest }) => ({
      settled: Array.from(settled, ([family, all]) => [family, printRanges(all)]),
      ...rest,
    }),
    join: (ours, theirs) => ({
      ...ours,
      settled: together(ours.settled, theirs.settled),
      finished: [...new Set([...theirs.finished, ...ours.finished])],
    }),
  };
}

function together(one: ReadonlyMap<string, Ranges>, other: ReadonlyMap<string, Ranges>): Map<string, Ranges> {
  const all = new Map(one);
  for (const [family, ranges] of other) all.set(family, joinRanges(all.get(family) ?? [], ranges));
  return all;
}

/** What a run deregistered and nothing has settled yet, with its place in the run's ledger. */
export interface Open extends Place {
  readonly revision: Revision;
}

export interface Opens {
  /** Oldest run first, in the order in which it took them. */
  readonly open: readonly Open[];
  /** Each run that was read, with all that it deregistered. */
  readonly read: ReadonlyMap<string, readonly Revision[]>;
  /** Runs that still lie there. */
  readonly known: ReadonlySet<string>;
  /** Where another night would go on; nothing where all were read. */
  readonly next: Place | undefined;
  /** Ledgers that are damaged: nothing of theirs is deleted. */
  readonly damaged: readonly StateError[];
}

/** A year's runs are read within a week, and a night's reading takes seconds. */
const MOST_LEDGERS = 100;

/** @param until milliseconds since the epoch: runs that had ended by then
 *  @param most as many revisions as a night could come to
 *  @throws StateError where the state cannot be read */
export async function openIn(
  state: StateStore,
  target: Target,
  progress: Progress | undefined,
  { until, most }: { readonly until: number; readonly most: number },
): Promise<Opens> {
  const runs = (await runsIn(state, target)).map((run) => ({ ...run, key: keyOf(run) }));
  const { next, settled = new Map<string, Ranges>() } = progress ?? {};
  const finished = new Set(progress?.finished);
  const wanted = runs.filter(
    ({ key, beganAt }) => beganAt <= until && !finished.has(key) && (next === undefined || key >= next.run),
  );
  const open: Open[] = [];
  const read = new Map<string, readonly Revision[]>();
  const damaged: StateError[] = [];
  const isSettled = settledIn(settled);
  let reached = 0;
  for (const run of wanted.slice(0, MOST_LEDGERS)) {
    if (open.length >= most) break;
    reached++;
    try {
      const ledger = (await loadRunRecord(state, run))?.record;
      // A long run may have taken the last of its own much later than it began.
      if (ledger !== undefined && (ledger.endedAt ?? ledger.beganAt) > until) continue;
      const revisions = ledger?.results.deregistered ?? [];
      read.set(run.key, revisions);
      const from = run.key === next?.run ? next.at : 0;
      for (const [at, revision] of revisions.entries())
        if (at >= from && !isSettled(revision)) open.push({ revision, run: run.key, at });
    } catch (error) {
      if (!(error instanceof StateError) || error.kind !== 'incomplete') throw error;
      damaged.push(error);
    }
  }
  const after = wanted[reached];
  const known = new Set(runs.map(({ key }) => key));
  return { open, read, known, next: after === undefined ? undefined : { run: after.key, at: 0 }, damaged };
}

/** @param gone what needs no further look
 *  @param next the first that was not looked at */
export function progressAfter(
  progress: Progress | undefined,
  { read, known }: Opens,
  gone: readonly Revision[],
  next: Place | undefined,
  others?: Revision,
): Progress {
  const tonight = Array.from(
    Map.groupBy(gone, ({ family }) => family),
    ([family, some]): [string, Ranges] => [family, rangesOf(some.map(({ number }) => number))],
  );
  const settled = together(progress?.settled ?? new Map(), new Map(tonight));
  const isSettled = settledIn(settled);
  const done = [...read].filter(([, revisions]) => revisions.every(isSettled)).map(([run]) => run);
  const finished = [...(progress?.finished ?? []), ...done].filter((run) => known.has(run));
  const last = others ?? progress?.others;
  return {
    settled,
    finished: [...new Set(finished)],
    next,
    ...(last === undefined ? {} : { others: last }),
  };
}

function settledIn(settled: ReadonlyMap<string, Ranges>): (revision: Revision) => boolean {
  return ({ family, number }) => isAmong(number, settled.get(family));
}

/** `20261124T033000Z_6f1c0a52` */
function keyOf({ folder }: RunName): string {
  return folder.slice(folder.lastIndexOf('/') + 1);
}
