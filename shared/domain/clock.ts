// The only clock, and the only sleep, of the product. Everything that waits or measures is given one, so that a test
// moves time by hand and the sandbox's clock and ours can be the same.
import { setTimeout } from 'node:timers/promises';
import type { Moment } from './evidence.ts';

export interface Clock {
  /** Milliseconds since the epoch; can be set back or forth by an operator or NTP. */
  now(): number;
  /** Milliseconds since some moment in the past; never set back, but stands still while a machine is suspended. */
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

/** How long ago, in milliseconds, by whichever clock says more: neither a suspended machine nor a frozen Lambda may
 *  make evidence look fresh. */
export function msSince(moment: Moment, clock: Clock): number {
  return Math.max(clock.now() - moment.wall, clock.monotonic() - moment.monotonic);
}
