// Counts which referrers keep the most revisions.
import { sizeOf } from '../../domain/revision.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import type { Reason } from '../../plan/verdict.ts';
import type { Report } from '../model/report.ts';

export interface Holder {
  /** As a report names it: `service prod/web`. */
  readonly name: string;
  readonly revisions: number;
  /** How many families these revisions belong to. */
  readonly families: number;
}

/** Most first. A revision with several referrers counts for each of them. */
export function listHolders({ plan }: Pick<Report, 'plan'>): Holder[] {
  const found = new Map<string, { revisions: number; families: number; last: string }>();
  for (const { family, spans } of plan?.families ?? [])
    for (const { ranges, verdict } of spans) {
      if (verdict.verdict !== 'keep') continue;
      const size = sizeOf(ranges);
      for (const referrer of new Set(verdict.reasons.flatMap(referrersOf))) {
        const own = found.get(referrer) ?? { revisions: 0, families: 0, last: '' };
        own.revisions += size;
        if (own.last !== family) own.families++;
        own.last = family;
        found.set(referrer, own);
      }
    }
  const holders = Array.from(found, ([referrer, { revisions, families }]) => ({
    name: shortName(referrer),
    revisions,
    families,
  }));
  return holders.sort((a, b) => b.revisions - a.revisions || (a.name < b.name ? -1 : 1));
}

function referrersOf(reason: Reason): readonly string[] {
  if (reason.rule === 'referenced') return reason.by.map(({ referrer }) => referrer);
  return reason.rule === 'in-flight' ? reason.by : [];
}
