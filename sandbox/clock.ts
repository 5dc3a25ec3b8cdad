/**
 * The time of the sandbox account. Everything that AWS would stamp or measure (registeredAt, the Date header, the
 * ten-minute window, token buckets) asks one clock, so that a test can move hours in no time.
 */

export const DAY_MS = 86_400_000;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** A clock that can be moved is moved by slow answers, instead of making the caller wait. */
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

/** Goes as the machine's does, and can be put ahead: a wait of minutes, or a day, is skipped. */
export class SkippingClock {
  /** In milliseconds; shared, so that another thread can have the same time. */
  readonly ahead = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));

  now(): number {
    return Date.now() + (this.ahead[0] ?? 0);
  }

  advance(ms: number): void {
    this.ahead[0] = (this.ahead[0] ?? 0) + Math.ceil(ms);
  }
}
