// Prints action items as a numbered list, each with its command.
import type { ActionItem } from '../model/action-item.ts';
import { clip, formatCount, toSentence } from '../text/wording.ts';
import { splitRemedy } from '../text/wrap.ts';
import { html, type Html, isolate } from './html.ts';

/** Longer than any list that an operator reads. */
export const MOST_ITEMS = 100;
const LONGEST = 1_000;

export interface PageItem extends ActionItem {
  /** Stands between the problem and its remedy. */
  readonly where?: Html;
}

/** @param more the number of items that are not in the list
 *  @param elsewhere where they are
 *  @param before stands above the list */
export function printItems(items: readonly PageItem[], more: number, elsewhere: string, before: Html = null): Html {
  if (items.length === 0) return null;
  const hidden = more + Math.max(0, items.length - MOST_ITEMS);
  return html`<section aria-labelledby="do">
    <h2 id="do">What to do</h2>
    ${before}
    <ol class="items">
      ${items.slice(0, MOST_ITEMS).map(printItem)}
    </ol>
    ${hidden > 0 && html`<p>… and ${formatCount(hidden, 'more item')}, ${elsewhere}.</p>`}
  </section>`;
}

function printItem({ problem, remedy, where }: PageItem): Html {
  const { prose, paste } = splitRemedy(remedy);
  return html`<li>
    <p class="problem">${isolate(toSentence(clip(problem, LONGEST)))}</p>
    ${where} ${prose !== '' && html`<p>${isolate(clip(prose, LONGEST))}</p>`}
    ${paste !== undefined && html`<pre><code>${paste}</code></pre>`}
  </li>`;
}
