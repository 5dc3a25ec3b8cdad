// The steps of a run, and the waits between them. A Lambda durable execution remembers the result of a step, and the next
// step may start in another process. In a terminal all steps run in one process. A run is the same code in both.
import type { Clock } from '../domain/clock.ts';

export interface Steps {
  /** Runs `work` once and remembers its result. A step that is cut off before that is repeated, so it must be idempotent.
   *  @param name each once in a run
   *  @param work returns plain JSON of a few bytes; everything large is in the state store */
  step<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** The step after a wait has the whole time of an invocation. */
  wait(name: string, seconds: number): Promise<void>;
  /** Opens a question that a call to AWS answers. Absent where the run cannot wait for hours.
   *  @param seconds without an answer it ends after this time */
  readonly ask?: (name: string, seconds: number) => Promise<OpenQuestion>;
}

export interface OpenQuestion {
  /** By which AWS knows the question. */
  readonly id: string;
  readonly answer: () => Promise<Received>;
}

/** Nothing of it is checked yet. */
export type Received = { readonly kind: 'success' | 'failure'; readonly text: string } | { readonly kind: 'timeout' };

/** How often a wait reports its progress, in milliseconds. */
const TICK_MS = 1_000;

export interface WaitOptions {
  readonly clock: Clock;
  /** Called each second with the seconds that are left. */
  readonly progress?: (name: string, secondsLeft: number) => void;
  /** Whether the operator interrupts the wait. */
  readonly impatient?: () => boolean;
}

export function inProcess({ clock, progress, impatient }: WaitOptions): Steps {
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
