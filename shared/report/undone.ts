// What follows from a restore for everybody else: what each family's newest revision is now, who starts that, and who still
// names the old number. Text and JSON both say it. Pure.
import type { Reference } from '../domain/evidence.ts';
import { nameOf, type Revision } from '../domain/revision.ts';
import type { FamilyPreview, RestoreOutcome, RestorePreview, RestoreResult } from '../restore/results.ts';
import { targetName } from '../domain/dangling.ts';

export interface FamilyAfter extends FamilyPreview {
  /** The newest now, and whose content that is: its own, unless it is a copy. */
  readonly now: number | undefined;
  readonly content: Revision | undefined;
  /** Whether who names the family starts something else than before the restore. */
  readonly isOther: boolean;
}

export function familiesAfter({ preview: look, results }: RestoreOutcome): FamilyAfter[] {
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

export interface Pointed {
  readonly reference: Reference;
  /** The copy of what it names. */
  readonly to: Revision;
}

/** Who names an old number that has a copy: nothing lets it follow by itself. */
export function pointed({ preview: look, results }: RestoreOutcome): Pointed[] {
  const copies = new Map(results.flatMap((one) => ('as' in one ? [[nameOf(one.revision), one.as]] : [])));
  return look.pinned.flatMap((reference) => {
    const as = copies.get(targetName(reference));
    return as === undefined ? [] : [{ reference, to: { family: reference.target.family, number: as } }];
  });
}

export function gone({ items }: RestorePreview) {
  return items.filter((item) => item.state === 'restorable');
}

export function isWhole(result: RestoreResult): boolean {
  if (result.became !== 'restored') return result.became === 'ACTIVE' || result.became === 'back';
  return result.differences.length === 0 && result.unchecked === undefined;
}
