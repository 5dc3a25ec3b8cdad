// Prints the report as plain text for SNS: is it fine, what must the operator do, what happened, why, what is next. Mail
// programs wrap lines by themselves and often show a proportional font, so prose and lists are not wrapped or aligned here.
import { safe } from '../../domain/safe-text.ts';
import { countRevisions, type Group } from '../model/counts.ts';
import type { Report } from '../model/report.ts';
import { describeTrend } from '../model/trend.ts';
import { printDeletions } from '../sections/deletions.ts';
import { formatRanges } from '../sections/family-rows.ts';
import { printSubject, summarize } from '../sections/headline.ts';
import { printSavedPlan } from '../sections/saved-plan.ts';
import { printRefused, printWaiting, printOverflow, printDeregistered } from '../sections/revisions.ts';
import {
  airy,
  printActionItems,
  printBacklog,
  printGoLive,
  printNotes,
  printRetired,
  printRunFacts,
  printUndo,
  printUnread,
} from '../sections/sections.ts';
import { printCaller } from '../sections/caller.ts';
import { joinSections, type Section } from '../text/screen.ts';
import { clip, formatCount, formatNumber, shortenIds } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';

/** SMTP passes on lines of 998 characters. https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1 */
const WIDTH = 900;

export function printEmail(given: Report): { subject: string; body: string } {
  const report = safe(given);
  // A run that read nothing, and an account without ECS, have nothing to list.
  const hasFamilies = report.plan !== undefined && report.plan.families.length > 0;
  const listed = (print: () => Section): Section => (hasFamilies ? print() : []);
  const body = joinSections([
    [...wrap(summarize(report), { width: WIDTH }), ...describeTrend(report)],
    printActionItems(report, WIDTH, airy),
    // Only of an approved plan: prune, which saves plans, sends no mail unless it is told to.
    printSavedPlan(report, WIDTH),
    listed(() => printDeregistered(report, WIDTH, listFamilies)),
    printRefused(report, WIDTH),
    printRetired(report, WIDTH),
    printDeletions(report.deletions, WIDTH, !report.run.dryRun, listFamilies),
    listed(() => listKept(report)),
    listed(() => [
      ...printWaiting(report, WIDTH, listFamilies),
      // An empty backlog stands under `Next run` already.
      ...(report.backlog.revisions > 0 ? printBacklog(report, WIDTH) : []),
    ]),
    printGoLive(report, WIDTH),
    printUndo(report, WIDTH),
    printOverflow(report, WIDTH),
    [...printUnread(report, WIDTH), ...printNotes(report, WIDTH)],
    [...printRunFacts(report, WIDTH), ...printCaller(report.run.caller, WIDTH)],
  ]);
  return { subject: printSubject(report), body };
}

/** Three lines of a phone; the JSON document has all ranges. */
const MOST_RANGES = 24;

function listFamilies(groups: readonly Group[]): string[] {
  return groups.map(({ family, ranges }) => `- ${family}: ${formatRanges(ranges, MOST_RANGES)}`);
}

function listKept(report: Report): Section {
  const { kept, keptBy } = countRevisions(report);
  if (kept === 0) return ['Kept: nothing'];
  return [
    `Kept: ${formatCount(kept, 'revision')}, each under its first reason`,
    ...keptBy.map(
      ({ rule, revisions, text, isShared }) =>
        `- ${formatNumber(revisions)} ${rule}: ${clip(shortenIds(isShared ? text : `e.g. ${text}`), 200)}`,
    ),
  ];
}
