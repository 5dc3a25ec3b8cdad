// Prints the report as plain text for SNS. A normal night fits 40 lines of 72 columns: mail programs wrap longer lines badly.
import { safe } from '../../domain/safe-text.ts';
import { printDeletions } from '../sections/deletions.ts';
import { printWaiting, printOverflow, printDeregistered } from '../sections/revisions.ts';
import { printSubject, summarize } from '../sections/headline.ts';
import type { Report } from '../model/report.ts';
import {
  printActionItems,
  printBacklog,
  printKept,
  printReadings,
  printRetired,
  printRun,
  printUndo,
  printUnread,
} from '../sections/sections.ts';
import { joinSections } from '../text/screen.ts';
import { wrap } from '../text/wrap.ts';

const WIDTH = 72;

export function printEmail(given: Report): { subject: string; body: string } {
  const report = safe(given);
  // A run that read nothing, and an account without ECS, have nothing to list.
  const hasFamilies = report.plan !== undefined && report.plan.families.length > 0;
  const body = joinSections([
    wrap(summarize(report), { width: WIDTH }),
    printActionItems(report, WIDTH),
    printUnread(report, WIDTH),
    hasFamilies ? printDeregistered(report, WIDTH) : [],
    printRetired(report, WIDTH),
    printDeletions(report.deletions, WIDTH, !report.run.dryRun),
    hasFamilies ? printWaiting(report, WIDTH) : [],
    hasFamilies ? printKept(report, WIDTH) : [],
    // An empty backlog stands under `Next run` already.
    hasFamilies && report.backlog.revisions > 0 ? printBacklog(report, WIDTH) : [],
    printUndo(report, WIDTH, { brief: report.actionItems.length > 0 }),
    [...printRun(report, WIDTH), ...printReadings(report, WIDTH)],
    printOverflow(report, WIDTH),
  ]);
  return { subject: printSubject(report), body };
}
