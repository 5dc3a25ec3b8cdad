// The journal: the full definition of each revision, written just before it is deregistered, because AWS may stop showing it.
// An entry contains the environment values and secrets of the definition. No other record does.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html
import * as z from 'zod';
import { nameOf, parseReferenceTarget, type Revision, type Target } from '../domain/revision.ts';
import type { RecordType } from './codec.ts';
import { count, identifier, isOf, revisionFields, time } from './fields.ts';
import { overwriteRecord, readRecord } from './records.ts';
import { listRevisionNumbers, revisionKey } from './revision-keys.ts';
import type { StateStore } from './store.ts';

export type JournalEntry = Readonly<z.output<typeof entry>>;
export type JournalEvidence = JournalEntry['evidence'];

export interface Journal {
  /** Replaces an earlier entry of the revision. @throws StateError: the revision must not be deregistered then */
  write(entry: JournalEntry): Promise<void>;
  /** Undefined where no run wrote an entry. @throws StateError where that cannot be determined, or the entry is damaged */
  read(revision: Revision): Promise<JournalEntry | undefined>;
  /** The numbers of a family that have an entry, ascending. @throws StateError */
  listNumbers(family: string): Promise<number[]>;
  /** Lists all entries once. @returns whether a revision has an entry. @throws StateError */
  indexEntries(): Promise<(revision: Revision) => boolean>;
}

const entry = z.strictObject({
  revision: z.strictObject(revisionFields).readonly(),
  /** The run that was about to deregister it, or to delete it if another caller had deregistered it. */
  run: identifier,
  /** Another caller had deregistered it: a run wrote this entry before it deleted the revision for good. */
  others: z.literal(true).exactOptional(),
  /** By AWS's clock, just before the call. */
  at: time,
  /** `taskDefinition` as DescribeTaskDefinition answered it. Only AWS knows its members: aws/registrable.ts refuses those that
   *  cannot be registered. Dates are seconds since the epoch. */
  definition: z.record(z.string().max(1_000), z.unknown()).readonly(),
  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html: 50 of the user, and those of AWS. */
  tags: z
    .array(z.strictObject({ key: z.string().max(1_000), value: z.string().max(1_000) }))
    .max(1_000)
    .readonly(),
  /** The basis of the decision to deregister. */
  evidence: z
    .strictObject({
      asOf: time,
      /** The digest of the settings. */
      settings: identifier,
      /** The newest ACTIVE revision of its family. */
      newest: count,
      readings: z.array(z.strictObject({ part: identifier, began: time, items: count })).max(1_000),
    })
    .readonly(),
});

/** AWS accepts definitions of up to 64 KB, and adds members in its answer.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MAX_LENGTH = 4_000_000;

/** A restore registers in the family that the definition states, so the entry must not lead it to another family. */
function describes(wanted: Revision, target: Target) {
  return ({ definition }: Pick<JournalEntry, 'definition'>, context: z.RefinementCtx): void => {
    const { family, revision: number, taskDefinitionArn: arn } = definition;
    const parsed = typeof arn === 'string' ? parseReferenceTarget(arn, target) : undefined;
    const isArnOther = arn !== undefined && !(parsed?.kind === 'revision' && nameOf(parsed) === nameOf(wanted));
    const isNumberOther = number !== undefined && number !== wanted.number;
    if (family !== wanted.family || isNumberOther || isArnOther)
      context.addIssue(`its definition does not belong to ${nameOf(wanted)}`);
  };
}

function entryOf(revision: Revision, target: Target): RecordType<JournalEntry> {
  const schemas = { 1: entry.superRefine(isOf(revision)).superRefine(describes(revision, target)) };
  return { name: 'entry of the journal', format: 1, schemas, maxLength: MAX_LENGTH };
}

export function openJournal(state: StateStore, target: Target): Journal {
  const keyOf = (revision: Revision) => revisionKey('journal', target, revision);
  return {
    async write(entry) {
      await overwriteRecord(state, keyOf(entry.revision), entryOf(entry.revision, target), entry);
    },

    async read(revision) {
      return (await readRecord(state, keyOf(revision), entryOf(revision, target))).value;
    },

    async indexEntries() {
      const keys = new Set(await state.list(`${target.account}/${target.region}/journal/`));
      return (revision) => keys.has(keyOf(revision));
    },

    listNumbers: (family) => listRevisionNumbers(state, 'journal', target, family),
  };
}
