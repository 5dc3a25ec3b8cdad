// The reasons why a run stops.
import { type Stop, stopBy } from '../domain/apply-results.ts';
import { StateError } from '../state/store.ts';
import type { OpenRun, Writer } from './context.ts';

/** Precondition `lock`. */
export function checkLock({ lock }: Writer): Promise<Stop | undefined> {
  return asStop(async () => ((await lock.isOurs()) ? undefined : lockLost));
}

/** Turns an error of the state store into a stop. */
export async function asStop(attempt: () => Promise<Stop | undefined | void>): Promise<Stop | undefined> {
  try {
    return (await attempt()) ?? undefined;
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return stopBy(error);
  }
}

/** Whether a write failed because another run has the lock: that run may have written the record. */
export async function hasLostLock({ writer }: OpenRun): Promise<boolean> {
  return writer !== undefined && (await checkLock(writer)) === lockLost;
}

/** Evidence from two AWS endpoints: what only one of them has looks unused. */
export function mixedEndpoints(realms: readonly string[]): Stop | undefined {
  if (realms.length < 2) return undefined;
  return {
    by: 'hold',
    reason: `calls go to ${realms.join(' and ')}, so references that only one of them has are missing`,
    remedy: 'Remove AWS_ENDPOINT_URL_... of single services from the environment and from the AWS configuration.',
  };
}

export const lockLost: Stop = {
  by: 'hold',
  reason: 'another run has taken the lock',
  remedy: 'Let it end. The lock prevents concurrent runs.',
};

export function cutOff(number: number, times: number): Stop {
  return {
    by: 'hold',
    reason: `pass ${number} was cut off ${times} times before it ended`,
    remedy: "Find what ended it in the function's log: its memory limit, or its time limit.",
  };
}

export function timeUsed(minutes: number): Stop {
  return {
    by: 'time',
    reason: `the run has used the ${minutes} minutes that the settings allow`,
    remedy: 'The next run continues.',
  };
}
