// Reads evidence on top of what earlier runs left in the state store, and leaves what the next run needs.
import type { ReadContext } from '../sources/common/reader.ts';
import { Memory } from '../sources/common/memory.ts';
import { momentOf, msSince } from '../domain/clock.ts';
import { type Evidence, type Moment, problemsIn, type Reading } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { readEvidence } from '../read/evidence.ts';
import { callNames } from '../read/usage/trail-record.ts';
import { countItems, checkCounts, addProblems } from '../state/counts.ts';
import { type EarlierRuns, loadEarlierRuns, saveForNextRun } from '../state/earlier-runs.ts';
import { type ImmutableFacts, mergeImmutableFacts } from '../state/immutable-facts.ts';
import type { StateError } from '../state/store.ts';
import { type ObserveContext, readerFor, readingPlan, usageDays, usagePlan } from './context.ts';

export interface EvidenceWithState {
  readonly evidence: Evidence;
  readonly memory: Memory;
  readonly reader: ReadContext;
  /** Damage in the memory of earlier runs. The damaged parts were read again. */
  readonly damage: StateError | undefined;
  /** Saves the facts that this run read. Returns the failures. */
  readonly save: () => Promise<StateError[]>;
}

/** @param carried what earlier steps of this run have read */
export async function readWithState(
  target: Target,
  context: ObserveContext,
  carried: Memory | undefined,
): Promise<EvidenceWithState> {
  const { stateAccess, clock, settings, aws, onReading } = context;
  const began = momentOf(clock);
  const earlier =
    stateAccess === undefined ? undefined : await loadEarlierRuns(stateAccess, target, aws.asOf(), callNames);
  const state = earlier === undefined ? undefined : stateReading(earlier, began, msSince(began, clock));
  if (state !== undefined) onReading(state);
  const memory = carried ?? new Memory(earlier?.immutable.value?.members, earlier?.immutable.value?.registrations);
  const reader = readerFor(target, context, memory);
  const read = await readEvidence(reader, { ...readingPlan(context), usage: usagePlan(settings, earlier) });
  const nothingToSave = () => Promise.resolve([]);
  if (stateAccess === undefined || earlier === undefined || state === undefined)
    return { evidence: read, memory, reader, save: nothingToSave, damage: undefined };

  const readings = [...read.readings, state];
  const isWhole = problemsIn({ ...read, readings }).length === 0;
  const { damage } = earlier.immutable;
  const checked = checkCounts(earlier.counts.value, countItems(readings, memory.clusters), read.asOf);
  const evidence = { ...read, readings: isWhole ? addProblems(readings, checked.problems) : readings };
  // The operator may still repair a record that could not be read, so it is not overwritten.
  if (!stateAccess.writes || earlier.problems.length > 0)
    return { evidence, memory, reader, save: nothingToSave, damage };
  const saveAll = () => {
    const met: ImmutableFacts = { members: memory.immutable(), registrations: memory.registrations() };
    const { value: before = met } = earlier.immutable;
    return saveForNextRun(stateAccess, target, earlier, {
      evidence,
      calls: callNames,
      days: usageDays(settings),
      counts: isWhole ? checked.history : undefined,
      // A reading that ended early has not met everything that the next run needs.
      immutable: isWhole ? met : mergeImmutableFacts(met, before),
    });
  };
  return { evidence, memory, reader, save: saveAll, damage };
}

function stateReading(earlier: EarlierRuns, began: Moment, tookMs: number): Reading {
  const records = [earlier.usage, earlier.counts, earlier.immutable];
  const items = records.filter(({ stored }) => stored !== undefined).length;
  const { problems } = earlier;
  return { part: 'state', began, tookMs, calls: records.length, throttled: 0, items, findings: [], problems };
}
