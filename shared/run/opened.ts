// The result of opening a run. Every later step receives it, so it is small.
import type { Stop } from '../domain/apply-results.ts';
import type { Problem } from '../domain/problem.ts';
import type { Caller, Target } from '../domain/revision.ts';
import type { Unfinished } from '../report/model/course.ts';
import type { Lock } from '../state/lock.ts';
import type { RunName } from '../state/run-records.ts';

export type Opened = Started | OpenedHeld | OpenFailed | AlreadyFinished;

export interface Started {
  readonly state: 'started';
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  readonly target: Target;
  readonly caller: Caller;
  /** Whether the run may deregister and delete. */
  readonly writes: boolean;
  /** An earlier run that never ended and never reported. */
  readonly before?: Unfinished;
  /** The last run did not look for late references. */
  readonly check?: Pick<RunName, 'id' | 'beganAt'>;
  /** The lock was damaged, and this run took it over. */
  readonly tookOver?: NonNullable<Lock['takeover']>;
}

interface OpenedHeld {
  readonly state: 'held';
  readonly beganAt: number;
  readonly target: Target;
  readonly caller: Caller;
  readonly stop: Stop;
}

interface OpenFailed {
  readonly state: 'failed';
  readonly beganAt: number;
  /** Both absent where AWS does not tell who calls. */
  readonly target?: Target;
  readonly caller?: Caller;
  readonly problem: Problem;
}

/** The same event arrived twice, and the run that it started first has ended. */
interface AlreadyFinished {
  readonly state: 'already finished';
}

/** Who runs, and since when. */
export type Identity = Pick<Started, 'beganAt' | 'target' | 'caller'>;
