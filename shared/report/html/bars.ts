// Draws counts as bars inside the rows of their table, so that picture and numbers are one.
import { scaleLinear } from 'd3-scale';
import { formatNumber } from '../text/wording.ts';
import { html, type Html } from './html.ts';

export interface Bar {
  readonly name: Html;
  readonly count: number;
  readonly note: Html;
}

const WIDTH = 120;

export function printBars(
  heads: readonly [name: string, count: string, note: string],
  bars: readonly Bar[],
  kind: 'prose' | 'short',
): Html {
  const toWidth = scaleLinear([0, Math.max(1, ...bars.map(({ count }) => count))], [0, WIDTH]);
  return html`<table class="bars">
    <thead>
      <tr>
        <th scope="col">${heads[0]}</th>
        <th scope="col" class="n" colspan="2">${heads[1]}</th>
        <th scope="col">${heads[2]}</th>
      </tr>
    </thead>
    <tbody>
      ${bars.map(
        ({ name, count, note }) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td class="n">${formatNumber(count)}</td>
            <td class="bar">
              <svg viewBox="0 0 ${WIDTH} 10" aria-hidden="true">
                <path d="M0 0h${Math.max(1, Math.round(toWidth(count)))}v10H0z" />
              </svg>
            </td>
            <td class=${`note ${kind}`}>${note}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
