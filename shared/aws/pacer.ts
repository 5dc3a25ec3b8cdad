// The guard `pace`: at most a share of each of the account's buckets, and at least half of its burst left untouched,
// because deployments draw on the same buckets. Every attempt takes a token here first, retries too.
import type { Clock } from '../clock.ts';
import type { BucketName } from '../settings/schema.ts';
import { publishedQuotas, type Quota } from './quotas.ts';

/** What we never take of a burst, however large our share. */
const BURST_SHARE = 0.5;
/** After a throttle the pace is halved, down to an eighth, and doubles again with every minute without one. */
const SLOWEST = 1 / 8;
const RECOVERY_MS = 60_000;

interface Bucket {
  readonly capacity: number;
  readonly perMs: number;
  /** Below zero while somebody waits: who comes next waits longer, so turns are kept. */
  tokens: number;
  countedAt: number;
  slowness: number;
  throttledAt: number;
}

export class Pacer {
  readonly #clock: Clock;
  readonly #share: number;
  readonly #quotas: Readonly<Record<BucketName, Quota>>;
  readonly #buckets = new Map<BucketName, Bucket>();

  /** @param share of each bucket's refill, over 0 and at most 1
   *  @param raised quotas that AWS has raised for this account */
  constructor(clock: Clock, share: number, raised: Readonly<Partial<Record<BucketName, Quota>>> = {}) {
    this.#clock = clock;
    this.#share = share;
    this.#quotas = { ...publishedQuotas, ...raised };
  }

  /** Resolves when the next call on this bucket may be sent. */
  async take(name: BucketName): Promise<void> {
    const bucket = this.#counted(name);
    bucket.tokens -= 1;
    if (bucket.tokens < 0)
      await this.#clock.sleep(Math.ceil(-bucket.tokens / (bucket.perMs * bucket.slowness)));
  }

  /** Waits until `take` would not have to, without taking: what must be fresh is read after this wait, not before. */
  async ready(name: BucketName): Promise<void> {
    const bucket = this.#counted(name);
    if (bucket.tokens < 1)
      await this.#clock.sleep(Math.ceil((1 - bucket.tokens) / (bucket.perMs * bucket.slowness)));
  }

  /** AWS throttled a call: somebody else is using the account's bucket, and they come first. */
  slowDown(name: BucketName): void {
    const bucket = this.#counted(name);
    bucket.tokens = Math.min(bucket.tokens, 0);
    bucket.slowness = Math.max(bucket.slowness / 2, SLOWEST);
    bucket.throttledAt = bucket.countedAt;
  }

  #counted(name: BucketName): Bucket {
    const now = this.#clock.monotonic();
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      const { burst, perSecond } = this.#quotas[name];
      const capacity = Math.max(1, Math.floor(burst * Math.min(this.#share, BURST_SHARE)));
      const perMs = (perSecond * this.#share) / 1000;
      bucket = { capacity, perMs, tokens: capacity, countedAt: now, slowness: 1, throttledAt: -Infinity };
      this.#buckets.set(name, bucket);
    }
    const gained = (now - bucket.countedAt) * bucket.perMs * bucket.slowness;
    bucket.tokens = Math.min(bucket.capacity, bucket.tokens + gained);
    bucket.countedAt = now;
    if (bucket.slowness < 1 && now - bucket.throttledAt >= RECOVERY_MS) {
      bucket.slowness = Math.min(1, bucket.slowness * 2);
      bucket.throttledAt = now;
    }
    return bucket;
  }
}
