// Records which revision was registered again and the number of its copy. A restore writes the record before the call too, so
// that a restore that was interrupted between the call and its answer does not register a second copy.
import * as z from 'zod';
import { byName, nameOf, type Revision, type Target } from '../domain/revision.ts';
import type { RecordType } from './codec.ts';
import { count, identifier, isOf, revisionFields, revisionNumber, time } from './fields.ts';
import { overwriteRecord, readRecord } from './records.ts';
import { listRevisionNumbers, revisionKey } from './revision-keys.ts';
import type { StateStore } from './store.ts';

export type RestoreRecord = Readonly<z.output<typeof schema>>;

export interface RestoreRecords {
  /** @throws StateError where the record is damaged or cannot be read */
  read(revision: Revision): Promise<RestoreRecord | undefined>;
  /** Replaces the earlier record. @throws StateError: nothing may be registered then */
  write(record: RestoreRecord): Promise<void>;
}

const schema = z.strictObject({
  revision: z.strictObject(revisionFields).readonly(),
  /** Of the latest restore of this revision. */
  id: identifier,
  /** By AWS's clock, just before the call. */
  at: time,
  /** The newest ACTIVE revision of the family just before the call, 0 for none. The copy has a higher number. */
  above: count,
  /** The newest ACTIVE revision before the restore began, 0 for none: the target of floating references until then. */
  former: count,
  /** Registered again only to stay the newest (--on-top). */
  onTop: z.boolean(),
  /** The number of the copy. Absent while it is unknown whether a copy exists. */
  as: revisionNumber.exactOptional(),
});

function recordTypeOf(revision: Revision): RecordType<RestoreRecord> {
  const schemas = { 1: schema.superRefine(isOf(revision)) };
  return { name: 'record of a restore', format: 1, schemas, maxLength: 10_000 };
}

export function openRestoreRecords(state: StateStore, target: Target): RestoreRecords {
  const keyOf = (revision: Revision) => revisionKey('restores', target, revision);
  return {
    async read(revision) {
      const remedy = `Go back to an earlier version of it, or remove it if ${nameOf(revision)} was not registered again.`;
      return (await readRecord(state, keyOf(revision), recordTypeOf(revision), remedy)).value;
    },

    async write(record) {
      await overwriteRecord(state, keyOf(record.revision), recordTypeOf(record.revision), record);
    },
  };
}

/** The restores of a family, oldest first. @throws StateError */
export async function listRestores(state: StateStore, target: Target, family: string): Promise<RestoreRecord[]> {
  const numbers = await listRevisionNumbers(state, 'restores', target, family);
  const records = openRestoreRecords(state, target);
  const found = await Promise.all(numbers.map((number) => records.read({ family, number })));
  return found
    .filter((one) => one !== undefined)
    .sort((a, b) => a.at - b.at || (a.as ?? 0) - (b.as ?? 0) || byName(a.id, b.id));
}
