// Reads the history of a family: which run deregistered which revision, what the journal has, and the present status in AWS.
import type { Problem } from '../domain/problem.ts';
import type { Aws } from '../aws/connect.ts';
import { describeError } from '../aws/errors.ts';
import { readFamilyStatuses, type Status } from '../read/family-statuses.ts';
import type { FamilyHistory, RunIdentity, RevisionHistory } from '../report/history/model.ts';
import type { Revision, Target } from '../domain/revision.ts';
import { openJournal } from '../state/journal.ts';
import { listRestores } from '../state/restore-records.ts';
import { loadRunRecord, type RunName } from '../state/run-records.ts';
import { inChunks, readAll } from '../state/read-all.ts';
import { type Archive, identifyRuns, collectError } from './archive.ts';

/** Nearly three years of nights. */
const MOST_RECORDS = 1_000;

export interface FamilyQuery {
  readonly family: string;
  readonly names: readonly RunName[];
  readonly limit: number;
  readonly ambiguousRuns: readonly string[];
}

/** The history is empty for a family of which this tool deregistered nothing.
 *  @param limit the number of runs, and of journal entries without a run record
 *  @throws StateError */
export async function readFamilyHistory(
  archive: Archive,
  aws: Aws,
  { family, names, limit, ambiguousRuns }: FamilyQuery,
): Promise<FamilyHistory> {
  const { state, target } = archive;
  const problems: Problem[] = [];
  const numbers = new Set(await openJournal(state, target).listNumbers(family));
  const { runs, all } = await readClaims(archive, family, names, limit, problems);
  const claimed = new Set(runs.flatMap(({ deregistered }) => deregistered));
  const left = [...numbers].filter((number) => !claimed.has(number)).sort((a, b) => b - a);
  // Unless all records are read, an older one may claim any of these.
  const entries = all ? await readEntries(archive, family, left.slice(0, limit), problems) : [];

  const shown = [...claimed, ...entries.map(({ number }) => number)];
  const now = await readStatuses(aws, target, family, shown, problems);
  const restored = await readRestores(archive, family, problems);
  const taken = (number: number): RevisionHistory => ({
    number,
    now: now?.get(number) ?? (now === undefined ? 'unknown' : 'missing'),
    journaled: numbers.has(number),
    restored: restored.filter(({ from }) => from === number).map(({ as, at }) => ({ as, at })),
  });
  return {
    target,
    where: state.where,
    family,
    ambiguousRuns,
    runs: runs.map(({ identity, deregistered }) => ({ ...identity, deregistered: deregistered.map(taken) })),
    unclaimed: entries.map(({ number, run, at }) => ({ ...taken(number), run, at })),
    more: left.length - entries.length,
    problems,
  };
}

/** Whether the journal or AWS knows the family. @throws StateError, and what the SDK throws */
export async function isKnownFamily({ state, target }: Archive, aws: Aws, family: string): Promise<boolean> {
  if ((await openJournal(state, target).listNumbers(family)).length > 0) return true;
  return (await readFamilyStatuses(aws, target, family, Infinity)).size > 0;
}

async function readClaims(
  { state }: Archive,
  family: string,
  names: readonly RunName[],
  limit: number,
  problems: Problem[],
): Promise<{ runs: { identity: RunIdentity; deregistered: number[] }[]; all: boolean }> {
  const identify = identifyRuns(names);
  const runs: { identity: RunIdentity; deregistered: number[] }[] = [];
  let read = 0;
  for (const some of inChunks(names.slice(0, MOST_RECORDS))) {
    const records = await Promise.all(some.map((name) => collectError(loadRunRecord(state, name), problems)));
    for (const [index, name] of some.entries()) {
      const deregistered = selectNumbers(records[index]?.record.results.deregistered ?? [], family);
      if (runs.length === limit && deregistered.length > 0) return { runs, all: false };
      if (deregistered.length > 0) runs.push({ identity: identify(name), deregistered });
    }
    read += some.length;
  }
  return { runs, all: read === names.length };
}

/** Newest first. */
function selectNumbers(revisions: readonly Revision[], family: string): number[] {
  const numbers = revisions.filter((one) => one.family === family).map(({ number }) => number);
  return numbers.sort((a, b) => b - a);
}

async function readEntries(
  { state, target }: Archive,
  family: string,
  numbers: readonly number[],
  problems: Problem[],
): Promise<{ number: number; run: string; at: number }[]> {
  const journal = openJournal(state, target);
  const entries = await readAll(numbers, (number) => collectError(journal.read({ family, number }), problems));
  return entries.flatMap((entry) =>
    entry === undefined ? [] : [{ number: entry.revision.number, run: entry.run, at: entry.at }],
  );
}

/** `undefined` where AWS cannot be asked. */
async function readStatuses(
  aws: Aws,
  target: Target,
  family: string,
  numbers: readonly number[],
  problems: Problem[],
): Promise<ReadonlyMap<number, Status> | undefined> {
  if (numbers.length === 0) return new Map();
  try {
    return await readFamilyStatuses(aws, target, family, Math.min(...numbers));
  } catch (error) {
    problems.push({
      operation: `listing the revisions of ${family} (ecs:ListTaskDefinitions)`,
      reason: describeError(error),
      remedy: 'Allow ecs:ListTaskDefinitions, and repeat the command to see the present statuses.',
    });
    return undefined;
  }
}

async function readRestores({ state, target }: Archive, family: string, problems: Problem[]) {
  const restores = (await collectError(listRestores(state, target, family), problems)) ?? [];
  // An interrupted restore has no new number yet, and a copy on top does not replace a deregistered revision.
  return restores.flatMap(({ revision, as, at, onTop }) =>
    as === undefined || onTop ? [] : [{ from: revision.number, as, at }],
  );
}
