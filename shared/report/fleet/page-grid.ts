// Prints accounts and Regions as a grid: a cell shows the outcome of a target, the age of its last run, its trend, and what waits.
import type { Night } from '../../domain/night.ts';
import { byName } from '../../domain/revision.ts';
import { drawSpark } from '../html/curve.ts';
import { html, type Html, isolate } from '../html/html.ts';
import { describeChange } from '../html/trend.ts';
import { formatAge, formatCount, formatNumber } from '../text/wording.ts';
import { clipAlias } from './headline.ts';
import { type Fleet, type FleetTarget, targetStates } from './model.ts';
import { findOutcome, linkReport, listOutcomes, printBadge } from './page-outcome.ts';

/** With the empty ones. Five thousand accounts in thirty Regions would be more than a browser lays out in time. */
const MOST_CELLS = 25_000;
/** Beyond, the grid scrolls in a window of its own, and the browser lays out only the rows in view. */
const MOST_LAID_OUT = 30;
/** Beyond, no sheet of paper is wide enough. */
const MOST_ON_PAPER = 8;
/** Of a large fleet fewer, which makes its page a tenth smaller. */
const mostNights = (targets: number) => (targets > 1_000 ? 7 : 14);

interface Row {
  readonly account: string;
  readonly alias: string | undefined;
  readonly targets: ReadonlyMap<string, FleetTarget>;
  /** The place of its worst state in the order of states. */
  readonly worst: number;
}

export function printGrid({ targets, at }: Fleet): Html {
  const regions = [...new Set(targets.map(({ region }) => region))].sort(byName);
  const rows = listRows(targets);
  const shown = rows.slice(0, Math.max(1, Math.floor(MOST_CELLS / regions.length)));
  const hidden = rows.length - shown.length;
  const most = mostNights(targets.length);
  const isWide = regions.length > MOST_ON_PAPER;
  return html`<section aria-labelledby="grid">
    <h2 id="grid">Accounts and Regions</h2>
    <p>Accounts that need a look come first. A badge links to the report in the S3 console of its account.</p>
    ${printLegend(targets)}
    <div
      class=${`matrix${shown.length > MOST_LAID_OUT ? ' tall' : ''}${isWide ? ' wide' : ''}`}
      tabindex="0"
      role="region"
      aria-label="Grid of accounts and Regions"
    >
      <table class="cells" role="table" aria-labelledby="grid">
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">Account</th>
            ${regions.map((region) => html`<th scope="col" role="columnheader">${region}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${shown.map((row) => printRow(row, regions, at, most))}
        </tbody>
      </table>
    </div>
    ${isWide && html`<p class="paper">The grid is wider than paper. The table below has every target.</p>`}
    ${hidden > 0 && html`<p class="more">… and ${formatCount(hidden, 'more account')}, in the table below.</p>`}
  </section>`;
}

/** Those first that need a look, then by alias and account. */
function listRows(targets: readonly FleetTarget[]): Row[] {
  const rows = Array.from(
    Map.groupBy(targets, ({ account }) => account),
    ([account, own]): Row => ({
      account,
      alias: own.find(({ alias }) => alias !== undefined)?.alias,
      targets: new Map(own.map((target) => [target.region, target])),
      worst: Math.min(...own.map(({ state }) => targetStates.indexOf(state))),
    }),
  );
  return rows.sort(
    (a, b) => a.worst - b.worst || byName(a.alias ?? '\uFFFF', b.alias ?? '\uFFFF') || byName(a.account, b.account),
  );
}

function printLegend(targets: readonly FleetTarget[]): Html {
  return html`<dl class="legend">
    ${listOutcomes(targets).map(
      (shown) =>
        html`<div>
          <dt>${printBadge(shown)}</dt>
          <dd>${shown.meaning}</dd>
        </div>`,
    )}
    <div>
      <dt>4 h</dt>
      <dd>since its last run began</dd>
    </div>
    <div>
      <dt>
        <svg aria-hidden="true"><path d="M0 2L15 2L30 5L45 9L60 12" /></svg>
      </dt>
      <dd>ACTIVE revisions of its last ${mostNights(targets.length)} nights, from zero</dd>
    </div>
    <div>
      <dt>–</dt>
      <dd>not deployed</dd>
    </div>
  </dl>`;
}

function printRow({ account, alias, targets }: Row, regions: readonly string[], at: number, most: number): Html {
  return html`<tr role="row">
    <th scope="row" role="rowheader">
      ${alias === undefined ? account : html`${isolate(clipAlias(alias))} <small>${account}</small>`}
    </th>
    ${regions.map((region) => {
      const target = targets.get(region);
      return target === undefined ? EMPTY : printCell(target, at, most);
    })}
  </tr>`;
}

const EMPTY = html`<td role="cell"></td>`;

function printCell(target: FleetTarget, at: number, most: number): Html {
  const { last } = target;
  const { word, kind } = findOutcome(target);
  const badge = linkReport(target, word, `badge ${kind}`);
  if (last === undefined) return html`<td role="cell">${badge} never</td>`;
  const { revisions, atLeast } = last.backlog;
  const waits = revisions === 0 ? '' : `${atLeast ? '≥ ' : ''}${formatNumber(revisions)} wait`;
  return html`<td role="cell">
    ${badge} ${formatAge(at - last.beganAt)}<br />${drawTrend(target.nights, most)} ${waits}
  </td>`;
}

function drawTrend(nights: readonly Night[], most: number): Html {
  const shown = nights.slice(-most);
  const [first, last] = [shown[0], shown.at(-1)];
  if (first === undefined || last === undefined) return null;
  return drawSpark(
    shown.map(({ beganAt, active }) => ({ at: beganAt, value: active })),
    `${describeChange(first.active, last.active)} ACTIVE`,
  );
}
