// Prints a fleet as one page: is it fine, what to do, the trend, accounts and Regions as a grid, and every target in a table.
import { safe } from '../../domain/safe-text.ts';
import { printDocument } from '../html/document.ts';
import { html, type Html, isolate } from '../html/html.ts';
import { printWhole } from '../html/whole.ts';
import { clip, formatCount, formatNumber, formatTime, toSentence } from '../text/wording.ts';
import { printFleetSubject, summarizeFleet } from './headline.ts';
import { countStates, type Fleet, isFleetFine, sumTargets, type TargetState } from './model.ts';
import { printGrid } from './page-grid.ts';
import { printFleetItems } from './page-items.ts';
import { printFleetTable } from './page-table.ts';
import { printFleetTrend } from './page-trend.ts';

const MOST_NOTES = 100;
const LONGEST_NOTE = 1_000;

export function printFleetPage(given: Fleet): string {
  const fleet = safe(given);
  const { targets, notes, at } = fleet;
  const outcome = isFleetFine(fleet) ? 'OK' : 'ACTION';
  const items = printFleetItems(fleet);
  const trend = printFleetTrend(fleet);
  const links = [
    ...(items === null ? [] : [['do', 'What to do']]),
    ...(trend === null ? [] : [['trend', 'Trend']]),
    ['grid', 'Accounts and Regions'],
    ['targets', 'Targets'],
  ];
  const content = html`
    <header>
      <p class="where">
        <span>${formatCount(targets.length, 'target')}</span>
        <time datetime=${new Date(at).toISOString()}>${formatTime(at)}</time>
      </p>
      <h1><span class="badge ${outcome}">${outcome}</span> ${summarizeFleet(fleet)}</h1>
    </header>
    ${
      targets.length > 0 &&
      html`<nav aria-label="Parts of the page">${links.map(([id, text]) => html`<a href="#${id}">${text}</a>`)}</nav>
        ${printStates(fleet)} ${printSums(fleet)}`
    }
    ${items} ${trend} ${targets.length > 0 && html`${printGrid(fleet)} ${printFleetTable(fleet)}`}
    ${
      notes.length > 0 &&
      html`<section aria-labelledby="notes">
        <h2 id="notes">Notes</h2>
        ${notes.slice(0, MOST_NOTES).map((note) => html`<p>${isolate(toSentence(clip(note, LONGEST_NOTE)))}</p>`)}
      </section>`
    }
  `;
  return printDocument(printFleetSubject(fleet), content);
}

/** Worst first, each with the class of its pattern. */
const states: Readonly<Record<TargetState, { readonly mark: string; readonly name: string }>> = {
  silent: { mark: 'l', name: 'silent' },
  action: { mark: 'w', name: 'need action' },
  paused: { mark: 'h', name: 'paused' },
  fine: { mark: 'f', name: 'fine' },
};

function printStates(fleet: Fleet): Html {
  const counts = countStates(fleet);
  const all = fleet.targets.length;
  const parts = (['fine', 'action', 'silent', 'paused'] as const).map((state) => ({
    ...states[state],
    count: counts[state],
  }));
  return printWhole(parts, { name: all === 1 ? 'target' : 'targets', value: formatNumber(all) });
}

function printSums(fleet: Fleet): Html {
  const { active, deregistered, backlog, backlogAtLeast, planned, dryRuns } = sumTargets(fleet);
  const facts = [
    ['ACTIVE revisions now', formatNumber(active)],
    ['Deregistered by the last runs', formatNumber(deregistered)],
    ['Backlog', `${backlogAtLeast ? 'at least ' : ''}${formatNumber(backlog)}`],
    ...(dryRuns > 0 ? [[`${formatCount(dryRuns, 'dry run')} would deregister`, formatNumber(planned)]] : []),
  ];
  return html`<div class="account sums">
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
