// The window of a run that could not wait it out, looked after by the next one.
import type { Observation } from '../observe/observe.ts';
import type { Stranded } from '../plan/stranded.ts';
import { isAmong } from '../domain/revision.ts';
import { loadLedger, nameOfRun } from '../state/runs.ts';
import { namedIn } from '../observe/watch.ts';
import type { Run } from './open.ts';
import type { RunOptions } from './options.ts';

/** Who runs what the last run took, where that one could not wait out the window. Whatever else names it is found as
 *  stranded on every run; a task is over when it ends, and only this tells who starts such tasks. */
export async function takenUpLate(
  { keeping }: RunOptions,
  { target, check }: Run,
  { evidence }: Observation,
): Promise<Stranded[]> {
  if (keeping === undefined || check === undefined) return [];
  const kept = await loadLedger(keeping.state, nameOfRun(target, check.id, check.beganAt));
  if (kept === undefined) return [];
  const { done, going } = kept.ledger;
  const gone = [...done.deregistered, ...going].filter(
    ({ family, number }) => !isAmong(number, evidence.inventory.get(family)),
  );
  return namedIn(evidence.readings, gone)
    .filter(({ source }) => source === 'tasks')
    .map((reference) => {
      const newest = evidence.inventory.get(reference.what.family)?.at(-1)?.upto;
      return { reference, status: 'INACTIVE', newest };
    });
}
