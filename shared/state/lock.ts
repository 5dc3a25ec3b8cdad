// One writer a target: function and command line take the same lock, by conditional writes, and a run that was killed
// loses it when its time is over. Two writers at once would each take half of the account's quota twice, and would each
// believe that the other's deregistrations are somebody's mistake.
import * as z from 'zod';
import { type Clock, momentOf, msSince } from '../domain/clock.ts';
import type { Moment } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import type { RecordType } from './codec.ts';
import { identifier } from './fields.ts';
import { changedMeanwhile, read, write } from './records.ts';
import { type StoredText, type StateStore, StateError } from './store.ts';

export interface Owner {
  /** Of the run: the same when a part of it is done again. */
  readonly id: string;
  /** `function` or `command line`, and what it does there: `command line (restore)`. */
  readonly by: string;
}

/** An invocation of a quarter of an hour, the window after it, and half as much again. */
const LEASE_MS = 2_400_000;
/** Renewed when this old, so that a lease never comes near its end while somebody works. */
const RENEW_MS = 5 * 60_000;
const ATTEMPTS = 4;
/** As far as our clock and AWS's may differ: AWS accepts signatures of that age. */
const TOLERANCE_MS = 15 * 60_000;

const lockRecord = z.strictObject({
  owner: z.strictObject({ id: identifier, by: identifier }),
  /** Milliseconds since the epoch, by AWS's clock. No bounds: a lease outside of reason is taken over, not held. */
  since: z.number(),
  expires: z.number(),
  free: z.boolean(),
});
type LockRecord = z.output<typeof lockRecord>;

const type: RecordType<LockRecord> = { name: 'lock', format: 1, schemas: { 1: lockRecord }, longest: 20_000 };

/** No run writes such a lease, so that it must not keep all others out: until the year 275760, as the record may say. */
function isUnreasonable({ since, expires }: LockRecord, now: number): boolean {
  return since < 0 || since > now + TOLERANCE_MS || expires > now + LEASE_MS + TOLERANCE_MS;
}

function isHeld(lock: LockRecord, now: number): boolean {
  return !lock.free && lock.expires > now && !isUnreasonable(lock, now);
}

export interface LockOptions {
  readonly state: StateStore;
  readonly target: Target;
  readonly owner: Owner;
  readonly clock: Clock;
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly now: () => number;
}

/** Somebody else is at work. */
export interface Taken {
  readonly owner: Owner;
  readonly since: number;
  readonly expires: number;
  /** Where it lies, for a person who knows that nobody is. */
  readonly where: string;
}

/** Takes it where it is free, over, or ours already. @throws StateError */
export async function takeLock(options: LockOptions): Promise<Lock | Taken> {
  const { state, target, owner, now } = options;
  const key = keyIn(target);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const kept = await state.get(key);
    const found = kept === undefined ? undefined : parsed(state, key, kept);
    if (found !== undefined && found.owner.id !== owner.id && isHeld(found, now()))
      return {
        owner: found.owner,
        since: found.since,
        expires: found.expires,
        where: `${state.where}/${key}`,
      };
    const isUnfit = found !== undefined && !found.free && isUnreasonable(found, now());
    const isOurs = found !== undefined && !found.free && found.owner.id === owner.id && !isUnfit;
    const tookOver = isUnfit ? takenOver(found, `${state.where}/${key}`) : undefined;
    const lock = new Lock(options, key, isOurs ? found.since : now(), tookOver);
    if (await lock.put(kept)) return lock;
  }
  throw changedMeanwhile(state, key, ATTEMPTS);
}

function takenOver({ owner }: LockRecord, where: string): Lock['tookOver'] {
  return {
    problem: `the lock ${where} had dates that no run writes, so it was taken over`,
    remedy: `Find out who wrote it. It names ${JSON.stringify(owner.id.slice(0, 100))}, and only runs and operators may write there.`,
  };
}

/** Who has it now, if somebody does. @throws StateError */
export async function holderOf(
  state: StateStore,
  { account, region }: Target,
  now: number,
): Promise<Owner | undefined> {
  const key = keyIn({ account, region });
  const kept = await state.get(key);
  const found = kept === undefined ? undefined : parsed(state, key, kept);
  return found !== undefined && isHeld(found, now) ? found.owner : undefined;
}

export class Lock {
  readonly #options: LockOptions;
  readonly #key: string;
  readonly #since: number;
  /** For the report: the lock that was found was damage. */
  readonly tookOver: { readonly problem: string; readonly remedy: string } | undefined;
  #tag = '';
  #renewed: Moment;

  constructor(options: LockOptions, key: string, since: number, tookOver?: Lock['tookOver']) {
    this.tookOver = tookOver;
    this.#options = options;
    this.#key = key;
    this.#since = since;
    this.#renewed = momentOf(options.clock);
  }

  /** Whether nobody else has it; renews it in time. One that somebody overwrote, or removed, is lost. @throws StateError */
  async isOurs(): Promise<boolean> {
    if (msSince(this.#renewed, this.#options.clock) < RENEW_MS) return true;
    return this.put({ tag: this.#tag });
  }

  /** Lets the next one in at once. What goes wrong here mends itself, when the lease is over. */
  async release(): Promise<void> {
    await this.put({ tag: this.#tag }, true).catch((error: unknown) => {
      if (!(error instanceof StateError)) throw error;
    });
  }

  /** @internal Whether it is written, over nothing or over exactly this. */
  async put(over: Pick<StoredText, 'tag'> | undefined, free = false): Promise<boolean> {
    const { state, owner, now, clock } = this.#options;
    const renewed = momentOf(clock);
    const record: LockRecord = { owner, since: this.#since, expires: now() + LEASE_MS, free };
    if ((await state.put(this.#key, write(state, this.#key, type, record), over ?? 'absent')) === 'changed')
      return false;
    const kept = await state.get(this.#key);
    const isOurs = kept !== undefined && parsed(state, this.#key, kept).owner.id === owner.id;
    if (isOurs) [this.#tag, this.#renewed] = [kept.tag, renewed];
    return isOurs;
  }
}

function keyIn({ account, region }: Pick<Target, 'account' | 'region'>): string {
  return `${account}/${region}/lock.json`;
}

function parsed(state: StateStore, key: string, kept: StoredText): LockRecord {
  return read(state, key, kept, type, 'If no run is at work, remove it, and run again.');
}
