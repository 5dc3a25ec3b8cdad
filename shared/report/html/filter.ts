// The form that filters the long table of a page. It is hidden until the script of the page runs, since it can do nothing without
// it.
import { formatNumber } from '../text/wording.ts';
import { html, type Html } from './html.ts';

export interface Filter {
  /** `Families` */
  readonly title: string;
  /** The label of the text field, which searches the names of the rows: `Family`. */
  readonly name: string;
  readonly choices: readonly Choice[];
  readonly rows: number;
}

export interface Choice {
  readonly label: string;
  /** The `data-` attribute of the rows that lists their words. */
  readonly key: string;
  readonly options: readonly (readonly [word: string, text: string])[];
}

export function printFilter({ title, name, choices, rows }: Filter): Html {
  return html`<form id="filter" hidden role="search" aria-label=${title}>
    <label>${`${name} `}<input type="search" name="name" autocomplete="off" spellcheck=${false} /></label>
    ${choices.map(printChoice)}
    <button type="reset">Show all</button>
    <output>${formatNumber(rows)} of ${formatNumber(rows)} shown</output>
  </form>`;
}

function printChoice({ label, key, options }: Choice): Html {
  return html`<label>
    ${`${label} `}
    <select name=${key}>
      <option value="">any</option>
      ${options.map(([word, text]) => html`<option value=${word}>${text}</option>`)}
    </select>
  </label>`;
}
