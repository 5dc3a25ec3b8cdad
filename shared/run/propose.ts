// Ends a pass that needs an approval: it stores the plan that the operator is asked about, and deregisters nothing.
import type { Stop } from '../domain/apply-results.ts';
import { program } from '../domain/program.ts';
import { HOUR_MS } from '../domain/time.ts';
import type { Report } from '../report/model/report.ts';
import { formatCount } from '../report/text/wording.ts';
import { saveProposal } from '../state/approval.ts';
import type { RunRecord } from '../state/run-records.ts';
import { digestOfPlan } from '../state/saved-plan.ts';
import type { OpenRun, RunOptions } from './context.ts';
import { attempted } from './results.ts';
import { toSavedPlan } from './saved-plan.ts';

/** A run that has asked needs its answer, whatever its settings say now. */
export function needsApproval(
  { approval }: Pick<RunOptions, 'approval'>,
  {
    approved,
    progress,
  }: Pick<OpenRun, 'approved'> & { readonly progress: { readonly record: Pick<RunRecord, 'approval'> } },
): boolean {
  return approved === undefined && (approval !== undefined || progress.record.approval !== undefined);
}

/** How long the run waited for its approval, in milliseconds. */
export function waitedMs({ approval }: Pick<RunRecord, 'approval'>): number {
  return approval?.answer === undefined ? 0 : approval.answer.seenAt - approval.askedAt;
}

interface Proposed {
  /** Absent where there is nothing to ask about. */
  readonly approval?: RunRecord['approval'];
  readonly stop?: Stop;
}

/** @param report with the plan; held plans are empty
 *  @throws StateError */
export async function propose(options: RunOptions, { progress }: OpenRun, report: Report): Promise<Proposed> {
  const revisions = report.plan?.toDeregister.length ?? 0;
  if (revisions === 0) return {};
  if (attempted(progress.record.results).size > 0) return { stop: requiredSince };
  const { place } = progress;
  const plan = toSavedPlan(report, options.aws.skewMs);
  if (options.approval !== 'asks' || place === undefined || plan === undefined) return { stop: cannotAsk(revisions) };
  await saveProposal(place, plan);
  const askedAt = Math.round(options.aws.now());
  const until = askedAt + options.settings.approvalHours * HOUR_MS;
  return { approval: { plan: digestOfPlan(plan), revisions, askedAt, until, published: false } };
}

function cannotAsk(revisions: number): Stop {
  return {
    by: 'unapproved',
    reason: `${formatCount(revisions, 'revision')} ${revisions === 1 ? 'needs' : 'need'} approval (approval: required), and this function is not durable, so it cannot wait for an answer`,
    remedy: `Save a plan, review it, and carry it out with prune --plan, or deploy with the parameter Durable true: \`${program()} plan --out plan.json\``,
  };
}

const requiredSince: Stop = {
  by: 'unapproved',
  reason: 'the settings require approval since this run began',
  remedy: 'The next run asks for it.',
};
