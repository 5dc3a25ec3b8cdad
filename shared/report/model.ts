// The report: what a run saw, decided, did and could not do, as plain values, and the one outcome that leads every
// format of it. A format is a file beside this one, pure, and knows nothing else.
import type { Problem } from '../domain/problem.ts';
import { type ApplyResults, noResults } from '../domain/apply-results.ts';
import { type DeletionSummary } from '../domain/deletion-results.ts';
import type { Reading } from '../domain/evidence.ts';
import type { Plan } from '../plan/verdict.ts';
import type { DanglingReference } from '../domain/dangling.ts';
import type { Caller, Target } from '../domain/revision.ts';
import { acceptedNotes } from './accepted.ts';
import { type ActionItem, buildActionItems } from './attention.ts';
import { sizeOfAll, waiting } from './counts.ts';
import { type Course, courseNotes } from './course.ts';

export type { Unfinished, Window } from './course.ts';

/** Worst first: the first that fits leads the subject. HELD means the whole run. */
export const outcomes = ['FAILED', 'HELD', 'ACTION', 'PREVIEW', 'OK'] as const;
export type Outcome = (typeof outcomes)[number];

/** A part of the account that this run did not look at. */
export interface Unread {
  /** `schedules`, or the ARN of one member that the settings leave out. */
  readonly name: string;
  /** `not read by this version` or `left out by the settings (without)` */
  readonly reason: string;
}

export interface RunFacts extends Course {
  /** Absent when AWS could not be asked. */
  readonly caller?: Caller | undefined;
  readonly id: string;
  readonly version: string;
  readonly settingsDigest: string;
  readonly dryRun: boolean;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  readonly tookMs: number;
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
  readonly results: ApplyResults;
  /** What was deleted for good, or would be; absent where the settings ask for no such thing. */
  readonly deletions?: DeletionSummary | undefined;
  /** Who names what was not ACTIVE any more when this run began. */
  readonly danglingReferences: readonly DanglingReference[];
  readonly readings: readonly Pick<Reading, 'part' | 'tookMs' | 'calls' | 'throttled' | 'items'>[];
  readonly unread: readonly Unread[];
  readonly actionItems: readonly ActionItem[];
  /** Said, but nothing to do about: a rule turned off by hand. */
  readonly notes: readonly string[];
  /** Why the run failed as a whole: AWS not reached, credentials refused, the report not delivered. */
  readonly failure: Problem | undefined;
  readonly backlog: Backlog;
}

/** What a run hands over: everything of a report that is not concluded here. */
export interface Pieces extends Omit<Report, 'outcome' | 'actionItems' | 'backlog'> {
  /** The settings' globs that match no family, as `overrides[1] "legcy-*"`. */
  readonly unmatched: readonly string[];
  /** How far our clock is ahead of AWS's `Date` (or, below zero, behind it). */
  readonly clockAheadMs: number;
  readonly asks: readonly ActionItem[];
  readonly cap: number;
  /** Ages were read only as far as the cap can reach. */
  readonly agesUnfinished: boolean;
  /** Of what was not ACTIVE when this run began and is still named: what the journal holds, as `web:7`. */
  readonly journaled?: readonly string[] | undefined;
}

export function buildReport({
  unmatched,
  clockAheadMs,
  asks,
  cap,
  agesUnfinished,
  journaled,
  ...facts
}: Pieces): Report {
  const attention = buildActionItems({ ...facts, unmatched, clockAheadMs, asks, journaled });
  const notes = [...courseNotes(facts.run), ...facts.notes, ...acceptedNotes(facts.plan)];
  // In a dry run nothing went, so what would have gone waits too.
  const revisions =
    sizeOfAll(waiting(facts)) + (facts.run.dryRun ? (facts.plan?.toDeregister.length ?? 0) : 0);
  const backlog = { revisions, cap, nights: Math.ceil(revisions / cap), atLeast: agesUnfinished };
  return { ...facts, outcome: outcomeOf(facts, attention), actionItems: attention, notes, backlog };
}

/** The same report once it could not be sent: a run that nobody hears of has failed. */
export function undelivered(report: Report, failure: NonNullable<Report['failure']>): Report {
  const attention = buildActionItems({
    ...report,
    failure,
    plan: undefined,
    run: { ...report.run, before: undefined },
    results: noResults,
    deletions: undefined,
    danglingReferences: [],
    unmatched: [],
    clockAheadMs: 0,
    asks: [],
  });
  return { ...report, outcome: 'FAILED', failure, actionItems: [...attention, ...report.actionItems] };
}

export function needsAction({ outcome }: Pick<Report, 'outcome'>): boolean {
  return outcome !== 'OK' && outcome !== 'PREVIEW';
}

function outcomeOf(
  facts: Omit<Report, 'outcome' | 'actionItems' | 'backlog'>,
  attention: readonly ActionItem[],
): Outcome {
  const { run, plan, results, failure, deletions } = facts;
  if (failure !== undefined || results.stop?.by === 'abort' || results.failed.length > 0) return 'FAILED';
  if (deletions?.stop?.by === 'abort') return 'FAILED';
  if (plan?.hold !== undefined || results.stop?.by === 'hold') return 'HELD';
  if (attention.length > 0) return 'ACTION';
  return run.dryRun ? 'PREVIEW' : 'OK';
}
