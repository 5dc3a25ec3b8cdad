// The precondition `pace`: uses at most a share of each of the account's token buckets and leaves half of its burst,
// because deployments need the same buckets. Writes have a smaller share and no burst: DeregisterTaskDefinition shares
// a bucket with RegisterTaskDefinition. Each attempt takes a token first, retries too.
import type { Clock } from '../domain/clock.ts';
import type { Quota } from '../sources/facts.ts';
import { type BucketName, publishedQuotas } from '../sources/quotas.ts';

/** The most that a run takes of a burst, however large its share. */
const BURST_SHARE = 0.5;
/** After a throttled call the pace is halved, down to an eighth, and doubles with each minute without one. */
const SLOWEST = 1 / 8;
const RECOVERY_MS = 60_000;

/** A run takes no burst of the buckets for writes: one call, then the next after its time. */
const WRITES: ReadonlySet<BucketName> = new Set(['task-definition-modify', 'task-definition-deletion']);
/** Buckets on which no deployment draws. A run takes them whole; people who look into CloudTrail's event history meanwhile have
 *  priority after their first throttled call. */
const SPARE: ReadonlySet<BucketName> = new Set(['cloudtrail']);
/** The default of the setting `writeShare`. */
const WRITE_SHARE = 0.25;
/** Other callers may take this part of a bucket's refill before a run slows down for them. */
const OTHERS_FREE = 0.25;

interface Bucket {
  readonly capacity: number;
  readonly perMs: number;
  /** Below zero while a call waits. The next call then waits longer, so calls keep their order. */
  tokens: number;
  countedAt: number;
  slowness: number;
  throttledAt: number;
  /** From 1 down to SLOWEST, by how much other callers take of it. */
  room: number;
}

export class Pacer {
  readonly #clock: Clock;
  readonly #share: number;
  readonly #writeShare: number;
  readonly #quotas: Readonly<Record<BucketName, Quota>>;
  readonly #buckets = new Map<BucketName, Bucket>();

  /** @param share of each bucket's refill, over 0 and at most 1
   *  @param raised quotas that AWS has raised for this account
   *  @param writeShare the same for the buckets of writes */
  constructor(
    clock: Clock,
    share: number,
    raised: Readonly<Partial<Record<BucketName, Quota>>> = {},
    writeShare: number = WRITE_SHARE,
  ) {
    this.#clock = clock;
    this.#share = share;
    this.#writeShare = writeShare;
    this.#quotas = { ...publishedQuotas, ...raised };
  }

  /** Resolves when the next call on this bucket may be sent.
   *  @param onWait called before a wait, with its length and the pace */
  async take(name: BucketName, onWait?: (wait: { ms: number; perSecond: number }) => void): Promise<void> {
    const bucket = this.#counted(name);
    bucket.tokens -= 1;
    if (bucket.tokens >= 0) return;
    const ms = Math.ceil(-bucket.tokens / paceOf(bucket));
    onWait?.({ ms, perSecond: paceOf(bucket) * 1000 });
    await this.#clock.sleep(ms);
  }

  /** Waits until `take` would not wait, without taking a token: evidence that must be fresh is read after this wait. */
  async ready(name: BucketName): Promise<void> {
    const bucket = this.#counted(name);
    if (bucket.tokens < 1) await this.#clock.sleep(Math.ceil((1 - bucket.tokens) / paceOf(bucket)));
  }

  /** AWS throttled a call: another caller uses the account's bucket, and has priority. */
  slowDown(name: BucketName): void {
    const bucket = this.#counted(name);
    bucket.tokens = Math.min(bucket.tokens, 0);
    bucket.slowness = Math.max(bucket.slowness / 2, SLOWEST);
    bucket.throttledAt = bucket.countedAt;
  }

  /** Other callers take so many tokens a second: the more of the refill they take, the slower the run is.
   *  @param perSecond 0 or more */
  makeWay(name: BucketName, perSecond: number): void {
    const bucket = this.#counted(name);
    const taken = perSecond / this.#quotas[name].perSecond;
    bucket.room = Math.min(1, Math.max(SLOWEST, (1 - taken) / (1 - OTHERS_FREE)));
  }

  #counted(name: BucketName): Bucket {
    const now = this.#clock.monotonic();
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      const { burst, perSecond } = this.#quotas[name];
      const isWrite = WRITES.has(name);
      const isSpare = SPARE.has(name);
      const share = isWrite ? this.#writeShare : isSpare ? 1 : this.#share;
      const burstShare = isSpare ? 1 : Math.min(share, BURST_SHARE);
      const capacity = isWrite ? 1 : Math.max(1, Math.floor(burst * burstShare));
      const perMs = (perSecond * share) / 1000;
      const counted = { tokens: capacity, countedAt: now };
      bucket = { capacity, perMs, ...counted, slowness: 1, throttledAt: -Infinity, room: 1 };
      this.#buckets.set(name, bucket);
    }
    const gained = (now - bucket.countedAt) * paceOf(bucket);
    bucket.tokens = Math.min(bucket.capacity, bucket.tokens + gained);
    bucket.countedAt = now;
    if (bucket.slowness < 1 && now - bucket.throttledAt >= RECOVERY_MS) {
      bucket.slowness = Math.min(1, bucket.slowness * 2);
      bucket.throttledAt = now;
    }
    return bucket;
  }
}

/** Tokens for each millisecond. */
function paceOf({ perMs, slowness, room }: Bucket): number {
  return perMs * Math.max(SLOWEST, slowness * room);
}
