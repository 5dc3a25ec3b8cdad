// The journal: what a revision was, written just before it goes, since nothing may rely on AWS showing it afterwards. One
// object a revision, so that one is found by its name alone, and rewritten by a run that takes it once more. Environment
// values and secrets of a definition are in here, as undoing needs them, and nowhere else.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Revision, Target } from '../revision.ts';
import { Damaged } from './records.ts';
import { overwrite, readSealed, seal } from './sealed.ts';
import type { State } from './state.ts';

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

const FORMAT = 1;

const text = z.string();
const whole = z.int().min(0);
const entrySchema = z.strictObject({
  revision: z.strictObject({ family: text, number: z.int().min(1) }),
  run: text,
  others: z.literal(true).optional(),
  at: whole,
  definition: z.record(text, z.unknown()),
  tags: z.array(z.strictObject({ key: text, value: text })),
  evidence: z.strictObject({
    asOf: whole,
    settings: text,
    newest: whole,
    readings: z.array(z.strictObject({ part: text, began: z.number(), items: whole })),
  }),
});

function entryOf({ family, number }: Revision, value: unknown): Entry {
  const entry = entrySchema.safeParse(value);
  if (!entry.success) throw new Damaged('it is damaged: it is no entry of the journal');
  const { revision } = entry.data;
  if (revision.family !== family || revision.number !== number)
    throw new Damaged(`it is of ${revision.family}:${revision.number}`);
  return entry.data;
}

export function journalOf(state: State, target: Target): Journal {
  const folderOf = (family: string) => `${target.account}/${target.region}/journal/${folderName(family)}/`;
  const keyOf = ({ family, number }: Revision) => `${folderOf(family)}${number}.json`;
  return {
    async write(entry) {
      await overwrite(state, keyOf(entry.revision), seal(FORMAT, entry));
    },

    async read(revision) {
      const key = keyOf(revision);
      const kept = await state.get(key);
      if (kept === undefined) return undefined;
      return readSealed(state, key, kept, {
        // A reader for each format that was ever written.
        [FORMAT]: (value) => entryOf(revision, value),
      });
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
