// The records that a step of a run leaves for the next step beside the run record: evidence, plan and report. A step reads
// only those that its own version of the program wrote.
import * as z from 'zod';
import type { RecordType } from './codec.ts';
import { count, familyDigest, familyName, identifier, listOf, revisionNumber, time, words } from './fields.ts';
import { finding } from './finding-schema.ts';

const revisionOrNone = z.int().min(0).max(999_999_999_999_999);

const memory = z.strictObject({
  members: listOf(
    z.tuple([
      identifier,
      z.strictObject({
        changed: z.union([z.number(), z.literal('never')]),
        readAt: time,
        findings: listOf(finding),
        missed: listOf(familyDigest).exactOptional(),
      }),
    ]),
  ),
  registrations: listOf(
    z.tuple([
      identifier,
      z.strictObject({ at: time, by: identifier.optional() }).transform(({ at, by }) => ({ at, by })),
    ]),
  ),
  ofServices: listOf(z.tuple([identifier, z.strictObject({ looked: words, findings: listOf(finding) })])),
  clusters: count,
  ecsStacks: listOf(identifier),
  inventory: listOf(
    z.tuple([familyName, listOf(z.strictObject({ from: revisionNumber, upto: revisionNumber }))]),
  ).exactOptional(),
  ages: listOf(
    z.tuple([
      familyName,
      z.strictObject({
        oldUpto: revisionOrNone,
        youngFrom: revisionNumber.exactOptional(),
        byAws: identifier.exactOptional(),
        newestAt: z.union([time, z.literal('unknown')]).exactOptional(),
      }),
    ]),
  ).exactOptional(),
});

export const carriedMemory = { name: 'memory of a run', format: 1, schemas: { 1: memory } };

/** Checks only which members a plan or report has. Neither decides anything any more, since each revision is checked against
 *  the account before its call, and only this version has written the record. */
export function carriedObject<Value extends object>(
  name: string,
  members: Readonly<Record<keyof Value & string, 'always' | 'perhaps'>>,
): RecordType<Value> {
  const entries: [string, unknown][] = Object.entries(members);
  const shape = entries.map(([member, when]) => [member, when === 'always' ? z.unknown() : z.unknown().optional()]);
  const known = z.strictObject(Object.fromEntries(shape));
  const schema = z.custom<Value>((value) => known.safeParse(value).success);
  return { name, format: 1, schemas: { 1: schema } };
}
