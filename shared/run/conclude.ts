// Ends a run: a last reading for late references, the report, and the lock. The report is stored before it is sent, so that
// a repeated step sends the same one.
import { type ApplyResults, noResults, type Stop, stopBy } from '../domain/apply-results.ts';
import { describeError, type ErrorKind, kindOf, whereDenied } from '../aws/errors.ts';
import { endpointsFor } from '../sources/vpc-endpoints.ts';
import { Tally } from '../aws/tally.ts';
import { deletionsOf } from '../deletion/candidates.ts';
import type { Reference } from '../domain/evidence.ts';
import type { Problem } from '../domain/problem.ts';
import { nameOf } from '../domain/revision.ts';
import { isWorthSending, publish } from '../notify/sns.ts';
import { referencesTo } from '../observe/watch.ts';
import { uniqueReferences } from '../domain/dangling.ts';
import { quickParts } from '../read/freshness.ts';
import { summarize } from '../report/sections/headline.ts';
import { buildReport, markUndelivered } from '../report/model/build-report.ts';
import type { Window } from '../report/model/course.ts';
import type { Outcome, Report } from '../report/model/report.ts';
import type { RunRecord } from '../state/run-records.ts';
import type { OpenRun, RunOptions } from './context.ts';
import { closeLastRun } from './last-run.ts';
import { topicElsewhere } from './open.ts';
import type { Opened } from './opened.ts';
import { addPage } from './page.ts';
import { ifPossible } from './progress.ts';
import { reportPieces } from './report-pieces.ts';
import { type Found, planOf } from './found.ts';
import { attempted } from './results.ts';
import { sendEnd } from './send-end.ts';
import { settleEarlierPass } from './settle.ts';
import { addTrend } from './trend.ts';

/** The result of a run: small, whatever the size of the account. */
export interface RunSummary {
  readonly run: string;
  readonly outcome: Outcome;
  readonly summary: string;
  readonly deregistered: number;
  /** The location of the stored report. Absent where the run keeps no records, or could not store it. */
  readonly report?: string;
}

/** The results of the passes, known without the run record. */
export interface PassesSummary {
  readonly deregistered: number;
  readonly problem: Problem | undefined;
}

/** @param run absent where it could not be opened, or not again */
export async function conclude(
  options: RunOptions,
  opened: Exclude<Opened, { state: 'already finished' }>,
  run: OpenRun | undefined,
  passes: PassesSummary,
): Promise<RunSummary> {
  const stored = run?.progress.report;
  const made = stored ?? (await finishReport(await makeReport(options, opened, run, passes), options, run));
  // The report is sent even if it could not be stored.
  if (stored === undefined) await ifPossible(async () => run?.progress.saveReport(made));
  const at = run?.progress.reportAt;
  const wasSent = run?.progress.record.published === true;
  const announced = wasSent ? made : await sendEnd(made, options, at);
  if (announced !== made) await ifPossible(async () => run?.progress.saveReport(announced));
  const report = wasSent ? announced : await deliver(announced, options, at);
  if (run !== undefined) {
    const end = {
      published: wasSent || report === announced,
      verified: report.run.window?.waited === true,
      endedAt: options.clock.now(),
      outcome: report.outcome,
      results: report.results,
    };
    await ifPossible(() => run.progress.saveRecord(end));
    if (run.writer !== undefined) await leave(options, opened, run);
  }
  await options.onReport(report, at);
  return {
    run: options.id,
    outcome: report.outcome,
    summary: summarize(report),
    deregistered: report.results.deregistered.length,
    ...(at === undefined ? {} : { report: at }),
  };
}

async function finishReport(report: Report, options: RunOptions, run: OpenRun | undefined): Promise<Report> {
  return addPage(await addTrend(report, options, run), run);
}

/** Ends the unfinished run that this report told of, and releases the lock. */
async function leave({ clock }: RunOptions, opened: Opened, { observer, writer }: OpenRun): Promise<void> {
  if (writer === undefined) return;
  const before = opened.state === 'started' ? opened.before : undefined;
  if (before !== undefined) await ifPossible(() => closeLastRun(before, observer, writer.state, clock.now()));
  await writer.lock.release();
}

async function makeReport(
  options: RunOptions,
  opened: Exclude<Opened, { state: 'already finished' }>,
  run: OpenRun | undefined,
  passes: PassesSummary,
): Promise<Report> {
  // A pass that was cut off, or that failed, left its planned revisions unsettled.
  if (run !== undefined) await ifPossible(async () => void (await settleEarlierPass(options, run)));
  const record = run?.progress.record;
  const results = resultsOf(opened, run);
  const found: Partial<Found> = run?.progress.found ?? {};
  const mayWrite = run?.writer !== undefined || run?.lost !== undefined;
  const last = run === undefined ? noLook : await lookForLateReferences(options, run);
  const tookOver = run?.writer?.lock.takeover ?? (opened.state === 'started' ? opened.tookOver : undefined);
  return buildReport(
    reportPieces(options, opened.beganAt, {
      ...found,
      target: opened.target,
      asks: [...(found.asks ?? []), ...(tookOver === undefined ? [] : [tookOver])],
      // A question without an answer could not be sent, which is the failure.
      approval: record?.approval?.answer === undefined ? undefined : record.approval,
      // Only a dry run reports what it would delete.
      deletions: mayWrite ? record && deletionsOf(record) : found.deletions,
      failure:
        (opened.state === 'failed' ? opened.problem : undefined) ??
        passes.problem ??
        (record === undefined ? undefined : versionChange(record, options)),
      results: {
        ...results,
        notReached: mayWrite ? notReached(found, results) : [],
        lateReferences: uniqueReferences([...results.lateReferences, ...last.references]),
        // A hold of the run also holds the last reading, and is reported once.
        unverified: last.stop?.by === 'hold' && results.stop?.by === 'hold' ? undefined : last.stop,
      },
      run: {
        before: opened.state === 'started' ? opened.before : undefined,
        caller: opened.caller,
        ...(run === undefined && passes.deregistered > 0 ? { unlisted: passes.deregistered } : {}),
        window: last.window,
        ...(record === undefined ? {} : { passes: record.passes, resumed: record.started - record.passes }),
      },
    }),
  );
}

function resultsOf(opened: Opened, run: OpenRun | undefined): ApplyResults {
  if (run === undefined) return { ...noResults, stop: opened.state === 'held' ? opened.stop : undefined };
  const { results } = run.progress.record;
  return { ...results, stop: results.stop ?? run.lost };
}

function notReached(found: Partial<Found>, results: ApplyResults) {
  const tried = attempted(results);
  return (planOf(found)?.toDeregister ?? []).filter((revision) => !tried.has(nameOf(revision)));
}

/** Another version's plan may mean something else, so only its run record was used. */
export function versionChange({ version }: RunRecord, options: RunOptions): Problem | undefined {
  if (version === options.version) return undefined;
  return {
    operation: `continuing a run that version ${version} started`,
    reason: `this is version ${options.version}, which uses only the results of that run`,
    remedy: 'Deploy while no run is in progress. The next run does the rest.',
  };
}

interface LastLook {
  readonly references: readonly Reference[];
  /** Why late references could not be looked for. */
  readonly stop?: Stop | undefined;
  /** Absent where nothing was deregistered. */
  readonly window?: Window;
}

const noLook: LastLook = { references: [] };

/** After the window, reads everything that can reference a revision. Without the window there may be no time for what is slow
 *  to read. */
async function lookForLateReferences(options: RunOptions, { observer, progress }: OpenRun): Promise<LastLook> {
  const { deregistered } = progress.record.results;
  if (deregistered.length === 0) return noLook;
  const { outOfTime, clock } = options;
  const why = options.skipWindowReason();
  const windowAfter = (stop?: Stop): Window =>
    why === undefined && stop === undefined
      ? { waited: true, until: clock.now() }
      : { waited: false, why: why ?? 'stopped' };
  if (outOfTime()) return { references: [], stop: noTimeLeft, window: windowAfter(noTimeLeft) };
  const parts = why === undefined ? undefined : new Set(quickParts({ readings: progress.found?.readings ?? [] }));
  const readings = await observer.readReferences(progress.memory, parts);
  const [problem] = readings.flatMap(({ problems }) => problems);
  const stop = problem && stopBy(problem);
  const references = referencesTo(readings, deregistered, progress.memory?.inventory);
  return { references, stop, window: windowAfter(stop) };
}

const noTimeLeft: Stop = {
  by: 'time',
  reason: 'no time was left to look for late references',
  remedy: 'The next run reports them.',
};

/** A report that cannot be sent must not be lost: the run fails, and returns the report to its caller. */
export async function deliver(
  report: Report,
  { aws, topicArn, settings }: RunOptions,
  at: string | undefined,
): Promise<Report> {
  if (topicArn === undefined || !isWorthSending(report, settings.notify)) return report;
  // The report of this failure, which it cannot receive.
  if (report.target !== undefined && topicElsewhere({ topicArn }, report.target) !== undefined) return report;
  try {
    await publish(await aws.sns(new Tally()), topicArn, report, at);
    return report;
  } catch (error) {
    return markUndelivered(report, {
      operation: `sending the report to ${topicArn}`,
      reason: describeError(error),
      remedy: adviseOnTopic(error),
    });
  }
}

/** The remedy for a report that could not be sent. */
function adviseOnTopic(error: unknown): string {
  const advice: Partial<Record<ErrorKind, string>> = {
    locked:
      "Allow kms:GenerateDataKey and kms:Decrypt on the topic's key to the role or user that runs this: by the parameter KmsKeyArn of the stack, and in the policy of that key. Check that the key is enabled.",
    denied: `Allow sns:Publish on the topic in ${whereDenied(error)}.`,
    gone: 'Check that the topic exists in this account and Region.',
    unanswered: `Check the network path to AWS. ${endpointsFor('sns:Publish')}`,
  };
  return (
    advice[kindOf(error)] ?? 'Check that the topic exists in this Region and that sns:Publish (and its key) is allowed.'
  );
}
