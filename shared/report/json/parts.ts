// The parts that several JSON documents share: a schema each, and the function that prints it.
import * as z from 'zod';
import type { Stop } from '../../domain/apply-results.ts';
import type { Reference, UnresolvedReference } from '../../domain/evidence.ts';
import type { Problem } from '../../domain/problem.ts';
import { targetName } from '../../domain/dangling.ts';
import { nameOf, numbersIn, printRanges, type Revision } from '../../domain/revision.ts';
import { type Group, groupByFamily } from '../model/counts.ts';

export const count = z.number().int().min(0);
export const time = z.iso.datetime();
export const version = z.literal(1).describe('Of this format.');
export const ranges = z.array(z.string()).describe('Revision numbers, ascending: "7" or "1-6".');

export const group = z
  .strictObject({
    family: z.string(),
    ranges,
    revisions: z.array(z.string()).optional().describe('One by one, as "web:1". Absent only when shortened.'),
    moreRanges: count.optional().describe('The number of ranges left out. Present only when shortened.'),
  })
  .describe('Revisions of one family.');
export const groups = z.array(group);
export type GroupDocument = z.infer<typeof group>;

export const problem = z.strictObject({
  operation: z.string().describe('What was attempted, on what.'),
  reason: z.string(),
  remedy: z.string(),
});
export const stop = z
  .strictObject({
    by: z.enum(['abort', 'hold', 'time', 'throttled', 'interrupted']),
    reason: z.string(),
    remedy: z.string(),
  })
  .nullable();
export const skipped = z.array(z.strictObject({ revision: z.string(), reason: z.string() }));
export const failed = z
  .array(
    z.strictObject({
      revision: z.string(),
      reason: z.string(),
      answer: z.string().describe("In AWS's words; empty where AWS did not answer."),
    }),
  )
  .describe('AWS refused the call, or its outcome is not known.');
export const reference = z.strictObject({
  source: z.string(),
  referrer: z.string().describe('An ARN.'),
  relation: z.string(),
});
export const lateReferences = z
  .array(z.strictObject({ revision: z.string(), ...reference.shape }))
  .describe('References to revisions that this run deregistered.');
export const unresolved = z
  .array(z.strictObject({ source: z.string(), referrer: z.string(), description: z.string() }))
  .describe('Unresolved references that may resolve to the family.');

export function printTime(at: number): string {
  return new Date(at).toISOString();
}

export function printGroups(all: readonly Group[]): GroupDocument[] {
  return all.map(({ family, ranges }) => ({
    family,
    ranges: printRanges(ranges),
    revisions: Array.from(numbersIn(ranges), (number) => nameOf({ family, number })),
  }));
}

export function printRevisions(revisions: readonly Revision[]): GroupDocument[] {
  return printGroups(groupByFamily(revisions));
}

export function printProblem({ operation, reason, remedy }: Problem): z.infer<typeof problem> {
  return { operation, reason, remedy };
}

export function printStop(given: Stop | undefined): z.infer<typeof stop> {
  return given === undefined ? null : { by: given.by, reason: given.reason, remedy: given.remedy };
}

/** Names the revision, and keeps every other member. */
export function withName<Entry extends { readonly revision: Revision }>(
  entry: Entry,
): Omit<Entry, 'revision'> & { revision: string } {
  return { ...entry, revision: nameOf(entry.revision) };
}

export function printReference({ source, referrer, relation }: Reference): z.infer<typeof reference> {
  return { source, referrer, relation };
}

export function printLateReference(late: Reference): z.infer<typeof lateReferences>[number] {
  return { revision: targetName(late), ...printReference(late) };
}

export function printUnresolved({
  source,
  referrer,
  description,
}: UnresolvedReference): z.infer<typeof unresolved>[number] {
  return { source, referrer, description };
}
