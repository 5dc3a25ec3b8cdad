// `pruner plan`: what a run would do, and why it would keep the rest. Never writes.
import { type ExitCode, exitCodeOf, exitCodes } from '../exit.ts';
import type { Options } from '../options.ts';
import { openSession, printReport, runInProcess } from '../session.ts';
import type { ProcessContext } from '../context.ts';

export async function planCommand(options: Options, world: ProcessContext): Promise<ExitCode> {
  const session = await openSession(options, world, { writes: false });
  world.onInterrupt(() => {
    world.err('\nInterrupted; a plan changes nothing.\n');
    world.exitNow(exitCodes.interrupted);
  });
  const report = await runInProcess(session, options, { dryRun: true, records: false });
  printReport(report, session, options, world);
  session.surroundings.aws.close();
  return exitCodeOf(report);
}
