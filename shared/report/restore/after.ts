// The consequences of a restore: the newest revision of each family afterwards, and the references that still point to an old
// number. Pure.
import { nameOf, type Revision } from '../../domain/revision.ts';
import type { FamilyPreview, RestorePreview, RestoreOutcome, RestoreResult } from '../../restore/results.ts';
import { targetName } from '../../domain/dangling.ts';

export interface FamilyAfter extends FamilyPreview {
  /** The newest revision now. */
  readonly now: number | undefined;
  /** The revision whose definition that is: itself, unless it is a copy. */
  readonly content: Revision | undefined;
  /** Whether floating references start another definition than before the restore. */
  readonly isOther: boolean;
}

export function describeFamilies({ preview, results }: RestoreOutcome): FamilyAfter[] {
  return preview.families.map((one) => {
    const copies = results.flatMap((result) =>
      'as' in result && result.revision.family === one.family ? [{ as: result.as, of: result.revision }] : [],
    );
    const now = Math.max(one.newest ?? 0, ...copies.map(({ as }) => as));
    const content =
      copies.find(({ as }) => as === now)?.of ?? (now === 0 ? undefined : { family: one.family, number: now });
    return { ...one, now: now === 0 ? undefined : now, content, isOther: content?.number !== one.former };
  });
}

/** References to an old number that has a copy (`to`). No reference follows to the copy by itself. */
export function findStaleReferences({ preview, results }: RestoreOutcome) {
  const copies = new Map(results.flatMap((one) => ('as' in one ? [[nameOf(one.revision), one.as]] : [])));
  return preview.pinned.flatMap((reference) => {
    const as = copies.get(targetName(reference));
    return as === undefined ? [] : [{ reference, to: { family: reference.target.family, number: as } }];
  });
}

export function itemsToRestore({ items }: RestorePreview) {
  return items.filter((item) => item.state === 'restorable');
}

export function isComplete(result: RestoreResult): boolean {
  if (result.became !== 'restored') return result.became === 'ACTIVE' || result.became === 'restored before';
  return result.differences.length === 0 && result.unchecked === undefined;
}
