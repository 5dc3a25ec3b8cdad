// The progress line on a terminal, redrawn in place. A pipe gets nothing.
import type { Reading } from '../shared/domain/evidence.ts';
import { nameOf, type Revision } from '../shared/domain/revision.ts';
import { safeText } from '../shared/domain/safe-text.ts';
import type { PartProgress } from '../shared/sources/common/reader.ts';
import type { ProcessContext } from './context.ts';

/** A shorter wait is over before it is read. */
const LONG_WAIT_MS = 2_000;

/** `2 calls/s`, the share of the request quota that this run takes. */
function paceOf(perSecond: number): string {
  return `${perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond)} calls/s`;
}

function waitFor(ms: number): string {
  return `, waits ${Math.round(ms / 1000)} s for the request quota`;
}

function nameOfPart(part: string): string {
  return part === 'usage' ? 'CloudTrail history' : part;
}

const CLEAR = '\r\u001B[K';

export interface Progress {
  readonly read: (reading: Reading) => void;
  readonly reading: (progress: PartProgress) => void;
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
      draw(`Reading: ${nameOfPart(part)} done, ${items} in ${calls} ${calls === 1 ? 'call' : 'calls'} ...`),
    reading: ({ part, calls, reached, waits }) => {
      const far = reached ?? `${calls} ${calls === 1 ? 'call' : 'calls'}`;
      const pace =
        waits === undefined ? '' : `, ${paceOf(waits.perSecond)}${waits.ms < LONG_WAIT_MS ? '' : waitFor(waits.ms)}`;
      draw(`${nameOfPart(part)}: ${far}${pace} ...`);
    },
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
