// The journal: what a revision was, written just before it goes, since nothing may rely on AWS showing it afterwards. One
// object a revision, so that one is found by its name alone, and rewritten by a run that takes it once more. Environment
// values and secrets of a definition are in here, as undoing needs them, and nowhere else.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { nameOf, parseReferenceTarget, type Revision, type Target } from '../domain/revision.ts';
import type { RecordType } from './codec.ts';
import { count, identifier, isOf, revisionFields, time } from './fields.ts';
import { overwrite, read } from './records.ts';
import type { StateStore } from './store.ts';

export interface Entry {
  readonly revision: Revision;
  /** The run that was about to take it, or, of what others had deregistered, to delete it. */
  readonly run: string;
  /** Deregistered by others: a run has written this before it deletes it for good. */
  readonly others?: true | undefined;
  /** Milliseconds since the epoch, by AWS's clock, just before the call. */
  readonly at: number;
  /** `taskDefinition` of DescribeTaskDefinition as AWS sent it: the names are AWS's, dates are seconds since the epoch. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly tags: readonly Tag[];
  readonly evidence: Basis;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** What the verdict "nothing keeps it" rested on. */
export interface Basis {
  /** Milliseconds since the epoch. */
  readonly asOf: number;
  /** The digest of the settings. */
  readonly settings: string;
  /** The newest ACTIVE revision of its family. */
  readonly newest: number;
  /** What was read, when that began (milliseconds since the epoch), and how much there was. */
  readonly readings: readonly { readonly part: string; readonly began: number; readonly items: number }[];
}

export interface Journal {
  /** @throws StateError: then the revision must not go */
  write(entry: Entry): Promise<void>;
  /** Nothing where no run has taken it; @throws StateError where that cannot be known, or what is there is damaged */
  read(revision: Revision): Promise<Entry | undefined>;
  /** The numbers of a family that have an entry, ascending. @throws StateError */
  numbersOf(family: string): Promise<number[]>;
  /** Which revisions have an entry, by one listing. @throws StateError */
  index(): Promise<(revision: Revision) => boolean>;
}

/** What AWS answered, whose members only AWS knows. What cannot be registered is never restored: apply/registrable.ts. */
const definition = z.record(z.string().max(1_000), z.unknown());

const entry = z.strictObject({
  revision: z.strictObject(revisionFields),
  run: identifier,
  others: z.literal(true).exactOptional(),
  at: time,
  definition,
  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html: 50 of a user, and those of AWS. */
  tags: z.array(z.strictObject({ key: z.string().max(1_000), value: z.string().max(1_000) })).max(1_000),
  evidence: z.strictObject({
    asOf: time,
    settings: identifier,
    newest: count,
    readings: z.array(z.strictObject({ part: identifier, began: time, items: count })).max(1_000),
  }),
});

/** AWS takes definitions of up to 64 KB, and answers with more than it was given.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const LONGEST = 4_000_000;

/** A restore registers the family that the definition names, so the entry must not lead it to another one. */
function describes(wanted: Revision, target: Target) {
  return ({ definition }: Pick<Entry, 'definition'>, context: z.RefinementCtx): void => {
    const { family, revision: number, taskDefinitionArn: arn } = definition;
    const naming = typeof arn === 'string' ? parseReferenceTarget(arn, target) : undefined;
    const isArnOther =
      arn !== undefined && !(naming?.kind === 'revision' && nameOf(naming) === nameOf(wanted));
    const isNumberOther = number !== undefined && number !== wanted.number;
    if (family !== wanted.family || isNumberOther || isArnOther)
      context.addIssue(`its definition is not one of ${nameOf(wanted)}`);
  };
}

function entryOf(revision: Revision, target: Target): RecordType<Entry> {
  const schemas = { 1: entry.superRefine(isOf(revision)).superRefine(describes(revision, target)) };
  return { name: 'entry of the journal', format: 1, schemas, longest: LONGEST };
}

export function journalOf(state: StateStore, target: Target): Journal {
  const folderOf = (family: string) => `${target.account}/${target.region}/journal/${folderName(family)}/`;
  const keyOf = ({ family, number }: Revision) => `${folderOf(family)}${number}.json`;
  return {
    async write(entry) {
      await overwrite(state, keyOf(entry.revision), entryOf(entry.revision, target), entry);
    },

    async read(revision) {
      const key = keyOf(revision);
      const kept = await state.get(key);
      return kept === undefined ? undefined : read(state, key, kept, entryOf(revision, target));
    },

    async index() {
      const keys = new Set(await state.list(`${target.account}/${target.region}/journal/`));
      return (revision) => keys.has(keyOf(revision));
    },

    async numbersOf(family) {
      const folder = folderOf(family);
      const numbers = (await state.list(folder)).flatMap((key) => {
        const [, number] = /^([1-9]\d{0,14})\.json$/.exec(key.slice(folder.length)) ?? [];
        return number === undefined ? [] : [Number(number)];
      });
      return numbers.sort((a, b) => a - b);
    },
  };
}

/** A family's name has 255 letters of both cases, which a key of the state, or a folder of some systems, does not tell apart. */
export function folderName(family: string): string {
  return createHash('sha256').update(family).digest('hex').slice(0, 32);
}
