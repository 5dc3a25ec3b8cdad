// Summarizes a run in one sentence, and in one line for the subject of a mail.
import type { Stop } from '../../domain/apply-results.ts';
import { safe } from '../../domain/safe-text.ts';
import { describeVerification } from '../model/course.ts';
import { summarizeDeletions } from './deletions.ts';
import { asksForApproval } from '../model/approval.ts';
import { needsAction, type Report } from '../model/report.ts';
import { clip, formatCount, formatNumber, joinList, toSentence } from '../text/wording.ts';

/** `212 revisions were deregistered in account 123456789012, eu-west-1. No action required.` */
export function summarize(given: Report): string {
  const report = safe(given);
  const { run, results, actionItems, outcome } = report;
  const deleted = summarizeDeletions(report.deletions, !run.dryRun);
  const result = toSentence(`${run.dryRun ? 'Dry run: ' : ''}${describeResult(report)}.${deleted}`);
  const isStopListed = results.stop === undefined || outcome === 'FAILED' || outcome === 'HELD';
  const stop = isStopListed ? '' : describeStop(results.stop);
  const details = stop + (hasVerifiedResults(report) ? describeVerification(run) : '');
  if (!needsAction(report)) return `${result}${details} No action required.`;
  const items = actionItems.length;
  return `${result}${details}${items === 0 ? '' : ` ${formatCount(items, 'action')} required.`}`;
}

/** A pause says what ends it, since nothing else would. */
function describeStop({ by, reason, remedy }: Stop): string {
  if (by === 'unapproved') return ` ${toSentence(clip(reason, 300))}`;
  if (by !== 'paused') return ` It stopped early: ${clip(reason, 160)}.`;
  return ` It is paused: ${clip(reason, 300)}. ${clip(remedy, 200)}`;
}

/** Whether the references were read again to their end, and none was late. */
function hasVerifiedResults({ results }: Report): boolean {
  const { deregistered, lateReferences, unverified, stop } = results;
  return deregistered.length > 0 && lateReferences.length === 0 && unverified === undefined && stop?.by !== 'hold';
}

function describeResult(report: Report): string {
  const { outcome, run, results, failure, plan, target } = report;
  const [planned, count] = [plan?.toDeregister.length ?? 0, results.deregistered.length];
  const ofPlanned = `of ${formatCount(planned, 'revision')}`;
  const where = target === undefined ? '' : ` in ${describeTarget(report)}`;
  if (failure !== undefined)
    return `the run failed${where} while ${clip(failure.operation, 120)}; ${describeBeforeFailure(report)}`;
  if (results.stop?.by === 'abort')
    return `the run was aborted after ${count} ${ofPlanned}${where}: ${clip(results.stop.reason, 160)}`;
  if (outcome === 'HELD') {
    if (count > 0) return `the run was held after ${formatNumber(count)} ${ofPlanned}${where}: ${describeHold(report)}`;
    return `nothing ${run.dryRun ? 'would have been' : 'was'} deregistered${where}: ${describeHold(report)}`;
  }
  if (plan?.families.length === 0) return `there are no ACTIVE task definitions${where}, so there was nothing to do`;
  if (planned === 0) return `there was nothing to deregister${where}`;
  if (asksForApproval(report))
    return `${formatCount(planned, 'revision')} ${planned === 1 ? 'waits' : 'wait'} for approval${where}, and nothing was deregistered`;
  if (run.dryRun) return `${formatCount(planned, 'revision')} would have been deregistered${where}`;
  if (results.failed.length > 0)
    return `${formatNumber(results.failed.length)} ${ofPlanned} could not be deregistered${where}, and the next run tries again; ${formatNumber(count)} ${count === 1 ? 'was' : 'were'}`;
  if (count === planned)
    return `${formatCount(count, 'revision')} ${count === 1 ? 'was' : 'were'} deregistered${where}`;
  return `${count === 0 ? 'none' : formatNumber(count)} ${ofPlanned} ${count <= 1 ? 'was' : 'were'} deregistered${where}`;
}

function describeBeforeFailure({ run: { unlisted = 0 }, results }: Report): string {
  if (unlisted > 0) return `${formatCount(unlisted, 'revision')} had been deregistered before, which the journal lists`;
  const count = results.deregistered.length;
  return count === 0 ? 'nothing was deregistered' : `${formatCount(count, 'revision')} had been deregistered before`;
}

function describeHold({ plan, results }: Report): string {
  const parts = findHeldParts(plan);
  if (parts.length === 0) return clip(results.stop?.reason ?? 'the run was held', 160);
  if (plan?.hold?.cause === 'unresolved')
    return `${formatCount(plan.hold.problems.length, 'reference')} of ${joinList(parts, 3)} may resolve to any family`;
  return `${joinList(parts, 3)} could not be read completely and may hold references`;
}

function findHeldParts(plan: Report['plan']): string[] {
  return [...new Set((plan?.hold?.problems ?? []).map(({ part }) => clip(part, 40)))];
}

/** `account shop-prod (123456789012), eu-west-1`, with the alias where the role may read it. */
export function describeTarget({ target, run }: Pick<Report, 'target' | 'run'>): string {
  if (target === undefined) return 'an unknown account';
  const { account, region } = target;
  const alias = run.caller?.alias;
  return alias === undefined ? `account ${account}, ${region}` : `account ${alias} (${account}), ${region}`;
}

/** SNS refuses a subject of 100 characters, of two lines, or (by its older texts) of more than ASCII; a phone shows
 *  about 40. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const LONGEST = 90;

/** `[shop-prod eu-west-1] ACTION: 2 required, 214 deregistered` */
export function printSubject(given: Report): string {
  const report = safe(given);
  const { target, run } = report;
  const where = target === undefined ? '' : `[${nameAccount(target.account, run.caller?.alias)} ${target.region}] `;
  const lines = listPhrases(report).map((phrase) => toAscii(`${where}${report.outcome}: ${phrase}`));
  const [longest = ''] = lines;
  return lines.find((line) => line.length <= LONGEST) ?? `${longest.slice(0, LONGEST - 3)}...`;
}

/** Of at most 63 characters. A longer one leaves no room for what happened. */
const LONGEST_ALIAS = 30;

function nameAccount(account: string, alias: string | undefined): string {
  return alias === undefined || alias.length > LONGEST_ALIAS ? account : alias;
}

/** `ACTION: 2 required, 214 deregistered`, without the account, in at most so many characters if possible. */
export function printOutcome(given: Report, longest: number): string {
  const report = safe(given);
  const lines = listPhrases(report).map((phrase) => toAscii(`${report.outcome}: ${phrase}`));
  return lines.find((line) => line.length <= longest) ?? lines.at(-1) ?? '';
}

/** The most informative first; the last one fits with every Region's name. */
function listPhrases(report: Report): string[] {
  const { outcome, run, results, failure, plan, actionItems } = report;
  const [planned, count] = [plan?.toDeregister.length ?? 0, results.deregistered.length];
  const ofPlanned = `of ${formatCount(planned, 'revision')}`;
  const dry = run.dryRun ? 'dry run, ' : '';
  if (failure !== undefined) {
    const all = count + (run.unlisted ?? 0);
    return [
      `${dry}${clip(failure.operation, 200)}`,
      `${dry}${all === 0 ? 'nothing' : formatNumber(all)} deregistered, then failed`,
    ];
  }
  if (results.stop?.by === 'abort') return [`aborted after ${count} ${ofPlanned}`];
  if (outcome === 'HELD') {
    const short = count > 0 ? `after ${formatNumber(count)} ${ofPlanned}` : `${dry}nothing deregistered`;
    return listHeldPhrases(report, short, dry);
  }
  const refused = results.failed.length;
  const items = actionItems.length === 0 ? '' : `${formatNumber(actionItems.length)} required, `;
  const brief = describeBriefly(report, planned, count);
  return [`${items}${brief}${refused === 0 ? '' : `, ${formatNumber(refused)} refused`}`];
}

function listHeldPhrases({ plan }: Report, short: string, dry: string): string[] {
  const parts = findHeldParts(plan);
  if (plan?.hold?.cause === 'unresolved')
    return [`${short}, ${formatCount(plan.hold.problems.length, 'unresolved reference')}`, short];
  if (parts.length === 0) return [short];
  return [
    `${short}, ${joinList(parts, 2)} could not be read`,
    `${short}, ${joinList(parts, 2)} not read`,
    `${dry}${joinList(parts, 1)} not read`,
    short,
  ];
}

function describeBriefly(report: Report, planned: number, count: number): string {
  const { run, plan, results, deletions } = report;
  if (asksForApproval(report)) return `${formatNumber(planned)} ${planned === 1 ? 'waits' : 'wait'} for approval`;
  if (results.stop?.by === 'unapproved') return `not approved, 0 of ${formatNumber(planned)} deregistered`;
  const isPaused = results.stop?.by === 'paused' || deletions?.stop?.by === 'paused';
  const dry = run.dryRun ? 'dry run, ' : isPaused ? 'paused, ' : '';
  if (plan?.families.length === 0) return `${dry}no ACTIVE task definitions`;
  if (planned === 0) return `${dry}nothing to deregister`;
  if (run.dryRun) return `would deregister ${formatNumber(planned)} (dry run)`;
  if (count === planned) return `${dry}${formatNumber(count)} deregistered`;
  return `${dry}${formatNumber(count)} of ${formatNumber(planned)} deregistered`;
}

function toAscii(text: string): string {
  return text.replace(/[^ -~]/gu, '?').trimEnd();
}
