// Revisions deleted for good. Empty where the settings do not ask for deleting.
import type { FailedRevision, KeptRevision, Stop } from '../../domain/apply-results.ts';
import type { DeletionSummary, InactiveSummary } from '../../domain/deletion-results.ts';
import { nameOf } from '../../domain/revision.ts';
import { groupByFamily } from '../model/counts.ts';
import { formatExtent, printMostFamilies, type PrintRows } from './family-rows.ts';
import { clip, formatCount, formatNumber } from '../text/wording.ts';
import type { Section } from '../text/screen.ts';
import { wrap } from '../text/wrap.ts';

/** A cap of a hundred a night is rarely spread over more. */
const MOST_FAMILIES = 8;

/** @param isDone whether the revisions were deleted, or would be */
export function printDeletions(
  deletions: DeletionSummary | undefined,
  width: number,
  isDone: boolean,
  rows?: PrintRows,
): Section {
  if (deletions === undefined) return [];
  const { deleted, alreadyDeleted, kept, failed, waiting, atLeast, inactive, scope } = deletions;
  const groups = groupByFamily(deleted);
  const heading = isDone ? 'Deleted for good' : 'Would be deleted for good';
  const least = atLeast ? 'at least ' : '';
  const lines = [
    ...(failed.length > 0 ? [`Not deleted by AWS: ${formatExample(failed)}`] : []),
    ...(alreadyDeleted.length > 0
      ? [`Already deleted or being deleted: ${formatCount(alreadyDeleted.length, 'revision')}`]
      : []),
    ...(kept.length > 0 ? [`Old enough, but not deleted: ${formatExample(kept)}`] : []),
    ...(waiting > 0 || atLeast ? [`Waiting to be deleted: ${least}${formatCount(waiting, 'revision')}`] : []),
    ...(inactive === undefined ? [] : [describeInactive(inactive, scope)]),
  ];
  return [
    ...wrap(`${heading}: ${groups.length === 0 ? 'nothing' : formatExtent(groups)}`, { width, rest: '  ' }),
    ...printMostFamilies(groups, width, { most: MOST_FAMILIES, elsewhere: ", in the report's JSON", rows }),
    ...lines.flatMap((line) => wrap(line, { width, rest: '  ' })),
  ];
}

export function formatExample([first, ...more]: readonly (KeptRevision | FailedRevision)[]): string {
  if (first === undefined) return '';
  const answer = 'answer' in first && first.answer !== '' ? `: ${clip(first.answer, 200)}` : '';
  const one = `${nameOf(first.revision)}: ${clip(first.reason, 200)}${answer}`;
  return more.length === 0 ? one : `${formatCount(more.length + 1, 'revision')}, such as ${one}`;
}

/** `INACTIVE in total: 57 revisions, 50 of them deregistered by others (deleteScope: all includes these)` */
function describeInactive({ revisions, others, atLeast }: InactiveSummary, scope: DeletionSummary['scope']): string {
  const all = `INACTIVE in total: ${atLeast ? 'at least ' : ''}${formatCount(revisions, 'revision')}`;
  if (others === undefined || others === 0) return all;
  const reach = scope === 'all' ? '' : ' (deleteScope: all includes these)';
  return `${all}, ${formatNumber(others)} of them deregistered by others${reach}`;
}

function describeStop(stop: Stop | undefined): string {
  if (stop?.by === 'abort') return ` Deleting was aborted: ${clip(stop.reason, 160)}.`;
  return stop?.by === 'paused' ? ` Deleting is paused: ${clip(stop.reason, 300)}. ${clip(stop.remedy, 200)}` : '';
}

/** Follows the sentence on deregistered revisions. */
export function summarizeDeletions(deletions: DeletionSummary | undefined, isDone: boolean): string {
  const count = deletions?.deleted.length ?? 0;
  const stop = describeStop(deletions?.stop);
  if (count === 0) return stop;
  const were = isDone ? (count === 1 ? 'was' : 'were') : 'would have been';
  return ` ${formatCount(count, 'revision')} ${were} deleted for good.${stop}`;
}
