// Prints the plan of a dry run.
import { printPlan } from '../../shared/report/terminal/plan.ts';
import type { PlanOptions } from '../commands/plan.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodeOf, exitCodeOfPlan } from '../exit.ts';
import { exitOnInterrupt, openSession, printReport, runInProcess } from '../session.ts';

export async function plan(options: PlanOptions, context: ProcessContext): Promise<ExitCode> {
  const session = await openSession(options, context, { writes: false });
  exitOnInterrupt(context, 'a plan');
  const report = await runInProcess(session, options, { dryRun: true, keepsRecords: false });
  printReport(report, session, options, context, () => printPlan(report, session.screen, options));
  session.observeContext.aws.close();
  return options.detailedExitcode ? exitCodeOfPlan(report) : exitCodeOf(report);
}
