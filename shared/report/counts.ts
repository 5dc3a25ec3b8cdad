// The numbers of a report, counted once for every format. Each ACTIVE revision of the plan is in exactly one of kept,
// held, later and planned; each kept one is counted under its first reason, so that the parts add up to the whole.
import { byName, type Ranges, rangesOf, type Revision, sizeOf } from '../domain/revision.ts';
import type { Report } from './model.ts';

export interface KeptBy {
  readonly rule: string;
  readonly revisions: number;
  /** The sentence that most of them share. */
  readonly says: string;
  /** All of them share it. */
  readonly alike: boolean;
}

export interface Counts {
  readonly families: number;
  readonly active: number;
  readonly kept: number;
  /** Most first. */
  readonly keptBy: readonly KeptBy[];
  readonly held: number;
  readonly later: number;
  /** Decided to go tonight. */
  readonly planned: number;
}

export function countsOf({ plan }: Pick<Report, 'plan'>): Counts {
  const by = { keep: 0, hold: 0, deferred: 0, deregister: 0 };
  const texts = new Map<string, Map<string, number>>();
  for (const { ranges, verdict } of (plan?.families ?? []).flatMap(({ spans }) => spans)) {
    const size = sizeOf(ranges);
    by[verdict.verdict] += size;
    if (verdict.verdict !== 'keep') continue;
    const [first] = verdict.reasons;
    const sentences = texts.get(first.rule) ?? new Map<string, number>();
    texts.set(first.rule, sentences.set(first.text, (sentences.get(first.text) ?? 0) + size));
  }
  return {
    families: plan?.families.length ?? 0,
    active: by.keep + by.hold + by.deferred + by.deregister,
    kept: by.keep,
    keptBy: Array.from(texts, ([rule, sentences]) => keptBy(rule, sentences)).sort(
      (a, b) => b.revisions - a.revisions || byName(a.rule, b.rule),
    ),
    held: by.hold,
    later: by.deferred,
    planned: by.deregister,
  };
}

function keptBy(rule: string, sentences: ReadonlyMap<string, number>): KeptBy {
  const sorted = [...sentences].sort(([, a], [, b]) => b - a);
  const revisions = sorted.reduce((sum, [, size]) => sum + size, 0);
  return { rule, revisions, says: sorted[0]?.[0] ?? '', alike: sorted.length === 1 };
}

/** Some revisions of one family. */
export interface Group {
  readonly family: string;
  readonly ranges: Ranges;
}

/** By family, in ECS's own order of names. */
export function grouping(revisions: readonly Revision[]): Group[] {
  const numbers = Map.groupBy(revisions, ({ family }) => family);
  return Array.from(numbers, ([family, all]) => ({
    family,
    ranges: rangesOf(all.map(({ number }) => number)),
  })).sort((a, b) => byName(a.family, b.family));
}

export function sizeOfAll(groups: readonly Group[]): number {
  return groups.reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
}

/** What may go and waits for another run: over the cap, held with the whole run, or not reached. What holds one family is
 *  not over by the next night. */
export function waiting({ run, plan, results }: Pick<Report, 'run' | 'plan' | 'results'>): Group[] {
  const groups = new Map(
    grouping(run.dryRun ? [] : results.notReached).map(({ family, ranges }) => [family, [...ranges]]),
  );
  for (const { family, spans } of plan?.families ?? []) {
    const unkept = spans.filter(
      ({ verdict }) =>
        verdict.verdict === 'deferred' || (verdict.verdict === 'hold' && plan?.hold !== undefined),
    );
    if (unkept.length === 0) continue;
    const all = [...(groups.get(family) ?? []), ...unkept.flatMap(({ ranges }) => ranges)];
    groups.set(family, joined(all));
  }
  return Array.from(groups, ([family, ranges]) => ({ family, ranges })).sort((a, b) =>
    byName(a.family, b.family),
  );
}

/** Ascending, neighbours as one; they never overlap, as each revision has one verdict. */
function joined(ranges: Ranges): { from: number; upto: number }[] {
  const all: { from: number; upto: number }[] = [];
  for (const { from, upto } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last !== undefined && from === last.upto + 1) last.upto = upto;
    else all.push({ from, upto });
  }
  return all;
}
