// Removes the findings of members that can start nothing any more. Members are remembered by the date of their last
// change, so the clock decides at each reading.
import type { Finding } from '../domain/evidence.ts';

/** @param now milliseconds since the epoch, by the slower of the local clock and AWS's */
export function withoutEnded(findings: readonly Finding[], now: number): readonly Finding[] {
  const ends = findings.filter((finding) => finding.kind === 'ends');
  if (ends.length === 0) return findings;
  const over = new Set(ends.filter(({ at }) => now > at).map(({ referrer }) => referrer));
  return findings.filter(({ kind, referrer }) => kind !== 'ends' && !over.has(referrer));
}
