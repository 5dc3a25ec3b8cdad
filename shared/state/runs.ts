// What each run did, under a name that sorts by time. The ledger is written before and after each pass, over exactly what
// was read of it, so that a pass which was cut off is known to the one that follows, and two that are one run by mistake
// stop each other.
import * as z from 'zod';
import type { DeletionsTold, Done } from '../apply/done.ts';
import type { Reference } from '../evidence.ts';
import { byName, nameOf, type Revision, type Target } from '../revision.ts';
import { findingSchema, isFinding } from './memory.ts';
import { Damaged } from './records.ts';
import { readSealed, seal } from './sealed.ts';
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

const FORMAT = 1;

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
export async function loadLedger(state: State, { folder }: RunName): Promise<KeptLedger | undefined> {
  const key = `${folder}/ledger.json`;
  const kept = await state.get(key);
  if (kept === undefined) return undefined;
  return { ledger: readSealed(state, key, kept, readers), tag: kept.tag };
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
  const body = seal(FORMAT, printed(ledger));
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

const text = z.string();
const time = z.number().min(0);
const count = z.int().min(0);
const revision = text.regex(/^[A-Za-z0-9_-]{1,255}:[1-9]\d{0,14}$/).transform((name): Revision => {
  const [family = '', number] = name.split(':');
  return { family, number: Number(number) };
});
const stop = z.strictObject({
  by: z.enum(['brake', 'hold', 'time', 'throttled', 'interrupted']),
  says: text,
  next: text,
});
const reference = findingSchema.transform((one: object, context): Reference => {
  if (isFinding(one) && one.kind === 'reference') return one;
  context.addIssue('no reference');
  return z.NEVER;
});

const fault = z.strictObject({
  part: text,
  kind: z.enum(['denied', 'throttled', 'credentials', 'unreachable', 'incomplete', 'unknown', 'collapsed']),
  doing: text,
  said: text,
  next: text,
});

const ledgerSchema = z.strictObject({
  id: text,
  by: text,
  version: text,
  settings: text,
  dryRun: z.boolean(),
  beganAt: time,
  passes: count,
  begun: count,
  going: z.array(revision),
  more: z.boolean(),
  done: z.strictObject({
    deregistered: z.array(revision),
    alreadyGone: z.array(revision),
    spared: z.array(z.strictObject({ revision, says: text })),
    failed: z.array(z.strictObject({ revision, says: text, said: text })),
    left: z.array(revision),
    stop: stop.optional(),
    stranded: z.array(reference),
    unverified: stop.optional(),
  }),
  deleting: z.array(revision).optional(),
  deletions: z
    .strictObject({
      deleted: z.array(revision),
      alreadyGone: z.array(revision),
      kept: z.array(z.strictObject({ revision, says: text })),
      failed: z.array(z.strictObject({ revision, says: text, said: text })),
      stop: stop.optional(),
      waiting: count,
      atLeast: z.boolean(),
      scope: z.enum(['own', 'all']).optional(),
      inactive: z
        .strictObject({ revisions: count, others: count.optional(), atLeast: z.boolean() })
        .optional(),
      faults: z.array(fault),
    })
    .transform((all) => ({ ...all, stop: all.stop }))
    .optional(),
  published: z.boolean(),
  verified: z.boolean().optional(),
  endedAt: time.optional(),
  outcome: text.optional(),
});

/** A reader for each format that was ever written. */
const readers = {
  [FORMAT]: (value: unknown): Ledger => {
    const ledger = ledgerSchema.safeParse(value);
    if (!ledger.success) throw new Damaged('it is damaged: it is no ledger of a run');
    const { done } = ledger.data;
    return { ...ledger.data, done: { ...done, stop: done.stop, stranded: done.stranded } };
  },
};
