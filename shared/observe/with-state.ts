// Reads evidence on top of what earlier runs left in the state store, and leaves what the next run needs.
import type { ReadContext } from '../sources/common/reader.ts';
import { Memory } from '../sources/common/memory.ts';
import { momentOf, msSince } from '../domain/clock.ts';
import { type Evidence, type Moment, problemsIn, type Reading } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { readEvidence } from '../read/evidence.ts';
import { callNames } from '../read/usage/trail-record.ts';
import { countsIn, judge, withFaults } from '../state/counts.ts';
import { type Left, load, save } from '../state/keeping.ts';
import { type Known, together } from '../state/memory.ts';
import type { StateError } from '../state/state.ts';
import { type ObserveContext, readerFor, readingPlan, usageDays, usagePlan } from './context.ts';

export interface EvidenceWithState {
  readonly evidence: Evidence;
  readonly memory: Memory;
  readonly reader: ReadContext;
  /** What is wrong with the memory of earlier runs. All of it was read again. */
  readonly damage: StateError | undefined;
  /** Saves what this run found out. Returns what could not be saved. */
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
  const left = stateAccess === undefined ? undefined : await load(stateAccess, target, aws.asOf(), callNames);
  const state = left === undefined ? undefined : stateReading(left, began, msSince(began, clock));
  if (state !== undefined) onReading(state);
  const memory = carried ?? new Memory(left?.immutable.value?.members, left?.immutable.value?.registrations);
  const reader = readerFor(target, context, memory);
  const read = await readEvidence(reader, { ...readingPlan(context), usage: usagePlan(settings, left) });
  const nothingToSave = () => Promise.resolve([]);
  if (stateAccess === undefined || left === undefined || state === undefined)
    return { evidence: read, memory, reader, save: nothingToSave, damage: undefined };

  const readings = [...read.readings, state];
  const isWhole = problemsIn({ ...read, readings }).length === 0;
  const { damage } = left.immutable;
  const judged = judge(left.counting.value, countsIn(readings, memory.clusters), read.asOf);
  const evidence = { ...read, readings: isWhole ? withFaults(readings, judged.faults) : readings };
  // The operator may still repair a record that could not be read, so it is not overwritten.
  if (!stateAccess.writes || left.faults.length > 0)
    return { evidence, memory, reader, save: nothingToSave, damage };
  const saveAll = () => {
    const met: Known = { members: memory.immutable(), registrations: memory.registrations() };
    const { value: before = met } = left.immutable;
    return save(stateAccess, target, left, {
      evidence,
      calls: callNames,
      days: usageDays(settings),
      counting: isWhole ? judged.counting : undefined,
      // A reading that ended early has not met everything that is worth keeping.
      immutable: isWhole ? met : together(met, before),
    });
  };
  return { evidence, memory, reader, save: saveAll, damage };
}

function stateReading(left: Left, began: Moment, tookMs: number): Reading {
  const records = [left.usage, left.counting, left.immutable];
  const items = records.filter(({ kept }) => kept !== undefined).length;
  const { faults: problems } = left;
  return { part: 'state', began, tookMs, calls: records.length, throttled: 0, items, findings: [], problems };
}
