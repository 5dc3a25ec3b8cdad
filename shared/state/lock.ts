// The lock of one account and Region, which the function and the command line acquire by conditional writes. It expires, so
// that a killed run does not block others. Two concurrent runs would use twice their share of the request quota, and each
// would report the other's deregistrations as someone else's.
import * as z from 'zod';
import { type Clock, momentOf, msSince } from '../domain/clock.ts';
import type { Moment } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import type { RecordType } from './codec.ts';
import { identifier } from './fields.ts';
import { concurrentWriteError, encodeRecord, type Loaded, readRecord } from './records.ts';
import { type StoredText, type StateStore, StateError } from './store.ts';

/** An invocation of 15 minutes, the window after it, and half of that again. */
const LEASE_MS = 2_400_000;
/** Renews early, so that a lease never nears its end during a run. */
const RENEW_MS = 5 * 60_000;
const ATTEMPTS = 4;
/** The largest difference between our clock and AWS's: AWS accepts signatures of that age. */
const TOLERANCE_MS = 15 * 60_000;

const lockRecord = z.strictObject({
  owner: z.strictObject({
    /** Of the run. A retried step has the same one. */
    id: identifier,
    /** `function` or `command line`, with the command: `command line (restore)`. */
    by: identifier,
  }),
  /** Milliseconds since the epoch, by AWS's clock. Without bounds: a lease with impossible dates is taken over, not held. */
  since: z.number(),
  expires: z.number(),
  free: z.boolean(),
});
type LockRecord = Readonly<z.output<typeof lockRecord>>;
type Owner = LockRecord['owner'];

const type: RecordType<LockRecord> = { name: 'lock', format: 1, schemas: { 1: lockRecord }, maxLength: 20_000 };

/** No run writes such a lease. It must not block all runs, perhaps until the year 275760. */
function hasImpossibleDates({ since, expires }: LockRecord, now: number): boolean {
  return since < 0 || since > now + TOLERANCE_MS || expires > now + LEASE_MS + TOLERANCE_MS;
}

function isHeld(lock: LockRecord, now: number): boolean {
  return !lock.free && lock.expires > now && !hasImpossibleDates(lock, now);
}

export interface LockOptions {
  readonly state: StateStore;
  readonly target: Target;
  readonly owner: Owner;
  readonly clock: Clock;
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly now: () => number;
}

/** Another run holds the lock. */
export interface HeldLock extends Omit<LockRecord, 'free'> {
  /** The location of the record, for an operator who knows that no run is active. */
  readonly where: string;
}

/** Acquires the lock if it is free, expired or already ours. @throws StateError */
export async function acquireLock(options: LockOptions): Promise<Lock | HeldLock> {
  const { state, target, owner, now } = options;
  const key = keyIn(target);
  const where = `${state.where}/${key}`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { value: found, stored } = await readLock(state, key);
    if (found !== undefined && found.owner.id !== owner.id && isHeld(found, now()))
      return { owner: found.owner, since: found.since, expires: found.expires, where };
    const isImpossible = found !== undefined && !found.free && hasImpossibleDates(found, now());
    const isOurs = found !== undefined && !found.free && found.owner.id === owner.id && !isImpossible;
    const takeover = isImpossible ? describeTakeover(found, where) : undefined;
    const lock = new Lock(options, key, isOurs ? found.since : now(), takeover);
    if (await lock.put(stored)) return lock;
  }
  throw concurrentWriteError(state, key, ATTEMPTS);
}

function describeTakeover({ owner }: LockRecord, where: string): Lock['takeover'] {
  return {
    problem: `the lock ${where} had dates that no run writes, so this run took it over`,
    remedy: `Find out who wrote it: only runs and operators may write there. Its owner is ${JSON.stringify(owner.id.slice(0, 100))}.`,
  };
}

/** @returns undefined when no run holds the lock
 *  @throws StateError */
export async function readLockHolder(
  state: StateStore,
  { account, region }: Target,
  now: number,
): Promise<Owner | undefined> {
  const { value: found } = await readLock(state, keyIn({ account, region }));
  return found !== undefined && isHeld(found, now) ? found.owner : undefined;
}

export class Lock {
  readonly #options: LockOptions;
  readonly #key: string;
  readonly #since: number;
  /** Set when this run took over a damaged lock, for the report. */
  readonly takeover: { readonly problem: string; readonly remedy: string } | undefined;
  #tag = '';
  #renewed: Moment;

  constructor(options: LockOptions, key: string, since: number, takeover?: Lock['takeover']) {
    this.takeover = takeover;
    this.#options = options;
    this.#key = key;
    this.#since = since;
    this.#renewed = momentOf(options.clock);
  }

  /** Renews the lease in time. False when another writer replaced or removed the lock. @throws StateError */
  async isOurs(): Promise<boolean> {
    if (msSince(this.#renewed, this.#options.clock) < RENEW_MS) return true;
    return this.put({ tag: this.#tag });
  }

  /** Frees the lock at once. After an error the lease expires by itself. */
  async release(): Promise<void> {
    await this.put({ tag: this.#tag }, true).catch((error: unknown) => {
      if (!(error instanceof StateError)) throw error;
    });
  }

  /** @internal @returns whether it replaced exactly this version, or created the lock */
  async put(over: Pick<StoredText, 'tag'> | undefined, free = false): Promise<boolean> {
    const { state, owner, now, clock } = this.#options;
    const renewed = momentOf(clock);
    const record: LockRecord = { owner, since: this.#since, expires: now() + LEASE_MS, free };
    const text = encodeRecord(state, this.#key, type, record);
    if ((await state.put(this.#key, text, over ?? 'absent')) === 'changed') return false;
    const { value, stored } = await readLock(state, this.#key);
    const isOurs = stored !== undefined && value?.owner.id === owner.id;
    if (isOurs) [this.#tag, this.#renewed] = [stored.tag, renewed];
    return isOurs;
  }
}

function keyIn({ account, region }: Pick<Target, 'account' | 'region'>): string {
  return `${account}/${region}/lock.json`;
}

function readLock(state: StateStore, key: string): Promise<Loaded<LockRecord>> {
  return readRecord(state, key, type, 'If no run is active, remove it, and run again.');
}
