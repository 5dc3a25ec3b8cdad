// What a run carries from one step to the next: its ledger, its plan, what it has read. While the process lives it is here;
// a step that begins in another process finds it in the state. A run without a state is one process from end to end.
import { type ApplyResults, noResults } from '../apply/done.ts';
import { type CarriedMemory, Memory } from '../sources/common/memory.ts';
import type { Report } from '../report/model/report.ts';
import { nameOf, numbersIn, type Ranges, rangesOf, type Revision } from '../domain/revision.ts';
import {
  type RunRecord,
  type StoredRunRecord,
  loadRunRecord,
  type RunName,
  saveRunRecord,
} from '../state/runs.ts';
import { carriedMemory, carriedObject } from '../state/carried.ts';
import type { RecordType } from '../state/codec.ts';
import { overwrite, read } from '../state/records.ts';
import { type StateStore, StateError } from '../state/state.ts';
import type { Found } from './pieces.ts';

/** Where a run's records lie. */
export interface Records {
  readonly state: StateStore;
  readonly name: RunName;
}

export class Carried {
  readonly #records: Records | undefined;
  #kept: StoredRunRecord | undefined;
  #ledger: RunRecord;
  found: Found | undefined;
  memory: Memory | undefined;
  report: Report | undefined;

  private constructor(records: Records | undefined, record: RunRecord, kept?: StoredRunRecord) {
    this.#records = records;
    this.#ledger = record;
    this.#kept = kept;
  }

  /** A run that begins; its ledger is written before anything is read. @throws StateError */
  static async begun(records: Records | undefined, ledger: RunRecord): Promise<Carried> {
    const carried = new Carried(records, ledger);
    await carried.keep({});
    return carried;
  }

  /** A run that goes on; nothing where it has not begun. @throws StateError */
  static async goingOn(records: Records, version: string): Promise<Carried | undefined> {
    const kept = await loadRunRecord(records.state, records.name);
    if (kept === undefined) return undefined;
    const carried = new Carried(records, kept.record, kept);
    // What another version has left may mean something else to this one; the ledger is for all of them.
    if (kept.record.version !== version) return carried;
    // Without these the account is read and decided anew; what was done is in the ledger.
    await ifPossible(async () => {
      const memory = await carried.#load('memory', memoryType);
      carried.memory = memory === undefined ? undefined : Memory.from(memory);
    });
    await ifPossible(async () => {
      carried.found = await carried.#load('found', foundType);
    });
    await ifPossible(async () => {
      carried.report = await carried.#load('report', reportType);
    });
    return carried;
  }

  get ledger(): RunRecord {
    return this.#ledger;
  }

  /** Where the report is, once it is kept. */
  get reportAt(): string | undefined {
    if (this.#records === undefined || this.report === undefined) return undefined;
    const { state, name } = this.#records;
    return `${state.where}/${name.folder}/report.json`;
  }

  /** @throws StateError, also where somebody else has written the ledger meanwhile */
  async keep(changes: Partial<RunRecord>): Promise<void> {
    this.#ledger = { ...this.#ledger, ...changes };
    if (this.#records === undefined) return;
    const { state, name } = this.#records;
    this.#kept = await saveRunRecord(state, name, this.#ledger, this.#kept);
  }

  /** @throws StateError */
  async keepFound(found: Found): Promise<void> {
    this.found = found;
    await this.#save('found', foundType, found);
  }

  /** @throws StateError */
  async keepMemory(memory: Memory): Promise<void> {
    this.memory = memory;
    await this.#save('memory', memoryType, memory.carried());
  }

  /** @throws StateError */
  async keepReport(report: Report): Promise<void> {
    this.report = report;
    await this.#save('report', reportType, report);
  }

  async #save<Value>(what: string, type: RecordType<Value>, value: Value): Promise<void> {
    if (this.#records === undefined) return;
    const { state, name } = this.#records;
    await overwrite(state, `${name.folder}/${what}.json`, type, value);
  }

  async #load<Value>(what: string, type: RecordType<Value>): Promise<Value | undefined> {
    if (this.#records === undefined) return undefined;
    const { state, name } = this.#records;
    const key = `${name.folder}/${what}.json`;
    const kept = await state.get(key);
    return kept === undefined ? undefined : read(state, key, kept, type);
  }
}

const memoryType: RecordType<CarriedMemory> = carriedMemory;
const foundType = carriedObject<Found>('plan', {
  plan: 'perhaps',
  danglingReferences: 'always',
  journaled: 'perhaps',
  readings: 'always',
  unmatched: 'always',
  agesUnfinished: 'always',
  notes: 'always',
  asks: 'always',
  deletions: 'perhaps',
});
const reportType = carriedObject<Report>('report', {
  outcome: 'always',
  run: 'always',
  target: 'perhaps',
  plan: 'perhaps',
  results: 'always',
  deletions: 'perhaps',
  danglingReferences: 'always',
  readings: 'always',
  unread: 'always',
  actionItems: 'always',
  notes: 'always',
  failure: 'perhaps',
  backlog: 'always',
});

/** What only saves the next step some reading, or is told all the same. */
export async function ifPossible(keep: () => Promise<void>): Promise<void> {
  await keep().catch((error: unknown) => {
    if (!(error instanceof StateError)) throw error;
  });
}

export function newRunRecord(
  facts: Pick<RunRecord, 'id' | 'by' | 'version' | 'settings' | 'dryRun' | 'beganAt'>,
): RunRecord {
  return { ...facts, passes: 0, started: 0, planned: [], more: false, results: noResults, published: false };
}

/** What two passes did, as one. The later one's stop counts, and what it has left. */
export function mergeResults(first: ApplyResults, second: ApplyResults): ApplyResults {
  const seen = new Set(first.lateReferences.map((one) => JSON.stringify(one)));
  return {
    ...second,
    deregistered: [...first.deregistered, ...second.deregistered],
    alreadyInactive: [...first.alreadyInactive, ...second.alreadyInactive],
    skipped: [...first.skipped, ...second.skipped],
    failed: [...first.failed, ...second.failed],
    lateReferences: [
      ...first.lateReferences,
      ...second.lateReferences.filter((one) => !seen.has(JSON.stringify(one))),
    ],
  };
}

/** What was tried, whatever became of it. */
export function attempted({ deregistered, alreadyInactive, skipped, failed }: ApplyResults): Set<string> {
  const tried = [
    ...deregistered,
    ...alreadyInactive,
    ...[...skipped, ...failed].map(({ revision }) => revision),
  ];
  return new Set(tried.map(nameOf));
}

/** The inventory once these have gone. */
export function withoutRevisions(
  inventory: ReadonlyMap<string, Ranges>,
  gone: readonly Revision[],
): Map<string, Ranges> {
  const rest = new Map(inventory);
  for (const [family, all] of Map.groupBy(gone, (one) => one.family)) {
    const numbers = new Set(all.map(({ number }) => number));
    const ranges = rangesOf(numbersIn(rest.get(family) ?? []).filter((number) => !numbers.has(number)));
    if (ranges.length > 0) rest.set(family, ranges);
    else rest.delete(family);
  }
  return rest;
}
