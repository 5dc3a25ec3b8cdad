// The plans of several accounts and Regions.
import type { Problem } from '../../domain/problem.ts';
import { countRevisions } from '../model/counts.ts';
import type { Report } from '../model/report.ts';

/** The plan of one account and Region, or why there is none. */
export type PlannedTarget = {
  /** As the file of targets calls it. */
  readonly name: string;
  readonly region: string;
} & ({ readonly report: Report } | { readonly problem: Problem });

export function sumOf(targets: readonly PlannedTarget[]) {
  const counts = targets.flatMap((one) => ('report' in one ? [countRevisions(one.report)] : []));
  const add = (of: (one: (typeof counts)[number]) => number) => counts.reduce((sum, one) => sum + of(one), 0);
  return {
    targets: targets.length,
    planned: targets.filter((one) => 'report' in one && one.report.outcome !== 'FAILED').length,
    active: add(({ active }) => active),
    deregister: add(({ planned }) => planned),
    kept: add(({ kept }) => kept),
    deferred: add(({ deferred }) => deferred),
    held: add(({ held }) => held),
  };
}
