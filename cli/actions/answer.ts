// Approves or declines the plan of a run that waits for approval: checks the question, shows it, asks for consent, and answers by
// Lambda. It writes nothing to the state store: the run records the answer.
import { kindOf } from '../../shared/aws/errors.ts';
import { Tally } from '../../shared/aws/tally.ts';
import type { Approval } from '../../shared/domain/approval.ts';
import { program } from '../../shared/domain/program.ts';
import { type Archive, findRuns, listRuns } from '../../shared/history/archive.ts';
import { answerPermissions, answerRun } from '../../shared/notify/answer-run.ts';
import type { AnswerDocument } from '../../shared/report/json/answer.ts';
import { describeAnswer } from '../../shared/report/model/approval.ts';
import { printQuestion } from '../../shared/report/terminal/question.ts';
import { printCommand } from '../../shared/report/text/commands.ts';
import { formatCount, formatTime } from '../../shared/report/text/wording.ts';
import { encodeAnswer, loadQuestion, type Question } from '../../shared/state/approval.ts';
import { findLaterRun, loadRunRecord, type RunRecord } from '../../shared/state/run-records.ts';
import { rangesOfTexts, type SavedPlan } from '../../shared/state/saved-plan.ts';
import { chooseRun, refuseEmptyArchive } from '../choose-run.ts';
import type { AnswerOptions } from '../commands/approve.ts';
import { confirm, handleInterrupts, requireAccount, requirePrompt } from '../consent.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodes, Refusal } from '../exit.ts';
import { printAnswer, type Session, withSession } from '../session.ts';

type Command = AnswerDocument['answer'];

export async function answer(
  command: Command,
  { run: word, ...options }: AnswerOptions & { readonly run: string },
  context: ProcessContext,
): Promise<ExitCode> {
  requirePrompt(command, options, context);
  return withSession(options, context, { writes: true }, async (session) => {
    const { aws, stateAccess } = session.observeContext;
    if (stateAccess === undefined)
      throw new Refusal(
        `${command}: it needs the state store of the run: --state, or \`state\` in the settings, with the s3://bucket/prefix of the stack's output StateBucket.`,
      );
    const { target, caller } = await aws.identity(new Tally());
    requireAccount(command, target, options);
    const archive: Archive = { state: stateAccess.state, target, now: aws.now() };
    const asked = await findQuestion(command, word, archive);
    if (!options.yes) await ask(command, asked, session, options.json, context);
    assertOpen(command, asked, aws.now());
    const at = new Date(aws.now()).toISOString();
    const { id } = asked.record;
    const { plan, callbackId, approval } = asked;
    const { account, region } = target;
    const text = encodeAnswer({ answer: command, run: id, account, region, plan, by: caller, at });
    await answerRun(aws, { callbackId, answer: command, text }).catch((error: unknown) => {
      throw toRefusal(command, error, asked);
    });
    session.progress.clear();
    const { revisions } = approval;
    const document = (): AnswerDocument => ({
      version: 1,
      answer: command,
      run: id,
      target,
      plan,
      revisions,
      by: caller,
      at,
    });
    printAnswer(options.json, context, document, () => describeSent(command, asked, archive));
    return exitCodes.done;
  });
}

interface Asked extends Question {
  readonly proposal: SavedPlan;
  readonly record: RunRecord;
  readonly approval: Approval;
}

/** @throws Refusal where the run does not ask, or not any more; StateError where its records are damaged */
async function findQuestion(command: Command, word: string, archive: Archive): Promise<Asked> {
  const { state, target, now } = archive;
  const names = await listRuns(archive);
  if (names.length === 0) throw await refuseEmptyArchive(command, archive);
  const name = chooseRun(command, findRuns(names, word), word, archive);
  const stored = await loadRunRecord(state, name);
  if (stored === undefined) throw new Refusal(`${command}: run ${name.id} left no record, so it asks nothing.`);
  const { record } = stored;
  const { approval } = record;
  if (approval === undefined || !approval.published)
    throw new Refusal(
      `${command}: run ${record.id} asks for no approval${record.endedAt === undefined ? ' yet' : ', and has ended'}. ${program()} history shows the runs that wait.`,
    );
  assertOpen(command, { record, approval }, now);
  const question = await loadQuestion({ state, folder: name.folder }, record.id, approval);
  const asked = { ...question, record, approval };
  assertTarget(command, asked, archive);
  const later = await findLaterRun(state, target, record);
  if (later !== undefined && command === 'approve')
    throw new Refusal(
      `${command}: run ${later.id} has begun since, so the plan of run ${record.id} is old; nothing was approved.`,
      { remedy: 'Approve the later run, if it asks, or wait for the next one.' },
    );
  return asked;
}

/** @throws Refusal where the run has its answer, has ended, or has waited long enough */
function assertOpen(command: Command, { record, approval }: Pick<Asked, 'record' | 'approval'>, now: number): void {
  const { id, endedAt } = record;
  if (approval.answer !== undefined)
    throw new Refusal(`${command}: run ${id} has its answer already: ${describeAnswer(approval)}.`);
  if (endedAt === undefined && now < approval.until) return;
  const ended = endedAt === undefined ? '' : ', and has ended';
  throw new Refusal(
    `${command}: run ${id} waited for approval until ${formatTime(approval.until)}${ended}; it is ${formatTime(now)} now. The next run asks again.`,
  );
}

/** A copied record is no question of this account. @throws Refusal */
function assertTarget(command: Command, { proposal, record }: Asked, { target }: Archive): void {
  const { account, region } = proposal.target;
  if (account === target.account && region === target.region && proposal.run === record.id) return;
  throw new Refusal(
    `${command}: the plan is of run ${proposal.run} in account ${account}, ${region}, and this is run ${record.id} in account ${target.account}, ${target.region}; nothing was answered.`,
  );
}

async function ask(
  command: Command,
  { record, approval, proposal }: Asked,
  session: Session,
  json: boolean,
  context: ProcessContext,
): Promise<void> {
  const { target } = proposal;
  const nothing = command === 'approve' ? 'nothing was approved' : 'nothing was declined';
  const interrupt = handleInterrupts(context, nothing);
  const { caller } = session.observeContext.aws;
  const groups = proposal.deregister.map(({ family, ranges }) => ({ family, ranges: rangesOfTexts(ranges) }));
  const retired = proposal.deregister.filter((one) => one.retired === true).length;
  const shown = printQuestion({ run: record.id, target, caller, approval, groups, retired }, session.screen);
  const what = `${command} that run ${record.id.slice(0, 8)} deregisters ${formatCount(approval.revisions, 'revision')}`;
  await confirm({ command, proposal: shown, what, account: target.account, nothing }, session, json, context);
  interrupt.acting();
}

/** An error of the call that answers. */
function toRefusal(command: Command, error: unknown, { record }: Asked): unknown {
  const action = answerPermissions[command];
  if (error instanceof Error && error.name === 'CallbackTimeoutException')
    return new Refusal(`${command}: run ${record.id} does not wait any more: it was answered, or its time is over.`, {
      remedy: `\`${program()} history ${record.id.slice(0, 8)}\` shows what became of it.`,
      cause: error,
    });
  switch (kindOf(error)) {
    case 'denied':
      return new Refusal(`${command}: AWS denied ${action}; run ${record.id} still waits.`, {
        remedy: `Allow it on the executions of the nightly function: \`${program()} permissions --policy --approve\` prints the policy.`,
        code: exitCodes.failed,
        cause: error,
      });
    case 'gone':
    case 'refused':
      return new Refusal(`${command}: Lambda does not know the question of run ${record.id}: its execution is over.`, {
        remedy: 'The next run asks again.',
        code: exitCodes.failed,
        cause: error,
      });
    case 'unanswered':
      return new Refusal(`${command}: Lambda did not answer, so the run may or may not have the answer.`, {
        remedy: `\`${program()} history ${record.id.slice(0, 8)}\` shows it in a minute.`,
        code: exitCodes.failed,
        cause: error,
      });
    case 'credentials':
    case 'locked':
    case 'throttled':
    case 'unknown':
      return error;
  }
}

function describeSent(command: Command, { record, approval }: Asked, { state, target }: Archive): string {
  const revisions = formatCount(approval.revisions, 'revision');
  const sentence =
    command === 'approve'
      ? `Approved: run ${record.id} reads everything again, and deregisters at most ${revisions}.`
      : `Declined: run ${record.id} deregisters nothing, and ends with its report.`;
  const history = printCommand(`history ${record.id.slice(0, 8)}`, { target, where: state.where });
  return `${sentence}\n\nSee what becomes of it:\n  ${history}\n`;
}
