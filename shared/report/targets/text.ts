// Prints the plans of several accounts and Regions: a table, what the operator must do in each, and the answer.
import { safe } from '../../domain/safe-text.ts';
import { countRevisions } from '../model/counts.ts';
import { needsAction } from '../model/report.ts';
import { joinSections, layOut, type Screen, type Section } from '../text/screen.ts';
import { clip, formatCount, formatNumber, toSentence } from '../text/wording.ts';
import { splitRemedy, wrap, wrapCommand } from '../text/wrap.ts';
import { type PlannedTarget, sumOf } from './model.ts';

type Cells = readonly [string, string, string, string, string, string, string, string];

const HEAD: Cells = ['target', 'Region', 'outcome', 'ACTIVE', 'deregister', 'keep', 'defer', 'hold'];
const FIRST_NUMBER = 3;

/** Enough for the items of a bad morning; --json has all. */
const MOST_ITEMS = 20;

export function printTargets(given: readonly PlannedTarget[], screen: Screen): string {
  const targets = safe(given);
  const { prose: width, paint } = layOut(screen);
  const rows = targets.map(toRow);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: Cells) =>
    cells
      .map((cell, column) =>
        column < FIRST_NUMBER ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const { active, deregister, kept, deferred, held, planned } = sumOf(targets);
  const parts = [
    `deregister ${formatNumber(deregister)} of ${formatCount(active, 'ACTIVE revision')} in ${formatNumber(planned)} of ${formatCount(targets.length, 'target')}`,
    `keep ${formatNumber(kept)}`,
    ...(deferred > 0 ? [`defer ${formatNumber(deferred)}`] : []),
    ...(held > 0 ? [`hold ${formatNumber(held)}`] : []),
  ];
  return joinSections([
    [
      paint('heading', line(HEAD)),
      ...rows.map((row, index) => {
        const target = targets[index];
        const isBad = target !== undefined && (!('report' in target) || needsAction(target.report));
        return isBad ? paint('action', line(row)) : line(row);
      }),
    ],
    printItems(targets, width),
    wrap(`Plan: ${parts.join('; ')}.`, { width }),
  ]);
}

function toRow(target: PlannedTarget): Cells {
  const name = clip(target.name, 60);
  if (!('report' in target)) return [name, target.region, 'NOT PLANNED', '', '', '', '', ''];
  const { active, planned, kept, deferred, held } = countRevisions(target.report);
  const numbers = [active, planned, kept, deferred, held].map(formatNumber);
  const [of = '', deregister = '', keep = '', defer = '', hold = ''] = numbers;
  return [name, target.region, target.report.outcome, of, deregister, keep, defer, hold];
}

function printItems(targets: readonly PlannedTarget[], width: number): Section {
  const items = targets.flatMap((target) => {
    const where = `${clip(target.name, 60)} ${target.region}`;
    const all =
      'report' in target
        ? target.report.actionItems
        : [{ problem: `${target.problem.operation}: ${target.problem.reason}`, remedy: target.problem.remedy }];
    return all.map((item) => ({ where, ...item }));
  });
  if (items.length === 0) return [];
  const lines = items.slice(0, MOST_ITEMS).flatMap(({ where, problem, remedy }) => {
    const { prose, paste } = splitRemedy(remedy);
    return [
      ...wrap(`${where}: ${toSentence(clip(problem, 500))}`, { width, first: '  ', rest: '    ' }),
      ...(prose === '' ? [] : wrap(clip(prose, 500), { width, first: '    ' })),
      ...(paste === undefined ? [] : wrapCommand(paste, width, '      ')),
    ];
  });
  const more = items.length - MOST_ITEMS;
  const rest = more > 0 ? [`  ... and ${formatCount(more, 'more item')} (--json lists all)`] : [];
  return [`Action required: ${formatCount(items.length, 'item')}`, ...lines, ...rest];
}
