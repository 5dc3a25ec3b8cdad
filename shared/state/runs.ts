// What each run did, under a name that sorts by time. The ledger is written before and after each pass, over exactly what
// was read of it, so that a pass which was cut off is known to the one that follows, and two that are one run by mistake
// stop each other.
import * as z from 'zod';
import type { ApplyResults } from '../domain/apply-results.ts';
import type { DeletionSummary } from '../domain/deletion-results.ts';
import { byName, nameOf, type Revision, type Target } from '../domain/revision.ts';
import type { RecordType } from './codec.ts';
import { count, identifier, listOf, revisionName, time, words } from './fields.ts';
import { problemKinds } from '../domain/problem.ts';
import { reference } from './findings.ts';
import { renameMembers, withOldNames } from './old-names.ts';
import { read, write } from './records.ts';
import { type StateStore, StateError } from './state.ts';

export interface RunName {
  readonly id: string;
  /** Milliseconds since the epoch, to the second. */
  readonly beganAt: number;
  /** Its folder in the state, without a slash at its end. */
  readonly folder: string;
}

export interface RunRecord {
  readonly id: string;
  /** `function` or `command line` */
  readonly by: string;
  readonly version: string;
  /** The settings' digest. */
  readonly settings: string;
  readonly dryRun: boolean;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  /** Passes that came to their end, and how often one was begun: more where one was cut off. */
  readonly passes: number;
  readonly started: number;
  /** What the pass under way may take. Nothing where none is. */
  readonly planned: readonly Revision[];
  /** Whether the last pass that came to its end asked for another. */
  readonly more: boolean;
  /** What became of all that earlier passes tried; `left` is empty until the run ends. */
  readonly results: ApplyResults;
  /** What this run may have asked AWS to delete for good, of what earlier ones took. */
  readonly deleting?: readonly Revision[] | undefined;
  /** What became of that, once it is over. */
  readonly deletions?: DeletionSummary | undefined;
  readonly published: boolean;
  /** It was looked up after the window who had taken up what went. */
  readonly verified?: boolean | undefined;
  readonly endedAt?: number | undefined;
  readonly outcome?: string | undefined;
}

/** `20261124T033000Z_` and the run's id: a listing is in order of time, and a person finds a run by its id. */
export function nameOfRun({ account, region }: Target, id: string, beganAt: number): RunName {
  const at = new Date(beganAt).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return {
    id,
    beganAt: Math.floor(beganAt / 1000) * 1000,
    folder: `${account}/${region}/runs/${at}_${plain(id)}`,
  };
}

/** Ids come from AWS; keys of the state are plain. */
export function plain(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9.-]/g, '-').slice(-64);
}

/** Oldest first. What else lies there is not ours. @throws StateError */
export async function runsIn(state: StateStore, { account, region }: Target): Promise<RunName[]> {
  const prefix = `${account}/${region}/runs/`;
  const folders = new Set(
    (await state.list(prefix)).map((key) => key.slice(prefix.length).split('/')[0] ?? ''),
  );
  return [...folders].sort(byName).flatMap((folder): RunName[] => {
    const [, y, mo, d, h, mi, s, id = ''] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z_([A-Za-z0-9.-]+)$/.exec(folder) ?? [];
    const beganAt = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
    return Number.isNaN(beganAt) ? [] : [{ id, beganAt, folder: prefix + folder }];
  });
}

export function isRun({ id }: RunName, of: string): boolean {
  return id === plain(of);
}

/** A dry run. */
export function isDryRun({ dryRun }: RunRecord): boolean {
  return dryRun;
}

export interface StoredRunRecord {
  readonly record: RunRecord;
  readonly tag: string;
}

/** Nothing where the run has not come so far; @throws StateError */
export async function loadRunRecord(state: StateStore, run: RunName): Promise<StoredRunRecord | undefined> {
  const key = `${run.folder}/ledger.json`;
  const kept = await state.get(key);
  if (kept === undefined) return undefined;
  return { record: read(state, key, kept, ledgerOf(run)), tag: kept.tag };
}

/** @param over what was read or written last; nothing for the first time
 *  @returns what is to be handed in next time
 *  @throws StateError, also where somebody else has written meanwhile */
export async function saveRunRecord(
  state: StateStore,
  { folder }: RunName,
  ledger: RunRecord,
  over: Pick<StoredRunRecord, 'tag'> | undefined,
): Promise<StoredRunRecord> {
  const key = `${folder}/ledger.json`;
  const body = write(state, key, ledgerOf(ledger), ledger);
  const written = await state.put(key, body, over ?? 'absent');
  const kept = await state.get(key);
  if (written === 'written' && kept?.body === body) return { record: ledger, tag: kept.tag };
  throw new StateError('incomplete', {
    operation: `writing ${state.where}/${key}`,
    reason: 'somebody else has written it meanwhile: this run is being done twice at once',
    remedy: 'Let the other one end. What it did: `./pruner history`',
  });
}

function printed({ planned, results, deleting, deletions, ...rest }: RunRecord) {
  const { deregistered, alreadyInactive, skipped, failed, notReached, ...others } = results;
  return {
    ...rest,
    deleting: deleting?.map(nameOf),
    deletions: deletions === undefined ? undefined : printedDeletions(deletions),
    planned: planned.map(nameOf),
    results: {
      ...others,
      deregistered: deregistered.map(nameOf),
      alreadyInactive: alreadyInactive.map(nameOf),
      skipped: skipped.map(({ revision, ...more }) => ({ revision: nameOf(revision), ...more })),
      failed: failed.map(({ revision, ...more }) => ({ revision: nameOf(revision), ...more })),
      notReached: notReached.map(nameOf),
    },
  };
}

function printedDeletions({ deleted, alreadyDeleted, kept, failed, ...others }: DeletionSummary) {
  return {
    ...others,
    deleted: deleted.map(nameOf),
    alreadyDeleted: alreadyDeleted.map(nameOf),
    kept: kept.map(({ revision, ...more }) => ({ revision: nameOf(revision), ...more })),
    failed: failed.map(({ revision, ...more }) => ({ revision: nameOf(revision), ...more })),
  };
}

const stop = z.preprocess(
  (value) => {
    const renamed = renameMembers({ says: 'reason', next: 'remedy' }, value);
    const isAbort =
      typeof renamed === 'object' && renamed !== null && 'by' in renamed && renamed.by === 'abort';
    return isAbort ? { ...renamed, by: 'abort' } : renamed;
  },
  z.strictObject({
    by: z.enum(['abort', 'hold', 'time', 'throttled', 'interrupted']),
    reason: words,
    remedy: words,
  }),
);
const problem = withOldNames(
  { doing: 'operation', said: 'reason', next: 'remedy' },
  z.strictObject({
    part: identifier,
    kind: z.enum(problemKinds),
    operation: words,
    reason: words,
    remedy: words,
  }),
);
const revisions = listOf(revisionName);
const keptOnes = listOf(
  withOldNames({ says: 'reason' }, z.strictObject({ revision: revisionName, reason: words })),
);
const failedOnes = listOf(
  withOldNames(
    { says: 'reason', said: 'answer' },
    z.strictObject({ revision: revisionName, reason: words, answer: words }),
  ),
);

const results = withOldNames(
  {
    alreadyGone: 'alreadyInactive',
    spared: 'skipped',
    left: 'notReached',
    stranded: 'lateReferences',
  },
  z.strictObject({
    deregistered: revisions,
    alreadyInactive: revisions,
    skipped: keptOnes,
    failed: failedOnes,
    notReached: revisions,
    stop: stop.optional(),
    lateReferences: listOf(reference),
    unverified: stop.optional(),
  }),
).transform((all): ApplyResults => ({ ...all, stop: all.stop }));

const deletions = withOldNames(
  { alreadyGone: 'alreadyDeleted', faults: 'problems' },
  z.strictObject({
    deleted: revisions,
    alreadyDeleted: revisions,
    kept: keptOnes,
    failed: failedOnes,
    stop: stop.optional(),
    waiting: count,
    atLeast: z.boolean(),
    scope: z.enum(['own', 'all']).optional(),
    inactive: z.strictObject({ revisions: count, others: count.optional(), atLeast: z.boolean() }).optional(),
    problems: listOf(problem),
  }),
).transform((all): DeletionSummary => ({ ...all, stop: all.stop }));

const schema = z.strictObject({
  id: identifier,
  by: identifier,
  version: identifier,
  settings: identifier,
  dryRun: z.boolean(),
  beganAt: time,
  passes: count,
  started: count,
  planned: revisions,
  more: z.boolean(),
  results,
  deleting: revisions.optional(),
  deletions: deletions.optional(),
  published: z.boolean(),
  verified: z.boolean().optional(),
  endedAt: time.optional(),
  outcome: identifier.optional(),
});

/** @param run whose id it must have */
function ledgerOf(run: Pick<RunName, 'id'>): RecordType<RunRecord> {
  const ofRun = withOldNames({ going: 'planned', begun: 'started', done: 'results' }, schema).superRefine(
    ({ id }, context) => {
      if (plain(id) !== plain(run.id)) context.addIssue('it is of another run');
    },
  );
  return {
    name: 'ledger of a run',
    format: 2,
    // Format 1 had other names for the same members.
    schemas: { 1: ofRun, 2: ofRun },
    toJson: printed,
    longest: 64_000_000,
  };
}
