// What a run found in the account when it started.
import type { Plan } from '../plan/verdict.ts';
import type { Pieces } from '../report/model.ts';

/** What the report tells of the account as the run found it. Plain JSON, stored until the report is made. */
export type Found = Pick<
  Pieces,
  | 'plan'
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
