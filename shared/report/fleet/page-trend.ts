// Shows all targets together over the days: ACTIVE, the backlog, and what each day deregistered, as pictures and as one table.
import { drawColumns, drawCurve, type Point } from '../html/curve.ts';
import { shortDay } from '../html/days.ts';
import { html, type Html } from '../html/html.ts';
import { printTable } from '../html/table.ts';
import { describeChange } from '../html/trend.ts';
import { formatCount, formatNumber } from '../text/wording.ts';
import type { Fleet, FleetDay } from './model.ts';

/** Nothing before the second day. */
export function printFleetTrend({ days }: Pick<Fleet, 'days'>): Html {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined || days.length < 2) return null;
  const span = `from ${describeDay(first)} to ${describeDay(last)}`;
  const pointsOf = (of: (day: FleetDay) => number) =>
    days.map((day): Point => ({ at: Date.parse(day.day), value: of(day) }));
  const deregistered = days.reduce((sum, day) => sum + day.deregistered, 0);
  return html`<section aria-labelledby="trend">
    <h2 id="trend">Trend of ${formatCount(days.length, 'day')}</h2>
    <div class="charts three">
      ${drawCurve({
        title: `ACTIVE revisions: ${describeChange(first.active, last.active)}`,
        summary: `ACTIVE revisions of all targets after the last run of each, ${span}: ${formatNumber(first.active)}, then ${formatNumber(last.active)}`,
        points: pointsOf(({ active }) => active),
      })}
      ${drawCurve({
        title: `Backlog: ${describeChange(first.waiting, last.waiting)}`,
        summary: `Revisions that wait for a later run, ${span}: ${formatNumber(first.waiting)}, then ${formatNumber(last.waiting)}`,
        points: pointsOf(({ waiting }) => waiting),
      })}
      ${drawColumns({
        title: `Deregistered: ${formatNumber(deregistered)} in ${formatCount(days.length, 'day')}`,
        summary: `Revisions deregistered on each day, ${span}: ${formatNumber(first.deregistered)} on the first, ${formatNumber(last.deregistered)} on the last`,
        points: pointsOf((day) => day.deregistered),
      })}
    </div>
    ${printTable({
      title: 'The days as a table',
      isOpen: false,
      heads: ['Day (UTC)', '#ACTIVE', '#Deregistered', '#Backlog'],
      rows: days
        .toReversed()
        .map((day) => [day.day, formatNumber(day.active), formatNumber(day.deregistered), formatNumber(day.waiting)]),
    })}
  </section>`;
}

function describeDay({ day }: FleetDay): string {
  return shortDay(Date.parse(day));
}
