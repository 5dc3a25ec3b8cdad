// Prints every target in one table, which the script of the page filters and sorts.
import { byName } from '../../domain/revision.ts';
import { sortableTime } from '../html/days.ts';
import { type Filter, printFilter } from '../html/filter.ts';
import { html, type Html, isolate } from '../html/html.ts';
import { clip, formatCount, formatNumber } from '../text/wording.ts';
import { clipAlias } from './headline.ts';
import { byNeed, type Fleet, type FleetTarget, sumTargets, targetStates } from './model.ts';
import { findOutcome, linkReport, listOutcomes, printBadge } from './page-outcome.ts';

/** Beyond, the browser lays out only the rows in view. */
const MOST_LAID_OUT = 200;
const LONGEST_VERSION = 20;

const heads = [
  ['Target', 'text'],
  ['Region', 'text'],
  ['State', 'text'],
  ['Outcome', 'text'],
  ['Last run (UTC)', 'text'],
  ['ACTIVE', 'number'],
  ['Deregistered', 'number'],
  ['Backlog', 'number'],
  ['Version', 'text'],
] as const;

export function printFleetTable(fleet: Fleet): Html {
  const { targets } = fleet;
  const { dryRuns } = sumTargets(fleet);
  return html`<section aria-labelledby="targets">
    <h2 id="targets">${formatCount(targets.length, 'target')}</h2>
    <p>
      Those that need a look come first. ACTIVE is the number when the last run began.
      ${dryRuns > 0 && ' A dry run shows what it would deregister.'}
    </p>
    ${printFilter(filterOf(targets))}
    <table
      class=${`rows targets${targets.length > MOST_LAID_OUT ? ' many' : ''}`}
      role="table"
      aria-labelledby="targets"
    >
      <thead role="rowgroup">
        <tr role="row">
          ${heads.map(([head, order]) => html`<th scope="col" role="columnheader" data-order=${order}>${head}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${targets.toSorted(byNeed).map(printRow)}
      </tbody>
    </table>
  </section>`;
}

function filterOf(targets: readonly FleetTarget[]): Filter {
  const states = new Set(targets.map(({ state }) => state));
  const regions = [...new Set(targets.map(({ region }) => region))].sort(byName);
  return {
    title: 'Targets',
    name: 'Target',
    choices: [
      {
        label: 'State',
        key: 's',
        options: targetStates.filter((state) => states.has(state)).map((state) => [state, state] as const),
      },
      {
        label: 'Outcome',
        key: 'o',
        options: listOutcomes(targets).map(({ kind, word }) => [kind, word] as const),
      },
      { label: 'Region', key: 'r', options: regions.map((region) => [region, region] as const) },
    ],
    rows: targets.length,
  };
}

function printRow(target: FleetTarget): Html {
  const { account, region, alias, state, last } = target;
  const outcome = findOutcome(target);
  const name = alias === undefined ? account : html`${isolate(clipAlias(alias))} <small>${account}</small>`;
  const cells: readonly Html[] = [
    region,
    state,
    printBadge(outcome),
    ...(last === undefined
      ? ['never', '', '', '', '']
      : [
          sortableTime(last.beganAt),
          formatNumber(last.active),
          last.dryRun ? `would ${formatNumber(last.planned)}` : formatNumber(last.deregistered),
          `${last.backlog.atLeast ? '≥ ' : ''}${formatNumber(last.backlog.revisions)}`,
          isolate(clip(last.version, LONGEST_VERSION)),
        ]),
  ];
  return html`<tr role="row" data-s=${state} data-o=${outcome.kind} data-r=${region}>
    <th scope="row" role="rowheader">${linkReport(target, name)}</th>
    ${cells.map((cell) => html`<td role="cell">${cell}</td>`)}
  </tr>`;
}
