// Why a run goes no further: what could not be read or kept, a lock that is lost, time that is over.
import type { Problem } from '../domain/problem.ts';
import type { Stop } from '../apply/results.ts';
import type { Aws } from '../aws/connect.ts';

import type { Plan } from '../plan/verdict.ts';
import { StateError } from '../state/store.ts';
import type { Run, Writer } from './open.ts';

/** What could not be read, or kept, as the reason why nothing more may be done. */
export function stopBy({ operation, reason, remedy }: Problem): Stop {
  return { by: 'hold', reason: `${operation}: ${reason}`, remedy };
}

export function holdOf({ hold }: Plan): Stop | undefined {
  const fault = hold?.problems[0];
  return fault === undefined ? undefined : stopBy(fault);
}

/** Why nothing more may go, where another run has come. */
export function alone({ lock }: Writer): Promise<Stop | undefined> {
  return asStop(async () => ((await lock.isOurs()) ? undefined : lockLost));
}

export async function asStop(attempt: () => Promise<Stop | undefined | void>): Promise<Stop | undefined> {
  try {
    return (await attempt()) ?? undefined;
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return stopBy(error);
  }
}

/** Whoever has the lock may have written what this run was about to write: then that is the reason. */
export async function hasLostLock({ writer }: Run): Promise<boolean> {
  return (
    (await asStop(async () => ((await writer?.lock.isOurs()) === false ? lockLost : undefined))) === lockLost
  );
}

/** Half of what was read comes from another machine than the rest. */
export function mixedEndpoints({ realms }: Pick<Aws, 'realms'>): Stop | undefined {
  if (realms.length < 2) return undefined;
  return {
    by: 'hold',
    reason: `calls go to ${realms.join(' and ')}, so that what only one of them knows looks unused`,
    remedy:
      'Remove AWS_ENDPOINT_URL_... of single services from the environment and from the AWS configuration.',
  };
}

export const lockLost: Stop = {
  by: 'hold',
  reason: 'another run has taken the lock',
  remedy: 'Let it end. Two at once are kept apart by it.',
};

export function cutOff(number: number, times: number): Stop {
  const reason = `pass ${number} was cut off ${times} times before it came to its end`;
  return {
    by: 'hold',
    reason,
    remedy: "Look at the function's log for what ended it: its memory, or its time.",
  };
}

export function timeUsed(minutes: number): Stop {
  const reason = `the ${minutes} minutes that the settings give a run are used`;
  return { by: 'time', reason, remedy: 'The rest follows in the next run.' };
}
