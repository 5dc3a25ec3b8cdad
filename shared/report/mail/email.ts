// The mail: plain text, read at 6 a.m. on a telephone. What matters most stands first, and a normal night is within
// 40 lines of 72 columns: SNS sends text as it is, and mail programs wrap longer lines badly.
import { safe } from '../../domain/safe-text.ts';
import { deletionsSection } from '../sections/deletions.ts';
import { nextSection, overflowSection, removedSection } from '../sections/revisions.ts';
import { subject, verdictSentence } from '../sections/headline.ts';
import type { Report } from '../model/report.ts';
import { retiredSection } from '../model/retirement.ts';
import {
  attentionSection,
  backlogSection,
  keptSection,
  readSection,
  runSection,
  undoSection,
  unreadSection,
} from '../sections/sections.ts';
import { wrap } from '../text/wrap.ts';

const WIDTH = 72;

export function email(given: Report): { subject: string; body: string } {
  const report = safe(given);
  // Before anything was read, and in an account without ECS, there is nothing to count.
  const read = report.plan !== undefined && report.plan.families.length > 0;
  const sections = [
    wrap(verdictSentence(report), { width: WIDTH }),
    attentionSection(report, WIDTH),
    unreadSection(report, WIDTH),
    read ? removedSection(report, WIDTH) : [],
    retiredSection(report, WIDTH),
    deletionsSection(report.deletions, WIDTH, !report.run.dryRun),
    read ? nextSection(report, WIDTH) : [],
    read ? keptSection(report, WIDTH) : [],
    // Where nothing waits, `Next time` has said so.
    read && report.backlog.revisions > 0 ? backlogSection(report, WIDTH) : [],
    undoSection(report, WIDTH, { brief: report.actionItems.length > 0 }),
    [...runSection(report, WIDTH), ...readSection(report, WIDTH)],
    overflowSection(report, WIDTH),
  ];
  const body = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return { subject: subject(report), body: `${body.join('\n\n')}\n` };
}
