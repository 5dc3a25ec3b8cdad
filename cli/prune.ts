// `pruner prune`: shows the plan, makes sure that the right account is meant, and carries it out. A person types the
// account's number; a script says it beforehand.
import type { Report } from '../shared/report/model.ts';
import { proposal } from '../shared/report/terminal.ts';
import { demandAccount, demandNumber, demandWayToAsk, interruptible } from './consent.ts';
import { type ExitCode, exitCodeOf, Refusal } from './exit.ts';
import type { Options } from './options.ts';
import { openSession, print, runHere, type Session } from './session.ts';
import type { World } from './world.ts';

/** Told when the operator interrupts or declines. */
const NOTHING = 'nothing was deregistered';

export async function pruneCommand(options: Options, world: World): Promise<ExitCode> {
  demandWayToAsk('prune', options, world);
  const session = await openSession(options, world, { writes: true });
  if (session.surroundings.stateAccess === undefined) {
    session.surroundings.aws.close();
    throw new Refusal(
      "prune: it needs a place for its journal, so that what goes can be registered again, and for its lock: --state, or `state` in the settings, with s3://bucket/prefix (the stack's output StateBucket, where one is deployed) or a folder.",
    );
  }
  const interrupt = interruptible(world, NOTHING);
  let planShown = false;
  const report = await runHere(session, options, {
    dryRun: false,
    keepsRecords: true,
    onStarted: interrupt.begun,
    admit: (target) => demandAccount('prune', target, options),
    consent: async (plan) => {
      if (!options.yes) planShown = await ask(plan, session, options, world);
      interrupt.acting();
    },
    stopRequested: interrupt.stopped,
  });
  print(report, { ...session, style: { ...session.style, planShown } }, options, world);
  session.surroundings.aws.close();
  return exitCodeOf(report);
}

/** Asks only where there is something to decide, and says whether it has shown the plan for that. */
async function ask(plan: Report, session: Session, options: Options, world: World): Promise<boolean> {
  const going = plan.plan?.toDeregister.length ?? 0;
  const account = plan.target?.account;
  const deleting = plan.deletions?.deleted.length ?? 0;
  if (going + deleting === 0 || account === undefined) return false;
  session.progress.clear();
  (options.json ? world.err : world.out)(`${proposal(plan, session.style).trimEnd()}\n\n`);
  const count = (many: number) => `${many} ${many === 1 ? 'revision' : 'revisions'}`;
  const what = [
    ...(going > 0 ? [`deregister ${count(going)}`] : []),
    ...(deleting > 0 ? [`delete ${count(deleting)} for good`] : []),
  ].join(' and ');
  await demandNumber('prune', { what, account, nothing: NOTHING, aws: session.surroundings.aws }, world);
  return !options.json;
}
