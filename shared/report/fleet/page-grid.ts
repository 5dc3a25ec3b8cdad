// Prints accounts and Regions as a grid: a cell shows the outcome of a target, the age of its last run, and what waits.
import { html, type Html, isolate } from '../html/html.ts';
import { formatAge, formatNumber } from '../text/wording.ts';
import type { Fleet, FleetTarget } from './model.ts';
import { linkReport } from './page-table.ts';

export function printGrid({ targets, at }: Fleet): Html {
  const regions = [...new Set(targets.map(({ region }) => region))].sort();
  const accounts = [...Map.groupBy(targets, ({ account }) => account)];
  return html`<section aria-labelledby="grid">
    <h2 id="grid">Accounts and Regions</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Accounts and Regions">
      <table class="small">
        <thead>
          <tr>
            <th scope="col">Account</th>
            ${regions.map((region) => html`<th scope="col">${region}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${accounts.map(([account, own]) => {
            const alias = own.find((one) => one.alias !== undefined)?.alias;
            return html`<tr>
              <th scope="row">${alias === undefined ? account : html`${isolate(alias)} (${account})`}</th>
              ${regions.map(
                (region) =>
                  html`<td>
                    ${printCell(
                      own.find((one) => one.region === region),
                      at,
                    )}
                  </td>`,
              )}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  </section>`;
}

function printCell(target: FleetTarget | undefined, at: number): Html {
  if (target === undefined) return '';
  const { last, state } = target;
  if (last === undefined) return html`<span class="badge HELD">${state === 'paused' ? 'PAUSED' : 'NEVER'}</span>`;
  const name = state === 'silent' ? 'SILENT' : state === 'paused' ? 'PAUSED' : last.outcome;
  const waits = last.backlog.revisions === 0 ? '' : `, ${formatNumber(last.backlog.revisions)} wait`;
  const badge = html`<span class="badge ${state === 'silent' || state === 'paused' ? 'HELD' : last.outcome}"
    >${name}</span
  >`;
  return html`${linkReport(target, badge)} ${formatAge(at - last.beganAt)}${waits}`;
}
