// Draws numbers that change with each run: one curve of steps from zero, its last value, and a forecast. The table of the same numbers stands below.
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import { formatNumber } from '../text/wording.ts';
import { html, type Html } from './html.ts';
import { shortDay } from './days.ts';

export interface Point {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly value: number;
}

export interface Curve {
  readonly title: string;
  /** Says what the picture shows, for readers who do not see it. */
  readonly summary: string;
  /** Oldest first; at least two. */
  readonly points: readonly Point[];
  /** The expected end of the curve. */
  readonly forecast?: Point | undefined;
}

const WIDTH = 360;
const HEIGHT = 150;
/** Room for the numbers of the axis and for the days. */
const EDGE = { left: 8, right: 46, top: 12, bottom: 20 };
const TICKS = 3;

export function drawCurve({ title, summary, points, forecast }: Curve): Html {
  const all = forecast === undefined ? points : [...points, forecast];
  const [first, last, end] = [points[0], points.at(-1), all.at(-1)];
  if (first === undefined || last === undefined || end === undefined) return null;
  const floor = HEIGHT - EDGE.bottom;
  const x = scaleLinear([first.at, end.at], [EDGE.left, WIDTH - EDGE.right]);
  const y = scaleLinear([0, Math.max(1, ...all.map(({ value }) => value))], [floor, EDGE.top]).nice(TICKS);
  const toX = ({ at }: Point) => round(x(at));
  const toY = ({ value }: Point) => round(y(value));
  const ticks = y.ticks(TICKS).filter(Number.isInteger);
  return html`<figure class="curve">
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${summary}>
      ${ticks.map(
        (tick) =>
          html`<path class="grid" d="M${EDGE.left} ${round(y(tick))}H${WIDTH - EDGE.right}" />
            <text x=${WIDTH - EDGE.right + 6} y=${round(y(tick)) + 4}>${formatNumber(tick)}</text>`,
      )}
      <path class="area" d=${area<Point>(toX, floor, toY).curve(curveStepAfter)(points)} />
      <path class="line" d=${line<Point>(toX, toY).curve(curveStepAfter)(points)} />
      ${forecast && html`<path class="forecast" d=${line<Point>(toX, toY)([last, forecast])} />`}
      <circle cx=${toX(last)} cy=${toY(last)} r="3.5" />
      <text x=${EDGE.left} y=${HEIGHT - 4}>${shortDay(first.at)}</text>
      <text class="end" x=${WIDTH - EDGE.right} y=${HEIGHT - 4}>${shortDay(end.at)}</text>
    </svg>
  </figure>`;
}

/** A tenth of a pixel is enough, and every digit counts in thousands of pages. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
