// What a run carries from one step to the next beside its ledger: what it has read, what it has found, and its report. Only
// the version of the program that wrote one reads it.
import * as z from 'zod';
import type { RecordType } from './codec.ts';
import { count, familyName, identifier, listOf, revisionNumber, time, words } from './fields.ts';
import { finding } from './finding-schema.ts';

const digest = z.int().min(0).max(0xffff_ffff);
const revisionOrNone = z.int().min(0).max(999_999_999_999_999);

const memory = z.strictObject({
  members: listOf(
    z.tuple([
      identifier,
      z.strictObject({
        changed: z.union([z.number(), z.literal('never')]),
        readAt: time,
        findings: listOf(finding),
        missed: listOf(digest).exactOptional(),
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

export const carriedMemory = {
  name: 'memory of a run',
  format: 1,
  schemas: { 1: memory },
  longest: 64_000_000,
};

/** Of the plan and the report only the members are checked: neither decides anything any more, since a revision is checked
 *  against the account before its call, and only this version of the program has written what the checksum fits. */
export function carriedObject<Value extends object>(
  name: string,
  members: Readonly<Record<keyof Value & string, 'always' | 'perhaps'>>,
): RecordType<Value> {
  const entries: [string, unknown][] = Object.entries(members);
  const shape = entries.map(([member, when]) => [
    member,
    when === 'always' ? z.unknown() : z.unknown().optional(),
  ]);
  const known = z.strictObject(Object.fromEntries(shape));
  const schema = z.custom<Value>((value) => known.safeParse(value).success);
  return { name, format: 1, schemas: { 1: schema }, longest: 64_000_000 };
}
