// What became of a pass that was cut off. Its ledger says what it was about to take, and the journal which of these it came
// to; whether a call was made after that is read from AWS, never guessed.
import type { Fault } from '../evidence.ts';
import { observeStatuses, type Surroundings } from '../observe.ts';
import { nameOf, type Revision, type Target } from '../revision.ts';
import { type Journal, journalOf } from '../state/journal.ts';
import { type State, StateError } from '../state/state.ts';

/** At so many at once a thousand entries take seconds. */
const SIDE_BY_SIDE = 16;

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
  const ours: Revision[] = [];
  for (let at = 0; at < going.length; at += SIDE_BY_SIDE) {
    const some = going.slice(at, at + SIDE_BY_SIDE);
    const owners = await Promise.all(some.map((revision) => ownerOf(journal, revision)));
    ours.push(...some.filter((_, index) => owners[index] === run || owners[index] === 'unreadable'));
  }
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
