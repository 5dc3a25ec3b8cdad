// Builds the report of a run and concludes its outcome. Pure.
import { noResults } from '../../domain/apply-results.ts';
import { type ActionItem } from './action-item.ts';
import { type ActionItemInput, buildActionItems, isPartlyRefused } from './action-items.ts';
import { listApprovalNotes } from './approval.ts';
import { countInGroups, findWaiting } from './counts.ts';
import { listCourseNotes } from './course.ts';
import { listAcceptedReferences } from './notes.ts';
import type { Outcome, Report } from './report.ts';

/** Everything in a report that is not concluded here. */
export interface ReportInput
  extends
    Omit<Report, 'outcome' | 'actionItems' | 'backlog'>,
    Pick<ActionItemInput, 'unmatched' | 'clockAheadMs' | 'asks' | 'journaled'> {
  readonly cap: number;
  /** Whether ages were read only as far as the cap needs them. */
  readonly agesUnfinished: boolean;
}

export function buildReport(input: ReportInput): Report {
  const { unmatched, clockAheadMs, asks, cap, agesUnfinished, journaled, ...facts } = input;
  const { run, plan } = facts;
  const actionItems = buildActionItems({ ...facts, unmatched, clockAheadMs, asks, journaled });
  const notes = [...listApprovalNotes(facts), ...listCourseNotes(run), ...facts.notes, ...listAcceptedReferences(plan)];
  // A dry run deregisters nothing, so its plan waits as well.
  const planned = run.dryRun ? (plan?.toDeregister.length ?? 0) : 0;
  const revisions = countInGroups(findWaiting(facts)) + planned;
  const backlog = { revisions, cap, nights: Math.ceil(revisions / cap), atLeast: agesUnfinished };
  return { ...facts, outcome: concludeOutcome(facts, actionItems), actionItems, notes, backlog };
}

/** Marks a report that could not be sent: the run has failed, since the operator was not told of it. */
export function markUndelivered(report: Report, failure: NonNullable<Report['failure']>): Report {
  const actionItems = buildActionItems({
    ...report,
    failure,
    plan: undefined,
    run: { ...report.run, before: undefined },
    approval: undefined,
    results: noResults,
    deletions: undefined,
    danglingReferences: [],
    unmatched: [],
    clockAheadMs: 0,
    asks: [],
  });
  return { ...report, outcome: 'FAILED', failure, actionItems: [...actionItems, ...report.actionItems] };
}

function concludeOutcome(
  { run, plan, results, failure, deletions }: Pick<Report, 'run' | 'plan' | 'results' | 'failure' | 'deletions'>,
  actionItems: readonly ActionItem[],
): Outcome {
  if (failure !== undefined || results.stop?.by === 'abort') return 'FAILED';
  if (results.failed.length > 0 && !isPartlyRefused(results)) return 'FAILED';
  if (deletions?.stop?.by === 'abort') return 'FAILED';
  if (plan?.hold !== undefined || results.stop?.by === 'hold') return 'HELD';
  if (actionItems.length > 0) return 'ACTION';
  if (results.failed.length > 0) return 'PARTIAL';
  return run.dryRun ? 'PREVIEW' : 'OK';
}
