// What a run is made of: steps, whose outcome is remembered, and waits between them. In the cloud a durable execution
// remembers, and a step may begin in another process than the one before it; in a terminal it is this process. The run
// itself cannot tell which, so that it is the same in both.
import type { Clock } from '../domain/clock.ts';

export interface Steps {
  /** Does this once and remembers what came of it. One that is cut off before that is done again: it must bear that.
   *  @param name each once in a run
   *  @param work answers with little, and plain JSON: whatever is large lies in the state */
  step<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** What comes after it has the whole time of an invocation before it. */
  wait(name: string, seconds: number): Promise<void>;
}

/** How often who waits is told, and asked whether it still wants to, in milliseconds. */
const TICK_MS = 1_000;

export interface Waiting {
  readonly clock: Clock;
  /** Called each second, with what is left. */
  readonly progress?: (name: string, secondsLeft: number) => void;
  /** A person does not want to wait any longer. */
  readonly impatient?: () => boolean;
}

export function inProcess({ clock, progress, impatient }: Waiting): Steps {
  return {
    step: (_name, work) => work(),
    async wait(name, seconds) {
      for (let left = seconds; left > 0; left--) {
        if (impatient?.() === true) return;
        progress?.(name, left);
        await clock.sleep(TICK_MS);
      }
    },
  };
}
