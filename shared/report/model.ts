// The report: what a run saw, decided, did and could not do, as plain values, and the one outcome that leads every
// format of it. A format is a file beside this one, pure, and knows nothing else.
import { type Done, nothingDone } from '../apply/done.ts';
import type { Fault, Reading } from '../evidence.ts';
import type { Plan } from '../plan/verdict.ts';
import type { Stranded } from '../plan/stranded.ts';
import type { Target } from '../revision.ts';
import { type Attention, attentionOf } from './attention.ts';
import { sizeOfAll, waiting } from './counts.ts';

/** Worst first: the first that fits leads the subject. HELD means the whole run. */
export const outcomes = ['FAILED', 'HELD', 'ACTION', 'PREVIEW', 'OK'] as const;
export type Outcome = (typeof outcomes)[number];

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
  /** Where the state is, as `--state` takes it; every printed command names it. */
  readonly where?: string | undefined;
  /** Absent where nothing went, so that there was nothing to wait for. */
  readonly window?: Window | undefined;
  /** How often the run read, decided and deregistered. */
  readonly passes?: number | undefined;
  /** How often a step of it was begun anew, since it had been cut off. */
  readonly resumed?: number | undefined;
  /** How many have gone that this report cannot list, as the ledger could not be read. */
  readonly unlisted?: number | undefined;
  /** An earlier run that never ended: this one took over its lock. */
  readonly before?: Unfinished | undefined;
}

/** Whether the ten minutes were waited out in which AWS may still let a revision be taken up after it went. */
export type Window =
  | {
      readonly waited: true;
      /** When it was looked up again who names what has gone; milliseconds since the epoch. */
      readonly until: number;
    }
  | { readonly waited: false; readonly why: 'no-wait' | 'not durable' | 'interrupted' | 'stopped' };

/** A run without an end. */
export interface Unfinished {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  /** How many it had deregistered. */
  readonly deregistered: number;
}

/** What may go and is still ACTIVE after this run, and how long it will take. */
export interface Backlog {
  readonly revisions: number;
  /** At most so many a run. */
  readonly cap: number;
  readonly nights: number;
  /** Ages were not read to the end, since the cap was full: there may be more. */
  readonly atLeast: boolean;
}

export interface Report {
  readonly outcome: Outcome;
  readonly run: RunFacts;
  /** Absent when AWS could not be asked who we are. */
  readonly target: Target | undefined;
  /** Absent when the run failed before it had read anything. */
  readonly plan: Plan | undefined;
  readonly done: Done;
  /** Who names what was not ACTIVE any more when this run began. */
  readonly stranded: readonly Stranded[];
  readonly readings: readonly Pick<Reading, 'part' | 'tookMs' | 'calls' | 'throttled' | 'items'>[];
  readonly unread: readonly Unread[];
  readonly attention: readonly Attention[];
  /** Said, but nothing to do about: a rule turned off by hand. */
  readonly notes: readonly string[];
  /** Why the run failed as a whole: AWS not reached, credentials refused, the report not delivered. */
  readonly failure: Pick<Fault, 'doing' | 'said' | 'next'> | undefined;
  readonly backlog: Backlog;
}

/** What a run hands over: everything of a report that is not concluded here. */
export interface Pieces extends Omit<Report, 'outcome' | 'attention' | 'backlog'> {
  /** The settings' globs that match no family, as `overrides[1] "legcy-*"`. */
  readonly unmatched: readonly string[];
  /** How far our clock is ahead of AWS's `Date` (or, below zero, behind it). */
  readonly clockAheadMs: number;
  readonly asks: readonly Attention[];
  readonly cap: number;
  /** Ages were read only as far as the cap can reach. */
  readonly agesUnfinished: boolean;
}

export function buildReport({
  unmatched,
  clockAheadMs,
  asks,
  cap,
  agesUnfinished,
  ...facts
}: Pieces): Report {
  const attention = attentionOf({ ...facts, unmatched, clockAheadMs, asks });
  // In a dry run nothing went, so what would have gone waits too.
  const revisions = sizeOfAll(waiting(facts)) + (facts.run.dryRun ? (facts.plan?.going.length ?? 0) : 0);
  const backlog = { revisions, cap, nights: Math.ceil(revisions / cap), atLeast: agesUnfinished };
  return { ...facts, outcome: outcomeOf(facts, attention), attention, backlog };
}

/** The same report once it could not be sent: a run that nobody hears of has failed. */
export function undelivered(report: Report, failure: NonNullable<Report['failure']>): Report {
  const attention = attentionOf({
    ...report,
    failure,
    plan: undefined,
    done: nothingDone,
    stranded: [],
    unmatched: [],
    clockAheadMs: 0,
    asks: [],
  });
  return { ...report, outcome: 'FAILED', failure, attention: [...attention, ...report.attention] };
}

export function needsAction({ outcome }: Pick<Report, 'outcome'>): boolean {
  return outcome !== 'OK' && outcome !== 'PREVIEW';
}

function outcomeOf(
  facts: Omit<Report, 'outcome' | 'attention' | 'backlog'>,
  attention: readonly Attention[],
): Outcome {
  const { run, plan, done, failure } = facts;
  if (failure !== undefined || done.stop?.by === 'brake' || done.failed.length > 0) return 'FAILED';
  if (plan?.hold !== undefined || done.stop?.by === 'hold') return 'HELD';
  if (attention.length > 0) return 'ACTION';
  return run.dryRun ? 'PREVIEW' : 'OK';
}
