// The report on a terminal or into a pipe: the mail's parts in the mail's order, with the plan as a table. A live run is
// shown twice: its plan before the question (`proposal`), and what became of it after (`terminal`).
import { safe } from '../../domain/safe-text.ts';
import { printCaller } from '../sections/caller.ts';
import { printDeletions } from '../sections/deletions.ts';
import { printWaiting, printOverflow, printDeregistered } from '../sections/revisions.ts';
import { summarize } from '../sections/headline.ts';
import type { Report } from '../model/report.ts';
import { createPaint, type Paint, type Style } from '../text/paint.ts';
import { printRetired } from '../model/retirement.ts';
import {
  printActionItems,
  printBacklog,
  printKept,
  printReadingCosts,
  printRun,
  type Section,
  printUndo,
  printUnread,
} from '../sections/sections.ts';
import { printPlan } from './plan-table.ts';
import { formatCount } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';

export interface Screen {
  /** Columns; fewer than the mail's 72 count as 72. */
  readonly width: number;
  readonly color: boolean;
}

/** Prose is read in lines of at most this length, however wide the screen; the table takes all of it. */
const PROSE = 100;

/** @param planShown the plan was shown before, by `proposal` */
export function printTerminal(given: Report, screen: Screen & { readonly planShown?: boolean }): string {
  const report = safe(given);
  const { wide, prose, paint } = onScreen(screen);
  const read = report.plan !== undefined && report.plan.families.length > 0;
  return joined([
    painted(wrap(summarize(report), { width: prose }), outcomeStyle[report.outcome], paint, true),
    ...before(report, prose, paint),
    read && screen.planShown !== true ? table(report, wide, paint) : [],
    ...(read
      ? [
          report.run.dryRun ? [] : headed(printDeregistered(report, prose), paint),
          headed(printRetired(report, prose), paint),
          headed(printWaiting(report, prose), paint),
          headed(printKept(report, prose), paint),
          headed(printBacklog(report, prose), paint),
        ]
      : []),
    headed(printDeletions(report.deletions, prose, !report.run.dryRun), paint),
    headed(printUndo(report, prose, { brief: false }), paint),
    painted(printReadingCosts(report, prose), 'quiet', paint, true),
    painted(printRun(report, prose), 'quiet', paint, true),
    report.run.dryRun ? [] : headed(printOverflow(report, prose), paint),
  ]);
}

/** What a live run is about to do, for the person who is asked. */
export function printProposal(given: Report, screen: Screen): string {
  const report = safe(given);
  const { wide, prose, paint } = onScreen(screen);
  const { plan, target } = report;
  const where = target === undefined ? '' : ` in account ${target.account}, ${target.region}`;
  const going = plan?.toDeregister.length ?? 0;
  const says =
    going === 0
      ? `There is nothing to deregister${where}.`
      : `${formatCount(going, 'revision')} ${going === 1 ? 'is' : 'are'} to be deregistered${where}.`;
  return joined([
    [
      ...painted(wrap(says, { width: prose }), 'heading', paint, true),
      ...printCaller(report.run.caller, prose),
    ],
    ...before(report, prose, paint),
    plan === undefined ? [] : table(report, wide, paint),
    // Nothing is deregistered yet.
    headed(printRetired({ ...report, run: { ...report.run, dryRun: true } }, prose), paint),
    headed(printDeletions(report.deletions, prose, false), paint),
  ]);
}

const outcomeStyle = { FAILED: 'bad', HELD: 'bad', ACTION: 'look', PREVIEW: 'good', OK: 'good' } as const;

export function onScreen({ width, color }: Screen) {
  const wide = Math.max(72, width);
  return { wide, prose: Math.min(wide, PROSE), paint: createPaint(color) };
}

function before(report: Report, width: number, paint: Paint): Section[] {
  return [
    painted(printActionItems(report, width), 'look', paint, false),
    painted(printUnread(report, width), 'quiet', paint, true),
  ];
}

function table({ plan, run }: Report, width: number, paint: Paint): Section {
  if (plan === undefined || plan.families.length === 0) return [];
  const what = `Plan of ${formatCount(plan.families.length, 'family')}${run.dryRun ? ' (dry run)' : ''}`;
  const heading = wrap(`${what}; (+1) is one more reason, told by explain`, { width });
  return [...heading.map((line) => paint('heading', line)), ...printPlan(plan, width, paint)];
}

function headed(section: Section, paint: Paint): Section {
  return painted(section, 'heading', paint, false);
}

/** Only the heading, which is the first line up to its colon; or all of it. */
function painted(lines: Section, style: Style, paint: Paint, whole: boolean): Section {
  if (whole) return lines.map((line) => paint(style, line));
  return lines.map((line, index) => {
    const [heading = '', ...rest] = line.split(/(?=:)/u);
    return index === 0 ? paint(style, heading) + rest.join('') : line;
  });
}

function joined(sections: readonly Section[]): string {
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}
