// Draws numbers that change over time, on one frame: a curve of steps from zero with its last value and a forecast, or a column a
// day. The table of the same numbers stands below.
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import { once } from '../../domain/once.ts';
import { formatNumber } from '../text/wording.ts';
import { html, type Html } from './html.ts';
import { shortDay } from './days.ts';

export interface Point {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly value: number;
}

export interface Chart {
  readonly title: string;
  /** Says what the picture shows, for readers who do not see it. */
  readonly summary: string;
  /** Oldest first; at least two. */
  readonly points: readonly Point[];
}

export interface Curve extends Chart {
  /** The expected end of the curve. */
  readonly forecast?: Point | undefined;
}

const WIDTH = 360;
const HEIGHT = 150;
/** Room for the numbers of the axis and for the days. */
const EDGE = { left: 8, right: 46, top: 12, bottom: 20 };
const FLOOR = HEIGHT - EDGE.bottom;
const RIGHT = WIDTH - EDGE.right;
const TICKS = 3;

export function drawCurve({ forecast, ...chart }: Curve): Html {
  const { points } = chart;
  const last = points.at(-1);
  const all = forecast === undefined ? points : [...points, forecast];
  return drawFrame({ ...chart, points: all }, (toX, toY) => {
    const x = ({ at }: Point) => toX(at);
    const y = ({ value }: Point) => toY(value);
    return html`
      <path class="area" d=${area<Point>(x, FLOOR, y).curve(curveStepAfter)(points)} />
      <path class="line" d=${line<Point>(x, y).curve(curveStepAfter)(points)} />
      ${forecast && last && html`<path class="forecast" d=${line<Point>(x, y)([last, forecast])} />`}
      ${last && html`<circle cx=${x(last)} cy=${y(last)} r="3.5" />`}
    `;
  });
}

/** @param chart with a point for each day */
export function drawColumns(chart: Chart): Html {
  const { points } = chart;
  const slot = (RIGHT - EDGE.left) / points.length;
  const columns = points.flatMap(({ value }, index) => {
    const from = round(EDGE.left + (index + 0.1) * slot);
    return value > 0 ? [{ from, value }] : [];
  });
  return drawFrame(
    chart,
    (_, toY) =>
      html`<path
        class="column"
        d=${columns.map(({ from, value }) => `M${from} ${FLOOR}V${toY(value)}h${round(slot * 0.8)}V${FLOOR}z`).join('')}
      />`,
  );
}

type Scale = (value: number) => number;

/** The axes: numbers at the right, the first and the last day below. */
function drawFrame({ title, summary, points }: Chart, draw: (toX: Scale, toY: Scale) => Html): Html {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const x = scaleLinear([first.at, last.at], [EDGE.left, RIGHT]);
  const y = scaleLinear([0, Math.max(1, ...points.map(({ value }) => value))], [FLOOR, EDGE.top]).nice(TICKS);
  const toY = (value: number) => round(y(value));
  const ticks = y.ticks(TICKS).filter(Number.isInteger);
  return html`<figure class="curve">
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${summary}>
      ${ticks.map(
        (tick) =>
          html`<path class="grid" d="M${EDGE.left} ${toY(tick)}H${RIGHT}" />
            <text x=${RIGHT + 6} y=${toY(tick) + 4}>${formatTick(tick)}</text>`,
      )}
      ${draw((at) => round(x(at)), toY)}
      <text x=${EDGE.left} y=${HEIGHT - 4}>${shortDay(first.at)}</text>
      <text class="end" x=${RIGHT} y=${HEIGHT - 4}>${shortDay(last.at)}</text>
    </svg>
  </figure>`;
}

const short = once(() => new Intl.NumberFormat('en-US', { notation: 'compact' }));

/** The frame has room for `20,000`; beyond, `600K`. */
function formatTick(tick: number): string {
  return tick < 100_000 ? formatNumber(tick) : short().format(tick);
}

const SPARK = { width: 60, height: 14 };

/** A curve as small as a word, from zero, in pixels. Its numbers are its name. */
export function drawSpark(points: readonly Point[], name: string): Html {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return null;
  const toX = scaleLinear([first.at, last.at], [0, SPARK.width]);
  const toY = scaleLinear([0, Math.max(1, ...points.map(({ value }) => value))], [SPARK.height - 1, 1]);
  const path = points.map(({ at, value }) => `${Math.round(toX(at))} ${Math.round(toY(value))}`).join('L');
  return html`<svg role="img" aria-label=${name}><path d="M${path}" /></svg>`;
}

/** A tenth of a pixel is enough, and every digit counts in thousands of pages. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
