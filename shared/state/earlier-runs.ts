// Loads the records that earlier runs wrote, and saves them for the next run. A record that cannot be read holds the run. A
// record that cannot be written is reported, and the next run collects its content again.
import type { Evidence, Usage } from '../domain/evidence.ts';
import type { ReadProblem } from '../domain/problem.ts';
import type { Target } from '../domain/revision.ts';
import { type CountHistory, countsRecord } from './counts.ts';
import { type ImmutableFacts, immutableFactsRecord } from './immutable-facts.ts';
import { loadCache, type Loaded, loadRecord, saveRecord } from './records.ts';
import { type StateAccess, StateError } from './store.ts';
import { updateUsage, usageRecord } from './usage.ts';

export interface EarlierRuns {
  readonly usage: Loaded<Usage>;
  readonly counts: Loaded<CountHistory>;
  readonly immutable: Awaited<ReturnType<typeof loadCache<ImmutableFacts>>>;
  readonly problems: readonly ReadProblem[];
}

export interface RunFindings {
  readonly evidence: Evidence;
  /** The API calls whose CloudTrail events this run read. */
  readonly calls: readonly string[];
  readonly days: number;
  /** Absent when this run could not read every source. */
  readonly counts: CountHistory | undefined;
  readonly immutable: ImmutableFacts;
}

/** @param calls the API calls whose CloudTrail events this run reads */
export async function loadEarlierRuns(
  { state, version }: StateAccess,
  target: Target,
  now: number,
  calls: readonly string[],
): Promise<EarlierRuns> {
  const problems: ReadProblem[] = [];
  const collectProblem = async <Value>(load: Promise<Loaded<Value>>): Promise<Loaded<Value>> => {
    try {
      return await load;
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const { kind, operation, reason, remedy } = error;
      problems.push({ part: 'state', kind, operation, reason, remedy });
      return { value: undefined, stored: undefined };
    }
  };
  const [usage, counts, immutable] = await Promise.all([
    collectProblem(loadRecord(state, usageRecord(target, now, calls))),
    collectProblem(loadRecord(state, countsRecord(target))),
    collectProblem(loadCache(state, immutableFactsRecord(target, version))),
  ]);
  return { usage, counts, immutable, problems };
}

/** @returns the errors, for the report */
export async function saveForNextRun(
  { state, version }: StateAccess,
  target: Target,
  earlier: EarlierRuns,
  { evidence, calls, days, counts, immutable }: RunFindings,
): Promise<StateError[]> {
  const { usage, asOf, readings } = evidence;
  const saving: Promise<void>[] = [];
  if (usage !== undefined) {
    const updated = updateUsage(usage, { readings, asOf, days });
    saving.push(saveRecord(state, usageRecord(target, asOf, calls), earlier.usage, updated));
  }
  if (counts !== undefined) saving.push(saveRecord(state, countsRecord(target), earlier.counts, counts));
  if (immutable.members.size + immutable.registrations.size > 0)
    saving.push(saveRecord(state, immutableFactsRecord(target, version), earlier.immutable, immutable));
  const ended = await Promise.allSettled(saving);
  return ended.flatMap((one) => {
    if (one.status === 'fulfilled') return [];
    if (one.reason instanceof StateError) return [one.reason];
    throw one.reason;
  });
}
