// Reads a report document back, also one that an earlier version of the program wrote.
import * as z from 'zod';
import { nameOf, numbersIn, type Range, sizeOf } from '../../domain/revision.ts';
import { count, ranges, time } from './parts.ts';
import { type ReportDocument, reportDocument } from './report-schema.ts';

const versioned = z.looseObject({ version: z.number() });

/** @throws ZodError where it is not a report of a version that this program knows */
export function parseReport(value: unknown): ReportDocument {
  return reportDocument.parse(versioned.parse(value).version === 1 ? upgrade(value) : value);
}

/** Accounts have at most a million revisions of a family. More would come from a damaged document, and fill the memory. */
const MOST_REVISIONS = 1_000_000;

/** Version 1 left out single revisions, and then ranges, of a document that had to fit a message. */
const groups1 = z.array(
  z
    .strictObject({
      family: z.string(),
      ranges,
      revisions: z.array(z.string()).optional(),
      moreRanges: count.optional(),
    })
    .transform(({ family, ranges, revisions }) => ({
      family,
      ranges,
      revisions: revisions ?? listNames(family, ranges),
    })),
);

const version1 = z
  .looseObject({
    plan: groups1,
    deregistered: groups1,
    deferred: groups1,
    held: groups1,
    alreadyInactive: groups1,
    notReached: groups1,
    deletions: z.looseObject({ deleted: groups1, alreadyDeleted: groups1 }).optional(),
    /** Its first documents had none. */
    trend: z.array(z.looseObject({ began: time })).default([]),
    shortened: z.array(z.string()),
  })
  .transform((document) => ({
    ...Object.fromEntries(Object.entries(document).filter(([name]) => name !== 'shortened')),
    version: 2,
  }));

function upgrade(value: unknown): unknown {
  return version1.parse(value);
}

function listNames(family: string, printed: readonly string[]): string[] {
  const all = printed.map(parseRange);
  if (sizeOf(all) > MOST_REVISIONS) throw new RangeError(`${family} has more than ${MOST_REVISIONS} revisions`);
  return Array.from(numbersIn(all), (number) => nameOf({ family, number }));
}

function parseRange(printed: string): Range {
  const [from = NaN, upto = from] = printed.split('-').map(Number);
  return { from, upto };
}
