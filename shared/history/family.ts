// What became of a family: which run took which of its revisions, what the journal has of them, and what AWS says now.
import type { Problem } from '../domain/problem.ts';
import type { Aws } from '../aws/connect.ts';
import { wordsOf } from '../aws/errors.ts';
import { readFamily, type Status } from '../read/family.ts';
import type { FamilyHistory, RunIdentity, RevisionHistory } from '../report/history/model.ts';
import type { Revision, Target } from '../domain/revision.ts';
import { journalOf } from '../state/journal.ts';
import { restoresOf } from '../state/restores.ts';
import { loadRunRecord, type RunName } from '../state/runs.ts';
import { inChunks, readAll } from '../state/read-all.ts';
import { type Archive, identifyRuns, collectError } from './archive.ts';

/** Nearly three years of nights. */
const MOST_LEDGERS = 1_000;

export interface FamilyQuery {
  readonly family: string;
  readonly names: readonly RunName[];
  readonly limit: number;
  readonly alsoRuns: readonly string[];
}

/** Of a family, also of one that this tool has never touched: then nothing is in it.
 *  @param limit how many runs, and how many entries of the journal without one
 *  @throws StateError */
export async function readFamilyHistory(
  archive: Archive,
  aws: Aws,
  { family, names, limit, alsoRuns }: FamilyQuery,
): Promise<FamilyHistory> {
  const { state, target } = archive;
  const troubles: Problem[] = [];
  const numbers = new Set(await journalOf(state, target).numbersOf(family));
  const { runs, all } = await runsOf(archive, family, names, limit, troubles);
  const claimed = new Set(runs.flatMap(({ took }) => took));
  const left = [...numbers].filter((number) => !claimed.has(number)).sort((a, b) => b - a);
  // Without the older ledgers nobody knows which of these no run has claimed.
  const entries = all ? await entriesOf(archive, family, left.slice(0, limit), troubles) : [];

  const shown = [...claimed, ...entries.map(({ number }) => number)];
  const now = await presentOf(aws, target, family, shown, troubles);
  const restored = await restoredOf(archive, family, troubles);
  const taken = (number: number): RevisionHistory => ({
    number,
    now: now?.get(number) ?? (now === undefined ? 'unknown' : 'gone'),
    journaled: numbers.has(number),
    restored: restored.filter(({ from }) => from === number).map(({ as, at }) => ({ as, at })),
  });
  return {
    target,
    where: state.where,
    family,
    ambiguousRuns: alsoRuns,
    runs: runs.map(({ known, took }) => ({ ...known, took: took.map(taken) })),
    unclaimed: entries.map(({ number, run, at }) => ({ ...taken(number), run, at })),
    more: left.length - entries.length,
    problems: troubles,
  };
}

/** Whether anything is known of such a family, here or in AWS. @throws StateError, and what the SDK throws */
export async function isKnownFamily({ state, target }: Archive, aws: Aws, family: string): Promise<boolean> {
  if ((await journalOf(state, target).numbersOf(family)).length > 0) return true;
  return (await readFamily(aws, target, family, Infinity)).size > 0;
}

async function runsOf(
  { state }: Archive,
  family: string,
  names: readonly RunName[],
  limit: number,
  troubles: Problem[],
): Promise<{ runs: { known: RunIdentity; took: number[] }[]; all: boolean }> {
  const known = identifyRuns(names);
  const runs: { known: RunIdentity; took: number[] }[] = [];
  let read = 0;
  for (const some of inChunks(names.slice(0, MOST_LEDGERS))) {
    const ledgers = await Promise.all(some.map((name) => collectError(loadRunRecord(state, name), troubles)));
    for (const [index, name] of some.entries()) {
      const took = numbersOf(ledgers[index]?.record.results.deregistered ?? [], family);
      if (runs.length === limit && took.length > 0) return { runs, all: false };
      if (took.length > 0) runs.push({ known: known(name), took });
    }
    read += some.length;
  }
  return { runs, all: read === names.length };
}

/** Newest first. */
function numbersOf(revisions: readonly Revision[], family: string): number[] {
  const numbers = revisions.filter((one) => one.family === family).map(({ number }) => number);
  return numbers.sort((a, b) => b - a);
}

async function entriesOf(
  { state, target }: Archive,
  family: string,
  numbers: readonly number[],
  troubles: Problem[],
): Promise<{ number: number; run: string; at: number }[]> {
  const journal = journalOf(state, target);
  const entries = await readAll(numbers, (number) =>
    collectError(journal.read({ family, number }), troubles),
  );
  return entries.flatMap((entry) =>
    entry === undefined ? [] : [{ number: entry.revision.number, run: entry.run, at: entry.at }],
  );
}

/** Nothing where AWS cannot be asked. */
async function presentOf(
  aws: Aws,
  target: Target,
  family: string,
  numbers: readonly number[],
  troubles: Problem[],
): Promise<ReadonlyMap<number, Status> | undefined> {
  if (numbers.length === 0) return new Map();
  try {
    return await readFamily(aws, target, family, Math.min(...numbers));
  } catch (error) {
    troubles.push({
      operation: `asking AWS for the revisions of ${family} (ecs:ListTaskDefinitions)`,
      reason: wordsOf(error),
      remedy: 'Allow ecs:ListTaskDefinitions, and look again; what they are now is not known.',
    });
    return undefined;
  }
}

async function restoredOf({ state, target }: Archive, family: string, troubles: Problem[]) {
  const restores = (await collectError(restoresOf(state, target, family), troubles)) ?? [];
  // One that was cut off before its answer is nothing yet, and what went on top of another was never gone.
  return restores.flatMap(({ revision, as, at, onTop }) =>
    as === undefined || onTop ? [] : [{ from: revision.number, as, at }],
  );
}
