// `pruner plan`: what a run would do, and why it would keep the rest. Never writes.
import { type ExitCode, exitCodeOf, exitCodes } from './exit.ts';
import type { Options } from './options.ts';
import { openSession, print, runHere } from './session.ts';
import type { World } from './world.ts';

export async function planCommand(options: Options, world: World): Promise<ExitCode> {
  const session = await openSession(options, world, { writes: false });
  world.onInterrupt(() => {
    world.err('\nInterrupted; a plan changes nothing.\n');
    world.exitNow(exitCodes.interrupted);
  });
  const report = await runHere(session, options, { dryRun: true, keepsRecords: false });
  print(report, session, options, world);
  session.surroundings.aws.close();
  return exitCodeOf(report);
}
