// The hold `collapsed`: a listing that lost most of its members looks like an account in which nothing names anything. What
// was counted is kept, and a fall is believed only when it is still there another night.
import type { ReadProblem } from '../domain/problem.ts';
import * as z from 'zod';
import { keysOf } from '../domain/objects.ts';
import { catalogue, type SourceName, type SourcesWith } from '../sources/catalogue.ts';
import type { Reading } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { count, time } from './fields.ts';
import type { RecordKind } from './records.ts';

type CountedSource = SourcesWith<{ readonly isCounted: true }>;
export type Counted = CountedSource | 'clusters';

function isCounted(name: SourceName): name is CountedSource {
  return catalogue[name].isCounted;
}
const countedSources = keysOf(catalogue).filter(isCounted);
/** The services wave counts the clusters. */
const kinds: readonly Counted[] = ['clusters', ...countedSources];
export type Counts = Readonly<Partial<Record<Counted, number>>>;

/** What the last run counted that was read to its end and believed, and what a later one counted and was not. */
export interface Counting {
  readonly last: Counts;
  readonly doubted?: { readonly counts: Counts; readonly at: number };
}

/** A second run by hand, some minutes later, is no second night. */
const NIGHT_MS = 12 * 3_600_000;

const schema = z.strictObject({
  last: z.partialRecord(z.enum(kinds), count),
  doubted: z.strictObject({ counts: z.partialRecord(z.enum(kinds), count), at: time }).exactOptional(),
});

export function countsRecord({ account, region }: Target): RecordKind<Counting> {
  return {
    name: 'record of counts',
    key: `${account}/${region}/counts.json`,
    format: 2,
    schemas: { 2: schema },
    longest: 10_000,
    // Both have seen the same night.
    join: (_, theirs) => theirs,
  };
}

/** @param clusters as many as the services wave listed */
export function countsIn(readings: readonly Reading[], clusters: number): Counts {
  const counts: Partial<Record<Counted, number>> = {};
  for (const what of countedSources) {
    const reading = readings.find(({ part }) => part === what);
    if (reading !== undefined) counts[what] = reading.items;
  }
  return { clusters, ...counts };
}

/** What to think of these counts, and what the next run should know of them. */
export function judge(
  known: Counting | undefined,
  counts: Counts,
  now: number,
): { readonly faults: readonly ReadProblem[]; readonly counting: Counting } {
  if (known === undefined) return { faults: [], counting: { last: counts } };
  // What was left out tonight is remembered for the night on which it is read again.
  const believed = { faults: [], counting: { last: { ...known.last, ...counts } } };
  const fallen = kinds.flatMap((what) => fall(what, known.last[what], counts[what]));
  const faults = fallen.map(({ fault }) => fault);
  if (faults.length === 0) return believed;
  const { doubted } = known;
  // What else there is may come and go from one night to the next.
  const isSame = doubted !== undefined && fallen.every(({ what }) => doubted.counts[what] === counts[what]);
  if (isSame && now - doubted.at >= NIGHT_MS) return believed;
  return {
    faults,
    counting: { last: known.last, doubted: { counts, at: isSame ? Math.min(doubted.at, now) : now } },
  };
}

/** To nothing from three or more, or by half and ten: what a person takes away in a day is rarely so much. */
function fall(
  what: Counted,
  before: number | undefined,
  now: number | undefined,
): { readonly what: Counted; readonly fault: ReadProblem }[] {
  if (before === undefined || now === undefined) return [];
  const toNothing = now === 0 && before >= 3;
  const byHalf = now <= before / 2 && before - now >= 10;
  if (!toNothing && !byHalf) return [];
  const name = what.replaceAll('-', ' ');
  const fault: ReadProblem = {
    part: what === 'clusters' ? 'services' : what,
    kind: 'collapsed',
    operation: `counting ${name}`,
    reason: `${before} at the last full run, ${now} now`,
    remedy: `If they have really gone, do nothing: another night with the same numbers goes on. If not, look why this role no longer sees them.`,
  };
  return [{ what, fault }];
}

/** The readings with these faults in them, each in the part that it belongs to. */
export function withFaults(readings: readonly Reading[], faults: readonly ReadProblem[]): readonly Reading[] {
  if (faults.length === 0) return readings;
  return readings.map((reading) => {
    const own = faults.filter(({ part }) => part === reading.part);
    return own.length === 0 ? reading : { ...reading, problems: [...reading.problems, ...own] };
  });
}
