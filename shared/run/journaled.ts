// Which of the revisions that somebody still names can be registered again from the journal: the report says so beside the
// repair.
import { type DanglingReference, targetName } from '../domain/dangling.ts';
import { nameOf, type Target } from '../domain/revision.ts';
import { openJournal } from '../state/journal.ts';
import { type StateAccess, StateError } from '../state/store.ts';

/** As many as the report could ever show. */
const MOST = 50;

/** One whose entry cannot be read is not promised. */
export async function journaledAmong(
  stranded: readonly DanglingReference[],
  stateAccess: StateAccess | undefined,
  target: Target,
): Promise<string[]> {
  if (stateAccess === undefined || stateAccess.readsJournal === false) return [];
  const journal = openJournal(stateAccess.state, target);
  const revisions = new Map(
    stranded.flatMap(({ reference }) =>
      reference.target.kind === 'revision' ? [[targetName(reference), reference.target] as const] : [],
    ),
  );
  const found = await Promise.all(
    [...revisions.values()].slice(0, MOST).map(async (revision) => {
      try {
        return (await journal.read(revision)) === undefined ? [] : [nameOf(revision)];
      } catch (error) {
        if (error instanceof StateError) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}
