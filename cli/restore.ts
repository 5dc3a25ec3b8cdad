// `pruner restore web:41`: registers again what was deregistered, with the operator's own credentials. Looks first, shows
// what would follow for whoever names the family, and asks for the account's number as `prune` does.
import { wordsOf } from '../shared/aws/errors.ts';
import { inState } from '../shared/report/commands.ts';
import { restoreProposal, restoreReport, type Told } from '../shared/report/undo.ts';
import { restoreJson } from '../shared/report/undo-json.ts';
import { isWhole } from '../shared/report/undone.ts';
import {
  CannotRestore,
  LockTaken,
  type Look,
  type Outcome,
  restore,
  type Wanted,
} from '../shared/restore.ts';
import type { Revision } from '../shared/revision.ts';
import { StateError } from '../shared/state/state.ts';
import { demandAccount, demandWayToAsk, interruptible } from './consent.ts';
import { type ExitCode, exitCodes, Refusal } from './exit.ts';
import type { Options } from './options.ts';
import { openSession, type Session } from './session.ts';
import type { World } from './world.ts';

export async function restoreCommand(wanted: Wanted, options: Options, world: World): Promise<ExitCode> {
  demandWayToAsk('restore', options, world);
  const session = await openSession(options, world, { writes: true });
  const { surroundings, progress } = session;
  const { aws, keeping } = surroundings;
  if (keeping === undefined) {
    aws.close();
    throw new Refusal(
      "restore: it needs the place where the journal is: --state, or `state` in the settings, with the s3://bucket/prefix (the stack's output StateBucket, where one is deployed) or the folder that prune was given.",
    );
  }
  const interrupt = interruptible(world, 'nothing was registered');
  const told = {
    ...session.style,
    onTop: options.onTop === true,
    place: ` --region ${await aws.region()}${inState({ where: keeping.state.where })}`,
  };
  try {
    const outcome = await restore({
      ...surroundings,
      state: keeping.state,
      id: crypto.randomUUID(),
      wanted,
      again: options.again === true,
      onTop: told.onTop,
      admit: (target) => demandAccount('restore', target, options),
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
    return failed(error, world);
  } finally {
    aws.close();
  }
}

async function ask(look: Look, told: Told, session: Session, options: Options, world: World): Promise<void> {
  const { account } = look.target;
  session.progress.clear();
  (options.json ? world.err : world.out)(`${restoreProposal(look, told).trimEnd()}\n\n`);
  const typed = await world.ask(`Type the account's number to register in it (${account}): `);
  if (typed.trim() !== account) throw new Refusal('restore: declined; nothing was done.');
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

/** What ended it before anything was done. */
function failed(error: unknown, world: World): ExitCode {
  if (error instanceof Refusal) throw error;
  if (error instanceof CannotRestore) throw new Refusal(`restore: ${error.message}`, { cause: error });
  if (error instanceof LockTaken) {
    world.err(`restore: held: ${error.message}; nothing was done.\n${error.next}\n`);
    return exitCodes.held;
  }
  if (error instanceof StateError) {
    world.err(`restore: held: ${error.doing}: ${error.said}; nothing was done.\n${error.next}\n`);
    return exitCodes.held;
  }
  world.err(`AWS could not be asked: ${wordsOf(error)}\n`);
  return exitCodes.failed;
}

function exitCodeOf({ results, stop }: Outcome): ExitCode {
  if (stop?.by === 'interrupted') return exitCodes.interrupted;
  if (stop?.by === 'hold') return exitCodes.held;
  return stop === undefined && results.every(isWhole) ? exitCodes.done : exitCodes.failed;
}
