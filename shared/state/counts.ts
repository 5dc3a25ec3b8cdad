// The hold `collapsed`: a listing that lost most of its members looks like an account without references. Each run records
// its counts, and a run accepts a collapse only when a second night confirms it.
import type { ReadProblem } from '../domain/problem.ts';
import * as z from 'zod';
import { keysOf } from '../domain/objects.ts';
import { catalogue, type SourceName, type SourcesWith } from '../sources/catalogue.ts';
import type { Reading } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { count, time } from './fields.ts';
import type { MergeableRecord } from './records.ts';

type CountedSource = SourcesWith<{ readonly isCounted: true }>;
export type Counted = CountedSource | 'clusters';

function isCounted(name: SourceName): name is CountedSource {
  return catalogue[name].isCounted;
}
const countedSources = keysOf(catalogue).filter(isCounted);
/** The services wave counts the clusters. */
const kinds: readonly Counted[] = ['clusters', ...countedSources];
export type Counts = Readonly<Partial<Record<Counted, number>>>;

/** The last complete counts that a run accepted, and the collapsed counts that a later run doubted. */
export interface CountHistory {
  readonly last: Counts;
  readonly doubted?: { readonly counts: Counts; readonly at: number };
}

/** A second run by hand, some minutes later, is not a second night. */
const NIGHT_MS = 12 * 3_600_000;

const schema = z.strictObject({
  last: z.partialRecord(z.enum(kinds), count),
  doubted: z.strictObject({ counts: z.partialRecord(z.enum(kinds), count), at: time }).exactOptional(),
});

export function countsRecord({ account, region }: Target): MergeableRecord<CountHistory> {
  return {
    name: 'record of counts',
    key: `${account}/${region}/counts.json`,
    format: 2,
    schemas: { 2: schema },
    maxLength: 10_000,
    // Both counted in the same night.
    merge: (_, theirs) => theirs,
  };
}

/** @param clusters as many as the services wave listed */
export function countItems(readings: readonly Reading[], clusters: number): Counts {
  const counts: Partial<Record<Counted, number>> = {};
  for (const what of countedSources) {
    const reading = readings.find(({ part }) => part === what);
    if (reading !== undefined) counts[what] = reading.items;
  }
  return { clusters, ...counts };
}

/** Compares counts with the history, and returns the history for the next run. */
export function checkCounts(
  known: CountHistory | undefined,
  counts: Counts,
  now: number,
): { readonly problems: readonly ReadProblem[]; readonly history: CountHistory } {
  if (known === undefined) return { problems: [], history: { last: counts } };
  // Keeps the counts of a source that the settings leave out tonight, for the night that reads it again.
  const accepted = { problems: [], history: { last: { ...known.last, ...counts } } };
  const collapses = kinds.flatMap((what) => findCollapse(what, known.last[what], counts[what]));
  const problems = collapses.map(({ problem }) => problem);
  if (problems.length === 0) return accepted;
  const { doubted } = known;
  // Counts that did not collapse may change from one night to the next.
  const isSame = doubted !== undefined && collapses.every(({ what }) => doubted.counts[what] === counts[what]);
  if (isSame && now - doubted.at >= NIGHT_MS) return accepted;
  return { problems, history: { last: known.last, doubted: { counts, at: isSame ? Math.min(doubted.at, now) : now } } };
}

/** To zero from three or more, or by half and at least ten: an operator rarely removes that many in a day. */
function findCollapse(
  what: Counted,
  before: number | undefined,
  now: number | undefined,
): { readonly what: Counted; readonly problem: ReadProblem }[] {
  if (before === undefined || now === undefined) return [];
  const toNothing = now === 0 && before >= 3;
  const byHalf = now <= before / 2 && before - now >= 10;
  if (!toNothing && !byHalf) return [];
  const name = what === 'state-machines' ? 'state machines' : what;
  const problem: ReadProblem = {
    part: what === 'clusters' ? 'services' : what,
    kind: 'collapsed',
    operation: `counting ${name}`,
    reason: `${before} at the last full run, ${now} now`,
    remedy:
      'If they were really deleted, do nothing: the run goes on once another night finds the same numbers. If not, check why this role no longer sees them.',
  };
  return [{ what, problem }];
}

/** Adds each problem to the reading of its part. */
export function addProblems(readings: readonly Reading[], problems: readonly ReadProblem[]): readonly Reading[] {
  if (problems.length === 0) return readings;
  return readings.map((reading) => {
    const own = problems.filter(({ part }) => part === reading.part);
    return own.length === 0 ? reading : { ...reading, problems: [...reading.problems, ...own] };
  });
}
