// What became of a pass that was cut off. Its ledger says what it was about to take, and the journal which of these it came
// to; whether a call was made after that is read from AWS, never guessed.
import type { ReadProblem } from '../domain/problem.ts';
import { noResults, type Stop } from '../apply/results.ts';

import { observeStatuses, type ObserveContext } from '../observe/observe.ts';
import { nameOf, type Revision, type Target } from '../domain/revision.ts';
import { readAll } from '../state/read-all.ts';
import { type Journal, openJournal } from '../state/journal.ts';
import { type StateStore, StateError } from '../state/store.ts';
import { withoutRevisions, mergeResults } from './carried.ts';
import type { Run } from './open.ts';
import type { RunOptions } from './options.ts';
import { stopBy } from './stops.ts';

export interface Settled {
  /** In the order in which it was to go. */
  readonly gone: readonly Revision[];
  /** What may have gone: nobody knows. */
  readonly unknown: readonly Revision[];
  readonly fault: ReadProblem | undefined;
}

/** Where the journal cannot be read, whatever was to go and is not ACTIVE any more counts as ours. */
export async function settle(
  target: Target,
  surroundings: ObserveContext,
  { state, run, going }: { state: StateStore; run: string; going: readonly Revision[] },
): Promise<Settled> {
  const journal = openJournal(state, target);
  const owners = await readAll(going, (revision) => ownerOf(journal, revision));
  const ours = going.filter((_, index) => owners[index] === run || owners[index] === 'unreadable');
  if (ours.length === 0) return { gone: [], unknown: [], fault: undefined };
  const { statuses, reading } = await observeStatuses(target, surroundings, ours.map(nameOf));
  const statusOf = (revision: Revision) => statuses.get(nameOf(revision));
  return {
    gone: ours.filter((revision) => (statusOf(revision) ?? 'ACTIVE') !== 'ACTIVE'),
    unknown: ours.filter((revision) => statusOf(revision) === undefined),
    fault: reading.problems[0],
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

/** What an earlier pass was about to take when it was cut off. @throws StateError */
export async function settleEarlier(
  options: RunOptions,
  { target, carried }: Run,
): Promise<Stop | undefined> {
  const { stateAccess, id } = options;
  const { planned, results } = carried.ledger;
  if (stateAccess === undefined || planned.length === 0) return undefined;
  const { gone, unknown, fault } = await settle(target, options, {
    state: stateAccess.state,
    run: id,
    going: planned,
  });
  const reason = 'the run was cut off at it, and what became of it could not be read';
  const failed = unknown.map((revision) => ({ revision, reason, answer: fault?.reason ?? 'no answer' }));
  const inventory = carried.memory?.inventory;
  if (carried.memory !== undefined && inventory !== undefined)
    carried.memory.inventory = withoutRevisions(inventory, gone);
  await carried.keep({
    planned: [],
    results: mergeResults(results, { ...noResults, deregistered: gone, failed }),
  });
  return fault === undefined ? undefined : stopBy(fault);
}
