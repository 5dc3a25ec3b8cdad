// What each run did, under a name that sorts by time. The ledger is written before and after each pass, over exactly what
// was read of it, so that a pass which was cut off is known to the one that follows, and two that are one run by mistake
// stop each other.
import * as z from 'zod';
import type { DeletionsTold, Done } from '../apply/done.ts';
import { byName, nameOf, type Revision, type Target } from '../domain/revision.ts';
import type { RecordType } from './codec.ts';
import { count, identifier, listOf, revisionName, time, words } from './fields.ts';
import { reference } from './findings.ts';
import { read, write } from './records.ts';
import { type State, StateError } from './state.ts';

export interface RunName {
  readonly id: string;
  /** Milliseconds since the epoch, to the second. */
  readonly beganAt: number;
  /** Its folder in the state, without a slash at its end. */
  readonly folder: string;
}

export interface Ledger {
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
  readonly begun: number;
  /** What the pass under way may take. Nothing where none is. */
  readonly going: readonly Revision[];
  /** Whether the last pass that came to its end asked for another. */
  readonly more: boolean;
  /** What became of all that earlier passes tried; `left` is empty until the run ends. */
  readonly done: Done;
  /** What this run may have asked AWS to delete for good, of what earlier ones took. */
  readonly deleting?: readonly Revision[] | undefined;
  /** What became of that, once it is over. */
  readonly deletions?: DeletionsTold | undefined;
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
export async function runsIn(state: State, { account, region }: Target): Promise<RunName[]> {
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
export function onlyLooked({ dryRun }: Ledger): boolean {
  return dryRun;
}

export interface KeptLedger {
  readonly ledger: Ledger;
  readonly tag: string;
}

/** Nothing where the run has not come so far; @throws StateError */
export async function loadLedger(state: State, run: RunName): Promise<KeptLedger | undefined> {
  const key = `${run.folder}/ledger.json`;
  const kept = await state.get(key);
  if (kept === undefined) return undefined;
  return { ledger: read(state, key, kept, ledgerOf(run)), tag: kept.tag };
}

/** @param over what was read or written last; nothing for the first time
 *  @returns what is to be handed in next time
 *  @throws StateError, also where somebody else has written meanwhile */
export async function saveLedger(
  state: State,
  { folder }: RunName,
  ledger: Ledger,
  over: Pick<KeptLedger, 'tag'> | undefined,
): Promise<KeptLedger> {
  const key = `${folder}/ledger.json`;
  const body = write(state, key, ledgerOf(ledger), ledger);
  const written = await state.put(key, body, over ?? 'absent');
  const kept = await state.get(key);
  if (written === 'written' && kept?.body === body) return { ledger, tag: kept.tag };
  throw new StateError('incomplete', {
    doing: `writing ${state.where}/${key}`,
    said: 'somebody else has written it meanwhile: this run is being done twice at once',
    next: 'Let the other one end. What it did: `./pruner history`',
  });
}

function printed({ going, done, deleting, deletions, ...rest }: Ledger) {
  const { deregistered, alreadyGone, spared, failed, left, ...others } = done;
  return {
    ...rest,
    deleting: deleting?.map(nameOf),
    deletions: deletions === undefined ? undefined : printedDeletions(deletions),
    going: going.map(nameOf),
    done: {
      ...others,
      deregistered: deregistered.map(nameOf),
      alreadyGone: alreadyGone.map(nameOf),
      spared: spared.map(({ revision, ...more }) => ({ revision: nameOf(revision), ...more })),
      failed: failed.map(({ revision, ...more }) => ({ revision: nameOf(revision), ...more })),
      left: left.map(nameOf),
    },
  };
}

function printedDeletions({ deleted, alreadyGone, kept, failed, ...others }: DeletionsTold) {
  return {
    ...others,
    deleted: deleted.map(nameOf),
    alreadyGone: alreadyGone.map(nameOf),
    kept: kept.map(({ revision, ...more }) => ({ revision: nameOf(revision), ...more })),
    failed: failed.map(({ revision, ...more }) => ({ revision: nameOf(revision), ...more })),
  };
}

const stop = z.strictObject({
  by: z.enum(['brake', 'hold', 'time', 'throttled', 'interrupted']),
  says: words,
  next: words,
});
const fault = z.strictObject({
  part: identifier,
  kind: z.enum(['denied', 'throttled', 'credentials', 'unreachable', 'incomplete', 'unknown', 'collapsed']),
  doing: words,
  said: words,
  next: words,
});
const revisions = listOf(revisionName);
const keptOnes = listOf(z.strictObject({ revision: revisionName, says: words }));
const failedOnes = listOf(z.strictObject({ revision: revisionName, says: words, said: words }));

const done = z
  .strictObject({
    deregistered: revisions,
    alreadyGone: revisions,
    spared: keptOnes,
    failed: failedOnes,
    left: revisions,
    stop: stop.optional(),
    stranded: listOf(reference),
    unverified: stop.optional(),
  })
  .transform((all): Done => ({ ...all, stop: all.stop }));

const deletions = z
  .strictObject({
    deleted: revisions,
    alreadyGone: revisions,
    kept: keptOnes,
    failed: failedOnes,
    stop: stop.optional(),
    waiting: count,
    atLeast: z.boolean(),
    scope: z.enum(['own', 'all']).optional(),
    inactive: z.strictObject({ revisions: count, others: count.optional(), atLeast: z.boolean() }).optional(),
    faults: listOf(fault),
  })
  .transform((all): DeletionsTold => ({ ...all, stop: all.stop }));

const schema = z.strictObject({
  id: identifier,
  by: identifier,
  version: identifier,
  settings: identifier,
  dryRun: z.boolean(),
  beganAt: time,
  passes: count,
  begun: count,
  going: revisions,
  more: z.boolean(),
  done,
  deleting: revisions.optional(),
  deletions: deletions.optional(),
  published: z.boolean(),
  verified: z.boolean().optional(),
  endedAt: time.optional(),
  outcome: identifier.optional(),
});

/** @param run whose id it must have */
function ledgerOf(run: Pick<RunName, 'id'>): RecordType<Ledger> {
  const ofRun = schema.superRefine(({ id }, context) => {
    if (plain(id) !== plain(run.id)) context.addIssue('it is of another run');
  });
  return {
    name: 'ledger of a run',
    format: 1,
    // A schema for each format that was ever written.
    schemas: { 1: ofRun },
    toJson: printed,
    longest: 64_000_000,
  };
}
