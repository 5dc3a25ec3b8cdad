// Time as a test wants it: it stands still until somebody sleeps or the test moves it.
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

  /** Returns at once, that many milliseconds later. */
  sleep(ms: number): Promise<void> {
    this.advance(ms);
    for (const wake of this.#sleepers) wake();
    return Promise.resolve();
  }

  /** Called whenever somebody has slept. */
  onSleep(wake: () => void): void {
    this.#sleepers.push(wake);
  }

  readonly #followers: (() => void)[] = [];

  /** Called whenever time has moved. */
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
