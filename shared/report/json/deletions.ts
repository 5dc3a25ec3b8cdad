// The part of the report document on deleting for good.
import * as z from 'zod';
import type { DeletionSummary } from '../../domain/deletion-results.ts';
import { withName } from '../../domain/revision.ts';
import type { Lazy } from './write-json.ts';
import { count, failed, groups, printRevisions, printStop, skipped, stop } from './parts.ts';

export const deletionsDocument = z.strictObject({
  deleted: groups.describe('AWS has accepted these; in a dry run, those that would be deleted.'),
  alreadyDeleted: groups.describe('Deleted or being deleted before this run.'),
  kept: skipped,
  failed,
  waiting: count.describe('Old enough, as far as the run records that were read show, and left for another run.'),
  atLeast: z.boolean().describe('Whether more may wait.'),
  scope: z.enum(['own', 'all']).describe('deleteScope.'),
  inactive: z
    .strictObject({
      revisions: count,
      others: count.nullable().describe('Deregistered by others: no journal has these.'),
      atLeast: z.boolean().describe('Whether there are more.'),
    })
    .nullable()
    .describe('What AWS lists as INACTIVE; null where it could not be listed.'),
  stop,
  counts: z
    .strictObject({ deleted: count, alreadyDeleted: count, kept: count, failed: count })
    .describe('The lengths of the lists.'),
});

export type DeletionsDocument = z.infer<typeof deletionsDocument>;

export function toDeletionsDocument(deletions: DeletionSummary): Lazy<DeletionsDocument> {
  const { deleted, alreadyDeleted, kept, inactive } = deletions;
  return {
    deleted: printRevisions(deleted),
    alreadyDeleted: printRevisions(alreadyDeleted),
    kept: kept.map(withName),
    failed: deletions.failed.map(withName),
    waiting: deletions.waiting,
    atLeast: deletions.atLeast,
    scope: deletions.scope ?? 'own',
    inactive: inactive === undefined ? null : { ...inactive, others: inactive.others ?? null },
    stop: printStop(deletions.stop),
    counts: {
      deleted: deleted.length,
      alreadyDeleted: alreadyDeleted.length,
      kept: kept.length,
      failed: deletions.failed.length,
    },
  };
}
