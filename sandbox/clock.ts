/**
 * The time of the sandbox account. Everything that AWS stamps or measures uses one clock: registeredAt, the Date
 * header, the ten-minute window, token buckets. A test can therefore skip hours.
 */

export const DAY_MS = 86_400_000;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** A slow answer advances the clock, if it can be advanced, instead of delaying the caller. */
  advance?(ms: number): void;
}

export const systemClock: Clock = { now: () => Date.now() };

export class ManualClock {
  #now: number;

  constructor(startMs: number) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}

/** Follows the machine's clock with an offset, so a test can skip minutes or days. */
export class SkippingClock {
  /** The offset in milliseconds, in shared memory for worker threads. */
  readonly ahead = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));

  now(): number {
    return Date.now() + (this.ahead[0] ?? 0);
  }

  advance(ms: number): void {
    this.ahead[0] = (this.ahead[0] ?? 0) + Math.ceil(ms);
  }
}
