// The benchmark's time: it passes only while every task waits, for an answer or for a turn. What is done side by side takes
// as long as the longest of it, as in AWS, and how busy this machine is makes no difference.
import type { Clock } from '../../shared/domain/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Idle turns of the event loop. After these, each awakened task has made a call or sleeps again. */
const QUIET_TURNS = 3;

export class VirtualClock implements Clock {
  readonly #startMs: number;
  #passedMs = 0;
  /** By time, then in the order of going to sleep. */
  readonly #sleepers: Sleeper[] = [];
  /** Work that takes real time and no virtual one: a request under way to the sandbox. */
  #busy = 0;
  #stirred = false;
  #watching = false;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  now(): number {
    return this.#startMs + this.#passedMs;
  }

  monotonic(): number {
    return this.#passedMs;
  }

  async sleep(ms: number): Promise<void> {
    await new Promise<void>((wake) => {
      const at = this.#passedMs + Math.max(0, ms);
      const before = this.#sleepers.findIndex((other) => other.at > at);
      this.#sleepers.splice(before === -1 ? this.#sleepers.length : before, 0, { at, wake });
      this.#stir();
    });
  }

  /** Time stands still until this is done. */
  async whileBusy<T>(work: () => Promise<T>): Promise<T> {
    this.#busy++;
    this.#stirred = true;
    try {
      return await work();
    } finally {
      this.#busy--;
      this.#stir();
    }
  }

  #stir(): void {
    this.#stirred = true;
    if (this.#watching) return;
    this.#watching = true;
    void this.#watch();
  }

  async #watch(): Promise<void> {
    let quiet = 0;
    while (this.#busy > 0 || this.#sleepers.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#stirred || this.#busy > 0 || readsFiles() ? 0 : quiet + 1;
      this.#stirred = false;
      if (this.#busy > 0) break; // its end stirs
      if (quiet < QUIET_TURNS) continue;
      quiet = 0;
      const sleeper = this.#sleepers.shift();
      if (sleeper === undefined) break;
      this.#passedMs = Math.max(this.#passedMs, sleeper.at);
      sleeper.wake();
    }
    this.#watching = false;
  }
}

/** The SDK looks for its configuration in files, and the loader for modules. */
function readsFiles(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
}
