// `pruner prune`: shows the plan, makes sure that the right account is meant, and carries it out. A person types the
// account's number; a script says it beforehand.
import type { Stop } from '../shared/apply/done.ts';
import type { Report } from '../shared/report/model.ts';
import { proposal } from '../shared/report/terminal.ts';
import type { Target } from '../shared/revision.ts';
import { type ExitCode, exitCodeOf, exitCodes, Refusal } from './exit.ts';
import type { Options } from './options.ts';
import { openSession, print, runHere, type Session } from './session.ts';
import type { World } from './world.ts';

export async function pruneCommand(options: Options, world: World): Promise<ExitCode> {
  if (!world.canAsk && !(options.yes && options.account !== undefined)) {
    throw new Refusal(
      'prune: nobody can be asked here, so it needs --yes --account 123456789012 (the account that you mean).',
    );
  }
  const session = await openSession(options, world);
  if (session.surroundings.keeping === undefined) {
    session.surroundings.aws.close();
    throw new Refusal(
      "prune: it needs a place for its journal, so that what goes can be registered again, and for its lock: --state, or `state` in the settings, with s3://bucket/prefix (the stack's output StateBucket, where one is deployed) or a folder.",
    );
  }
  const interrupt = interruptible(world);
  let planShown = false;
  const report = await runHere(session, options, {
    dryRun: false,
    records: true,
    begun: interrupt.begun,
    admit: (target) => demandAccount(target, options),
    consent: async (plan) => {
      if (!options.yes) planShown = await ask(plan, session, options, world);
      interrupt.acting();
    },
    stopped: interrupt.stopped,
  });
  print(report, { ...session, style: { ...session.style, planShown } }, options, world);
  session.surroundings.aws.close();
  return exitCodeOf(report);
}

function demandAccount({ account }: Target, options: Options): void {
  if (options.account === undefined || options.account === account) return;
  throw new Refusal(
    `prune: these credentials are of account ${account}, not of ${options.account}; nothing was done.`,
  );
}

/** Asks only where there is something to decide, and says whether it has shown the plan for that. */
async function ask(plan: Report, session: Session, options: Options, world: World): Promise<boolean> {
  const going = plan.plan?.going.length ?? 0;
  const account = plan.target?.account;
  if (going === 0 || account === undefined) return false;
  session.progress.clear();
  (options.json ? world.err : world.out)(`${proposal(plan, session.style).trimEnd()}\n\n`);
  const count = `${going} ${going === 1 ? 'revision' : 'revisions'}`;
  const typed = await world.ask(`Type the account's number to deregister ${count} in it (${account}): `);
  if (typed.trim() !== account) throw new Refusal('prune: declined; nothing was done.');
  return !options.json;
}

/** While nothing goes, the interrupt key ends the command at once. Afterwards the call under way is waited for, so that the
 *  report says what happened; a second press does not wait. */
function interruptible(world: World): {
  begun: (abandon: () => Promise<void>) => void;
  acting: () => void;
  stopped: () => Stop | undefined;
} {
  let [acting, pressed] = [false, false];
  let abandon: (() => Promise<void>) | undefined;
  world.onInterrupt(() => {
    if (acting && !pressed) {
      pressed = true;
      world.err(
        '\nInterrupted: finishing the call that is under way, then the report. Again to leave at once.\n',
      );
      return;
    }
    if (!acting) world.err('\nInterrupted; nothing was deregistered.\n');
    // The next run need not wait for the lock of one that did nothing.
    const end = () => world.exitNow(exitCodes.interrupted);
    if (acting || abandon === undefined) end();
    else abandon().then(end, end);
    abandon = undefined;
  });
  return {
    begun: (way) => {
      abandon = way;
    },
    acting: () => {
      acting = true;
    },
    stopped: () =>
      pressed
        ? { by: 'interrupted', says: 'a person interrupted it', next: 'Run it again for the rest.' }
        : undefined,
  };
}
