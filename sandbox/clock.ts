/**
 * The time of the sandbox account. Everything that AWS would stamp or measure (registeredAt, the Date header, the
 * ten-minute window, token buckets) asks one clock, so that a test can move hours in no time.
 */

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
