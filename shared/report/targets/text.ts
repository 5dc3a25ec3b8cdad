// Prints the plans of several accounts and Regions: a table, what the operator must do in each, and the answer.
import { safe } from '../../domain/safe-text.ts';
import type { ActionItem } from '../model/action-item.ts';
import { countRevisions } from '../model/counts.ts';
import { needsAction } from '../model/report.ts';
import { printActionItems } from '../sections/sections.ts';
import { joinSections, layOut, type Screen } from '../text/screen.ts';
import { clip, formatCount, formatNumber } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { type PlannedTarget, sumOf } from './model.ts';

type Cells = readonly [string, string, string, string, string, string, string, string];

const HEAD: Cells = ['target', 'Region', 'outcome', 'ACTIVE', 'deregister', 'keep', 'defer', 'hold'];
const FIRST_NUMBER = 3;

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
    printActionItems({ actionItems: listItems(targets) }, width),
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

function listItems(targets: readonly PlannedTarget[]): ActionItem[] {
  return targets.flatMap((target) => {
    const items =
      'report' in target
        ? target.report.actionItems
        : [{ problem: `${target.problem.operation}: ${target.problem.reason}`, remedy: target.problem.remedy }];
    return items.map(({ problem, remedy }) => ({ problem: `[${target.name} ${target.region}] ${problem}`, remedy }));
  });
}
