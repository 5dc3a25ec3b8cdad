// Inspects every requested revision before a restore: whether it can be registered again, and which references that affects.
// It finds a damaged journal entry before anything is registered. Writes nothing.
import type { ECSClient } from '@aws-sdk/client-ecs';
import { registrable } from '../aws/registrable.ts';
import type { Reading } from '../domain/evidence.ts';
import { nameOf, printRanges, rangesOf, type Revision, type Target } from '../domain/revision.ts';
import type { Journal } from '../state/journal.ts';
import { readAll } from '../state/read-all.ts';
import type { RestoreRecord, RestoreRecords } from '../state/restore-records.ts';
import { StateError } from '../state/store.ts';
import { findAffectedReferences } from './affected-references.ts';
import { compareDefinitions, type Difference } from './compare.ts';
import { listGrants } from './grants.ts';
import { describeRevision, digestOriginal, findContradictions, readOriginal } from './originals.ts';
import type { FamilyPreview, RestoreItem, RestorePreview } from './results.ts';
import { CannotRestore } from './select-revisions.ts';

export interface RestoreContext {
  readonly target: Target;
  readonly reader: ECSClient;
  readonly journal: Journal;
  readonly restores: RestoreRecords;
  readonly where: string;
}

type Inspected =
  | RestoreItem
  | { readonly state: 'damaged'; readonly error: StateError }
  | { readonly state: 'impossible'; readonly reason: string };

/** @param again registers revisions once more that an earlier restore has registered
 *  @throws CannotRestore; StateError; errors of the SDK */
export async function inspectRevisions(
  revisions: readonly Revision[],
  again: boolean,
  readReferences: () => Promise<readonly Reading[]>,
  asOf: () => number,
  context: RestoreContext,
): Promise<RestorePreview> {
  const inspected = await readAll(revisions, (revision) => inspectRevision(revision, again, context));
  const items = assertRestorable(inspected);
  const names = [...new Set(items.map(({ revision }) => revision.family))];
  const newest = new Map<string, Pick<FamilyPreview, 'newest' | 'former'>>();
  for (const family of names) newest.set(family, await readNewest(family, items, context));
  const wanted = items.filter(({ state }) => state !== 'ACTIVE');
  const readings = wanted.length === 0 ? [] : await readReferences();
  const { floating, unresolved, pinned } = findAffectedReferences(readings, wanted);
  const families = names.map((family): FamilyPreview => ({
    family,
    newest: newest.get(family)?.newest,
    former: newest.get(family)?.former,
    floating: floating.get(family) ?? [],
    unresolved: unresolved.get(family) ?? [],
  }));
  const problems = readings.flatMap((reading) => reading.problems);
  return { target: context.target, asOf: asOf(), items, families, pinned, problems };
}

/** Returns errors of the journal, so that the operator learns of all damaged entries at once. */
async function inspectRevision(revision: Revision, again: boolean, context: RestoreContext): Promise<Inspected> {
  const { target, reader, restores, where } = context;
  const impossible = (reason: string): Inspected => ({ state: 'impossible', reason });
  try {
    const { original, shown } = await readOriginal(revision, context).catch((error: unknown) =>
      addJournalRemedy(error, where),
    );
    if (shown?.status === 'ACTIVE') return { state: 'ACTIVE', revision };
    if (original === undefined)
      return impossible(`${nameOf(revision)} is not in the journal (${where}), and AWS does not show it either`);
    const contradictions = findContradictions(original, shown);
    if (contradictions.length > 0) return impossible(describeContradiction(revision, contradictions, where));
    const before = again ? undefined : await restores.read(revision);
    if (before?.as !== undefined) {
      const copy = await describeRevision(reader, `${revision.family}:${before.as}`, target);
      if (copy?.status === 'ACTIVE') {
        // The report suggests commands that point at the copy, so do not trust the record alone.
        const [difference] = compareDefinitions(original, copy);
        if (difference !== undefined) return impossible(describeFalseCopy(revision, before.as, difference));
        return { state: 'restored', revision, as: before.as, at: before.at };
      }
    }
    const made = registrable(original.definition, original.tags);
    if ('leftover' in made)
      return impossible(`${nameOf(revision)} has the member ${made.leftover}, which this version cannot register`);
    return {
      state: 'restorable',
      revision,
      from: original.from,
      isUncompared: original.from === 'journal' && shown === undefined,
      grants: listGrants(original),
      digest: digestOriginal(original),
      run: original.run,
      reserved: made.reserved,
    };
  } catch (error) {
    if (error instanceof StateError && error.kind === 'incomplete') return { state: 'damaged', error };
    throw error;
  }
}

function describeFalseCopy(revision: Revision, as: number, { path, is }: Difference): string {
  const copy = `${revision.family}:${as}`;
  return `the state store says that ${nameOf(revision)} was registered again as ${copy}, but ${copy} differs (${printable(path)} ${is}): --again registers it once more`;
}

function printable(path: string): string {
  return path.replaceAll(/[^ -~]/g, '?');
}

/** Prints paths alone: values are secrets. */
function describeContradiction(revision: Revision, contradictions: readonly Difference[], where: string): string {
  const some = contradictions.slice(0, 5).map(({ path, is }) => `${printable(path)} ${is}`);
  const more = contradictions.length > some.length ? ` and ${contradictions.length - some.length} more` : '';
  return `the journal entry of ${nameOf(revision)} does not match the revision that AWS shows (${some.join(', ')}${more}), so one of them was changed: move the entry out of ${where} to restore the revision that AWS shows`;
}

/** AWS may still show a revision whose journal entry is damaged. */
function addJournalRemedy(error: unknown, where: string): never {
  if (!(error instanceof StateError) || error.kind !== 'incomplete') throw error;
  const { operation, reason, remedy } = error;
  const without = `While AWS still shows the revision, it can be restored without the entry: move that out of ${where}.`;
  throw new StateError('incomplete', { operation, reason, remedy: `${remedy} ${without}` }, error);
}

/** A restore registers either all requested revisions or none. */
function assertRestorable(inspected: readonly Inspected[]): RestoreItem[] {
  const damaged = inspected.flatMap((one) => (one.state === 'damaged' ? [one.error] : []));
  const [first] = damaged;
  if (first !== undefined) {
    const more = damaged.length === 1 ? '' : `, and ${damaged.length - 1} more`;
    const { operation, reason, remedy } = first;
    throw new StateError('incomplete', { operation, reason: `${reason}${more}`, remedy }, first);
  }
  const impossible = inspected.filter((one) => one.state === 'impossible');
  if (impossible.length > 0) {
    const others = inspected.flatMap((one) => (one.state === 'restorable' ? [one.revision] : []));
    const rest = others.length === 0 ? '' : ` These can be restored: ${printOperands(others).join(' ')}.`;
    const more = impossible.length > 3 ? `; and ${impossible.length - 3} more` : '';
    const reasons = impossible.slice(0, 3).map((one) => one.reason);
    throw new CannotRestore(`${reasons.join('; ')}${more}. Nothing was registered.${rest}`);
  }
  return inspected.filter((one) => one.state !== 'damaged' && one.state !== 'impossible');
}

/** `web:41-45,47` */
function printOperands(revisions: readonly Revision[]): string[] {
  const families = Map.groupBy(revisions, ({ family }) => family);
  return [...families].map(
    ([family, of]) => `${family}:${printRanges(rangesOf(of.map(({ number }) => number))).join(',')}`,
  );
}

async function readNewest(
  family: string,
  items: readonly RestoreItem[],
  { reader, target, restores }: RestoreContext,
): Promise<Pick<FamilyPreview, 'newest' | 'former'>> {
  const newest = (await describeRevision(reader, family, target))?.revision.number;
  const own = items.map(({ revision }) => revision).filter((one) => one.family === family);
  const records = await readAll(own, (revision) => restores.read(revision));
  return { newest, former: findFormerNewest(newest, records) };
}

/** If a restore of these revisions registered the newest, the former newest is the one before that restore. */
export function findFormerNewest(
  newest: number | undefined,
  records: readonly (RestoreRecord | undefined)[],
): number | undefined {
  const record = records.find((one) => one?.as !== undefined && one.as === newest);
  if (record === undefined) return newest;
  return record.former === 0 ? undefined : record.former;
}
