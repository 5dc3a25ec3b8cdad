// What was registered again, and as which number: one object a revision, beside the journal. It is written before the
// call as well, so that one which was cut off between the call and its answer does not register a second copy.
import * as z from 'zod';
import { byName, type Revision, type Target } from '../revision.ts';
import { folderName } from './journal.ts';
import { Damaged } from './records.ts';
import { overwrite, readSealed, seal } from './sealed.ts';
import type { Kept, State } from './state.ts';

export interface Restore {
  readonly revision: Revision;
  /** Of the restore that did it last. */
  readonly id: string;
  /** Milliseconds since the epoch, by AWS's clock, just before the call. */
  readonly at: number;
  /** The family's newest ACTIVE revision just before the call, 0 for none: what the call made has a higher number. */
  readonly above: number;
  /** The newest before that restore did anything, 0 for none: what floating references started until then. */
  readonly former: number;
  /** Not because it was gone, but to be the newest again. */
  readonly onTop: boolean;
  /** The number of the copy; absent while nobody knows whether there is one. */
  readonly as?: number | undefined;
}

export interface Restores {
  /** @throws StateError where that cannot be known, or what is there is damaged */
  read(revision: Revision): Promise<Restore | undefined>;
  /** In place of what was there. @throws StateError: then nothing may be registered */
  write(restore: Restore): Promise<void>;
}

const FORMAT = 1;

const whole = z.int().min(0);
const schema = z.strictObject({
  revision: z.strictObject({ family: z.string(), number: z.int().min(1) }),
  id: z.string(),
  at: whole,
  above: whole,
  former: whole,
  onTop: z.boolean(),
  as: z.int().min(1).optional(),
});

export function restoresIn(state: State, target: Target): Restores {
  return {
    async read(revision) {
      const key = keyOf(target, revision);
      const kept = await state.get(key);
      return kept === undefined ? undefined : parsed(state, key, kept, revision);
    },

    async write(restore) {
      await overwrite(state, keyOf(target, restore.revision), seal(FORMAT, restore));
    },
  };
}

/** All that was registered again of a family, oldest first. @throws StateError */
export async function restoresOf(state: State, target: Target, family: string): Promise<Restore[]> {
  const folder = folderOf(target, family);
  const numbers = (await state.list(folder)).flatMap((key) => {
    const [, number] = /^([1-9]\d{0,14})\.json$/.exec(key.slice(folder.length)) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  const restores = restoresIn(state, target);
  const found = await Promise.all(numbers.map((number) => restores.read({ family, number })));
  return found.filter((one) => one !== undefined).sort((a, b) => a.at - b.at || byAs(a, b));
}

function byAs(a: Restore, b: Restore): number {
  return (a.as ?? 0) - (b.as ?? 0) || byName(a.id, b.id);
}

const folderOf = ({ account, region }: Target, family: string) =>
  `${account}/${region}/restores/${folderName(family)}/`;
const keyOf = (target: Target, { family, number }: Revision) => `${folderOf(target, family)}${number}.json`;

function parsed(state: State, key: string, kept: Kept, { family, number }: Revision): Restore {
  const next = `Go back to an earlier version of it, or, if ${family}:${number} was not registered again, remove it.`;
  return readSealed(state, key, kept, { [FORMAT]: (value) => restoreOf({ family, number }, value) }, next);
}

function restoreOf({ family, number }: Revision, value: unknown): Restore {
  const restore = schema.safeParse(value);
  if (!restore.success) throw new Damaged('it is damaged: it is no record of a restore');
  const { revision } = restore.data;
  if (revision.family !== family || revision.number !== number)
    throw new Damaged(`it is of ${revision.family}:${revision.number}`);
  return restore.data;
}
