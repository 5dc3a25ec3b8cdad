// The report: what a run saw, decided, did and could not do, as plain values, and the one verdict that leads every
// format of it. A format is a file beside this one, pure, and knows nothing else.
import type { Done } from '../apply/done.ts';
import type { Fault, Reading } from '../evidence.ts';
import type { Plan } from '../plan/verdict.ts';
import type { Target } from '../revision.ts';

/** Worst first: the first that fits leads the subject. HELD means the whole run. */
export type Outcome = 'FAILED' | 'HELD' | 'ACTION' | 'PREVIEW' | 'OK';

/** Something that a person has to look at, and the command or the settings line that mends it. */
export interface Attention {
  readonly says: string;
  readonly next: string;
}

/** A part of the account that this run did not look at. */
export interface Unread {
  /** `schedules`, or the ARN of one member that the settings leave out. */
  readonly name: string;
  /** `not read by this version` or `left out by the settings (without)` */
  readonly why: string;
}

export interface RunFacts {
  readonly id: string;
  readonly version: string;
  readonly settingsDigest: string;
  readonly dryRun: boolean;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  readonly tookMs: number;
}

export interface Report {
  readonly outcome: Outcome;
  readonly run: RunFacts;
  /** Absent when AWS could not be asked who we are. */
  readonly target: Target | undefined;
  /** Absent when the run failed before it had read anything. */
  readonly plan: Plan | undefined;
  readonly done: Done;
  readonly readings: readonly Pick<Reading, 'part' | 'tookMs' | 'calls' | 'throttled' | 'items'>[];
  readonly unread: readonly Unread[];
  readonly attention: readonly Attention[];
  /** Said, but nothing to do about: a rule turned off by hand, clocks apart. */
  readonly notes: readonly string[];
  /** Why the run failed as a whole: AWS not reached, credentials refused, the report not delivered. */
  readonly failure: Pick<Fault, 'doing' | 'said' | 'next'> | undefined;
  /** How long what waits will take, at tonight's cap; `atLeast` when ages were not read to the end. */
  readonly backlog: { readonly revisions: number; readonly nights: number; readonly atLeast: boolean };
}
