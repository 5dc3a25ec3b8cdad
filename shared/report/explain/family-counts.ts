// Counts the ACTIVE revisions of a family by verdict.
import { sizeOf } from '../../domain/revision.ts';
import type { Span, Verdict } from '../../plan/verdict.ts';

export function countByVerdict(spans: readonly Span[]): Record<Verdict['verdict'], number> {
  const counts = { deregister: 0, deferred: 0, hold: 0, keep: 0 };
  for (const { ranges, verdict } of spans) counts[verdict.verdict] += sizeOf(ranges);
  return counts;
}
