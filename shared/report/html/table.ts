// Prints a small table, open or below a summary that opens it.
import { html, type Html } from './html.ts';

export interface Table {
  readonly title: string;
  /** A closed table opens when the reader asks for it. */
  readonly isOpen: boolean;
  /** A head that begins with `#` is of a column of numbers. */
  readonly heads: readonly string[];
  readonly rows: readonly (readonly Html[])[];
  /** Follows the last row, where rows are left out. */
  readonly more?: string | undefined;
}

export function printTable({ title, isOpen, heads, rows, more }: Table): Html {
  const columns = heads.map((head) => ({
    text: head.replace(/^#/, ''),
    class: head.startsWith('#') ? 'n' : undefined,
  }));
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label=${title}>
    <table class="small">
      ${
        isOpen &&
        html`<caption>
          ${title}
        </caption>`
      }
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" class=${column.class}>${column.text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, at) =>
                at === 0
                  ? html`<th scope="row" class=${columns[at]?.class}>${cell}</th>`
                  : html`<td class=${columns[at]?.class}>${cell}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
    ${more && html`<p class="more">${more}</p>`}
  </div>`;
  return isOpen
    ? table
    : html`<details class="data">
        <summary>${title}</summary>
        ${table}
      </details>`;
}
