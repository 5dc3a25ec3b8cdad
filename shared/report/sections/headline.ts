// The verdict on a run in one sentence, and in one line for a mail's subject. Every format begins with it: who reads no
// further knows whether to get up.
import { safe } from '../../domain/safe-text.ts';
import { describeVerification } from '../model/course.ts';
import { summarizeDeletions } from './deletions.ts';
import { needsAction, type Report } from '../model/report.ts';
import { clip, formatCount, formatNumber, joinList, toSentence } from '../text/wording.ts';

/** `212 revisions were deregistered in account 123456789012, eu-west-1. Nothing needs a person.` */
export function summarize(given: Report): string {
  const report = safe(given);
  const { run, actionItems } = report;
  const deleted = summarizeDeletions(report.deletions, !run.dryRun);
  const told = `${run.dryRun ? 'Dry run: ' : ''}${happened(report)}.${deleted}`;
  const stopped = report.outcome === 'FAILED' || report.outcome === 'HELD' ? '' : stoppedEarly(report);
  const early = stopped + (isUntouched(report) ? describeVerification(run) : '');
  if (needsAction(report) && actionItems.length === 0) return toSentence(told) + early;
  const needs = needsAction(report)
    ? ` ${formatCount(actionItems.length, 'thing')} ${actionItems.length === 1 ? 'needs' : 'need'} a person.`
    : ' Nothing needs a person.';
  return toSentence(told) + early + needs;
}

/** What went was taken up by nobody, and the last look did not end early. */
function isUntouched({ results }: Report): boolean {
  const { deregistered, lateReferences, unverified, stop } = results;
  return (
    deregistered.length > 0 && lateReferences.length === 0 && unverified === undefined && stop?.by !== 'hold'
  );
}

function happened(report: Report): string {
  const { outcome, run, results, failure, plan } = report;
  const [planned, went] = [plan?.toDeregister.length ?? 0, results.deregistered.length];
  const where =
    report.target === undefined ? '' : ` in account ${report.target.account}, ${report.target.region}`;
  if (failure !== undefined) {
    const unlisted = run.unlisted ?? 0;
    const before =
      unlisted > 0
        ? `${formatCount(unlisted, 'revision')} had been deregistered before, which the journal names`
        : went === 0
          ? 'nothing was deregistered'
          : `${formatCount(went, 'revision')} had been deregistered before`;
    return `the run failed${where} while ${clip(failure.operation, 120)}; ${before}`;
  }
  if (results.stop?.by === 'abort')
    return `the brake stopped the run after ${went} of ${formatCount(planned, 'revision')}${where}: ${clip(results.stop.reason, 160)}`;
  if (outcome === 'HELD') {
    const would = run.dryRun ? 'would have been' : 'was';
    if (went > 0)
      return `the run was held after ${formatNumber(went)} of ${formatCount(planned, 'revision')}${where}: ${heldBy(report)}`;
    return `nothing ${would} deregistered${where}: ${heldBy(report)}`;
  }
  if (plan?.families.length === 0) return `there is no ACTIVE task definition${where}, so nothing to do`;
  if (planned === 0) return `there was nothing to deregister${where}`;
  if (run.dryRun) return `${formatCount(planned, 'revision')} would have been deregistered${where}`;
  if (results.failed.length > 0)
    return `${formatNumber(results.failed.length)} of ${formatCount(planned, 'revision')} could not be deregistered${where}; ${formatNumber(went)} ${went === 1 ? 'was' : 'were'}`;
  if (went === planned)
    return `${formatCount(went, 'revision')} ${went === 1 ? 'was' : 'were'} deregistered${where}`;
  return `${went === 0 ? 'none' : formatNumber(went)} of ${formatCount(planned, 'revision')} ${went <= 1 ? 'was' : 'were'} deregistered${where}`;
}

function heldBy({ plan, results }: Report): string {
  const parts = heldParts(plan);
  if (parts.length === 0) return clip(results.stop?.reason ?? 'the run was held', 160);
  if (plan?.hold?.cause === 'unresolved')
    return `${formatCount(plan.hold.problems.length, 'reference')} of ${joinList(parts, 3)} may resolve to any family`;
  return `${joinList(parts, 3)} could not be read to the end, and anything there may name a revision`;
}

function stoppedEarly({ results }: Report): string {
  return results.stop === undefined ? '' : ` It stopped early: ${clip(results.stop.reason, 160)}.`;
}

function heldParts(plan: Report['plan']): string[] {
  return [...new Set((plan?.hold?.problems ?? []).map(({ part }) => clip(part, 40)))];
}

/** SNS refuses a subject of 100 characters, of two lines, or (by its older texts) of more than ASCII; a phone shows
 *  about 40. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const SUBJECT = 77;

/** `OK: 212 revisions deregistered, account 123456789012 eu-west-1` */
export function printSubject(given: Report): string {
  const report = safe(given);
  const { outcome, target } = report;
  const where = target === undefined ? '' : `${target.account} ${target.region}`;
  const tails = where === '' ? [''] : [`, account ${where}`, `, ${where}`];
  const whole = phrases(report).flatMap((phrase) =>
    tails.map((tail) => ascii(`${outcome}: ${phrase}${tail}`)),
  );
  const [longest = ''] = whole;
  return whole.find((line) => line.length <= SUBJECT) ?? `${longest.slice(0, SUBJECT - 3)}...`;
}

/** The best first; the last ones are short enough for any Region's name. */
function phrases(report: Report): string[] {
  const { outcome, run, results, failure, plan, actionItems } = report;
  const [planned, went] = [plan?.toDeregister.length ?? 0, results.deregistered.length];
  const dry = run.dryRun ? 'dry run, ' : '';
  if (failure !== undefined)
    return [
      `${dry}${clip(failure.operation, 200)}`,
      `${dry}${went + (run.unlisted ?? 0) === 0 ? 'nothing' : formatNumber(went + (run.unlisted ?? 0))} deregistered, then failed`,
    ];
  if (results.stop?.by === 'abort') return [`stopped after ${went} of ${formatCount(planned, 'revision')}`];
  if (results.failed.length > 0)
    return [`${formatNumber(results.failed.length)} of ${formatCount(planned, 'revision')} not deregistered`];
  if (outcome === 'HELD') {
    const parts = heldParts(plan);
    const short =
      went > 0 ? `after ${formatNumber(went)} of ${formatCount(planned, 'revision')}` : `${dry}nothing done`;
    if (plan?.hold?.cause === 'unresolved')
      return [`${short}, ${formatCount(plan.hold.problems.length, 'unresolved reference')}`, short];
    return parts.length === 0
      ? [short]
      : [
          `${short}, ${joinList(parts, 2)} could not be read`,
          `${short}, ${joinList(parts, 2)} not read`,
          `${dry}${joinList(parts, 1)} not read`,
          short,
        ];
  }
  const things = actionItems.length === 0 ? '' : `, ${formatCount(actionItems.length, 'thing')} to do`;
  const short = brief(report, planned, went);
  return [short + things, short];
}

function brief({ run, plan }: Report, planned: number, went: number): string {
  const dry = run.dryRun ? 'dry run, ' : '';
  if (plan?.families.length === 0) return `${dry}no ACTIVE task definitions`;
  if (planned === 0) return `${dry}nothing to deregister`;
  if (run.dryRun) return `${formatCount(planned, 'revision')} would have gone (dry run)`;
  if (went === planned) return `${formatCount(went, 'revision')} deregistered`;
  return `${formatNumber(went)} of ${formatCount(planned, 'revision')} deregistered`;
}

function ascii(text: string): string {
  return text.replace(/[^ -~]/gu, '?').trimEnd();
}
