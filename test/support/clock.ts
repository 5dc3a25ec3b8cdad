// A clock for tests. Time moves only when code sleeps or the test advances it.
import type { Clock } from '../../shared/domain/clock.ts';
import { NOW } from './account.ts';

export class TestClock implements Clock {
  #wall = Date.parse(NOW);
  #monotonic = 0;

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  readonly #sleepers: (() => void)[] = [];

  /** Advances the clock and returns at once. */
  sleep(ms: number): Promise<void> {
    this.advance(ms);
    for (const wake of this.#sleepers) wake();
    return Promise.resolve();
  }

  /** Calls `wake` after each sleep. */
  onSleep(wake: () => void): void {
    this.#sleepers.push(wake);
  }

  readonly #followers: (() => void)[] = [];

  /** Calls `follow` after each move of the clock. */
  onMove(follow: () => void): void {
    this.#followers.push(follow);
  }

  advance(ms: number): void {
    this.#wall += ms;
    this.#monotonic += ms;
    for (const follow of this.#followers) follow();
  }

  /** The machine was suspended, or its clock was set: only the wall clock shows it. */
  jump(ms: number): void {
    this.#wall += ms;
  }
}
