// The record of each run, under a name that sorts by time. A run writes it before and after each pass, and replaces only the
// version that it has read: the next pass detects an interrupted one, and two executions of one run stop each other.
import * as z from 'zod';
import type { ApplyResults } from '../domain/apply-results.ts';
import type { DeletionSummary } from '../domain/deletion-results.ts';
import { problemKinds } from '../domain/problem.ts';
import { program } from '../domain/program.ts';
import { byName, nameOf, type Target, withName } from '../domain/revision.ts';
import { approvalState } from './approval.ts';
import type { RecordType } from './codec.ts';
import { count, identifier, listOf, revisionName, time, withOldNames, words } from './fields.ts';
import { reference } from './finding-schema.ts';
import { encodeRecord, readRecord } from './records.ts';
import { type StateStore, StateError } from './store.ts';

export interface RunName {
  readonly id: string;
  /** Milliseconds since the epoch, to the second. */
  readonly beganAt: number;
  /** Its folder in the state store, without a trailing slash. */
  readonly folder: string;
}

export type RunRecord = z.output<typeof schema>;

/** `20261124T033000Z_` and the run's ID: listings sort by time, and an operator finds a run by its ID. */
export function makeRunName({ account, region }: Target, id: string, beganAt: number): RunName {
  const at = new Date(beganAt).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return {
    id,
    beganAt: Math.floor(beganAt / 1000) * 1000,
    folder: `${account}/${region}/runs/${at}_${toKeySegment(id)}`,
  };
}

/** An ID of AWS may contain characters that a key of the state store must not. */
export function toKeySegment(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9.-]/g, '-').slice(-64);
}

/** Oldest first. Ignores folders with other names. @throws StateError */
export async function listRunNames(state: StateStore, { account, region }: Target): Promise<RunName[]> {
  const prefix = `${account}/${region}/runs/`;
  const folders = new Set((await state.list(prefix)).map((key) => key.slice(prefix.length).split('/')[0] ?? ''));
  return [...folders].sort(byName).flatMap((folder): RunName[] => {
    const [, y, mo, d, h, mi, s, id = ''] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z_([A-Za-z0-9.-]+)$/.exec(folder) ?? [];
    const beganAt = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
    return Number.isNaN(beganAt) ? [] : [{ id, beganAt, folder: prefix + folder }];
  });
}

export function hasRunId({ id }: RunName, wanted: string): boolean {
  return id === toKeySegment(wanted);
}

export function isDryRun({ dryRun }: RunRecord): boolean {
  return dryRun;
}

/** A run that began later and may deregister, whatever became of it. @throws StateError, also where a later run cannot be read */
export async function findLaterRun(
  state: StateStore,
  target: Target,
  than: Pick<RunRecord, 'id' | 'beganAt'>,
): Promise<RunName | undefined> {
  const { folder } = makeRunName(target, than.id, than.beganAt);
  for (const run of await listRunNames(state, target)) {
    if (run.folder === folder || run.beganAt < Math.floor(than.beganAt / 1000) * 1000) continue;
    const stored = await loadRunRecord(state, run);
    if (stored !== undefined && !isDryRun(stored.record) && stored.record.beganAt >= than.beganAt) return run;
  }
  return undefined;
}

export interface StoredRunRecord {
  readonly record: RunRecord;
  readonly tag: string;
}

/** The key that runs have used since the first version. */
function keyOf({ folder }: RunName): string {
  return `${folder}/ledger.json`;
}

/** @returns undefined when the run has not written its record yet
 *  @throws StateError */
export async function loadRunRecord(state: StateStore, run: RunName): Promise<StoredRunRecord | undefined> {
  const { value, stored } = await readRecord(state, keyOf(run), recordTypeOf(run));
  return value === undefined || stored === undefined ? undefined : { record: value, tag: stored.tag };
}

/** @param over the version that was read or written last, and undefined the first time
 *  @returns `over` for the next call
 *  @throws StateError, also when another execution has written the record since */
export async function saveRunRecord(
  state: StateStore,
  run: RunName,
  record: RunRecord,
  over: Pick<StoredRunRecord, 'tag'> | undefined,
): Promise<StoredRunRecord> {
  const key = keyOf(run);
  const body = encodeRecord(state, key, recordTypeOf(record), record);
  const written = await state.put(key, body, over ?? 'absent');
  const stored = await state.get(key);
  if (written === 'written' && stored?.body === body) return { record, tag: stored.tag };
  throw new StateError('incomplete', {
    operation: `writing ${state.where}/${key}`,
    reason: 'another execution of this run has written it since: this run is being done twice at once',
    remedy: `Let the other one end. Its results: \`${program()} history\``,
  });
}

/** Names each revision, as `web:41`. */
function toJson(record: RunRecord) {
  const { planned, results, deleting, deletions } = record;
  const { deregistered, alreadyInactive, skipped, failed, notReached } = results;
  return {
    ...record,
    deleting: deleting?.map(nameOf),
    deletions: deletions && {
      ...deletions,
      deleted: deletions.deleted.map(nameOf),
      alreadyDeleted: deletions.alreadyDeleted.map(nameOf),
      kept: deletions.kept.map(withName),
      failed: deletions.failed.map(withName),
    },
    planned: planned.map(nameOf),
    results: {
      ...results,
      deregistered: deregistered.map(nameOf),
      alreadyInactive: alreadyInactive.map(nameOf),
      skipped: skipped.map(withName),
      failed: failed.map(withName),
      notReached: notReached.map(nameOf),
    },
  };
}

const stop = withOldNames(
  { says: 'reason', next: 'remedy' },
  z.strictObject({
    by: z.preprocess(
      (by) => (by === 'brake' ? 'abort' : by),
      z.enum(['abort', 'hold', 'time', 'throttled', 'interrupted', 'paused', 'unapproved']),
    ),
    reason: words,
    remedy: words,
  }),
);
const problem = withOldNames(
  { doing: 'operation', said: 'reason', next: 'remedy' },
  z.strictObject({ part: identifier, kind: z.enum(problemKinds), operation: words, reason: words, remedy: words }),
);
const revisions = listOf(revisionName).readonly();
const withReason = listOf(withOldNames({ says: 'reason' }, z.strictObject({ revision: revisionName, reason: words })));
const withAnswer = listOf(
  withOldNames(
    { says: 'reason', said: 'answer' },
    z.strictObject({ revision: revisionName, reason: words, answer: words }),
  ),
);

const results = withOldNames(
  { alreadyGone: 'alreadyInactive', spared: 'skipped', left: 'notReached', stranded: 'lateReferences' },
  z.strictObject({
    deregistered: revisions,
    alreadyInactive: revisions,
    skipped: withReason,
    failed: withAnswer,
    notReached: revisions,
    stop: stop.optional(),
    lateReferences: listOf(withOldNames({ who: 'referrer', use: 'relation', what: 'target' }, reference)),
    unverified: stop.optional(),
  }),
).transform((all): ApplyResults => ({ ...all, stop: all.stop }));

const deletions = withOldNames(
  { alreadyGone: 'alreadyDeleted', faults: 'problems' },
  z.strictObject({
    deleted: revisions,
    alreadyDeleted: revisions,
    kept: withReason,
    failed: withAnswer,
    stop: stop.optional(),
    waiting: count,
    atLeast: z.boolean(),
    scope: z.enum(['own', 'all']).optional(),
    inactive: z.strictObject({ revisions: count, others: count.optional(), atLeast: z.boolean() }).optional(),
    problems: listOf(problem),
  }),
).transform((all): DeletionSummary => ({ ...all, stop: all.stop }));

const schema = withOldNames(
  { going: 'planned', begun: 'started', done: 'results' },
  z
    .strictObject({
      id: identifier,
      /** `function` or `command line` */
      by: identifier,
      version: identifier,
      /** The digest of the settings. */
      settings: identifier,
      dryRun: z.boolean(),
      beganAt: time,
      /** Completed passes, and passes started: the second is higher after an interrupted pass. */
      passes: count,
      started: count,
      /** The revisions that the current pass may deregister. Empty between passes. */
      planned: revisions,
      /** Whether the last completed pass asked for another. */
      more: z.boolean(),
      /** The results of all completed passes. `notReached` is empty until the run ends. */
      results,
      /** The revisions that this run may have asked AWS to delete for good. */
      deleting: revisions.optional(),
      deletions: deletions.optional(),
      published: z.boolean(),
      /** Present once the run requires approval. */
      approval: approvalState.optional(),
      /** Whether the run looked for late references after the window. */
      verified: z.boolean().optional(),
      endedAt: time.optional(),
      outcome: identifier.optional(),
    })
    .readonly(),
);

/** @param run whose ID the record must have */
function recordTypeOf(run: Pick<RunName, 'id'>): RecordType<RunRecord> {
  const ofRun = schema.superRefine(({ id }, context) => {
    if (toKeySegment(id) !== toKeySegment(run.id)) context.addIssue('it belongs to another run');
  });
  // The formats differ only in the names of members.
  return { name: 'run record', format: 2, schemas: { 1: ofRun, 2: ofRun }, toJson };
}
