// Prints the action items of the page: late and dangling references as a table, then every action item with its command.
import type { Reference } from '../../domain/evidence.ts';
import { targetName } from '../../domain/dangling.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import { describeConsequence } from '../model/consequence.ts';
import type { Report } from '../model/report.ts';
import { capitalize, clip, formatCount } from '../text/wording.ts';
import { html, type Html, isolate } from './html.ts';
import { printItems } from './items.ts';
import { printTable } from './table.ts';

/** Longer than any list that an operator reads; the JSON report has all. */
const MOST_ROWS = 100;

export function printActions(report: Report): Html {
  return printItems(report.actionItems, 0, "in the report's JSON", printBroken(report));
}

/** References to revisions that are not ACTIVE any more. */
function printBroken({ results, danglingReferences, plan }: Report): Html {
  const asOf = plan?.asOf;
  const rows = [
    ...results.lateReferences.map((one) => toRow('late', one, 'INACTIVE', asOf)),
    ...danglingReferences.map(({ reference, status }) => toRow('dangling', reference, status, asOf)),
  ];
  if (rows.length === 0) return null;
  const more = rows.length - MOST_ROWS;
  return printTable({
    title: 'References to revisions that are not ACTIVE',
    isOpen: true,
    heads: ['Referrer', 'Reference', 'Revision', 'What fails'],
    rows: rows.slice(0, MOST_ROWS),
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
