// The consequences of a restore: the newest revision of each family afterwards, and the references that still point to an old
// number. Pure.
import type { Reference } from '../../domain/evidence.ts';
import { nameOf, type Revision } from '../../domain/revision.ts';
import type { FamilyLook, Look, Outcome, Result } from '../../restore/outcome.ts';
import { targetName } from '../../plan/stranded.ts';

export interface FamilyAfter extends FamilyLook {
  /** The newest revision now. */
  readonly now: number | undefined;
  /** The revision whose definition that is: itself, unless it is a copy. */
  readonly content: Revision | undefined;
  /** Whether floating references start another definition than before the restore. */
  readonly isOther: boolean;
}

export function describeFamilies({ look, results }: Outcome): FamilyAfter[] {
  return look.families.map((one) => {
    const copies = results.flatMap((result) =>
      'as' in result && result.revision.family === one.family ? [{ as: result.as, of: result.revision }] : [],
    );
    const now = Math.max(one.newest ?? 0, ...copies.map(({ as }) => as));
    const content =
      copies.find(({ as }) => as === now)?.of ??
      (now === 0 ? undefined : { family: one.family, number: now });
    return { ...one, now: now === 0 ? undefined : now, content, isOther: content?.number !== one.former };
  });
}

/** A reference to an old number that has a copy. No reference follows to the copy by itself. */
export interface StaleReference {
  readonly reference: Reference;
  /** The copy. */
  readonly to: Revision;
}

export function findStaleReferences({ look, results }: Outcome): StaleReference[] {
  const copies = new Map(results.flatMap((one) => ('as' in one ? [[nameOf(one.revision), one.as]] : [])));
  return look.named.flatMap((reference) => {
    const as = copies.get(targetName(reference));
    return as === undefined ? [] : [{ reference, to: { family: reference.target.family, number: as } }];
  });
}

export function itemsToRestore({ items }: Look) {
  return items.filter((item) => item.is === 'gone');
}

export function isComplete(result: Result): boolean {
  if (result.became !== 'restored') return result.became === 'ACTIVE' || result.became === 'back';
  return result.differences.length === 0 && result.unchecked === undefined;
}
