// Draws the parts of a whole as one bar, with their numbers as its legend.
import { scaleLinear } from 'd3-scale';
import { formatNumber } from '../text/wording.ts';
import { html, type Html } from './html.ts';

export interface Part {
  /** The class of its pattern. */
  readonly mark: string;
  readonly name: string;
  readonly count: number;
}

/** @param total the whole, in words and numbers */
export function printWhole(parts: readonly Part[], total: { readonly name: string; readonly value: string }): Html {
  return html`<div class="account">
    ${drawWhole(parts)}
    <dl>
      ${parts.map(
        ({ mark, name, count }) =>
          html`<div>
            <dt>${drawSwatch(mark)} ${name}</dt>
            <dd>${formatNumber(count)}</dd>
          </div>`,
      )}
      <div class="total">
        <dt>${total.name}</dt>
        <dd>${total.value}</dd>
      </div>
    </dl>
  </div>`;
}

const WIDTH = 1000;
const LEAST = 6;

/** Every part that counts anything is wide enough to be seen. */
function drawWhole(parts: readonly Part[]): Html {
  const shown = parts.filter(({ count }) => count > 0);
  const sum = shown.reduce((all, { count }) => all + count, 0);
  const toWidth = scaleLinear([0, sum], [0, WIDTH - LEAST * shown.length]);
  let at = 0;
  return html`<svg class="s whole" viewBox="0 0 ${WIDTH} 28" preserveAspectRatio="none" aria-hidden="true">
    ${shown.map(({ mark, count }) => {
      const from = at;
      at += LEAST + Math.round(toWidth(count));
      return html`<path class=${mark} d="M${from} 0H${at}V28H${from}z" />`;
    })}
  </svg>`;
}

function drawSwatch(mark: string): Html {
  return html`<svg class="s swatch" viewBox="0 0 14 14" aria-hidden="true">
    <path class=${mark} d="M0 0h14v14H0z" />
  </svg>`;
}
