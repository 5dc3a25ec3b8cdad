// The runs, and what one of them did, as their ledgers say. A run without an end is at work as long as the lock is its own;
// otherwise it never ended.
import type {
  Course,
  RunIdentity,
  RecordedRun,
  RunHistory,
  RunsHistory,
  UnreadableRun,
} from '../report/history/model.ts';
import { holderOf } from '../state/lock.ts';
import { type RunRecord, loadRunRecord, type RunName } from '../state/runs.ts';
import { StateError } from '../state/state.ts';
import { readAll } from '../state/read-all.ts';
import { type Archive, identifyRuns } from './archive.ts';

/** @param names all there are, newest first
 *  @param limit how many of them are read
 *  @throws StateError */
export async function readRunsHistory(
  archive: Archive,
  names: readonly RunName[],
  limit: number,
): Promise<RunsHistory> {
  const { state, target } = archive;
  const known = identifyRuns(names);
  const atWork = await holder(archive);
  const runs = await readAll(names.slice(0, limit), (name) => recorded(archive, name, known(name), atWork));
  const prefix = `${target.account}/${target.region}/runs/`;
  const ours = new Set(names.map(({ folder }) => folder));
  const foreign = (await state.list(prefix)).filter((key) => !ours.has(key.slice(0, key.lastIndexOf('/'))));
  const more = names.length - runs.length;
  return { target, where: state.where, runs, more, foreign: foreign.length };
}

/** @throws StateError, also where its ledger cannot be read or is not there */
export async function readRunHistory(
  archive: Archive,
  names: readonly RunName[],
  name: RunName,
): Promise<RunHistory> {
  const run = await recorded(archive, name, identifyRuns(names)(name), await holder(archive));
  if ('problem' in run) throw new StateError('incomplete', run.problem);
  return { target: archive.target, where: archive.state.where, run };
}

async function holder({ state, target, now }: Archive): Promise<string | undefined> {
  try {
    return (await holderOf(state, target, now))?.id;
  } catch (error) {
    // A damaged lock keeps runs from beginning, and they say so; here it only tells nothing.
    if (error instanceof StateError) return undefined;
    throw error;
  }
}

async function recorded(
  { state, now }: Archive,
  name: RunName,
  known: RunIdentity,
  atWork: string | undefined,
): Promise<RecordedRun | UnreadableRun> {
  try {
    const kept = await loadRunRecord(state, name);
    if (kept === undefined)
      return {
        ...known,
        problem: {
          operation: `reading ${state.where}/${name.folder}/ledger.json`,
          reason: 'it is not there',
          remedy: 'The run was cut off before it had begun, or somebody removed it: nothing is known of it.',
        },
      };
    const { record } = kept;
    return { ...record, ...known, id: record.id, course: courseOf(record, atWork, now) };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const { operation, reason, remedy } = error;
    return { ...known, problem: { operation, reason, remedy } };
  }
}

/** A dry run takes no lock; an invocation is over after a quarter of an hour. */
const DRY_RUN_MS = 15 * 60_000;

/** The next run ends one that never did, and gives it this outcome. */
const NEVER = 'UNFINISHED';

function courseOf(
  { id, endedAt, outcome, dryRun, beganAt }: RunRecord,
  atWork: string | undefined,
  now: number,
): Course {
  if (endedAt !== undefined) return outcome === NEVER ? 'never ended' : 'ended';
  const isOpen = dryRun ? now - beganAt < DRY_RUN_MS : id === atWork;
  return isOpen ? 'at work' : 'never ended';
}
