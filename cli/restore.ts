// `pruner restore web:41`: registers again what was deregistered, with the operator's own credentials. Looks first, shows
// what would follow for whoever names the family, and asks for the account's number as `prune` does.
import { wordsOf } from '../shared/aws/errors.ts';
import { inState } from '../shared/report/commands.ts';
import { accountAlias } from '../shared/aws/alias.ts';
import { restoreProposal, restoreReport, type Told } from '../shared/report/undo.ts';
import { restoreJson } from '../shared/report/undo-json.ts';
import { isWhole } from '../shared/report/undone.ts';
import {
  CannotRestore,
  LockTaken,
  type RestorePreview,
  type RestoreOutcome,
  restore,
  type Wanted,
} from '../shared/restore/restore.ts';
import type { Revision } from '../shared/domain/revision.ts';
import { demandAccount, demandNumber, demandWayToAsk, interruptible } from './consent.ts';
import { Declined, type ExitCode, exitCodes, Interrupted, Refusal } from './exit.ts';
import { refusalBy } from './failure.ts';
import type { Options } from './options.ts';
import { openSession, type Session } from './session.ts';
import type { World } from './world.ts';

/** Told when the operator interrupts or declines. */
const NOTHING = 'nothing was registered';

export async function restoreCommand(wanted: Wanted, options: Options, world: World): Promise<ExitCode> {
  demandWayToAsk('restore', options, world);
  const session = await openSession(options, world, { writes: true });
  const { surroundings, progress } = session;
  const { aws, stateAccess } = surroundings;
  if (stateAccess === undefined) {
    aws.close();
    throw new Refusal(
      "restore: it needs the place where the journal is: --state, or `state` in the settings, with the s3://bucket/prefix (the stack's output StateBucket, where one is deployed) or the folder that prune was given.",
    );
  }
  const interrupt = interruptible(world, NOTHING);
  let alias: string | undefined;
  const told: Told = {
    ...session.style,
    get caller() {
      return { ...aws.caller, ...(alias === undefined ? {} : { alias }) };
    },
    onTop: options.onTop === true,
    place: ` --region ${await aws.region()}${inState({ where: stateAccess.state.where })}`,
  };
  try {
    const outcome = await restore({
      ...surroundings,
      state: stateAccess.state,
      id: crypto.randomUUID(),
      wanted,
      again: options.again === true,
      onTop: told.onTop,
      admit: async (target) => {
        demandAccount('restore', target, options);
        alias = await accountAlias(aws);
      },
      begun: interrupt.begun,
      consent: async (look) => {
        if (!options.yes) await ask(look, told, session, options, world);
        interrupt.acting();
      },
      stopped: interrupt.stopped,
      keep: (revision, input) => kept(revision, input, world),
      acted: progress.restored,
    });
    progress.clear();
    world.out(
      options.json
        ? `${JSON.stringify(restoreJson(outcome))}\n`
        : `${restoreReport(outcome, told).trimEnd()}\n`,
    );
    return exitCodeOf(outcome);
  } catch (error) {
    progress.clear();
    throw await refused(error, session, options);
  } finally {
    aws.close();
  }
}

async function ask(
  look: RestorePreview,
  told: Told,
  session: Session,
  options: Options,
  world: World,
): Promise<void> {
  const { account } = look.target;
  session.progress.clear();
  (options.json ? world.err : world.out)(`${restoreProposal(look, told).trimEnd()}\n\n`);
  await demandNumber(
    'restore',
    { what: 'register', account, nothing: NOTHING, aws: session.surroundings.aws },
    world,
  );
}

/** In the words of `aws ecs register-task-definition --cli-input-json`, which are the API's. */
function kept({ family, number }: Revision, input: object, world: World): string | undefined {
  try {
    return world.saveSecret(`${family}-${number}.register`, `${JSON.stringify(input, null, 2)}\n`);
  } catch (error) {
    world.err(`The input of ${family}:${number} could not be written to a file: ${wordsOf(error)}\n`);
    return undefined;
  }
}

/** Turns an error before the first registration into words for the operator. */
async function refused(error: unknown, { surroundings }: Session, options: Options): Promise<unknown> {
  if (error instanceof Refusal || error instanceof Declined || error instanceof Interrupted) return error;
  if (error instanceof CannotRestore) return new Refusal(`restore: ${error.message}`, { cause: error });
  if (error instanceof LockTaken)
    return new Refusal(`restore: held: ${error.message}; nothing was done`, {
      remedy: error.remedy,
      code: exitCodes.held,
      cause: error,
    });
  return refusalBy(error, { profile: options.profile, region: await surroundings.aws.region() });
}

function exitCodeOf({ results, stop }: RestoreOutcome): ExitCode {
  if (stop?.by === 'interrupted') return exitCodes.interrupted;
  if (stop?.by === 'hold') return exitCodes.held;
  return stop === undefined && results.every(isWhole) ? exitCodes.done : exitCodes.failed;
}
