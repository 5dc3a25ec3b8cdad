// Finds the work that the last live run left: an unfinished run, or a window without its check for late references.
import { isWaiting } from '../domain/approval.ts';
import type { Observer } from '../observe/observe.ts';
import { referencesTo } from '../observe/watch.ts';
import type { DanglingReference } from '../domain/dangling.ts';
import { isAmong } from '../domain/revision.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Unfinished } from '../report/model/course.ts';
import { isDryRun, loadRunRecord, makeRunName, type RunName, saveRunRecord } from '../state/run-records.ts';
import type { StateStore } from '../state/store.ts';
import type { OpenRun } from './context.ts';
import { settle } from './settle.ts';

interface LastRun {
  /** It was cut off before it reported. */
  readonly before?: Unfinished;
  /** It did not look for late references. */
  readonly check?: Pick<RunName, 'id' | 'beganAt'>;
}

/** How many of the latest runs are looked at, past dry runs in between. */
const MOST_RUNS = 3;

/** @param now by AWS's clock, in milliseconds since the epoch
 *  @throws StateError */
export async function readLastRun(
  observer: Observer,
  state: StateStore,
  runs: readonly RunName[],
  now: number,
): Promise<LastRun> {
  for (const run of runs.slice(-MOST_RUNS).toReversed()) {
    const stored = await loadRunRecord(state, run);
    if (stored === undefined || isDryRun(stored.record)) continue;
    // It has deregistered nothing, and ends without that: this run is later.
    if (isWaiting(stored.record, now)) continue;
    const { id, beganAt, endedAt, verified, results, planned } = stored.record;
    const check = { id, beganAt };
    if (endedAt !== undefined) return verified === true || results.deregistered.length === 0 ? {} : { check };
    const { deregistered } = await settle(observer, state, { run: id, planned });
    return { before: { ...check, deregistered: results.deregistered.length + deregistered.length }, check };
  }
  return {};
}

/** Gives a reported run its end. If not everything about it could be read, the next run reports it again. @throws StateError */
export async function closeLastRun(
  { id, beganAt }: Unfinished,
  observer: Observer,
  state: StateStore,
  now: number,
): Promise<void> {
  const name = makeRunName(observer.target, id, beganAt);
  const stored = await loadRunRecord(state, name);
  if (stored === undefined || stored.record.endedAt !== undefined) return;
  const { results, planned } = stored.record;
  const { deregistered, problem } = await settle(observer, state, { run: id, planned });
  if (problem !== undefined) return;
  const all = { ...results, deregistered: [...results.deregistered, ...deregistered] };
  const closed = { planned: [], results: all, endedAt: now, outcome: 'UNFINISHED' };
  await saveRunRecord(state, name, { ...stored.record, ...closed }, stored);
}

/** Tasks that run what the last run deregistered. Every run reports other such references as dangling, but a task is over
 *  when it ends, and only this shows who starts such tasks. */
export async function lateTasks(
  { target, check }: Pick<OpenRun, 'target' | 'check'>,
  state: StateStore | undefined,
  { inventory, readings }: Evidence,
): Promise<DanglingReference[]> {
  if (state === undefined || check === undefined) return [];
  const stored = await loadRunRecord(state, makeRunName(target, check.id, check.beganAt));
  if (stored === undefined) return [];
  const { results, planned } = stored.record;
  const inactive = [...results.deregistered, ...planned].filter(
    ({ family, number }) => !isAmong(number, inventory.get(family)),
  );
  return referencesTo(readings, inactive)
    .filter(({ source }) => source === 'tasks')
    .map((reference) => ({
      reference,
      status: 'INACTIVE',
      newest: inventory.get(reference.target.family)?.at(-1)?.upto,
    }));
}
