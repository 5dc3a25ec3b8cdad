// The progress line on a terminal, redrawn in place. A pipe gets nothing.
import type { Reading } from '../shared/domain/evidence.ts';
import { nameOf, type Revision } from '../shared/domain/revision.ts';
import { safeText } from '../shared/domain/safe-text.ts';
import type { ProcessContext } from './context.ts';

const CLEAR = '\r\u001B[K';

export interface Progress {
  readonly read: (reading: Reading) => void;
  readonly acted: (revision: Revision, outcome: string, of: number) => void;
  readonly restored: (revision: Revision, of: number) => void;
  readonly waiting: (name: string, secondsLeft: number) => void;
  readonly checking: (what: string) => void;
  /** Removes the line before anything else is printed. */
  readonly clear: () => void;
}

export function createProgress({ showsProgress, err, draw: write = err, width }: ProcessContext): Progress {
  const draw = (text: string) => {
    if (showsProgress) write(`${CLEAR}${safeText(text).slice(0, width - 1)}`);
  };
  let [acted, restored] = [0, 0];
  return {
    read: ({ part, items, calls }) =>
      draw(`Reading: ${part} done, ${items} in ${calls} ${calls === 1 ? 'call' : 'calls'} ...`),
    acted: (revision, outcome, of) => draw(`Deregistering: ${++acted} of ${of}, ${nameOf(revision)} ${outcome} ...`),
    restored: (revision, of) => draw(`Registering again: ${++restored} of ${of}, ${nameOf(revision)} ...`),
    checking: (what) => draw(`Checking ${what} ...`),
    waiting: (name, left) => {
      if (name !== 'window') return;
      const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
      draw(`Waiting until AWS enforces INACTIVE: ${time} (Ctrl-C reports now) ...`);
    },
    clear: () => draw(''),
  };
}
