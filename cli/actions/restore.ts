// Asks for consent, registers revisions again, and prints the references to update.
import { describeError } from '../../shared/aws/errors.ts';
import { stateOption } from '../../shared/report/text/commands.ts';
import { accountAlias } from '../../shared/aws/alias.ts';
import { printRestoreReport } from '../../shared/report/restore/text.ts';
import { printRestoreProposal, type RestoreScreen } from '../../shared/report/restore/proposal.ts';
import { toRestoreDocument } from '../../shared/report/restore/json.ts';
import { isComplete } from '../../shared/report/restore/after.ts';
import {
  CannotRestore,
  LockTaken,
  type RestoreOutcome,
  type Wanted,
  restore as restoreRevisions,
} from '../../shared/restore/restore.ts';
import type { Revision } from '../../shared/domain/revision.ts';
import type { RestoreOptions } from '../commands/restore.ts';
import { confirm, handleInterrupts, requireAccount, requirePrompt } from '../consent.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodes, Refusal } from '../exit.ts';
import { printAnswer, withSession } from '../session.ts';

/** For an interrupt or a declined prompt. */
const NOTHING = 'nothing was registered';

export async function restore(
  { wanted, ...options }: RestoreOptions & { readonly wanted: Wanted },
  context: ProcessContext,
): Promise<ExitCode> {
  requirePrompt('restore', options, context);
  return withSession(options, context, { writes: true }, async (session) => {
    const { observeContext, progress } = session;
    const { aws, stateAccess } = observeContext;
    if (stateAccess === undefined)
      throw new Refusal(
        "restore: it needs the state store with the journal: --state, or `state` in the settings, with the s3://bucket/prefix (the stack's output StateBucket, where one is deployed) or the folder of prune.",
      );
    const interrupt = handleInterrupts(context, NOTHING);
    let alias: string | undefined;
    const screen: RestoreScreen = {
      ...session.screen,
      get caller() {
        return { ...aws.caller, ...(alias === undefined ? {} : { alias }) };
      },
      onTop: options.onTop,
      place: ` --region ${await aws.region()}${stateOption({ where: stateAccess.state.where })}`,
    };
    const outcome = await restoreRevisions({
      ...observeContext,
      state: stateAccess.state,
      id: crypto.randomUUID(),
      wanted,
      again: options.again,
      onTop: options.onTop,
      admit: async (target) => {
        requireAccount('restore', target, options);
        alias = await accountAlias(aws);
      },
      begun: interrupt.begun,
      consent: async (preview) => {
        if (!options.yes) {
          const proposal = printRestoreProposal(preview, screen);
          const { account } = preview.target;
          const asked = { command: 'restore', proposal, what: 'register', account, nothing: NOTHING };
          await confirm(asked, session, options.json, context);
        }
        interrupt.acting();
      },
      stopRequested: interrupt.stopped,
      saveRefusedInput: (revision, input) => saveInput(revision, input, context),
      acted: progress.restored,
    }).catch(refuseRestore);
    progress.clear();
    const print = () => printRestoreReport(outcome, screen);
    printAnswer(options.json, context, () => toRestoreDocument(outcome), print);
    return exitCodeOf(outcome);
  });
}

/** Saves the input of a refused call for `aws ecs register-task-definition --cli-input-json`. */
function saveInput({ family, number }: Revision, input: object, context: ProcessContext): string | undefined {
  try {
    return context.saveSecret(`${family}-${number}.register`, `${JSON.stringify(input, null, 2)}\n`);
  } catch (error) {
    context.err(`The input of ${family}:${number} could not be written to a file: ${describeError(error)}\n`);
    return undefined;
  }
}

/** @param error thrown before the first registration */
function refuseRestore(error: unknown): never {
  if (error instanceof CannotRestore) throw new Refusal(`restore: ${error.message}`, { cause: error });
  if (!(error instanceof LockTaken)) throw error;
  throw new Refusal(`restore: held: ${error.message}; nothing was done`, {
    remedy: error.remedy,
    code: exitCodes.held,
    cause: error,
  });
}

function exitCodeOf({ results, stop }: RestoreOutcome): ExitCode {
  if (stop?.by === 'interrupted') return exitCodes.interrupted;
  if (stop?.by === 'hold') return exitCodes.held;
  return stop === undefined && results.every(isComplete) ? exitCodes.done : exitCodes.failed;
}
