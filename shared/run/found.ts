// Describes the account at the start of a run, for its report.
import type { Plan } from '../plan/verdict.ts';
import type { ReportInput } from '../report/model/build-report.ts';

/** The account at the start of the run. Plain JSON, stored until the report is built. */
export type Found = Pick<
  ReportInput,
  | 'plan'
  | 'saved'
  | 'danglingReferences'
  | 'journaled'
  | 'readings'
  | 'unmatched'
  | 'agesUnfinished'
  | 'notes'
  | 'asks'
  | 'deletions'
>;

/** The plan of the run, once everything could be read. */
export function planOf(found: Pick<Found, 'plan'> | Partial<Found> | undefined): Plan | undefined {
  return found?.plan?.hold === undefined ? found?.plan : undefined;
}
