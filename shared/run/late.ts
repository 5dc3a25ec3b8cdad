// The window of a run that could not wait it out, looked after by the next one.
import type { Observation } from '../observe/observe.ts';
import type { DanglingReference } from '../plan/stranded.ts';
import { isAmong } from '../domain/revision.ts';
import { loadRunRecord, makeRunName } from '../state/run-records.ts';
import { referencesTo } from '../observe/watch.ts';
import type { Run } from './open.ts';
import type { RunOptions } from './options.ts';

/** Who runs what the last run took, where that one could not wait out the window. Whatever else names it is found as
 *  stranded on every run; a task is over when it ends, and only this tells who starts such tasks. */
export async function takenUpLate(
  { stateAccess }: RunOptions,
  { target, check }: Run,
  { evidence }: Observation,
): Promise<DanglingReference[]> {
  if (stateAccess === undefined || check === undefined) return [];
  const kept = await loadRunRecord(stateAccess.state, makeRunName(target, check.id, check.beganAt));
  if (kept === undefined) return [];
  const { results, planned } = kept.record;
  const gone = [...results.deregistered, ...planned].filter(
    ({ family, number }) => !isAmong(number, evidence.inventory.get(family)),
  );
  return referencesTo(evidence.readings, gone)
    .filter(({ source }) => source === 'tasks')
    .map((reference) => {
      const newest = evidence.inventory.get(reference.target.family)?.at(-1)?.upto;
      return { reference, status: 'INACTIVE', newest };
    });
}
