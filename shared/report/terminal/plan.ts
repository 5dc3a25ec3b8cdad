// Prints a plan on a terminal or into a pipe: what a run would change and why the rest of these families stays, then what the
// operator must do, and at the end the answer and the way on. A live run shows it before its prompt.
import { safe } from '../../domain/safe-text.ts';
import { nameOf } from '../../domain/revision.ts';
import type { FamilyPlan, Plan } from '../../plan/verdict.ts';
import { countRevisions } from '../model/counts.ts';
import { needsAction, type Report } from '../model/report.ts';
import { printCaller } from '../sections/caller.ts';
import { printDeletions } from '../sections/deletions.ts';
import { describeTarget, summarize } from '../sections/headline.ts';
import { printSavedPlan } from '../sections/saved-plan.ts';
import {
  printActionItems,
  printKept,
  printNotes,
  printReadingCosts,
  printRetired,
  printRunFacts,
  printUnread,
} from '../sections/sections.ts';
import { printCommand } from '../text/commands.ts';
import { joinSections, layOut, type Screen, type Section } from '../text/screen.ts';
import { formatCount, formatNumber } from '../text/wording.ts';
import { wrap, wrapCommand } from '../text/wrap.ts';
import { outcomeStyle, paintAll, paintHeading } from './paint-sections.ts';
import { printPlanTable } from './plan-table.ts';
import { type Extent, type PlanView, type Selection, selectFamilies } from './plan-view.ts';

/** The plan of a dry run, with the commands that go on from it. */
export function printPlan(given: Report, screen: Screen, view: PlanView = {}): string {
  return print(safe(given), screen, view, true);
}

/** The plan of a live run, before the operator is asked. Nothing is deregistered yet. */
export function printProposal(given: Report, screen: Screen, view: PlanView = {}): string {
  const { run, ...report } = safe(given);
  return print({ ...report, run: { ...run, dryRun: true } }, screen, view, false);
}

function print(report: Report, screen: Screen, view: PlanView, goesOn: boolean): string {
  const { plan } = report;
  const { wide, prose, paint } = layOut(screen);
  const heading = (section: Section) => paintHeading(section, 'heading', paint);
  const selection = plan === undefined ? undefined : selectFamilies(plan, view);
  const named = { ...report, plan: selection?.named };
  const hasFamilies = plan !== undefined && plan.families.length > 0;
  return joinSections([
    [...paintAll(printTarget(report, prose), 'heading', paint), ...printCaller(report.run.caller, prose)],
    selection === undefined
      ? []
      : [
          ...printPlanTable(selection.shown, { width: wide, paint, all: view.all === true }),
          ...paintAll(printHidden(selection, view, prose), 'quiet', paint),
        ],
    heading(printSavedPlan(report, prose)),
    heading(printRetired(report, prose)),
    hasFamilies ? heading(printKept(named, prose)) : [],
    heading(printDeletions(report.deletions, prose, false)),
    paintAll([...printUnread(report, prose), ...printNotes(report, prose)], 'quiet', paint),
    ...(view.verbose === true
      ? [paintAll([...printReadingCosts(report, prose), ...printRunFacts(report, prose)], 'quiet', paint)]
      : []),
    paintHeading(printActionItems(report, prose), 'action', paint),
    [
      ...paintAll(printAnswer(named, selection, prose), outcomeStyle[report.outcome], paint),
      ...paintAll(printConfigCost(named, prose), 'quiet', paint),
      ...(goesOn && selection !== undefined ? printWaysOn(report, selection, view, prose) : []),
    ],
  ]);
}

function printTarget(report: Report, width: number): Section {
  return wrap(`Plan for ${describeTarget(report)}: nothing is deregistered yet`, { width });
}

function printHidden({ hidden, outside }: Selection, view: PlanView, width: number): Section {
  const filters = Object.entries({ rule: view.rule, source: view.source, verdict: view.verdict })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name} ${value}`);
  const kept = filters.length > 0 ? `not shown, because of ${filters.join(' ')}` : 'without changes (--all shows them)';
  return [
    ...(hidden.families === 0 ? [] : [`${describeExtent(hidden)} ${kept}`]),
    ...(outside.families === 0 ? [] : [`${describeExtent(outside)} outside the given families, untouched`]),
  ].flatMap((line) => wrap(line, { width, first: '  ' }));
}

function describeExtent({ families, revisions }: Extent): string {
  return `${formatCount(families, 'family')} with ${formatCount(revisions, 'ACTIVE revision')}`;
}

/** `Plan: deregister 246 of 433 ACTIVE revisions in 13 families; keep 180; hold 7.` A run that needs attention says so first. */
function printAnswer(report: Report, selection: Selection | undefined, width: number): Section {
  const items = `${formatCount(report.actionItems.length, 'action')} required: see above.`;
  const sentence = needsAction(report) ? wrap(report.outcome === 'ACTION' ? items : summarize(report), { width }) : [];
  if (selection === undefined) return sentence;
  const { active, kept, held, deferred, planned } = countRevisions(report);
  if (active === 0) return sentence.length > 0 ? sentence : wrap(summarize(report), { width });
  const families = countFamilies(selection.named);
  const within = families === 0 ? '' : ` in ${formatCount(families, 'family')}`;
  const parts = [
    `deregister ${planned === 0 ? 'none' : formatNumber(planned)} of ${formatCount(active, 'ACTIVE revision')}${within}`,
    `keep ${formatNumber(kept)}`,
    ...(deferred > 0 ? [`defer ${formatNumber(deferred)} (${describeNights(report)})`] : []),
    ...(held > 0 ? [`hold ${formatNumber(held)}`] : []),
  ];
  return [...sentence, ...wrap(`Plan: ${parts.join('; ')}.`, { width })];
}

function countFamilies({ toDeregister }: Plan): number {
  return new Set(toDeregister.map(({ family }) => family)).size;
}

function describeNights({ backlog }: Report): string {
  const least = backlog.atLeast ? 'at least ' : '';
  return `at most ${formatNumber(backlog.cap)} a run: ${least}${formatCount(backlog.nights, 'night')} in all`;
}

/** https://aws.amazon.com/config/pricing/ (configuration items recorded continuously) */
const DOLLARS_AN_ITEM = 0.003;

function printConfigCost({ plan }: Report, width: number): Section {
  const items = plan?.toDeregister.length ?? 0;
  if (items === 0) return [];
  const dollars = (items * DOLLARS_AN_ITEM).toFixed(2);
  return wrap(
    `Cost: ${formatCount(items, 'configuration item')} (about $${dollars}), if AWS Config records task definitions; otherwise nothing.`,
    { width },
  );
}

/** The way on: one revision to ask about, and the command that does what the plan says. */
function printWaysOn(
  { target, run }: Report,
  { shown, named }: Selection,
  { families = [] }: PlanView,
  width: number,
): Section {
  const scope = { target, where: run.where };
  const example = findExample(shown);
  const print = (words: string) => wrapCommand(printCommand(words, scope), width, '  ');
  return [
    ...(example === undefined ? [] : ['Why a revision stays:', ...print(`explain ${example}`)]),
    ...(named.toDeregister.length === 0
      ? []
      : [
          'To deregister, after a question:',
          ...print(
            `prune${run.where === undefined ? ' --state s3://BUCKET' : ''}${families.length === 0 ? '' : ` --families '${families.join(',')}'`}`,
          ),
        ]),
  ];
}

/** A kept revision of a family that changes is the likeliest question. */
function findExample(shown: readonly FamilyPlan[]): string | undefined {
  for (const wanted of ['keep', 'hold', 'deferred', 'deregister'] as const)
    for (const { family, spans } of shown)
      for (const { ranges, verdict } of spans) {
        const [first] = ranges;
        if (verdict.verdict === wanted && first !== undefined) return nameOf({ family, number: first.from });
      }
  return undefined;
}
