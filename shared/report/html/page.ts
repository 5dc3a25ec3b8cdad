// Prints the report of a run as one page: is it fine, what to do, what happened, why, and what is next.
import { safe } from '../../domain/safe-text.ts';
import type { Report } from '../model/report.ts';
import { printSubject } from '../sections/headline.ts';
import { printRefused } from '../sections/revisions.ts';
import { printRetired } from '../sections/sections.ts';
import { printActions } from './actions.ts';
import { printAccount, printAnswer } from './answer.ts';
import { printDocument } from './document.ts';
import { listFamilies } from './families.ts';
import { printFamilies } from './family-table.ts';
import { html, type Html, isolate } from './html.ts';
import { printNext, printRun, UNBROKEN } from './next.ts';
import { printTrend } from './trend.ts';
import { printWhy } from './why.ts';

/** More families would hide what follows them, so they stand behind it. */
const FEW = 30;

export function printPage(given: Report): string {
  const report = safe(given);
  const rows = listFamilies(report);
  const content = html`
    ${printAnswer(report)} ${printLinks(report, rows.length)} ${printActions(report)}
    ${
      rows.length > 0 &&
      html`<section aria-labelledby="happened">
        <h2 id="happened">${report.run.dryRun ? 'What would happen' : 'What happened'}</h2>
        ${printAccount(report, rows)}
        ${[...printRefused(report, UNBROKEN), ...printRetired(report, UNBROKEN)].map(
          (line) => html`<p class="more">${isolate(line)}</p>`,
        )}
        ${report.trend !== undefined && printTrend(report.trend, report.backlog)}
      </section>`
    }
    ${rows.length <= FEW && printFamilies(report, rows)} ${printWhy(report)} ${rows.length > 0 && printNext(report)}
    ${rows.length > FEW && printFamilies(report, rows)} ${printRun(report)}
  `;
  return printDocument(printSubject(report), content);
}

/** The parts of a long page. */
function printLinks({ actionItems, run }: Report, families: number): Html {
  const links = [
    ...(actionItems.length > 0 ? [['do', 'What to do']] : []),
    ...(families > 0 ? [['happened', run.dryRun ? 'What would happen' : 'What happened']] : []),
    ...(families > 0 && families <= FEW ? [['families', 'Families']] : []),
    ...(families > 0 ? [['next', 'What is next']] : []),
    ...(families > FEW ? [['families', 'Families']] : []),
    ['run', 'This run'],
  ];
  return html`<nav aria-label="Parts of the page">
    ${links.map(([id, text]) => html`<a href="#${id}">${text}</a>`)}
  </nav>`;
}
