// Keys of records that stand for one revision: a folder for the family, and a file named after the number.
import type { Revision, Target } from '../domain/revision.ts';
import { sha256 } from './codec.ts';
import type { StateStore } from './store.ts';

type Kind = 'journal' | 'restores';

export function revisionKey(kind: Kind, target: Target, { family, number }: Revision): string {
  return `${familyFolder(kind, target, family)}${number}.json`;
}

/** Ascending. @throws StateError */
export async function listRevisionNumbers(
  state: StateStore,
  kind: Kind,
  target: Target,
  family: string,
): Promise<number[]> {
  const folder = familyFolder(kind, target, family);
  const numbers = (await state.list(folder)).flatMap((key) => {
    const [, number] = /^([1-9]\d{0,14})\.json$/.exec(key.slice(folder.length)) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  return numbers.sort((a, b) => a - b);
}

/** A family's name has up to 255 letters of both cases. Keys are shorter, and some file systems ignore case. */
function familyFolder(kind: Kind, { account, region }: Target, family: string): string {
  return `${account}/${region}/${kind}/${sha256(family).slice(0, 32)}/`;
}
