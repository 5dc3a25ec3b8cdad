// The patterns of the marks, which every strip of a page uses: hatched, dotted, barred, hollow and plain. They differ without
// colour, on paper and for every eye. `c` is for strips of single cells, with a gap after each.
import { html, type Html } from './html.ts';

/** In a picture of no size, since a picture that is not displayed has no patterns either. */
export function printPatterns(): Html {
  return html`<svg class="patterns" width="0" height="0" aria-hidden="true">
    <defs>${sizes.map(([prefix, width]) => printSize(prefix, width))}</defs>
  </svg>`;
}

const sizes = [
  ['p', 5],
  ['c', 4],
] as const;

/** @param width the part of a tile of five units that is drawn */
function printSize(prefix: string, width: number): Html {
  const pattern = (name: string, height: number, content: Html) =>
    html`<pattern id="${prefix}${name}" width="5" height=${height} patternUnits="userSpaceOnUse">${content}</pattern>`;
  const box = (y: number, height: number) => html`<path d="M0 ${y}h${width}v${height}h-${width}z" />`;
  const hollow = width === 5 ? 'M0 0h5v2h-5zM0 12h5v2h-5zM0 2h1v10h-1z' : 'M0 0h4v14h-4zM1 1v12h2v-12z';
  return html`
    ${pattern('k', 14, box(0, 14))}
    ${pattern('d', 7, html`${box(0, 7)}<path class="cut" d="M0 7L${width} 2V3.6L0 8.6zM0 0V1.6L${width} -3.4V-5z" />`)}
    ${pattern('w', 4, box(0, 2))} ${pattern('h', 14, html`<path fill-rule="evenodd" d=${hollow} />`)}
    ${pattern('l', 14, html`<path d="M0 0h${width}L${width / 2} 7L${width} 14H0L${width / 2} 7z" />`)}
  `;
}
