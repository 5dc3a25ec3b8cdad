// Finds the dangling references whose revision is in the journal, so that the report offers to restore it.
import { type DanglingReference, targetName } from '../domain/dangling.ts';
import { nameOf, type Target } from '../domain/revision.ts';
import { openJournal } from '../state/journal.ts';
import { type StateAccess, StateError } from '../state/store.ts';

/** More than a report shows. */
const MOST = 50;

/** @returns names as `web:7`; a revision whose entry cannot be read is left out */
export async function journaledAmong(
  references: readonly DanglingReference[],
  stateAccess: StateAccess | undefined,
  target: Target,
): Promise<string[]> {
  if (stateAccess === undefined || stateAccess.readsJournal === false) return [];
  const journal = openJournal(stateAccess.state, target);
  const revisions = new Map(
    references.flatMap(({ reference }) =>
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
