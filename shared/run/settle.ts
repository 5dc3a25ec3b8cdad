// What became of a pass that was cut off. Its ledger says what it was about to take, and the journal which of these it came
// to; whether a call was made after that is read from AWS, never guessed.
import type { Fault } from '../evidence.ts';
import { observeStatuses, type Surroundings } from '../observe.ts';
import { nameOf, type Revision, type Target } from '../revision.ts';
import { journalOf } from '../state/journal.ts';
import type { State } from '../state/state.ts';

/** At so many at once a thousand entries take seconds. */
const SIDE_BY_SIDE = 16;

/** @returns what has gone, in the order in which it was to go
 *  @throws StateError */
export async function settle(
  target: Target,
  surroundings: Surroundings,
  { state, run, going }: { state: State; run: string; going: readonly Revision[] },
): Promise<{ gone: Revision[]; fault: Fault | undefined }> {
  const journal = journalOf(state, target);
  const ours: Revision[] = [];
  for (let at = 0; at < going.length; at += SIDE_BY_SIDE) {
    const some = going.slice(at, at + SIDE_BY_SIDE);
    const entries = await Promise.all(some.map((revision) => journal.read(revision)));
    ours.push(...some.filter((_, index) => entries[index]?.run === run));
  }
  if (ours.length === 0) return { gone: [], fault: undefined };
  const { statuses, reading } = await observeStatuses(target, surroundings, ours.map(nameOf));
  const gone = ours.filter((revision) => (statuses.get(nameOf(revision)) ?? 'ACTIVE') !== 'ACTIVE');
  return { gone, fault: reading.faults[0] };
}
