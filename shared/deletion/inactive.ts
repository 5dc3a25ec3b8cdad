// Lists INACTIVE revisions: counted for the report, and, with deleteScope: all, candidates for deletion.
import type { ReadProblem } from '../domain/problem.ts';
import type { InactiveSummary } from '../domain/deletion-results.ts';

import type { Observer } from '../observe/observe.ts';
import { byName, nameOf, numbersIn, type Revision, sizeOf, type Target } from '../domain/revision.ts';
import { openJournal } from '../state/journal.ts';
import { StateError } from '../state/store.ts';
import type { RunOptions } from '../run/context.ts';

export interface InactiveFound {
  /** In the order of AWS's list, after the last one that an earlier run inspected. Empty with deleteScope: own. */
  readonly candidates: readonly Revision[];
  /** How many more candidates there are. */
  readonly more: number;
  /** Absent where they could not be listed. */
  readonly summary: InactiveSummary | undefined;
  readonly problems: readonly ReadProblem[];
}

/** @param own revisions that runs deregistered
 *  @param last the last candidate that an earlier run inspected
 *  @param most how many candidates one run can inspect */
export async function findInactive(
  options: Pick<RunOptions, 'settings' | 'stateAccess'>,
  observer: Observer,
  { own, last, most }: { own: readonly Revision[]; last: Revision | undefined; most: number },
): Promise<InactiveFound> {
  const { inactive, reading } = await observer.readInactive();
  if (reading.problems.length > 0) return { candidates: [], more: 0, summary: undefined, problems: reading.problems };
  const { revisions: all, isCut: atLeast } = inactive;
  const revisions = all.values().reduce((sum, ranges) => sum + sizeOf(ranges), 0);
  const others = await othersAmong(options, observer.target, all);
  const summary = { revisions, ...(others === undefined ? {} : { others }), atLeast };
  if (options.settings.deleteScope === 'own') return { candidates: [], more: 0, summary, problems: [] };
  const known = new Set(own.map(nameOf));
  const left = [...eachOf(all)].filter((one) => !known.has(nameOf(one)));
  const from = last === undefined ? 0 : left.findIndex((one) => isAfter(one, last));
  const inTurn = from <= 0 ? left : [...left.slice(from), ...left.slice(0, from)];
  const candidates = inTurn.slice(0, most);
  return { candidates, more: left.length - candidates.length, summary, problems: [] };
}

function* eachOf(all: ReadonlyMap<string, Parameters<typeof numbersIn>[0]>): Generator<Revision> {
  for (const [family, ranges] of all) for (const number of numbersIn(ranges)) yield { family, number };
}

function isAfter(one: Revision, last: Revision): boolean {
  return (byName(one.family, last.family) || one.number - last.number) > 0;
}

/** Counts revisions without a journal entry, by one listing of the journal. Nothing where it cannot be listed. */
async function othersAmong(
  { stateAccess }: Pick<RunOptions, 'stateAccess'>,
  target: Target,
  all: Parameters<typeof eachOf>[0],
): Promise<number | undefined> {
  if (stateAccess === undefined) return undefined;
  try {
    const hasEntry = await openJournal(stateAccess.state, target).indexEntries();
    return eachOf(all).reduce((sum, one) => sum + (hasEntry(one) ? 0 : 1), 0);
  } catch (error) {
    if (error instanceof StateError) return undefined;
    throw error;
  }
}
