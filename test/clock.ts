// Time as a test wants it: it stands still until somebody sleeps or the test moves it.
import type { Clock } from '../shared/clock.ts';
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

  /** Returns at once, that many milliseconds later. */
  sleep(ms: number): Promise<void> {
    this.advance(ms);
    return Promise.resolve();
  }

  advance(ms: number): void {
    this.#wall += ms;
    this.#monotonic += ms;
  }

  /** The machine was suspended, or its clock was set: only the wall clock shows it. */
  jump(ms: number): void {
    this.#wall += ms;
  }
}
