// Prints the report of a live run on a terminal or into a pipe: what happened, why the rest stays, what the operator must do,
// and at the end the answer. The plan was shown before its prompt.
import { safe } from '../../domain/safe-text.ts';
import { printDeletions } from '../sections/deletions.ts';
import { printRefused, printWaiting, printOverflow, printDeregistered } from '../sections/revisions.ts';
import { describeTarget, summarize } from '../sections/headline.ts';
import { printSavedPlan } from '../sections/saved-plan.ts';
import type { Report } from '../model/report.ts';
import {
  printActionItems,
  printKept,
  printNotes,
  printReadingCosts,
  printRetired,
  printRunFacts,
  printUndo,
  printUnread,
} from '../sections/sections.ts';
import { printCaller } from '../sections/caller.ts';
import { joinSections, layOut, type Screen, type Section } from '../text/screen.ts';
import { wrap } from '../text/wrap.ts';
import { outcomeStyle, paintAll, paintHeading } from './paint-sections.ts';

/** @param verbose also the readings, calls, and the run's facts */
export function printTerminal(given: Report, screen: Screen, { verbose = false } = {}): string {
  const report = safe(given);
  const { run, plan } = report;
  const { prose, paint } = layOut(screen);
  const heading = (section: Section) => paintHeading(section, 'heading', paint);
  const hasFamilies = plan !== undefined && plan.families.length > 0;
  return joinSections([
    [
      ...paintAll(wrap(`Run in ${describeTarget(report)}`, { width: prose }), 'heading', paint),
      ...printCaller(run.caller, prose),
    ],
    heading(printSavedPlan(report, prose)),
    ...(hasFamilies
      ? [
          heading(printDeregistered(report, prose)),
          heading(printOverflow(report, prose)),
          heading(printRefused(report, prose)),
          heading(printRetired(report, prose)),
          heading(printWaiting(report, prose)),
          heading(printKept(report, prose)),
        ]
      : []),
    heading(printDeletions(report.deletions, prose, true)),
    heading(printUndo(report, prose)),
    paintAll([...printUnread(report, prose), ...printNotes(report, prose)], 'quiet', paint),
    verbose ? paintAll([...printReadingCosts(report, prose), ...printRunFacts(report, prose)], 'quiet', paint) : [],
    paintHeading(printActionItems(report, prose), 'action', paint),
    paintAll(wrap(summarize(report), { width: prose }), outcomeStyle[report.outcome], paint),
  ]);
}
