// The approval that a run asks for: the question, what became of it, and what the operator must act on.
import type { Approval } from '../../domain/approval.ts';
import type { ActionItem } from './action-item.ts';
import type { Course } from './course.ts';
import { idArgument } from './course.ts';
import type { Report } from './report.ts';
import { printCommand, type CommandScope } from '../text/commands.ts';
import { formatCount, formatTime } from '../text/wording.ts';

/** Whether the report is the question of a run that waits for approval. */
export function asksForApproval({ approval }: Pick<Report, 'approval'>): boolean {
  return approval !== undefined && approval.answer === undefined;
}

export function approvalItems(
  {
    approval,
    results,
    run,
  }: Pick<Report, 'approval' | 'results'> & { readonly run: Course & Pick<Report['run'], 'id'> },
  scope: CommandScope,
): ActionItem[] {
  if (approval === undefined) {
    const { stop } = results;
    return stop?.by === 'unapproved' ? [{ problem: stop.reason, remedy: stop.remedy }] : [];
  }
  const { answer, until, revisions } = approval;
  const id = idArgument(run.id);
  if (answer === undefined)
    return [
      {
        problem: `The run asks for approval to deregister ${formatCount(revisions, 'revision')}. It waits until ${formatTime(until)}; without an answer it deregisters nothing`,
        remedy: `Approve, or write decline in place of approve: \`${printCommand(`approve ${id}`, scope)}\``,
      },
    ];
  if (answer.outcome !== 'refused') return [];
  return [
    {
      problem: `Not approved: the answer was refused: ${answer.reason ?? 'it is not valid'}`,
      remedy: `Nothing was deregistered, and the next run asks again. CloudTrail shows who answered. See the run: \`${printCommand(`history ${id}`, scope)}\``,
    },
  ];
}

/** An approval is a note of the report. In the other cases its headline says why the run ended. */
export function listApprovalNotes({ approval }: Pick<Report, 'approval'>): string[] {
  return approval?.answer?.outcome === 'approved' ? [describeAnswer(approval)] : [];
}

/** `arn:aws:iam::123456789012:user/ops approved the plan on 24 November 2026, 09:12 UTC, as the command that answered says` */
export function describeAnswer({ answer, until }: Approval): string {
  if (answer === undefined) return `no answer yet; it waits until ${formatTime(until)}`;
  const { outcome, by, at, reason } = answer;
  if (outcome === 'expired') return `no approval came until ${formatTime(until)}`;
  if (outcome === 'refused') return `not approved: the answer was refused: ${reason ?? 'it is not valid'}`;
  const who = by ?? 'a caller that did not say its name';
  const when = at === undefined ? '' : ` on ${formatTime(at)}`;
  return `${who} ${outcome} the plan${when}${by === undefined ? '' : ', as the command that answered says'}`;
}
