// Asks for the approval of a proposed plan, and judges the answer. The run waits without the lock, so that it stops no other run;
// a run that began later makes its plan old. Whatever is not a valid approval of exactly this plan ends the run.
import type { Stop } from '../domain/apply-results.ts';
import { type ApprovalAnswer, GRACE_MS } from '../domain/approval.ts';
import type { Problem } from '../domain/problem.ts';
import type { Target } from '../domain/revision.ts';
import { describeAnswer } from '../report/model/approval.ts';
import { buildReport } from '../report/model/build-report.ts';
import type { Report } from '../report/model/report.ts';
import { decodeAnswer, loadProposal, mismatchOfAnswer, saveQuestion } from '../state/approval.ts';
import { findLaterRun, type RunRecord } from '../state/run-records.ts';
import { StateError } from '../state/store.ts';
import { digest } from '../settings/narrow.ts';
import { deliver, versionChange } from './conclude.ts';
import type { OpenRun, RunOptions } from './context.ts';
import type { Started } from './opened.ts';
import type { PassResult } from './pass.ts';
import type { RunProgress } from './progress.ts';
import { reportPieces } from './report-pieces.ts';
import type { RunSteps } from './run-steps.ts';
import { mismatchOfSettings } from './saved-plan.ts';
import { sendEvents, sendToChat } from './send-end.ts';
import type { Received } from './steps.ts';

/** The end of a step: `more to do` where the run may go on. */
type Result = Exclude<PassResult, { readonly outcome: 'approval required' }>;

/** `more to do` after an approval, and `done` where there is none. The lock is free while the run waits.
 *  @param seconds the longest wait */
export async function askForApproval(
  runSteps: RunSteps,
  options: RunOptions,
  opened: Started,
  seconds: number,
): Promise<Result> {
  const { steps } = runSteps;
  if (steps.ask === undefined) throw new Error('the steps of this run cannot ask');
  const question = await steps.ask('approval', seconds);
  const asked = narrow(await runSteps.guarded('ask', opened, (run) => ask(options, run, question.id)));
  runSteps.forget();
  if (asked.outcome !== 'more to do') return asked;
  const received = await question.answer();
  const answered = await runSteps.guarded('answer', opened, (run) => takeAnswer(options, run, received));
  runSteps.forget();
  return narrow(answered);
}

function narrow(result: PassResult): Result {
  if (result.outcome === 'approval required') throw new Error('only a pass requires approval');
  return result;
}

const goesOn: Result = { outcome: 'more to do', deregistered: 0 };
const ends: Result = { outcome: 'done', deregistered: 0 };
const fails = (problem: Problem): Result => ({ outcome: 'failed', deregistered: 0, problem });

/** Stores how the question is answered before it is sent. A step that is repeated sends it again only where it was cut off between
 *  the sending and its record, as a report. @throws StateError */
async function ask(options: RunOptions, run: OpenRun, callbackId: string): Promise<Result> {
  const { progress, writer, lost } = run;
  const { record, place } = progress;
  const { approval } = record;
  const changed = versionChange(record, options);
  if (changed !== undefined) return fails(changed);
  if (approval === undefined || place === undefined || record.endedAt !== undefined) return ends;
  if (!approval.published) {
    if (lost !== undefined) {
      await progress.saveRecord({ results: { ...record.results, stop: lost } });
      return ends;
    }
    await saveQuestion(place, { run: record.id, callbackId, plan: approval.plan });
    const question = questionOf(options, run, approval);
    const sent = await deliver(question, options, undefined);
    if (sent.failure !== undefined) return fails(sent.failure);
    await sendToChat(question, options, undefined);
    const { fleetBusArn } = options;
    if (fleetBusArn !== undefined) await sendEvents(question, { ...options, busArns: [fleetBusArn] }, undefined);
    await progress.saveRecord({ approval: { ...approval, published: true } });
    await options.onQuestion?.(question);
  }
  await writer?.lock.release();
  return goesOn;
}

/** The same text each time it is sent: its time is that of the proposal. */
function questionOf(
  options: RunOptions,
  { target, caller, progress }: OpenRun,
  approval: NonNullable<RunRecord['approval']>,
): Report {
  const { beganAt } = progress.record;
  const tookMs = Math.max(0, approval.askedAt - beganAt);
  return buildReport(reportPieces(options, beganAt, { target, ...progress.found, approval, run: { caller, tookMs } }));
}

/** @throws StateError */
async function takeAnswer(
  options: RunOptions,
  { target, progress, lost }: OpenRun,
  received: Received,
): Promise<Result> {
  const { record } = progress;
  const { approval } = record;
  if (approval === undefined || record.endedAt !== undefined) return ends;
  if (approval.answer !== undefined)
    return approval.answer.outcome === 'approved' && record.results.stop === undefined ? goesOn : ends;
  const seenAt = Math.round(options.aws.now());
  const judged = judge(received, { id: record.id, target, plan: approval.plan });
  const isLate = seenAt >= approval.until + GRACE_MS;
  const objection =
    judged.outcome !== 'approved'
      ? undefined
      : isLate
        ? 'it came too late'
        : await objectionTo(options, target, progress);
  const answer: ApprovalAnswer = { ...(objection === undefined ? judged : refused(objection, judged)), seenAt };
  const decided = { ...approval, answer };
  if (answer.outcome === 'approved' && lost === undefined) {
    await progress.saveRecord({ approval: decided });
    return goesOn;
  }
  // Without the lock a later run may be under way, and may have ended before the next step of this one begins.
  const unapproved: Stop = { by: 'unapproved', reason: describeAnswer(decided), remedy: 'The next run asks again.' };
  const stop = answer.outcome === 'approved' ? lost : unapproved;
  await progress.saveRecord({ approval: decided, results: { ...record.results, stop } });
  return ends;
}

type Judged = Omit<ApprovalAnswer, 'seenAt'>;

/** Only the text of an approval of exactly this plan is one. A decline needs no valid text. */
export function judge(
  received: Received,
  of: { readonly id: string; readonly target: Target; readonly plan: string },
): Judged {
  if (received.kind === 'timeout') return { outcome: 'expired' };
  const given = decodeAnswer(received.text);
  const mismatch = given && mismatchOfAnswer(given, of);
  const who = given === undefined || mismatch !== undefined ? {} : { by: given.by, at: Date.parse(given.at) };
  if (received.kind === 'failure') return { outcome: 'declined', ...who };
  if (given === undefined) return refused('it is not in the form that approve sends');
  if (mismatch !== undefined) return refused(mismatch);
  return given.answer === 'approve' ? { outcome: 'approved', ...who } : { outcome: 'declined', ...who };
}

function refused(reason: string, { by, at }: Pick<Judged, 'by' | 'at'> = {}): Judged {
  return { outcome: 'refused', by, at, reason };
}

/** Why the plan is not the one to carry out any more. */
async function objectionTo(options: RunOptions, target: Target, progress: RunProgress): Promise<string | undefined> {
  const { place, record } = progress;
  const { approval } = record;
  if (place === undefined || approval === undefined) return 'the run has no plan';
  try {
    const plan = await loadProposal(place, approval);
    const later = await findLaterRun(place.state, target, record);
    if (later !== undefined) return `run ${later.id} has begun since, so that the plan is old`;
    // A run keeps the settings with which it began. What an operator protects while it waits must count.
    const deployed = await options.deployedSettings?.();
    if (deployed?.problem !== undefined) return `${deployed.problem.operation}: ${deployed.problem.reason}`;
    const { settings } = deployed ?? options;
    const mismatch = mismatchOfSettings(plan, { version: options.version, digest: digest(settings) });
    return mismatch && `the plan ${mismatch.reason}`;
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return error.message;
  }
}
