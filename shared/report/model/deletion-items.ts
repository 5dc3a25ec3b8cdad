// Action items for deleting for good.
import type { DeletionSummary } from '../../domain/deletion-results.ts';
import { option } from '../../domain/paste.ts';
import { nameOf } from '../../domain/revision.ts';
import { formatCount } from '../text/wording.ts';
import type { ActionItem } from './action-item.ts';

/** Stops for time and throttling need no action: the next run continues. */
export function deletionItems(deletions: DeletionSummary | undefined, region: string): ActionItem[] {
  if (deletions === undefined) return [];
  const { stop, failed } = deletions;
  const items: ActionItem[] = [];
  if (stop?.by === 'abort' || stop?.by === 'hold')
    items.push({ problem: `Deleting for good was stopped: ${stop.reason}`, remedy: stop.remedy });
  const [first, ...more] = failed;
  if (first !== undefined) {
    const name = nameOf(first.revision);
    const others = more.length > 0 ? ` or ${formatCount(more.length, 'more revision')}` : '';
    items.push({
      problem: `AWS did not delete ${name}${others}: ${first.reason}: ${first.answer}`,
      remedy: `The next run tries again. See what AWS has: \`aws ecs describe-task-definition${option('--task-definition', name)}${region}\``,
    });
  }
  return items;
}
