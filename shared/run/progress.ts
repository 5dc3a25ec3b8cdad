// The progress of a run: its run record, plan, memory and report. In one process it is in memory; a step that starts in
// another process loads it from the state store. A run without a state store is a single process.
import { noResults } from '../domain/apply-results.ts';
import { Memory } from '../sources/common/memory.ts';
import type { Report } from '../report/model/report.ts';
import {
  type RunRecord,
  type StoredRunRecord,
  loadRunRecord,
  type RunName,
  saveRunRecord,
} from '../state/run-records.ts';
import { carriedMemory, carriedObject } from '../state/step-records.ts';
import type { RecordType } from '../state/codec.ts';
import { overwriteRecord, overwriteText, readRecord } from '../state/records.ts';
import { type StateStore, StateError } from '../state/store.ts';
import type { Found } from './found.ts';

/** The locations of this run's records in the state store. */
export interface RecordPlace {
  readonly state: StateStore;
  readonly name: RunName;
}

export class RunProgress {
  readonly #records: RecordPlace | undefined;
  #kept: StoredRunRecord | undefined;
  #record: RunRecord;
  found: Found | undefined;
  memory: Memory | undefined;
  report: Report | undefined;

  private constructor(records: RecordPlace | undefined, record: RunRecord, kept?: StoredRunRecord) {
    this.#records = records;
    this.#record = record;
    this.#kept = kept;
  }

  /** Writes the run record before anything is read. @throws StateError */
  static async start(records: RecordPlace | undefined, record: RunRecord): Promise<RunProgress> {
    const progress = new RunProgress(records, record);
    await progress.saveRecord({});
    return progress;
  }

  /** Nothing where the run has not started. @throws StateError */
  static async resume(records: RecordPlace, version: string): Promise<RunProgress | undefined> {
    const kept = await loadRunRecord(records.state, records.name);
    if (kept === undefined) return undefined;
    const progress = new RunProgress(records, kept.record, kept);
    // Another version's plan and memory may mean something else. Its run record does not.
    if (kept.record.version !== version) return progress;
    // Without these the run reads the account and decides again. Its results are in the run record.
    await ifPossible(async () => {
      const memory = await progress.#load('memory', carriedMemory);
      progress.memory = memory === undefined ? undefined : Memory.from(memory);
    });
    await ifPossible(async () => {
      progress.found = await progress.#load('found', foundType);
    });
    await ifPossible(async () => {
      progress.report = await progress.#load('report', reportType);
    });
    return progress;
  }

  get record(): RunRecord {
    return this.#record;
  }

  /** The location of the report, if it is stored. */
  get reportAt(): string | undefined {
    return this.report === undefined ? undefined : this.willReportAt;
  }

  /** The address of the report, also before it is stored, in a run that keeps records. */
  get willReportAt(): string | undefined {
    if (this.#records === undefined) return undefined;
    const { state, name } = this.#records;
    return `${state.where}/${name.folder}/report.json`;
  }

  /** The place of the page, in a run that keeps records in a bucket. A folder has its records in versions, which no browser
   *  opens. */
  get pageAt(): string | undefined {
    const at = this.willReportAt?.replace(/\.json$/, '.html');
    return at?.startsWith('s3://') === true ? at : undefined;
  }

  /** @throws StateError, also where another process has written the run record meanwhile */
  async saveRecord(changes: Partial<RunRecord>): Promise<void> {
    this.#record = { ...this.#record, ...changes };
    if (this.#records === undefined) return;
    const { state, name } = this.#records;
    this.#kept = await saveRunRecord(state, name, this.#record, this.#kept);
  }

  /** The place of the question's records. Absent in a run that keeps no records, which asks nothing. */
  get place(): { readonly state: StateStore; readonly folder: string } | undefined {
    return this.#records && { state: this.#records.state, folder: this.#records.name.folder };
  }

  /** @throws StateError */
  async saveFound(found: Found): Promise<void> {
    this.found = found;
    await this.#save('found', foundType, found);
  }

  /** @throws StateError */
  async saveMemory(memory: Memory): Promise<void> {
    this.memory = memory;
    await this.#save('memory', carriedMemory, memory.carried());
  }

  /** @throws StateError */
  async saveReport(report: Report): Promise<void> {
    this.report = report;
    await this.#save('report', reportType, report);
  }

  /** @throws StateError */
  async savePage(page: string): Promise<void> {
    if (this.#records === undefined) return;
    const { state, name } = this.#records;
    await overwriteText(state, `${name.folder}/report.html`, page);
  }

  async #save<Value>(what: string, type: RecordType<Value>, value: Value): Promise<void> {
    if (this.#records === undefined) return;
    const { state, name } = this.#records;
    await overwriteRecord(state, `${name.folder}/${what}.json`, type, value);
  }

  async #load<Value>(what: string, type: RecordType<Value>): Promise<Value | undefined> {
    if (this.#records === undefined) return undefined;
    const { state, name } = this.#records;
    const key = `${name.folder}/${what}.json`;
    return (await readRecord(state, key, type)).value;
  }
}

const foundType = carriedObject<Found>('plan', {
  plan: 'perhaps',
  saved: 'perhaps',
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
  saved: 'perhaps',
  approval: 'perhaps',
  results: 'always',
  deletions: 'perhaps',
  danglingReferences: 'always',
  readings: 'always',
  unread: 'always',
  actionItems: 'always',
  notes: 'always',
  failure: 'perhaps',
  backlog: 'always',
  trend: 'perhaps',
});

/** For saves that only spare the next step some reading. */
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
