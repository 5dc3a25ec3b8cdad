// The families of a report as rows of the page: how many revisions have each mark, where they stand, and why.
import { intersect, type Range, type Ranges, sizeOf, without } from '../../domain/revision.ts';
import type { FamilyPlan, Reason, Span, Verdict } from '../../plan/verdict.ts';
import { groupByFamily } from '../model/counts.ts';
import type { Report } from '../model/report.ts';
import { clip, shortenIds } from '../text/wording.ts';
import { type Mark, marks } from './marks.ts';

/** Neighbouring revisions with one mark. */
export interface Piece extends Range {
  readonly mark: Mark;
}

/** One entry of the list that opens below a family. */
export interface Line {
  readonly ranges: Ranges;
  readonly mark: Mark;
  readonly text: string;
}

export interface FamilyRow {
  readonly family: string;
  readonly active: number;
  readonly counts: Readonly<Record<Mark, number>>;
  /** Ascending, so in the order of registration. */
  readonly pieces: readonly Piece[];
  readonly lines: readonly Line[];
  readonly rules: readonly string[];
  readonly sources: readonly string[];
}

/** Families with something to deregister first, then those that wait, and then the largest. */
export function listFamilies(report: Report): FamilyRow[] {
  const done = new Map(groupByFamily(report.results.deregistered).map(({ family, ranges }) => [family, ranges]));
  const rows = (report.plan?.families ?? []).map((plan) => toRow(plan, report, done.get(plan.family) ?? []));
  const weight = ({ counts }: FamilyRow) => [counts.left, counts.deregister, counts.hold, counts.deferred, counts.keep];
  return rows.sort((a, b) => compare(weight(b), weight(a)));
}

export function countMarks(rows: readonly FamilyRow[]): Record<Mark, number> {
  const sums = emptyCounts();
  for (const { counts } of rows) for (const mark of marks) sums[mark] += counts[mark];
  return sums;
}

function emptyCounts(): Record<Mark, number> {
  return { deregister: 0, left: 0, deferred: 0, hold: 0, keep: 0 };
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const difference = value - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function toRow({ family, spans, unresolved }: FamilyPlan, { run }: Report, done: Ranges): FamilyRow {
  const lines = spans.flatMap((span) => toLines(span, run.dryRun, done));
  const counts = emptyCounts();
  for (const { ranges, mark } of lines) counts[mark] += sizeOf(ranges);
  const pieces = lines.flatMap(({ ranges, mark }) => ranges.map(({ from, upto }) => ({ from, upto, mark })));
  const reasons = spans.flatMap(({ verdict }) => (verdict.verdict === 'keep' ? verdict.reasons : []));
  const held = counts.hold > 0 ? unresolved.map(({ source }) => source) : [];
  return {
    family,
    active: marks.reduce((sum, mark) => sum + counts[mark], 0),
    counts,
    pieces: pieces.sort((a, b) => a.from - b.from),
    lines,
    rules: [...new Set(reasons.map(({ rule }) => rule))],
    sources: [...new Set([...reasons.flatMap(sourcesOf), ...held])],
  };
}

function sourcesOf(reason: Reason): string[] {
  return reason.rule === 'referenced' ? reason.by.map(({ source }) => source) : [];
}

/** Separates the planned revisions that a live run deregistered from those that it did not. */
function toLines({ ranges, verdict }: Span, dryRun: boolean, done: Ranges): Line[] {
  const text = describeVerdict(verdict);
  if (verdict.verdict !== 'deregister' || dryRun) return [{ ranges, mark: verdict.verdict, text }];
  const lines: Line[] = [
    { ranges: intersect(ranges, done), mark: 'deregister', text },
    { ranges: without(ranges, done), mark: 'left', text },
  ];
  return lines.filter((line) => line.ranges.length > 0);
}

const LONGEST_REASON = 160;

/** The first reason: `explain` shows the others. */
function describeVerdict(verdict: Verdict): string {
  switch (verdict.verdict) {
    case 'deregister':
      return '';
    case 'deferred':
      return 'over the cap';
    case 'hold':
      return verdict.cause === 'unresolved' ? 'may be referenced dynamically' : 'not everything could be read';
    case 'keep': {
      const [first, ...more] = verdict.reasons;
      const others = more.length === 0 ? '' : ` (+${more.length})`;
      return clip(shortenIds(first.text), LONGEST_REASON) + others;
    }
  }
}
