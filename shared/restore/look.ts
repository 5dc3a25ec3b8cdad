// The look before a restore: whether everything that was asked for can be had, and what it would change for whoever names
// a family without a revision. Everything is read before the first registration, so that a damaged entry of the journal
// is found while nothing has been done. Writes nothing.
import type { ECSClient } from '@aws-sdk/client-ecs';
import { registrable } from '../aws/registrable.ts';
import type { Reading } from '../domain/evidence.ts';
import { nameOf, printRanges, rangesOf, type Revision, type Target } from '../domain/revision.ts';
import type { Journal } from '../state/journal.ts';
import { readAll } from '../state/read-all.ts';
import type { Restore, Restores } from '../state/restores.ts';
import { StateError } from '../state/state.ts';
import { type Difference, differences } from './compare.ts';
import { familiesIn } from './floating.ts';
import { grantsOf } from './grants.ts';
import { contradictions, digestOfOriginal, originalOf, shownBy } from './originals.ts';
import type { FamilyLook, Item, Look } from './outcome.ts';
import { CannotRestore } from './wanted.ts';

export interface RestoreContext {
  readonly target: Target;
  readonly reader: ECSClient;
  readonly journal: Journal;
  readonly restores: Restores;
  /** Where an entry would be, for the words about one that is not there. */
  readonly where: string;
}

type Seen =
  | Item
  | { readonly is: 'damaged'; readonly error: StateError }
  | { readonly is: 'unknown'; readonly revision: Revision; readonly says: string };

/** @param again registers once more what an earlier restore has brought back
 *  @throws CannotRestore; StateError; what the SDK throws */
export async function look(
  revisions: readonly Revision[],
  again: boolean,
  readings: () => Promise<readonly Reading[]>,
  asOf: () => number,
  sight: RestoreContext,
): Promise<Look> {
  const seen = await readAll(revisions, (revision) => seenOf(revision, again, sight));
  const items = demandAll(seen);
  const names = [...new Set(items.map(({ revision }) => revision.family))];
  const newest = new Map<string, { newest: number | undefined; former: number | undefined }>();
  for (const family of names) newest.set(family, await newestOf(family, items, sight));
  const wanted = items.filter(({ is }) => is !== 'ACTIVE');
  const read = wanted.length === 0 ? [] : await readings();
  const { floating, unknown, named } = familiesIn(read, wanted);
  const families = names.map((family): FamilyLook => ({
    family,
    newest: newest.get(family)?.newest,
    former: newest.get(family)?.former,
    floating: floating.get(family) ?? [],
    unknown: unknown.get(family) ?? [],
  }));
  const faults = read.flatMap((reading) => reading.problems);
  return { target: sight.target, asOf: asOf(), items, families, named, faults };
}

/** One entry that cannot be read is told together with all others: an operator mends them in one go. */
async function seenOf(revision: Revision, again: boolean, sight: RestoreContext): Promise<Seen> {
  const { target, reader, restores, where } = sight;
  try {
    const found = await originalOf(revision, sight).catch((error: unknown) => unreadable(error, where));
    const { original, shown } = found;
    if (shown?.status === 'ACTIVE') return { is: 'ACTIVE', revision };
    if (original === undefined) {
      const says = `${nameOf(revision)} is not in the journal (${where}), and AWS does not show it either`;
      return { is: 'unknown', revision, says };
    }
    const differing = contradictions(original, shown);
    if (differing.length > 0)
      return { is: 'unknown', revision, says: contradicted(revision, differing, where) };
    const before = again ? undefined : await restores.read(revision);
    if (before?.as !== undefined) {
      const copy = await shownBy(reader, `${revision.family}:${before.as}`, target);
      if (copy?.status === 'ACTIVE') {
        // Commands let others name the copy, so it must be one, whatever the record says.
        const [other] = differences(original, copy);
        if (other !== undefined) return { is: 'unknown', revision, says: noCopy(revision, before.as, other) };
        return { is: 'back', revision, as: before.as, at: before.at };
      }
    }
    const made = registrable(original.definition, original.tags);
    if ('leftover' in made) {
      const says = `${nameOf(revision)} has ${made.leftover}, which no registration of this version can hold`;
      return { is: 'unknown', revision, says };
    }
    return {
      is: 'gone',
      revision,
      from: original.from,
      isUncompared: original.from === 'journal' && shown === undefined,
      grants: grantsOf(original),
      digest: digestOfOriginal(original),
      run: original.run,
      reserved: made.reserved,
    };
  } catch (error) {
    if (error instanceof StateError && error.kind === 'incomplete') return { is: 'damaged', error };
    throw error;
  }
}

function noCopy(revision: Revision, as: number, { path, is }: Difference): string {
  const copy = `${revision.family}:${as}`;
  return `${nameOf(revision)} was registered again as ${copy}, as the state says, but ${copy} is not the same (${printable(path)} ${is}): --again registers it once more`;
}

function printable(path: string): string {
  return path.replaceAll(/[^ -~]/g, '?');
}

/** Paths alone: values are secrets. */
function contradicted(revision: Revision, differing: readonly Difference[], where: string): string {
  const some = differing.slice(0, 5).map(({ path, is }) => `${printable(path)} ${is}`);
  const more = differing.length > some.length ? ` and ${differing.length - some.length} more` : '';
  return `the journal's entry of ${nameOf(revision)} is not what AWS shows (${some.join(', ')}${more}), so one of them was changed: move the entry out of ${where} to restore what AWS shows`;
}

/** AWS may still have what the journal has lost. */
function unreadable(error: unknown, where: string): never {
  if (!(error instanceof StateError) || error.kind !== 'incomplete') throw error;
  const { operation, reason, remedy } = error;
  const without = `While AWS still shows the revision it can be restored without the entry: move that out of ${where}.`;
  throw new StateError('incomplete', { operation, reason, remedy: `${remedy} ${without}` }, error);
}

/** Nothing is done unless all of it can be. */
function demandAll(seen: readonly Seen[]): Item[] {
  const damaged = seen.flatMap((one) => (one.is === 'damaged' ? [one.error] : []));
  const [first] = damaged;
  if (first !== undefined) {
    const more = damaged.length === 1 ? '' : `, and ${damaged.length - 1} more`;
    throw new StateError(
      'incomplete',
      {
        operation: first.operation,
        reason: `${first.reason}${more}`,
        remedy: first.remedy,
      },
      first,
    );
  }
  const unknown = seen.filter((one) => one.is === 'unknown');
  if (unknown.length > 0) {
    const others = seen.flatMap((one) => (one.is === 'gone' ? [one.revision] : []));
    const rest =
      others.length === 0 ? '' : ` What can be restored of these: ${operandsOf(others).join(' ')}.`;
    const more = unknown.length > 3 ? `; and ${unknown.length - 3} more` : '';
    const says = unknown.slice(0, 3).map((one) => one.says);
    throw new CannotRestore(`${says.join('; ')}${more}. Nothing was done.${rest}`);
  }
  return seen.filter((one) => one.is !== 'damaged' && one.is !== 'unknown');
}

/** `web:41-45,47` */
export function operandsOf(revisions: readonly Revision[]): string[] {
  const families = Map.groupBy(revisions, ({ family }) => family);
  return [...families].map(
    ([family, of]) => `${family}:${printRanges(rangesOf(of.map(({ number }) => number))).join(',')}`,
  );
}

/** Where the newest is itself a copy that a restore of these has made, the former newest is the one before it. */
async function newestOf(
  family: string,
  items: readonly Item[],
  { reader, target, restores }: RestoreContext,
): Promise<{ newest: number | undefined; former: number | undefined }> {
  const newest = (await shownBy(reader, family, target))?.revision.number;
  const own = items.map(({ revision }) => revision).filter((one) => one.family === family);
  const records = await readAll(own, (revision) => restores.read(revision));
  return { newest, former: formerOf(newest, records) };
}

export function formerOf(
  newest: number | undefined,
  records: readonly (Restore | undefined)[],
): number | undefined {
  const of = records.find((one) => one?.as !== undefined && one.as === newest);
  if (of === undefined) return newest;
  return of.former === 0 ? undefined : of.former;
}
