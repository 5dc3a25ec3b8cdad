// Counts revisions once for all outputs. Each ACTIVE revision is in exactly one of kept, held, deferred and planned, and each
// kept one counts under its first reason, so the parts add up to the whole.
import { byName, joinRanges, type Ranges, rangesOf, type Revision, sizeOf } from '../../domain/revision.ts';
import type { Report } from './report.ts';

export interface KeptBy {
  readonly rule: string;
  readonly revisions: number;
  /** The text that most of them share. */
  readonly text: string;
  /** Whether all of them share it. */
  readonly isShared: boolean;
}

export function countRevisions({ plan }: Pick<Report, 'plan'>) {
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
    /** Most first. */
    keptBy: Array.from(texts, ([rule, sentences]) => countKept(rule, sentences)).sort(
      (a, b) => b.revisions - a.revisions || byName(a.rule, b.rule),
    ),
    held: by.hold,
    deferred: by.deferred,
    planned: by.deregister,
  };
}

function countKept(rule: string, sentences: ReadonlyMap<string, number>): KeptBy {
  const sorted = [...sentences].sort(([, a], [, b]) => b - a);
  const revisions = sorted.reduce((sum, [, size]) => sum + size, 0);
  return { rule, revisions, text: sorted[0]?.[0] ?? '', isShared: sorted.length === 1 };
}

export interface Group {
  readonly family: string;
  readonly ranges: Ranges;
}

/** Ordered by name as ECS orders them. */
export function groupByFamily(revisions: readonly Revision[]): Group[] {
  const numbers = Map.groupBy(revisions, ({ family }) => family);
  const groups = Array.from(numbers, ([family, all]) => ({
    family,
    ranges: rangesOf(all.map(({ number }) => number)),
  }));
  return groups.sort((a, b) => byName(a.family, b.family));
}

export function countInGroups(groups: readonly Group[]): number {
  return groups.reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
}

/** Revisions that wait for a later run: over the cap, held with the whole run, or not reached. A hold of one family is left
 *  out, since the next run does not end it. */
export function findWaiting({ run, plan, results }: Pick<Report, 'run' | 'plan' | 'results'>): Group[] {
  const left = groupByFamily(run.dryRun ? [] : results.notReached);
  const groups = new Map(left.map(({ family, ranges }) => [family, ranges]));
  for (const { family, spans } of plan?.families ?? []) {
    const unkept = spans.filter(
      ({ verdict }) => verdict.verdict === 'deferred' || (verdict.verdict === 'hold' && plan?.hold !== undefined),
    );
    if (unkept.length === 0) continue;
    const ranges = unkept.flatMap((span) => span.ranges);
    groups.set(family, joinRanges(groups.get(family) ?? [], ranges));
  }
  return Array.from(groups, ([family, ranges]) => ({ family, ranges })).sort((a, b) => byName(a.family, b.family));
}
