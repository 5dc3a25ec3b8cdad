// Draws the two pictures of the guide to reports: a plan on a terminal, and the mail of a night. Both show real output for
// the default account. The plan is cut to some families, and says so.
import { styleText } from 'node:util';
import { countRevisions } from '../shared/report/model/counts.ts';
import { printPlan } from '../shared/report/terminal/plan.ts';
import { wrap } from '../shared/report/text/wrap.ts';
import { demonstrated } from './demonstration.ts';
import { draw } from './draw.ts';
import { excerpt } from './excerpt.ts';

/** Both as wide as a terminal, so that they stand below each other as a pair. */
const COLUMNS = 80;

export async function terminalPicture(): Promise<string> {
  const { report } = await demonstrated({ dryRun: true });
  const printed = printPlan(report, { width: COLUMNS, color: true });
  // Families whose rows are short and different.
  const { before, rows, leftOut, after } = excerpt(printed, ['WEB', 'data-export', 'web-admin']);
  const note = painted('dim', `  ... (${leftOut} lines are left out of this picture)`);
  return draw({
    title: `A terminal: the command ./pruner plan, and what it says of an account with ${countRevisions(report).active} revisions`,
    head: 'Terminal',
    columns: COLUMNS,
    lines: [painted('bold', '$ ./pruner plan'), ...before, ...rows, note, ...after],
  });
}

export async function emailPicture(): Promise<string> {
  const { mail, report } = await demonstrated({ dryRun: false });
  return draw({
    title: `An email: the report of a night that deregistered ${report.results.deregistered.length} revisions`,
    head: `Subject: ${mail.subject}`,
    columns: COLUMNS,
    // As a mail program wraps it.
    lines: mail.body
      .trimEnd()
      .split('\n')
      .flatMap((line) => wrap(line, { width: COLUMNS, first: /^ */.exec(line)?.[0] ?? '' })),
  });
}

function painted(style: 'bold' | 'dim', text: string): string {
  return styleText(style, text, { validateStream: false });
}
