// Prints the report on a terminal or into a pipe: the parts of the mail, with the plan as a table. A live run prints its plan
// before the prompt (`printProposal`) and its results after it (`printTerminal`).
import { safe } from '../../domain/safe-text.ts';
import { printCaller } from '../sections/caller.ts';
import { printDeletions } from '../sections/deletions.ts';
import { printWaiting, printOverflow, printDeregistered } from '../sections/revisions.ts';
import { summarize } from '../sections/headline.ts';
import type { Report } from '../model/report.ts';
import { type Paint, type Style } from '../text/paint.ts';
import {
  printActionItems,
  printBacklog,
  printKept,
  printReadingCosts,
  printRetired,
  printRun,
  printUndo,
  printUnread,
} from '../sections/sections.ts';
import { joinSections, layOut, type Screen, type Section } from '../text/screen.ts';
import { formatCount } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { printPlan } from './plan-table.ts';

/** @param planShown `printProposal` has shown the plan */
export function printTerminal(given: Report, screen: Screen & { readonly planShown?: boolean }): string {
  const report = safe(given);
  const { run, plan } = report;
  const { wide, prose, paint } = layOut(screen);
  const heading = (section: Section) => paintHeading(section, 'heading', paint);
  const hasFamilies = plan !== undefined && plan.families.length > 0;
  return joinSections([
    paintAll(wrap(summarize(report), { width: prose }), outcomeStyle[report.outcome], paint),
    ...printWarnings(report, prose, paint),
    hasFamilies && screen.planShown !== true ? printTable(report, wide, paint) : [],
    ...(hasFamilies
      ? [
          run.dryRun ? [] : heading(printDeregistered(report, prose)),
          heading(printRetired(report, prose)),
          heading(printWaiting(report, prose)),
          heading(printKept(report, prose)),
          heading(printBacklog(report, prose)),
        ]
      : []),
    heading(printDeletions(report.deletions, prose, !run.dryRun)),
    heading(printUndo(report, prose, { brief: false })),
    paintAll(printReadingCosts(report, prose), 'quiet', paint),
    paintAll(printRun(report, prose), 'quiet', paint),
    run.dryRun ? [] : heading(printOverflow(report, prose)),
  ]);
}

export function printProposal(given: Report, screen: Screen): string {
  const report = safe(given);
  const { wide, prose, paint } = layOut(screen);
  const { plan, target } = report;
  const where = target === undefined ? '' : ` in account ${target.account}, ${target.region}`;
  const count = plan?.toDeregister.length ?? 0;
  const summary =
    count === 0
      ? `There is nothing to deregister${where}.`
      : `${formatCount(count, 'revision')} will be deregistered${where}.`;
  return joinSections([
    [...paintAll(wrap(summary, { width: prose }), 'heading', paint), ...printCaller(report.run.caller, prose)],
    ...printWarnings(report, prose, paint),
    plan === undefined ? [] : printTable(report, wide, paint),
    // Nothing is deregistered yet.
    paintHeading(printRetired({ ...report, run: { ...report.run, dryRun: true } }, prose), 'heading', paint),
    paintHeading(printDeletions(report.deletions, prose, false), 'heading', paint),
  ]);
}

const outcomeStyle = { FAILED: 'bad', HELD: 'bad', ACTION: 'action', PREVIEW: 'good', OK: 'good' } as const;

function printWarnings(report: Report, width: number, paint: Paint): Section[] {
  return [
    paintHeading(printActionItems(report, width), 'action', paint),
    paintAll(printUnread(report, width), 'quiet', paint),
  ];
}

function printTable({ plan, run }: Report, width: number, paint: Paint): Section {
  if (plan === undefined || plan.families.length === 0) return [];
  const title = `Plan of ${formatCount(plan.families.length, 'family')}${run.dryRun ? ' (dry run)' : ''}`;
  const heading = wrap(`${title}; (+1) is one more reason, see explain`, { width });
  return [...paintAll(heading, 'heading', paint), ...printPlan(plan, width, paint)];
}

function paintAll(lines: Section, style: Style, paint: Paint): Section {
  return lines.map((line) => paint(style, line));
}

/** The heading is the first line up to its colon. */
function paintHeading([first, ...lines]: Section, style: Style, paint: Paint): Section {
  if (first === undefined) return [];
  const [heading = '', ...rest] = first.split(/(?=:)/u);
  return [paint(style, heading) + rest.join(''), ...lines];
}
