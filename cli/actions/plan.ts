// Prints the plan of a dry run, and saves it where the operator asks for that.
import { program } from '../../shared/domain/program.ts';
import { writeRevisionLines } from '../../shared/report/json/revision-lines.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { summarize } from '../../shared/report/sections/headline.ts';
import { printActionItems } from '../../shared/report/sections/sections.ts';
import { selectFamilies } from '../../shared/report/terminal/plan-view.ts';
import { printPlan } from '../../shared/report/terminal/plan.ts';
import { formatTime } from '../../shared/report/text/wording.ts';
import { expiryOf, toSavedPlan } from '../../shared/run/saved-plan.ts';
import type { PlanOptions } from '../commands/plan.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodeOf, exitCodeOfPlan, Refusal } from '../exit.ts';
import { flagOf } from '../option.ts';
import { commonOptions, policyOptions, sourceOptions, writeOptions } from '../options.ts';
import { requirePlanPlace, writePlanFile } from '../plan-file.ts';
import { writePage } from '../page-file.ts';
import { exitOnInterrupt, openSession, printReport, runInProcess, type Session } from '../session.ts';

export async function plan(options: PlanOptions, context: ProcessContext): Promise<ExitCode> {
  if (options.targets !== undefined)
    return (await import('./plan-targets.ts')).planTargets(options.targets, options, context);
  if (options.compare !== undefined) return (await import('./compare.ts')).compare(options.compare, options, context);
  if (options.out !== undefined) requirePlanPlace(options.out);
  const session = await openSession(options, context, { writes: false });
  const { aws, stateAccess } = session.observeContext;
  if (options.out !== undefined && stateAccess === undefined) {
    aws.close();
    throw new Refusal('plan: --out needs the state store that prune --plan will use', {
      remedy: 'Give --state, or `state` in the settings: the plan belongs to these settings.',
    });
  }
  exitOnInterrupt(context, 'a plan');
  const report = await runInProcess(session, options, { dryRun: true, keepsRecords: false });
  if (options.ndjson) printLines(report, session, options, context);
  else printReport(report, session, options, context, () => printPlan(report, session.screen, options));
  if (options.out !== undefined) save(report, { ...options, out: options.out, skewMs: aws.skewMs }, context);
  if (options.html !== undefined) {
    const { printPage } = await import('../../shared/report/html/page.ts');
    writePage(options.html, printPage(report), context);
  }
  aws.close();
  return options.detailedExitcode ? exitCodeOfPlan(report) : exitCodeOf(report);
}

/** Standard output has the lines alone, so the outcome goes to standard error. */
function printLines(
  report: Report,
  { progress, screen }: Session,
  { families }: Pick<PlanOptions, 'families'>,
  { out, err }: ProcessContext,
): void {
  progress.clear();
  if (report.plan !== undefined) writeRevisionLines(selectFamilies(report.plan, { all: true, families }).shown, out);
  err(`${[summarize(report), ...printActionItems(report, screen.width)].join('\n')}\n`);
}

function save(
  report: Report,
  { out: file, skewMs, ...options }: Omit<PlanOptions, 'out'> & { readonly out: string; readonly skewMs: number },
  { err }: ProcessContext,
): void {
  const saved = toSavedPlan(report, skewMs);
  if (saved === undefined) {
    err(`The plan was not saved to ${file}: the run was held or failed.\n`);
    return;
  }
  writePlanFile(file, saved);
  const until = formatTime(expiryOf(saved));
  const command = `${program()} prune --plan ${quoted(file)}${sameOptions(options)}`;
  err(`Saved the plan to ${file}. Until ${until}, this deregisters what is still allowed of it:\n  ${command}\n`);
}

/** The options of this plan that decide the settings, the account and the Region: the saved plan is bound to them. */
function sameOptions(options: Omit<PlanOptions, 'out'>): string {
  const values = new Map<string, unknown>(Object.entries(options));
  const deciding = { ...commonOptions, ...policyOptions, ...sourceOptions, ...writeOptions };
  return Object.entries(deciding)
    .map(([name, option]) => {
      const value = values.get(name);
      const text = Array.isArray(value) ? value.join(',') : value;
      // Flags decide how something is printed.
      return typeof text === 'string' || typeof text === 'number' ? ` ${flagOf(option)} ${quoted(`${text}`)}` : '';
    })
    .join('');
}

function quoted(text: string): string {
  return /^[\w.:/=@,+][\w.:/=@,+-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
