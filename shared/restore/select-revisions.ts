// Which revisions a person means: those that are named, or what one run deregistered.
import type { StateStore } from '../state/store.ts';
import { openJournal } from '../state/journal.ts';
import { readAll } from '../state/read-all.ts';
import { hasRunId, loadRunRecord, toKeySegment, listRunNames } from '../state/run-records.ts';
import { byName, nameOf, type Revision, type Target } from '../domain/revision.ts';

/** What was asked for cannot be done, and nothing was; in words for a person. */
export class CannotRestore extends Error {
  override readonly name = 'CannotRestore';
}

/** Each once, by family, oldest first: so the copies keep the order of the originals. */
export function sortRevisions(revisions: readonly Revision[]): Revision[] {
  return [...new Map(revisions.map((one) => [nameOf(one), one])).values()].sort(
    (a, b) => byName(a.family, b.family) || a.number - b.number,
  );
}

/** As many as a person tells apart. */
const SHOWN_RUNS = 5;

/** @param id as much of it as no other run begins with
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
  const ledger = (await loadRunRecord(state, run))?.record;
  if (ledger === undefined)
    throw new CannotRestore(
      `--run: ${run.id} has left no ledger in ${where}: it ended before it did anything.`,
    );
  // A pass that was cut off: what it came to is in the journal.
  const journal = openJournal(state, target);
  const begun = await readAll(ledger.planned, async (revision) => {
    const entry = await journal.read(revision);
    return entry?.run === ledger.id ? revision : undefined;
  });
  const taken = [...ledger.results.deregistered, ...begun.filter((one) => one !== undefined)];
  if (taken.length === 0)
    throw new CannotRestore(
      `--run: ${run.id} deregistered nothing${ledger.dryRun ? ': it was a dry run' : ''}.`,
    );
  return taken;
}
