// The record of what runs have announced, with the time since when each revision was planned without a break.
import * as z from 'zod';
import { intersect, printRanges, type Target } from '../domain/revision.ts';
import type { Announced, Announcement } from '../plan/announced.ts';
import { familyName, listOf, mapOf, time } from './fields.ts';
import type { MergeableRecord } from './records.ts';
import { rangesOfTexts } from './saved-plan.ts';

const announcement = z.strictObject({
  since: time,
  ranges: listOf(z.string().regex(/^[1-9]\d{0,14}(-[1-9]\d{0,14})?$/)).transform(rangesOfTexts),
});
const schema = z
  .strictObject({
    /** The last run that decided. After a long time without one nothing is known of the time between. */
    updatedAt: time,
    families: mapOf(familyName, listOf(announcement)),
  })
  .superRefine(({ families }, context) => {
    const isAscending = [...families.values()].every((all) =>
      all.every(({ ranges }) =>
        ranges.every(({ from, upto }, at) => from <= upto && from > (ranges[at - 1]?.upto ?? 0)),
      ),
    );
    if (!isAscending) context.addIssue('it is damaged: its ranges contradict each other');
  });

export interface AnnouncedRecord {
  readonly updatedAt: number;
  readonly families: Announced;
}

export function announcedRecord({ account, region }: Target): MergeableRecord<AnnouncedRecord> {
  return {
    name: 'record of announced revisions',
    key: `${account}/${region}/announced.json`,
    format: 1,
    schemas: { 1: schema },
    maxLength: 16_000_000,
    toJson: ({ updatedAt, families }) => ({
      updatedAt,
      families: Array.from(families, ([family, all]) => [
        family,
        all.map(({ since, ranges }) => ({ since, ranges: printRanges(ranges) })),
      ]),
    }),
    // A revision counts only where both runs planned it, since the later time.
    merge: (ours, theirs) => ({
      updatedAt: Math.max(ours.updatedAt, theirs.updatedAt),
      families: new Map(
        [...ours.families].flatMap(([family, all]) => {
          const both = all.flatMap((one) => (theirs.families.get(family) ?? []).map((other) => inBoth(one, other)));
          const some = both.filter(({ ranges }) => ranges.length > 0);
          return some.length === 0 ? [] : [[family, some] as const];
        }),
      ),
    }),
  };
}

function inBoth(one: Announcement, other: Announcement): Announcement {
  return {
    since: Math.max(one.since, other.since),
    ranges: intersect(one.ranges, other.ranges),
  };
}
