// The mail: plain text, read at 6 a.m. on a telephone. What matters most stands first, and a normal night is within
// 40 lines of 72 columns: SNS sends text as it is, and mail programs wrap longer lines badly.
import { safe } from '../../domain/safe-text.ts';
import { printDeletions } from '../sections/deletions.ts';
import { printWaiting, printOverflow, printDeregistered } from '../sections/revisions.ts';
import { printSubject, summarize } from '../sections/headline.ts';
import type { Report } from '../model/report.ts';
import { printRetired } from '../model/retirement.ts';
import {
  printActionItems,
  printBacklog,
  printKept,
  printReadings,
  printRun,
  printUndo,
  printUnread,
} from '../sections/sections.ts';
import { wrap } from '../text/wrap.ts';

const WIDTH = 72;

export function printEmail(given: Report): { subject: string; body: string } {
  const report = safe(given);
  // Before anything was read, and in an account without ECS, there is nothing to count.
  const read = report.plan !== undefined && report.plan.families.length > 0;
  const sections = [
    wrap(summarize(report), { width: WIDTH }),
    printActionItems(report, WIDTH),
    printUnread(report, WIDTH),
    read ? printDeregistered(report, WIDTH) : [],
    printRetired(report, WIDTH),
    printDeletions(report.deletions, WIDTH, !report.run.dryRun),
    read ? printWaiting(report, WIDTH) : [],
    read ? printKept(report, WIDTH) : [],
    // Where nothing waits, `Next time` has said so.
    read && report.backlog.revisions > 0 ? printBacklog(report, WIDTH) : [],
    printUndo(report, WIDTH, { brief: report.actionItems.length > 0 }),
    [...printRun(report, WIDTH), ...printReadings(report, WIDTH)],
    printOverflow(report, WIDTH),
  ];
  const body = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return { subject: printSubject(report), body: `${body.join('\n\n')}\n` };
}
