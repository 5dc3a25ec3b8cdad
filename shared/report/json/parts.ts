// The parts that several JSON documents share: a schema each, and the function that prints it.
import * as z from 'zod';
import type { Approval } from '../../domain/approval.ts';
import type { ApplyResults, Stop } from '../../domain/apply-results.ts';
import type { Reference, UnresolvedReference } from '../../domain/evidence.ts';
import type { Problem } from '../../domain/problem.ts';
import { targetName } from '../../domain/dangling.ts';
import { nameOf, numbersIn, printRanges, type Revision } from '../../domain/revision.ts';
import { type Group, groupByFamily } from '../model/counts.ts';
import { type Lazy, lazily } from './write-json.ts';

export const count = z.number().int().min(0);
export const time = z.iso.datetime();
export const version = z.literal(1).describe('Of this format.');
export const ranges = z.array(z.string()).describe('Revision numbers, ascending: "7" or "1-6".');

const familyRanges = z.strictObject({ family: z.string(), ranges }).describe('Revisions of one family.');
export const rangeGroups = z.array(familyRanges);
const group = familyRanges
  .extend({ revisions: z.array(z.string()).describe('One by one, as "web:1".') })
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
    by: z.enum(['abort', 'hold', 'time', 'throttled', 'interrupted', 'paused', 'unapproved']),
    ...problem.omit({ operation: true }).shape,
  })
  .nullable();
export const approval = z.strictObject({
  plan: z.string().describe('The digest of the proposed plan.'),
  revisions: count.describe('How many revisions the plan deregisters.'),
  asked: time,
  until: time.describe('How long the run waits.'),
  answer: z
    .strictObject({
      outcome: z
        .enum(['approved', 'declined', 'expired', 'refused'])
        .describe('`expired`: no answer came in time. `refused`: the answer was not valid for this run.'),
      by: z.string().nullable().describe('The ARN of the caller, as the command that answered states it.'),
      at: time.nullable().describe('As that command states it.'),
      reason: z.string().nullable().describe('Why an answer was refused.'),
    })
    .nullable()
    .describe('null while the run waits.'),
});

/** The lengths of the lists in `ApplyResults`. */
export const resultCounts = {
  deregistered: count,
  alreadyInactive: count,
  skipped: count,
  failed: count,
  notReached: count,
  lateReferences: count,
};
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

export function printGroups(all: readonly Group[]): Iterable<Lazy<GroupDocument>> {
  return lazily(all, ({ family, ranges }) => ({
    family,
    ranges: printRanges(ranges),
    revisions: { [Symbol.iterator]: () => numbersIn(ranges).map((number) => nameOf({ family, number })) },
  }));
}

export function printRevisions(revisions: readonly Revision[]): Iterable<Lazy<GroupDocument>> {
  return printGroups(groupByFamily(revisions));
}

export function printProblem({ operation, reason, remedy }: Problem) {
  return { operation, reason, remedy };
}

export function printStop(given: Stop | undefined): z.infer<typeof stop> {
  return given === undefined ? null : { by: given.by, reason: given.reason, remedy: given.remedy };
}

export function printApproval({ plan, revisions, askedAt, until, answer }: Approval): z.infer<typeof approval> {
  const { outcome, by = null, at, reason = null } = answer ?? {};
  return {
    plan,
    revisions,
    asked: printTime(askedAt),
    until: printTime(until),
    answer: outcome === undefined ? null : { outcome, by, at: at === undefined ? null : printTime(at), reason },
  };
}

export function countResults(results: ApplyResults) {
  return {
    deregistered: results.deregistered.length,
    alreadyInactive: results.alreadyInactive.length,
    skipped: results.skipped.length,
    failed: results.failed.length,
    notReached: results.notReached.length,
    lateReferences: results.lateReferences.length,
  };
}

export function printReference({ source, referrer, relation }: Reference) {
  return { source, referrer, relation };
}

export function printLateReference(late: Reference) {
  return { revision: targetName(late), ...printReference(late) };
}

export function printUnresolved({ source, referrer, description }: UnresolvedReference) {
  return { source, referrer, description };
}
