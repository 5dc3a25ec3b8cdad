// Reads the history of runs from their records. A run without an end is running while it holds the lock, waiting while it asks
// for approval, and unfinished otherwise.
import { isWaiting } from '../domain/approval.ts';
import type {
  RunState,
  RunIdentity,
  RecordedRun,
  RunHistory,
  RunsHistory,
  UnreadableRun,
} from '../report/history/model.ts';
import { readLockHolder } from '../state/lock.ts';
import { type RunRecord, loadRunRecord, type RunName } from '../state/run-records.ts';
import { loadCache } from '../state/records.ts';
import { StateError } from '../state/store.ts';
import { trendRecord } from '../state/trend.ts';
import type { Night } from '../domain/night.ts';
import { readAll } from '../state/read-all.ts';
import { type Archive, identifyRuns } from './archive.ts';

/** @param names all runs, newest first
 *  @param limit the number of runs to read
 *  @throws StateError */
export async function readRunsHistory(
  archive: Archive,
  names: readonly RunName[],
  limit: number,
): Promise<RunsHistory> {
  const { state, target } = archive;
  const identify = identifyRuns(names);
  const holder = await findLockHolder(archive);
  const runs = await readAll(names.slice(0, limit), (name) => readRun(archive, name, identify(name), holder));
  const prefix = `${target.account}/${target.region}/runs/`;
  const ours = new Set(names.map(({ folder }) => folder));
  const foreign = (await state.list(prefix)).filter((key) => !ours.has(key.slice(0, key.lastIndexOf('/'))));
  const more = names.length - runs.length;
  return { target, where: state.where, runs, more, foreign: foreign.length };
}

/** The last nights, oldest first. A record that cannot be read leaves out only a picture. @throws StateError */
export async function readTrend({ state, target }: Archive): Promise<readonly Night[]> {
  return (await loadCache(state, trendRecord(target))).value ?? [];
}

/** @throws StateError, also where the record cannot be read or is missing */
export async function readRunHistory(archive: Archive, names: readonly RunName[], name: RunName): Promise<RunHistory> {
  const run = await readRun(archive, name, identifyRuns(names)(name), await findLockHolder(archive));
  if ('problem' in run) throw new StateError('incomplete', run.problem);
  return { target: archive.target, where: archive.state.where, run };
}

async function findLockHolder({ state, target, now }: Archive): Promise<string | undefined> {
  try {
    return (await readLockHolder(state, target, now))?.id;
  } catch (error) {
    // A damaged lock stops a run, which then reports it. Here it only leaves the state of a run open.
    if (error instanceof StateError) return undefined;
    throw error;
  }
}

async function readRun(
  { state, now }: Archive,
  name: RunName,
  known: RunIdentity,
  holder: string | undefined,
): Promise<RecordedRun | UnreadableRun> {
  try {
    const kept = await loadRunRecord(state, name);
    if (kept === undefined)
      return {
        ...known,
        problem: {
          operation: `reading ${state.where}/${name.folder}/ledger.json`,
          reason: 'it does not exist',
          remedy:
            'The run was interrupted before it wrote one, or someone deleted it. Nothing else is known of the run.',
        },
      };
    const { record } = kept;
    return { ...record, ...known, id: record.id, state: stateOf(record, holder, now) };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const { operation, reason, remedy } = error;
    return { ...known, problem: { operation, reason, remedy } };
  }
}

/** A dry run has no lock, but an invocation ends after fifteen minutes. */
const DRY_RUN_MS = 15 * 60_000;

/** The outcome that the next run records for an unfinished one. */
const UNFINISHED = 'UNFINISHED';

function stateOf(record: RunRecord, holder: string | undefined, now: number): RunState {
  const { id, endedAt, outcome, dryRun, beganAt } = record;
  if (endedAt !== undefined) return outcome === UNFINISHED ? 'unfinished' : 'ended';
  if (id !== holder && isWaiting(record, now)) return 'waiting';
  const isOpen = dryRun ? now - beganAt < DRY_RUN_MS : id === holder;
  return isOpen ? 'running' : 'unfinished';
}
