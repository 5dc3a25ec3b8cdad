// The form that filters the families. It is hidden until the script of the page runs, since it can do nothing without it.
import { byName } from '../../domain/revision.ts';
import { formatNumber } from '../text/wording.ts';
import type { FamilyRow } from './families.ts';
import { html, type Html } from './html.ts';
import { describeMark, markClasses, marks } from './marks.ts';

export function printFilter(rows: readonly FamilyRow[], dryRun: boolean): Html {
  const verdicts = marks
    .filter((mark) => rows.some(({ counts }) => counts[mark] > 0))
    .map((mark) => [markClasses[mark], describeMark(mark, dryRun)] as const);
  const namesIn = (all: readonly (readonly string[])[]) =>
    [...new Set(all.flat())].sort(byName).map((name) => [name, name] as const);
  return html`<form id="filter" hidden role="search" aria-label="Families">
    <label>Family <input type="search" name="family" autocomplete="off" spellcheck=${false} /></label>
    ${printChoice('Verdict', 'v', verdicts)} ${printChoice('Rule', 'r', namesIn(rows.map(({ rules }) => rules)))}
    ${printChoice('Source', 's', namesIn(rows.map(({ sources }) => sources)))}
    <button type="reset">Show all</button>
    <output>${formatNumber(rows.length)} of ${formatNumber(rows.length)} shown</output>
  </form>`;
}

function printChoice(label: string, name: string, choices: readonly (readonly [string, string])[]): Html {
  return html`<label>
    ${`${label} `}
    <select name=${name}>
      <option value="">any</option>
      ${choices.map(([value, text]) => html`<option value=${value}>${text}</option>`)}
    </select>
  </label>`;
}
