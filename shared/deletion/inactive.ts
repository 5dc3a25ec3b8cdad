// What AWS lists as INACTIVE, whoever deregistered it: counted for the report, and, with deleteScope: all, what may be deleted
// beside what runs deregistered.
import type { ReadProblem } from '../domain/problem.ts';
import type { InactiveSummary } from './results.ts';

import { observeInactive } from '../observe/observe.ts';
import { byName, nameOf, numbersIn, type Revision, sizeOf, type Target } from '../domain/revision.ts';
import { openJournal } from '../state/journal.ts';
import { StateError } from '../state/store.ts';
import type { RunOptions } from '../run/options.ts';

export interface InactiveFound {
  /** By name, as AWS lists them, from behind the last that an earlier night looked at; with deleteScope: own none. */
  readonly candidates: readonly Revision[];
  /** How many candidates there are beside these. */
  readonly more: number;
  /** Absent where it could not be listed. */
  readonly told: InactiveSummary | undefined;
  readonly faults: readonly ReadProblem[];
}

/** @param own what the records of runs tell
 *  @param last the last of the others that an earlier night looked at
 *  @param most how many a night could come to */
export async function inactiveIn(
  options: RunOptions,
  target: Target,
  { own, last, most }: { own: readonly Revision[]; last: Revision | undefined; most: number },
): Promise<InactiveFound> {
  const { inactive, reading } = await observeInactive(target, options);
  if (reading.problems.length > 0)
    return { candidates: [], more: 0, told: undefined, faults: reading.problems };
  const { revisions: all, isCut: atLeast } = inactive;
  const revisions = all.values().reduce((sum, ranges) => sum + sizeOf(ranges), 0);
  const others = await othersAmong(options, target, all);
  const told = { revisions, ...(others === undefined ? {} : { others }), atLeast };
  if (options.settings.deleteScope === 'own') return { candidates: [], more: 0, told, faults: [] };
  const known = new Set(own.map(nameOf));
  const left = [...eachOf(all)].filter((one) => !known.has(nameOf(one)));
  const from = last === undefined ? 0 : left.findIndex((one) => isBehind(one, last));
  const inTurn = from <= 0 ? left : [...left.slice(from), ...left.slice(0, from)];
  const candidates = inTurn.slice(0, most);
  return { candidates, more: left.length - candidates.length, told, faults: [] };
}

function* eachOf(all: ReadonlyMap<string, Parameters<typeof numbersIn>[0]>): Generator<Revision> {
  for (const [family, ranges] of all) for (const number of numbersIn(ranges)) yield { family, number };
}

function isBehind(one: Revision, last: Revision): boolean {
  return (byName(one.family, last.family) || one.number - last.number) > 0;
}

/** What no run has journaled, by one listing of the journal. Only a number of the report: where it cannot be had there is
 *  none. */
async function othersAmong(
  { stateAccess }: RunOptions,
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
