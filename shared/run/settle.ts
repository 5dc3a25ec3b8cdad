// What became of a pass that was cut off. Its ledger says what it was about to take, and the journal which of these it came
// to; whether a call was made after that is read from AWS, never guessed.
import { nothingDone, type Stop } from '../apply/done.ts';
import type { Fault } from '../domain/evidence.ts';
import { observeStatuses, type Surroundings } from '../observe/observe.ts';
import { nameOf, type Revision, type Target } from '../domain/revision.ts';
import { readAll } from '../state/read-all.ts';
import { type Journal, journalOf } from '../state/journal.ts';
import { type State, StateError } from '../state/state.ts';
import { less, together } from './carried.ts';
import type { Run } from './open.ts';
import type { RunOptions } from './options.ts';
import { stopBy } from './stops.ts';

export interface Settled {
  /** In the order in which it was to go. */
  readonly gone: readonly Revision[];
  /** What may have gone: nobody knows. */
  readonly unknown: readonly Revision[];
  readonly fault: Fault | undefined;
}

/** Where the journal cannot be read, whatever was to go and is not ACTIVE any more counts as ours. */
export async function settle(
  target: Target,
  surroundings: Surroundings,
  { state, run, going }: { state: State; run: string; going: readonly Revision[] },
): Promise<Settled> {
  const journal = journalOf(state, target);
  const owners = await readAll(going, (revision) => ownerOf(journal, revision));
  const ours = going.filter((_, index) => owners[index] === run || owners[index] === 'unreadable');
  if (ours.length === 0) return { gone: [], unknown: [], fault: undefined };
  const { statuses, reading } = await observeStatuses(target, surroundings, ours.map(nameOf));
  const statusOf = (revision: Revision) => statuses.get(nameOf(revision));
  return {
    gone: ours.filter((revision) => (statusOf(revision) ?? 'ACTIVE') !== 'ACTIVE'),
    unknown: ours.filter((revision) => statusOf(revision) === undefined),
    fault: reading.faults[0],
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
  const { keeping, id } = options;
  const { going, done } = carried.ledger;
  if (keeping === undefined || going.length === 0) return undefined;
  const { gone, unknown, fault } = await settle(target, options, { state: keeping.state, run: id, going });
  const says = 'the run was cut off at it, and what became of it could not be read';
  const failed = unknown.map((revision) => ({ revision, says, said: fault?.said ?? 'no answer' }));
  const inventory = carried.memory?.inventory;
  if (carried.memory !== undefined && inventory !== undefined)
    carried.memory.inventory = less(inventory, gone);
  await carried.keep({ going: [], done: together(done, { ...nothingDone, deregistered: gone, failed }) });
  return fault === undefined ? undefined : stopBy(fault);
}
