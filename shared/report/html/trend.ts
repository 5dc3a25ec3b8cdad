// Shows ACTIVE over the nights and how the backlog shrinks, as two curves and as one table.
import type { Night } from '../../domain/night.ts';
import type { Backlog } from '../model/report.ts';
import { formatCount, formatNumber } from '../text/wording.ts';
import { drawCurve } from './curve.ts';
import { shortDay, sortableTime } from './days.ts';
import { html, type Html } from './html.ts';
import { printTable } from './table.ts';

const DAY_MS = 86_400_000;

/** Nothing before the second night. */
export function printTrend(nights: readonly Night[], backlog: Backlog | undefined): Html {
  const [first, last] = [nights[0], nights.at(-1)];
  if (first === undefined || last === undefined || nights.length < 2) return null;
  const now = last.active - last.deregistered;
  const points = nights.map(({ beganAt, active }) => ({ at: beganAt, value: active }));
  const most = Math.max(...nights.map(({ waiting }) => waiting));
  return html`<div class="charts">
      ${drawCurve({
        title: `ACTIVE revisions: ${describeChange(first.active, now)} in ${formatCount(nights.length, 'night')}`,
        summary: `ACTIVE revisions when each run began, from ${formatNumber(first.active)} on ${shortDay(first.beganAt)} to ${formatNumber(last.active)} on ${shortDay(last.beganAt)}, which left ${formatNumber(now)}`,
        // The last run ends the curve.
        points: [...points, { at: last.beganAt, value: now }],
      })}
      ${
        most > 0 &&
        drawCurve({
          title: `Backlog: ${describeChange(first.waiting, last.waiting)}${describeForecast(backlog)}`,
          summary: `Revisions that waited for a later run, from ${formatNumber(first.waiting)} on ${shortDay(first.beganAt)} to ${formatNumber(last.waiting)} on ${shortDay(last.beganAt)}`,
          points: nights.map(({ beganAt, waiting }) => ({ at: beganAt, value: waiting })),
          forecast: forecastOf(last, backlog),
        })
      }
    </div>
    ${printTable({
      title: 'The nights as a table',
      isOpen: false,
      heads: ['Run began (UTC)', 'Outcome', '#ACTIVE', '#Deregistered', '#Backlog'],
      rows: nights
        .toReversed()
        .map(({ beganAt, outcome, active, deregistered, waiting }) => [
          sortableTime(beganAt),
          outcome,
          formatNumber(active),
          formatNumber(deregistered),
          formatNumber(waiting),
        ]),
    })}`;
}

/** `1,204 → 433` */
export function describeChange(from: number, to: number): string {
  return from === to ? formatNumber(to) : `${formatNumber(from)} → ${formatNumber(to)}`;
}

function describeForecast(backlog: Backlog | undefined): string {
  if (backlog === undefined || backlog.revisions === 0) return '';
  return `, ${backlog.atLeast ? 'at least ' : ''}${formatCount(backlog.nights, 'more night')}`;
}

/** One night more for each cap. Nothing where the backlog is empty or may be larger than known. */
function forecastOf(last: Night, backlog: Backlog | undefined): { at: number; value: number } | undefined {
  if (backlog === undefined || backlog.revisions === 0 || backlog.atLeast) return undefined;
  return { at: last.beganAt + backlog.nights * DAY_MS, value: 0 };
}
