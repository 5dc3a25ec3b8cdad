// What one run takes from the state before it reads, and what it leaves for the next one. Whatever cannot be read holds the
// run; whatever cannot be written is said, and costs the next run what this one has found out.
import type { ReadProblem } from '../domain/problem.ts';
import type { Evidence, Usage } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { type Counting, countsRecord } from './counts.ts';
import { type Known, memoryRecord } from './memory.ts';
import { loadCache, type Loaded, loadRecord, saveRecord } from './records.ts';
import { type StateStore, StateError } from './state.ts';
import { toKeep, usageRecord } from './usage.ts';

export interface StateAccess {
  readonly state: StateStore;
  /** Only a run of the function `prune` or of the command does. */
  readonly writes: boolean;
  /** The function `preview` does not, since anybody who may invoke it would see a part of what is secret. */
  readonly readsJournal?: boolean;
  /** Of this program. */
  readonly version: string;
}

/** What earlier runs have left. */
export interface Left {
  readonly usage: Loaded<Usage>;
  readonly counting: Loaded<Counting>;
  readonly immutable: Awaited<ReturnType<typeof loadCache<Known>>>;
  readonly faults: readonly ReadProblem[];
}

export interface ToLeave {
  readonly evidence: Evidence;
  /** Whose events of use were read. */
  readonly calls: readonly string[];
  readonly days: number;
  /** Absent when this run was not full. */
  readonly counting: Counting | undefined;
  readonly immutable: Known;
}

const nothing = { value: undefined, kept: undefined };

/** @param calls whose events of use are read */
export async function load(
  { state, version }: StateAccess,
  target: Target,
  now: number,
  calls: readonly string[],
): Promise<Left> {
  const faults: ReadProblem[] = [];
  const attempt = async <Value>(load: Promise<Loaded<Value>>): Promise<Loaded<Value>> => {
    try {
      return await load;
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const { kind, operation, reason, remedy } = error;
      faults.push({ part: 'state', kind, operation, reason, remedy });
      return nothing;
    }
  };
  const [usage, counting, immutable] = await Promise.all([
    attempt(loadRecord(state, usageRecord(target, now, calls))),
    attempt(loadRecord(state, countsRecord(target))),
    attempt(loadCache(state, memoryRecord(target, version))),
  ]);
  return { usage, counting, immutable, faults };
}

/** What went wrong, for the report. */
export async function save(
  { state, version }: StateAccess,
  target: Target,
  left: Left,
  { evidence, calls, days, counting, immutable }: ToLeave,
): Promise<StateError[]> {
  const { usage, asOf, readings } = evidence;
  const saving: Promise<void>[] = [];
  if (usage !== undefined)
    saving.push(
      saveRecord(
        state,
        usageRecord(target, asOf, calls),
        left.usage,
        toKeep(usage, { readings, asOf, days }),
      ),
    );
  if (counting !== undefined) saving.push(saveRecord(state, countsRecord(target), left.counting, counting));
  if (immutable.members.size + immutable.registrations.size > 0)
    saving.push(saveRecord(state, memoryRecord(target, version), left.immutable, immutable));
  const ended = await Promise.allSettled(saving);
  return ended.flatMap((one) => {
    if (one.status === 'fulfilled') return [];
    if (one.reason instanceof StateError) return [one.reason];
    throw one.reason;
  });
}
