// What was deleted for good, or would be: a part of its own in every format, as it is a thing of its own. Where the settings
// do not ask for it there is no such part, and no word about it.
import type { ActionItem } from './attention.ts';
import { option } from '../domain/paste.ts';
import * as z from 'zod';
import type { DeletionSummary, InactiveSummary } from '../domain/deletion-results.ts';
import { nameOf, numbersIn, printRanges } from '../domain/revision.ts';
import { type Group, grouping } from './counts.ts';
import { extent, familyRows } from './rows.ts';
import type { Section } from './sections.ts';
import { clip, counted, grouped } from './wording.ts';
import { wrap } from './wrap.ts';

type Told = DeletionSummary | undefined;

/** A cap of a hundred a night is rarely spread over more. */
const MOST_FAMILIES = 8;

/** @param done whether it was; otherwise it would be */
export function deletionsSection(deletions: Told, width: number, done: boolean): Section {
  if (deletions === undefined) return [];
  const { deleted, alreadyDeleted, kept, failed, waiting, atLeast } = deletions;
  const groups = grouping(deleted);
  const hidden = groups.slice(MOST_FAMILIES);
  const heading = done ? 'Deleted for good' : 'Would be deleted for good';
  const line = (text: string) => wrap(text, { width, rest: '  ' });
  const example = (all: readonly { revision: Parameters<typeof nameOf>[0]; reason: string }[]) => {
    const [first] = all;
    if (first === undefined) return '';
    const one = `${nameOf(first.revision)}: ${clip(first.reason, 200)}`;
    return all.length === 1 ? one : `${counted(all.length, 'revision')}, as ${one}`;
  };
  const least = atLeast ? 'at least ' : '';
  return [
    `${heading}: ${groups.length === 0 ? 'nothing' : extent(groups)}`,
    ...familyRows(groups.slice(0, MOST_FAMILIES), width),
    ...(hidden.length > 0 ? [`  ... and ${extent(hidden)}, in the report's JSON`] : []),
    ...(failed.length > 0 ? line(`Not deleted by AWS: ${example(failed)}`) : []),
    ...(alreadyDeleted.length > 0
      ? line(`On their way, or gone, before we came: ${counted(alreadyDeleted.length, 'revision')}`)
      : []),
    ...(kept.length > 0 ? line(`Old enough, but not deleted: ${example(kept)}`) : []),
    ...(waiting > 0 || atLeast ? line(`Wait to be deleted: ${least}${counted(waiting, 'revision')}`) : []),
    ...(deletions.inactive === undefined ? [] : line(inactiveSentence(deletions.inactive, deletions.scope))),
  ];
}

/** `INACTIVE in all: 57 revisions, 50 of which others deregistered (deleteScope: all reaches them)` */
function inactiveSentence(
  { revisions, others, atLeast }: InactiveSummary,
  scope: DeletionSummary['scope'],
): string {
  const all = `INACTIVE in all: ${atLeast ? 'at least ' : ''}${counted(revisions, 'revision')}`;
  if (others === undefined || others === 0) return all;
  const reach = scope === 'all' ? '' : '; deleteScope: all would reach these';
  return `${all}, ${grouped(others)} of which others deregistered${reach}`;
}

/** Behind the verdict on what was deregistered. */
export function deletionsSentence(deletions: Told, done: boolean): string {
  const count = deletions?.deleted.length ?? 0;
  const stop =
    deletions?.stop?.by === 'abort' ? ` The brake stopped it: ${clip(deletions.stop.reason, 160)}.` : '';
  if (count === 0) return stop;
  const were = done ? (count === 1 ? 'was' : 'were') : 'would have been';
  return ` ${counted(count, 'revision')} ${were} deleted for good.${stop}`;
}

/** Time and throttling mend themselves by the next run. */
export function deletionsAttention(deletions: Told, region: string): ActionItem[] {
  if (deletions === undefined) return [];
  const { stop, failed } = deletions;
  const stopped = stop?.by === 'abort' || stop?.by === 'hold' ? [stop] : [];
  const [first, ...more] = failed;
  const others = more.length > 0 ? `, and ${counted(more.length, 'more revision')} neither` : '';
  return [
    ...stopped.map(({ reason, remedy }) => ({
      problem: `Deleting for good was stopped: ${reason}`,
      remedy: remedy,
    })),
    ...(first === undefined
      ? []
      : [
          {
            problem: `AWS did not delete ${nameOf(first.revision)}${others}: ${first.reason}: ${first.answer}`,
            remedy: `The next run asks again. What AWS has of it: \`aws ecs describe-task-definition${option('--task-definition', nameOf(first.revision))}${region}\``,
          },
        ]),
  ];
}

const count = z.number().int().min(0);
const group = z.strictObject({
  family: z.string(),
  ranges: z.array(z.string()),
  revisions: z.array(z.string()).optional(),
});

export const deletionsDocument = z.strictObject({
  deleted: z.array(group).describe('AWS has accepted these; in a dry run, what would be asked for.'),
  alreadyGone: z.array(group).describe('On their way, or gone, before this run came to them.'),
  kept: z.array(z.strictObject({ revision: z.string(), says: z.string() })),
  failed: z.array(z.strictObject({ revision: z.string(), says: z.string(), said: z.string() })),
  waiting: count.describe('Old enough, as far as the ledgers that were read tell, and left for another run.'),
  atLeast: z.boolean().describe('Whether more may wait.'),
  scope: z.enum(['own', 'all']).describe('deleteScope.'),
  inactive: z
    .strictObject({
      revisions: count,
      others: count.nullable().describe('Of these, what others deregistered: no journal has it.'),
      atLeast: z.boolean().describe('Whether there are more.'),
    })
    .nullable()
    .describe('What AWS lists as INACTIVE; null where it could not be listed.'),
  stop: z.strictObject({ by: z.string(), says: z.string(), next: z.string() }).nullable(),
  counts: z
    .strictObject({ deleted: count, alreadyGone: count, kept: count, failed: count })
    .describe('Always whole, also when the lists are shortened.'),
});

type DeletionsDocument = z.infer<typeof deletionsDocument>;

export function deletionsJson(deletions: Told): DeletionsDocument | undefined {
  if (deletions === undefined) return undefined;
  const {
    deleted,
    alreadyDeleted,
    kept,
    failed,
    waiting,
    atLeast,
    stop,
    scope = 'own',
    inactive,
  } = deletions;
  return {
    deleted: grouping(deleted).map(printed),
    alreadyGone: grouping(alreadyDeleted).map(printed),
    kept: kept.map(({ revision, reason }) => ({ revision: nameOf(revision), says: reason })),
    failed: failed.map(({ revision, reason, answer }) => ({
      revision: nameOf(revision),
      says: reason,
      said: answer,
    })),
    waiting,
    atLeast,
    scope,
    inactive: inactive === undefined ? null : { ...inactive, others: inactive.others ?? null },
    stop: stop === undefined ? null : { by: stop.by, says: stop.reason, next: stop.remedy },
    counts: {
      deleted: deleted.length,
      alreadyGone: alreadyDeleted.length,
      kept: kept.length,
      failed: failed.length,
    },
  };
}

function printed({ family, ranges }: Group): DeletionsDocument['deleted'][number] {
  const revisions = Array.from(numbersIn(ranges), (number) => nameOf({ family, number }));
  return { family, ranges: printRanges(ranges), revisions };
}

const TEXT = 600;

/** Only the beginnings of the lists, to fit into a message. @param entries of each list */
export function shortDeletions(document: DeletionsDocument, entries: number): DeletionsDocument {
  const groups = (all: DeletionsDocument['deleted']) =>
    all.slice(0, entries).map(({ family, ranges }) => ({ family, ranges: ranges.slice(0, entries) }));
  const { stop } = document;
  return {
    ...document,
    deleted: groups(document.deleted),
    alreadyGone: groups(document.alreadyGone),
    kept: document.kept.slice(0, entries).map((one) => ({ ...one, says: clip(one.says, TEXT) })),
    failed: document.failed
      .slice(0, entries)
      .map((one) => ({ ...one, says: clip(one.says, TEXT), said: clip(one.said, TEXT) })),
    stop: stop === null ? null : { by: stop.by, says: clip(stop.says, TEXT), next: clip(stop.next, TEXT) },
  };
}
