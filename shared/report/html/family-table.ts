// The picture of the account: a row for each family, with its strip, its numbers, and the list of its revisions with reasons
// that opens below its name. It is whole without scripts; the script of the page adds the filter and the order.
import { byName, sizeOf } from '../../domain/revision.ts';
import type { Report } from '../model/report.ts';
import { formatRanges } from '../sections/family-rows.ts';
import { formatCount, formatNumber } from '../text/wording.ts';
import type { FamilyRow, Line } from './families.ts';
import { html, type Html, isolate } from './html.ts';
import { describeMark, type Mark, markClasses, marks } from './marks.ts';
import { drawStrip, MOST_CELLS } from './strip.ts';
import { type Filter, printFilter } from './filter.ts';

/** A page of 5,000 families stays below 5 MB. */
const MOST_LINES = 12_000;
/** A family with many references has a line for each. */
const MOST_LINES_OF_ONE = 40;
const MOST_RANGES = 24;
/** Beyond, the browser lays out only the rows in view. */
const MOST_LAID_OUT = 200;

/** `left` is shown with `deregister`, from whose plan it is. */
const columns = ['deregister', 'deferred', 'hold', 'keep'] as const satisfies readonly Mark[];

export function printFamilies({ run }: Pick<Report, 'run'>, rows: readonly FamilyRow[]): Html {
  if (rows.length === 0) return null;
  let room = MOST_LINES;
  const bodies = rows.map((row) => {
    const shown = Math.min(row.lines.length, MOST_LINES_OF_ONE, room);
    room -= shown;
    return printFamily(row, shown, run.dryRun);
  });
  return html`<section aria-labelledby="families">
    <h2 id="families">${formatCount(rows.length, 'family')}</h2>
    <p>
      Each strip shows the ACTIVE revisions of a family in the order of their registration, the oldest at the left. A
      mark is one revision; a strip of its full width has more than ${MOST_CELLS}, and shows what most of them are. Open
      a family to see its revisions and reasons.
    </p>
    ${printFilter(filterOf(rows, run.dryRun))}
    <table
      class=${`rows families${rows.length > MOST_LAID_OUT ? ' many' : ''}${run.dryRun ? '' : ' done'}`}
      role="table"
      aria-labelledby="families"
    >
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader" data-order="text">Family</th>
          <th scope="col" role="columnheader" class="strip">Revisions</th>
          <th scope="col" role="columnheader" data-order="number">ACTIVE</th>
          ${columns.map((mark) => html`<th scope="col" role="columnheader" data-order="number">${headOf(mark, run.dryRun)}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${bodies}
      </tbody>
    </table>
  </section>`;
}

function filterOf(rows: readonly FamilyRow[], dryRun: boolean): Filter {
  const verdicts = marks
    .filter((mark) => rows.some(({ counts }) => counts[mark] > 0))
    .map((mark) => [markClasses[mark], describeMark(mark, dryRun)] as const);
  const namesIn = (all: readonly (readonly string[])[]) =>
    [...new Set(all.flat())].sort(byName).map((name) => [name, name] as const);
  return {
    title: 'Families',
    name: 'Family',
    choices: [
      { label: 'Verdict', key: 'v', options: verdicts },
      { label: 'Rule', key: 'r', options: namesIn(rows.map(({ rules }) => rules)) },
      { label: 'Source', key: 's', options: namesIn(rows.map(({ sources }) => sources)) },
    ],
    rows: rows.length,
  };
}

function headOf(mark: (typeof columns)[number], dryRun: boolean): string {
  switch (mark) {
    case 'deregister':
      return dryRun ? 'Deregister' : 'Deregistered';
    case 'deferred':
      return 'Deferred';
    case 'hold':
      return 'Hold';
    case 'keep':
      return 'Kept';
  }
}

/** Names are made of the classes of marks, for the filter. */
function printFamily(row: FamilyRow, shown: number, dryRun: boolean): Html {
  const { family, active, counts, pieces, rules, sources } = row;
  const own = marks.filter((mark) => counts[mark] > 0).map((mark) => markClasses[mark]);
  return html`<tr role="row" data-v=${own.join(' ')} data-r=${rules.join(' ')} data-s=${sources.join(' ')}>
    <th scope="row" role="rowheader">
      <details>
        <summary>${isolate(family)}</summary>
        <ul>
          ${row.lines.slice(0, shown).map((line) => printLine(line, dryRun))}${printRest(row, shown)}
        </ul>
      </details>
    </th>
    <td role="cell">${drawStrip(pieces)}</td>
    <td role="cell">${formatNumber(active)}</td>
    ${columns.map((mark) => html`<td role="cell" class=${markClasses[mark]}>${printCount(counts, mark)}</td>`)}
  </tr>`;
}

/** A zero is left out, so that the numbers that matter stand out. */
function printCount(counts: FamilyRow['counts'], mark: (typeof columns)[number]): string {
  const count = counts[mark];
  const left = mark === 'deregister' && counts.left > 0 ? ` of ${formatNumber(count + counts.left)}` : '';
  return count === 0 && left === '' ? '' : formatNumber(count) + left;
}

function printLine({ ranges, mark, text }: Line, dryRun: boolean): Html {
  const verdict = describeMark(mark, dryRun);
  return html`<li class=${markClasses[mark]}>
    <b>${formatRanges(ranges, MOST_RANGES)}</b> ${verdict}${text !== '' && html`: ${isolate(text)}`}
  </li>`;
}

function printRest({ lines }: FamilyRow, shown: number): Html {
  const hidden = lines.slice(shown);
  if (hidden.length === 0) return null;
  const revisions = hidden.reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
  const what = shown === 0 ? formatCount(hidden.length, 'line') : formatCount(hidden.length, 'more line');
  return html`<li>${what} of ${formatCount(revisions, 'revision')}: plan --families and explain show them</li>`;
}
