// Selects the revisions to restore: those that the operator lists, or those that one run deregistered.
import { byName, nameOf, type Revision, type Target } from '../domain/revision.ts';
import { openJournal } from '../state/journal.ts';
import { readAll } from '../state/read-all.ts';
import { hasRunId, listRunNames, loadRunRecord, toKeySegment } from '../state/run-records.ts';
import type { StateStore } from '../state/store.ts';

/** The request cannot be fulfilled, and nothing was registered. */
export class CannotRestore extends Error {
  override readonly name = 'CannotRestore';
}

/** Without duplicates, by family, oldest first: the copies keep the order of the originals. */
export function sortRevisions(revisions: readonly Revision[]): Revision[] {
  return [...new Map(revisions.map((one) => [nameOf(one), one])).values()].sort(
    (a, b) => byName(a.family, b.family) || a.number - b.number,
  );
}

const SHOWN_RUNS = 5;

/** @param id the beginning of the run's ID, unique among all runs
 *  @throws CannotRestore; StateError */
export async function listDeregisteredBy(id: string, state: StateStore, target: Target): Promise<Revision[]> {
  const runs = await listRunNames(state, target);
  const exact = runs.filter((run) => hasRunId(run, id));
  const found = exact.length > 0 ? exact : runs.filter((run) => run.id.startsWith(toKeySegment(id)));
  const [run] = found;
  const where = `${state.where}/${target.account}/${target.region}`;
  if (run === undefined) {
    const latest = runs.slice(-SHOWN_RUNS).map((one) => one.id);
    const known = latest.length === 0 ? 'There are no runs.' : `The latest: ${latest.join(', ')}.`;
    throw new CannotRestore(`--run: no run in ${where} begins with ${id}. ${known}`);
  }
  if (found.length > 1) {
    const some = found.slice(-SHOWN_RUNS).map((one) => one.id);
    throw new CannotRestore(
      `--run: ${found.length} runs in ${where} begin with ${id}, allowed: one. Some of them: ${some.join(', ')}.`,
    );
  }
  const record = (await loadRunRecord(state, run))?.record;
  if (record === undefined)
    throw new CannotRestore(
      `--run: ${run.id} has no run record in ${where}: it ended before it deregistered anything.`,
    );
  // The journal shows what an interrupted pass deregistered.
  const journal = openJournal(state, target);
  const planned = await readAll(record.planned, async (revision) => {
    const entry = await journal.read(revision);
    return entry?.run === record.id ? revision : undefined;
  });
  const deregistered = [...record.results.deregistered, ...planned.filter((one) => one !== undefined)];
  if (deregistered.length === 0)
    throw new CannotRestore(`--run: ${run.id} deregistered nothing${record.dryRun ? ': it was a dry run' : ''}.`);
  return deregistered;
}
