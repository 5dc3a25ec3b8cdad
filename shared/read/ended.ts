// Leaves out what a member of a source says once it can start nothing any more. Members are remembered by the date of their
// last change, so the clock decides at each reading and not when the member is described.
import type { Finding } from '../domain/evidence.ts';

/** @param now milliseconds since the epoch, by the slower of our clock and AWS's */
export function withoutEnded(findings: readonly Finding[], now: number): readonly Finding[] {
  const ends = findings.filter((finding) => finding.kind === 'ends');
  if (ends.length === 0) return findings;
  const over = new Set(ends.filter(({ at }) => now > at).map(({ who }) => who));
  return findings.filter(({ kind, who }) => kind !== 'ends' && !over.has(who));
}
