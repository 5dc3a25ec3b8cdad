// Why revisions stay: how many each rule keeps, and which referrers keep the most.
import { countRevisions } from '../model/counts.ts';
import type { Report } from '../model/report.ts';
import { clip, formatCount, shortenIds } from '../text/wording.ts';
import { printBars } from './bars.ts';
import { listHolders } from './holders.ts';
import { html, type Html, isolate } from './html.ts';

const MOST_HOLDERS = 10;
const LONGEST = 160;

export function printWhy(report: Report): Html {
  const { kept, keptBy } = countRevisions(report);
  if (kept === 0) return null;
  const holders = listHolders(report);
  const more = holders.length - MOST_HOLDERS;
  return html`<section aria-labelledby="why">
    <h2 id="why">Why ${formatCount(kept, 'revision')} ${kept === 1 ? 'stays' : 'stay'}</h2>
    <div class="pair">
      <div>
        <h3>Kept by rule</h3>
        ${printBars(
          ['Rule', 'Revisions', 'Reason'],
          keptBy.map(({ rule, revisions, text, isShared }) => ({
            name: rule,
            count: revisions,
            note: isolate(clip(shortenIds(isShared ? text : `e.g. ${text}`), LONGEST)),
          })),
          'prose',
        )}
        <p class="more">Each revision counts once, under its first reason.</p>
      </div>
      ${
        holders.length > 0 &&
        html`<div>
          <h3>Referrers that keep the most</h3>
          ${printBars(
            ['Referrer', 'Revisions', 'Families'],
            holders.slice(0, MOST_HOLDERS).map(({ name, revisions, families }) => ({
              name: isolate(clip(shortenIds(name), LONGEST)),
              count: revisions,
              note: formatCount(families, 'family'),
            })),
            'short',
          )}
          <p class="more">
            ${more > 0 ? `… and ${formatCount(more, 'more referrer')}. ` : ''}A revision counts for each of its
            referrers.
          </p>
        </div>`
      }
    </div>
  </section>`;
}
