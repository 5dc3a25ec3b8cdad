// The only clock and the only sleep of the product. Everything that waits or measures gets this interface as an argument, so
// that a test can move time and share one clock with the sandbox.
import { setTimeout } from 'node:timers/promises';
import type { Moment } from './evidence.ts';

export interface Clock {
  /** Milliseconds since the epoch. An operator or NTP can set it. */
  now(): number;
  /** Milliseconds since a moment in the past. Never set back, but stops while the machine is suspended. */
  monotonic(): number;
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms) => {
    await setTimeout(ms);
  },
};

export function momentOf(clock: Clock): Moment {
  return { wall: clock.now(), monotonic: clock.monotonic() };
}

/** The larger difference of both clocks, in milliseconds: neither a suspended machine nor a frozen Lambda may make evidence
 *  look fresh. */
export function msSince(moment: Moment, clock: Clock): number {
  return Math.max(clock.now() - moment.wall, clock.monotonic() - moment.monotonic);
}
