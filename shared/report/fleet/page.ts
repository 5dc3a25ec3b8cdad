// Prints a fleet as one page: is it fine, what to do, accounts and Regions as a grid, and every target in a table.
import { safe } from '../../domain/safe-text.ts';
import { printDocument } from '../html/document.ts';
import { html, type Html, isolate } from '../html/html.ts';
import { printItems } from '../html/items.ts';
import { formatCount, formatNumber, formatTime } from '../text/wording.ts';
import { printFleetSubject, summarizeFleet } from './headline.ts';
import { listFleetItems } from './items.ts';
import { type Fleet, isFleetFine, sumTargets } from './model.ts';
import { printFleetTable } from './page-table.ts';
import { printGrid } from './page-grid.ts';

export function printFleetPage(given: Fleet): string {
  const fleet = safe(given);
  const items = listFleetItems(fleet, Infinity);
  const outcome = isFleetFine(fleet) ? 'OK' : 'ACTION';
  const content = html`
    <header>
      <p class="where">
        <span>${formatCount(fleet.targets.length, 'target')}</span>
        <time datetime=${new Date(fleet.at).toISOString()}>${formatTime(fleet.at)}</time>
      </p>
      <h1><span class="badge ${outcome}">${outcome}</span> ${summarizeFleet(fleet)}</h1>
    </header>
    ${printItems(items, fleet.moreItems, 'in the reports of the targets')}
    ${
      fleet.targets.length > 0 &&
      html`<section aria-labelledby="totals">
          <h2 id="totals">All targets together</h2>
          ${printSums(fleet)}
        </section>
        ${printGrid(fleet)} ${printFleetTable(fleet)}`
    }
    ${fleet.notes.map((note) => html`<p class="more">${isolate(note)}</p>`)}
  `;
  return printDocument(printFleetSubject(fleet), content);
}

function printSums(fleet: Fleet): Html {
  const { active, deregistered, backlog, backlogAtLeast, planned, dryRuns } = sumTargets(fleet);
  const facts = [
    ['ACTIVE revisions', formatNumber(active)],
    ['Deregistered by the last runs', formatNumber(deregistered)],
    ['Backlog', `${backlogAtLeast ? 'at least ' : ''}${formatNumber(backlog)}`],
    ...(dryRuns > 0 ? [[`Would be deregistered, in ${formatCount(dryRuns, 'dry run')}`, formatNumber(planned)]] : []),
  ];
  return html`<div class="account">
    <dl>
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </div>`;
}
