// Finds the records of earlier runs in the state store. Never writes.
import type { Problem } from '../domain/problem.ts';
import { shortenId } from '../report/text/commands.ts';
import type { RunIdentity } from '../report/history/model.ts';
import type { Target } from '../domain/revision.ts';
import { hasRunId, type RunName, listRunNames } from '../state/run-records.ts';
import { type StateStore, StateError } from '../state/store.ts';

export interface Archive {
  readonly state: StateStore;
  readonly target: Target;
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly now: number;
}

/** Newest first. @throws StateError */
export async function listRuns({ state, target }: Archive): Promise<RunName[]> {
  return (await listRunNames(state, target)).toReversed();
}

/** The runs whose ids begin with a word, newest first. An exact match is the only result. */
export function findRuns(names: readonly RunName[], word: string): { name: RunName; short: string }[] {
  const identify = identifyRuns(names);
  const exact = names.filter((name) => hasRunId(name, word));
  const found = exact.length > 0 ? exact : names.filter(({ id }) => word !== '' && id.startsWith(word));
  return found.map((name) => ({ name, short: identify(name).short }));
}

/** Other accounts and Regions with runs in the same state store, as `123456789012/eu-west-1`. */
export async function listOtherTargets({ state, target }: Archive): Promise<string[]> {
  const keys = await state.list('').catch((error: unknown) => {
    if (error instanceof StateError) return [];
    throw error;
  });
  const places = keys.flatMap((key) => /^(\d{12}\/[a-z0-9-]+)\/(?:runs|journal)\//.exec(key)?.[1] ?? []);
  return [...new Set(places)].filter((place) => place !== `${target.account}/${target.region}`);
}

/** Short ids are unique among all runs, also those beyond a limit. */
export function identifyRuns(names: readonly RunName[]): (name: RunName) => RunIdentity {
  const ids = names.map(({ id }) => id);
  return ({ id, beganAt }) => ({ id, beganAt, short: shortenId(id, ids) });
}

/** Adds a state error to the problems, so that the rest can still be shown. */
export async function collectError<Value>(read: Promise<Value>, problems: Problem[]): Promise<Value | undefined> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const { operation, reason, remedy } = error;
    problems.push({ operation, reason, remedy });
    return undefined;
  }
}
