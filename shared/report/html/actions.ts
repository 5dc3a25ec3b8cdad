// Prints the action items of the page: late and dangling references as a table, then every action item with its command.
import type { Reference } from '../../domain/evidence.ts';
import { targetName } from '../../domain/dangling.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import { describeConsequence } from '../model/consequence.ts';
import type { ActionItem } from '../model/action-item.ts';
import type { Report } from '../model/report.ts';
import { capitalize, clip, formatCount, toSentence } from '../text/wording.ts';
import { splitRemedy } from '../text/wrap.ts';
import { html, type Html, isolate } from './html.ts';
import { printTable } from './table.ts';

/** Longer than any list that an operator reads; the JSON report has all. */
const MOST_ITEMS = 100;
const LONGEST = 1_000;

export function printActions(report: Report): Html {
  const { actionItems } = report;
  if (actionItems.length === 0) return null;
  const more = actionItems.length - MOST_ITEMS;
  return html`<section aria-labelledby="do">
    <h2 id="do">What to do</h2>
    ${printBroken(report)}
    <ol class="items">
      ${actionItems.slice(0, MOST_ITEMS).map(printItem)}
    </ol>
    ${more > 0 && html`<p>… and ${formatCount(more, 'more item')}, in the report's JSON.</p>`}
  </section>`;
}

function printItem({ problem, remedy }: ActionItem): Html {
  const { prose, paste } = splitRemedy(remedy);
  return html`<li>
    <p class="problem">${isolate(toSentence(clip(problem, LONGEST)))}</p>
    ${prose !== '' && html`<p>${isolate(clip(prose, LONGEST))}</p>`}
    ${paste !== undefined && html`<pre><code>${paste}</code></pre>`}
  </li>`;
}

/** References to revisions that are not ACTIVE any more. */
function printBroken({ results, danglingReferences, plan }: Report): Html {
  const asOf = plan?.asOf;
  const rows = [
    ...results.lateReferences.map((one) => toRow('late', one, 'INACTIVE', asOf)),
    ...danglingReferences.map(({ reference, status }) => toRow('dangling', reference, status, asOf)),
  ];
  if (rows.length === 0) return null;
  const more = rows.length - MOST_ITEMS;
  return printTable({
    title: 'References to revisions that are not ACTIVE',
    isOpen: true,
    heads: ['Referrer', 'Reference', 'Revision', 'What fails'],
    rows: rows.slice(0, MOST_ITEMS),
    more: more > 0 ? `… and ${formatCount(more, 'more reference')}, in the report's JSON` : undefined,
  });
}

function toRow(kind: string, reference: Reference, status: string, asOf: number | undefined): Html[] {
  return [
    isolate(clip(shortName(reference.referrer), 300)),
    `${kind}: ${reference.relation}`,
    html`${isolate(targetName(reference))}, ${status}`,
    capitalize(describeConsequence(reference, asOf)),
  ];
}
