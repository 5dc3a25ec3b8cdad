// What a run carries from one step to the next: its ledger, its plan, what it has read. While the process lives it is here;
// a step that begins in another process finds it in the state. A run without a state is one process from end to end.
import { type Done, nothingDone } from '../apply/done.ts';
import { type CarriedMemory, Memory } from '../sources/common/memory.ts';
import type { Report } from '../report/model.ts';
import { nameOf, numbersIn, type Ranges, rangesOf, type Revision } from '../domain/revision.ts';
import { type Ledger, type KeptLedger, loadLedger, type RunName, saveLedger } from '../state/runs.ts';
import { carriedMemory, carriedObject } from '../state/carried.ts';
import type { RecordType } from '../state/codec.ts';
import { overwrite, read } from '../state/records.ts';
import { type State, StateError } from '../state/state.ts';
import type { Found } from './pieces.ts';

/** Where a run's records lie. */
export interface Records {
  readonly state: State;
  readonly name: RunName;
}

export class Carried {
  readonly #records: Records | undefined;
  #kept: KeptLedger | undefined;
  #ledger: Ledger;
  found: Found | undefined;
  memory: Memory | undefined;
  report: Report | undefined;

  private constructor(records: Records | undefined, ledger: Ledger, kept?: KeptLedger) {
    this.#records = records;
    this.#ledger = ledger;
    this.#kept = kept;
  }

  /** A run that begins; its ledger is written before anything is read. @throws StateError */
  static async begun(records: Records | undefined, ledger: Ledger): Promise<Carried> {
    const carried = new Carried(records, ledger);
    await carried.keep({});
    return carried;
  }

  /** A run that goes on; nothing where it has not begun. @throws StateError */
  static async goingOn(records: Records, version: string): Promise<Carried | undefined> {
    const kept = await loadLedger(records.state, records.name);
    if (kept === undefined) return undefined;
    const carried = new Carried(records, kept.ledger, kept);
    // What another version has left may mean something else to this one; the ledger is for all of them.
    if (kept.ledger.version !== version) return carried;
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

  get ledger(): Ledger {
    return this.#ledger;
  }

  /** Where the report is, once it is kept. */
  get reportAt(): string | undefined {
    if (this.#records === undefined || this.report === undefined) return undefined;
    const { state, name } = this.#records;
    return `${state.where}/${name.folder}/report.json`;
  }

  /** @throws StateError, also where somebody else has written the ledger meanwhile */
  async keep(changes: Partial<Ledger>): Promise<void> {
    this.#ledger = { ...this.#ledger, ...changes };
    if (this.#records === undefined) return;
    const { state, name } = this.#records;
    this.#kept = await saveLedger(state, name, this.#ledger, this.#kept);
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
  stranded: 'always',
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
  done: 'always',
  deletions: 'perhaps',
  stranded: 'always',
  readings: 'always',
  unread: 'always',
  attention: 'always',
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

export function newLedger(
  facts: Pick<Ledger, 'id' | 'by' | 'version' | 'settings' | 'dryRun' | 'beganAt'>,
): Ledger {
  return { ...facts, passes: 0, begun: 0, going: [], more: false, done: nothingDone, published: false };
}

/** What two passes did, as one. The later one's stop counts, and what it has left. */
export function together(first: Done, second: Done): Done {
  const seen = new Set(first.stranded.map((one) => JSON.stringify(one)));
  return {
    ...second,
    deregistered: [...first.deregistered, ...second.deregistered],
    alreadyGone: [...first.alreadyGone, ...second.alreadyGone],
    spared: [...first.spared, ...second.spared],
    failed: [...first.failed, ...second.failed],
    stranded: [...first.stranded, ...second.stranded.filter((one) => !seen.has(JSON.stringify(one)))],
  };
}

/** What was tried, whatever became of it. */
export function reached({ deregistered, alreadyGone, spared, failed }: Done): Set<string> {
  const tried = [...deregistered, ...alreadyGone, ...[...spared, ...failed].map(({ revision }) => revision)];
  return new Set(tried.map(nameOf));
}

/** The inventory once these have gone. */
export function less(inventory: ReadonlyMap<string, Ranges>, gone: readonly Revision[]): Map<string, Ranges> {
  const rest = new Map(inventory);
  for (const [family, all] of Map.groupBy(gone, (one) => one.family)) {
    const numbers = new Set(all.map(({ number }) => number));
    const ranges = rangesOf(numbersIn(rest.get(family) ?? []).filter((number) => !numbers.has(number)));
    if (ranges.length > 0) rest.set(family, ranges);
    else rest.delete(family);
  }
  return rest;
}
