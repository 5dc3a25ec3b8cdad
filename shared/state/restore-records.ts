// What was registered again, and as which number: one object a revision, beside the journal. It is written before the
// call as well, so that one which was cut off between the call and its answer does not register a second copy.
import * as z from 'zod';
import { byName, nameOf, type Revision, type Target } from '../domain/revision.ts';
import type { RecordType } from './codec.ts';
import { count, identifier, isOf, revisionFields, revisionNumber, time } from './fields.ts';
import { folderName } from './journal.ts';
import { overwrite, read } from './records.ts';
import type { StateStore } from './store.ts';

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

const schema = z.strictObject({
  revision: z.strictObject(revisionFields),
  id: identifier,
  at: time,
  above: count,
  former: count,
  onTop: z.boolean(),
  as: revisionNumber.exactOptional(),
});

function restoreOf(revision: Revision): RecordType<Restore> {
  const schemas = { 1: schema.superRefine(isOf(revision)) };
  return { name: 'record of a restore', format: 1, schemas, longest: 10_000 };
}

export function restoresIn(state: StateStore, target: Target): Restores {
  return {
    async read(revision) {
      const key = keyOf(target, revision);
      const kept = await state.get(key);
      const next = `Go back to an earlier version of it, or, if ${nameOf(revision)} was not registered again, remove it.`;
      return kept === undefined ? undefined : read(state, key, kept, restoreOf(revision), next);
    },

    async write(restore) {
      const { revision } = restore;
      await overwrite(state, keyOf(target, revision), restoreOf(revision), restore);
    },
  };
}

/** All that was registered again of a family, oldest first. @throws StateError */
export async function restoresOf(state: StateStore, target: Target, family: string): Promise<Restore[]> {
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
