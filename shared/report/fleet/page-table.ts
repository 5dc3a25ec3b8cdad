// Prints every target in one table.
import { sortableTime } from '../html/days.ts';
import { consoleAddress } from '../html/console-address.ts';
import { html, type Html, isolate } from '../html/html.ts';
import { printTable } from '../html/table.ts';
import { formatNumber } from '../text/wording.ts';
import { byNeed } from './email.ts';
import { nameTarget } from './headline.ts';
import type { Fleet, FleetTarget } from './model.ts';

export function printFleetTable({ targets }: Fleet): Html {
  return html`<section aria-labelledby="targets">
    <h2 id="targets">Targets</h2>
    ${printTable({
      title: 'Every target, those that need a look first',
      isOpen: true,
      heads: ['Target', 'State', 'Last run (UTC)', '#ACTIVE', '#Deregistered', '#Backlog', 'Version'],
      rows: targets.toSorted(byNeed).map(toRow),
    })}
  </section>`;
}

function toRow(target: FleetTarget): Html[] {
  const { last } = target;
  if (last === undefined) return [isolate(nameTarget(target)), 'never reported', '', '', '', '', ''];
  return [
    linkReport(target, isolate(nameTarget(target))),
    html`<span class="badge ${last.outcome}">${last.outcome}</span> ${target.state === 'fine' ? '' : target.state}`,
    html`<time>${sortableTime(last.beganAt)}</time>`,
    formatNumber(last.active),
    last.dryRun ? `would ${formatNumber(last.planned)}` : formatNumber(last.deregistered),
    `${last.backlog.atLeast ? '≥ ' : ''}${formatNumber(last.backlog.revisions)}`,
    isolate(last.version),
  ];
}

/** The page of the report stands beside its JSON, and opens for a role of that account. */
export function linkReport({ last, ...target }: FleetTarget, text: Html): Html {
  const page = last?.report?.replace(/report\.json$/, 'report.html');
  const address = page === undefined ? undefined : consoleAddress(page, target);
  return address === undefined ? text : html`<a href=${address}>${text}</a>`;
}
