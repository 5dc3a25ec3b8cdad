// Notes on a restore that need no action.
import { nameOf } from '../../domain/revision.ts';
import type { RestorePreview } from '../../restore/results.ts';
import { clip, joinList } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { listReferrers } from './action-items.ts';
import { itemsToRestore } from './after.ts';

const MOST_NAMES = 6;

export function printNotes(preview: RestorePreview, width: number): string[] {
  const items = itemsToRestore(preview);
  const fromAws = items.filter(({ from }) => from === 'AWS').map(({ revision }) => nameOf(revision));
  const reserved = [...new Set(items.flatMap((one) => one.reserved))].map((key) => clip(key, 128));
  const notes = [
    ...(fromAws.length === 0
      ? []
      : [`Not in the journal, so the definition comes from AWS: ${joinList(fromAws, MOST_NAMES)}.`]),
    ...(reserved.length === 0
      ? []
      : [`Only AWS can set these tags, so they are not set again: ${joinList(reserved, MOST_NAMES)}.`]),
    ...preview.families.flatMap(({ family, unresolved }) =>
      unresolved.length === 0
        ? []
        : [
            `${listReferrers(unresolved.map(({ referrer }) => referrer))} may resolve to the newest revision of ${family}.`,
          ],
    ),
  ];
  return notes.flatMap((note) => wrap(note, { width }));
}
