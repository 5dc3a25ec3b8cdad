// Settles a pass that was cut off. Its run record has the revisions of the pass, and the journal has those that it came to.
// AWS tells whether a call followed.
import { noResults, type Stop, stopBy } from '../domain/apply-results.ts';
import type { ReadProblem } from '../domain/problem.ts';
import { nameOf, type Revision } from '../domain/revision.ts';
import type { Observer } from '../observe/observe.ts';
import { type Journal, openJournal } from '../state/journal.ts';
import { readAll } from '../state/read-all.ts';
import { type StateStore, StateError } from '../state/store.ts';
import type { OpenRun, RunOptions } from './context.ts';
import { mergeResults, withoutRevisions } from './results.ts';

export interface Settled {
  /** In the order of the plan. */
  readonly deregistered: readonly Revision[];
  /** Revisions whose status could not be read. */
  readonly unknown: readonly Revision[];
  readonly problem: ReadProblem | undefined;
}

/** If a journal entry cannot be read, a planned revision that is not ACTIVE any more counts as deregistered by the run. */
export async function settle(
  observer: Observer,
  state: StateStore,
  { run, planned }: { run: string; planned: readonly Revision[] },
): Promise<Settled> {
  const journal = openJournal(state, observer.target);
  const owners = await readAll(planned, (revision) => ownerOf(journal, revision));
  const ours = planned.filter((_, index) => owners[index] === run || owners[index] === 'unreadable');
  if (ours.length === 0) return { deregistered: [], unknown: [], problem: undefined };
  const { statuses, reading } = await observer.readStatuses(ours.map(nameOf));
  const statusOf = (revision: Revision) => statuses.get(nameOf(revision));
  return {
    deregistered: ours.filter((revision) => (statusOf(revision) ?? 'ACTIVE') !== 'ACTIVE'),
    unknown: ours.filter((revision) => statusOf(revision) === undefined),
    problem: reading.problems[0],
  };
}

async function ownerOf(journal: Journal, revision: Revision): Promise<string | undefined> {
  try {
    return (await journal.read(revision))?.run;
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return 'unreadable';
  }
}

/** Settles an earlier pass of this run. @throws StateError */
export async function settleEarlierPass(
  { stateAccess, id }: RunOptions,
  { observer, progress }: OpenRun,
): Promise<Stop | undefined> {
  const { planned, results } = progress.record;
  if (stateAccess === undefined || planned.length === 0) return undefined;
  const settled = await settle(observer, stateAccess.state, { run: id, planned });
  const { deregistered, unknown, problem } = settled;
  const reason = 'the run was cut off during the call, and the status could not be read';
  const answer = problem?.reason ?? 'no answer';
  const failed = unknown.map((revision) => ({ revision, reason, answer }));
  const { memory } = progress;
  if (memory?.inventory !== undefined) memory.inventory = withoutRevisions(memory.inventory, deregistered);
  const merged = mergeResults(results, { ...noResults, deregistered, failed });
  await progress.saveRecord({ planned: [], results: merged });
  return problem && stopBy(problem);
}
