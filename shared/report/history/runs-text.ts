// Prints earlier runs as a table, newest first.
import { safe } from '../../domain/safe-text.ts';
import { type Style } from '../text/paint.ts';
import { printCommand } from '../text/commands.ts';
import { joinSections, layOut, type Screen } from '../text/screen.ts';
import { clip, formatCount, formatNumber } from '../text/wording.ts';
import { wrap, wrapCommand } from '../text/wrap.ts';
import { isRecorded, type RecordedRun, type RunsHistory, type UnreadableRun } from './model.ts';
import { describeScope, printProblem } from './parts.ts';

type Cells = readonly [string, string, string, string, string, string, string];

const HEAD: Cells = ['when', 'run', 'by', 'outcome', 'deregistered', 'late', ''];
/** Columns of numbers. */
const RIGHT: ReadonlySet<number> = new Set([4, 5]);

export function printRuns(given: RunsHistory, screen: Screen): string {
  const history = safe(given);
  const { prose: width, paint } = layOut(screen);
  const { runs, more, foreign } = history;
  const rows = runs.map(toRow);
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const line = (cells: Cells) =>
    cells
      .map((cell, column) =>
        RIGHT.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return joinSections([
    wrap(`${formatCount(runs.length + more, 'run')} in ${describeScope(history)}`, { width }).map((text) =>
      paint('heading', text),
    ),
    [
      paint('heading', line(HEAD)),
      ...rows.map(({ cells, style }) => (style === undefined ? line(cells) : paint(style, line(cells)))),
    ],
    runs.flatMap((run) => (isRecorded(run) ? [] : printProblem(run.problem, width))),
    more === 0
      ? []
      : wrap(`... and ${formatCount(more, 'older run')}; --limit ${runs.length + more} shows all`, { width }),
    foreign === 0
      ? []
      : wrap(
          `${formatCount(foreign, 'object')} among the runs ${foreign === 1 ? 'does' : 'do'} not belong to this tool and ${foreign === 1 ? 'is' : 'are'} ignored.`,
          { width },
        ),
    printNextCommand(history, width),
  ]);
}

function toRow(run: RecordedRun | UnreadableRun): { cells: Cells; style: Style | undefined } {
  const when = new Date(run.beganAt).toISOString().replace('T', ' ').slice(0, 16);
  if (!isRecorded(run))
    return { cells: [when, clip(run.short, 64), '', 'UNREADABLE', '', '', 'see below'], style: 'bad' };
  const { results, dryRun, state, endedAt = run.beganAt } = run;
  const [outcome, style] = describeOutcome(run);
  const cells: Cells = [
    when,
    clip(run.short, 64),
    clip(run.by, 40),
    outcome,
    dryRun ? 'dry run' : formatNumber(results.deregistered.length),
    dryRun ? '' : formatNumber(results.lateReferences.length),
    state === 'ended' ? `${Math.round((endedAt - run.beganAt) / 60_000)} min` : state,
  ];
  return { cells, style };
}

function describeOutcome({ state, outcome = '', results }: RecordedRun): [string, Style | undefined] {
  if (state === 'running' || state === 'waiting') return ['-', 'action'];
  if (state === 'unfinished') return ['UNFINISHED', 'bad'];
  if (outcome === 'FAILED' || outcome === 'HELD' || results.lateReferences.length > 0)
    return [clip(outcome, 20), 'bad'];
  return [clip(outcome, 20), outcome === 'ACTION' ? 'action' : undefined];
}

/** An unfinished run is the most interesting one, then the newest that deregistered anything. */
function printNextCommand(history: RunsHistory, width: number): string[] {
  const recorded = history.runs.filter(isRecorded);
  const one =
    recorded.find(({ state }) => state === 'unfinished') ??
    recorded.find(({ results }) => results.deregistered.length > 0) ??
    recorded[0];
  if (one === undefined) return [];
  return ['See one run:', ...wrapCommand(printCommand(`history ${one.short}`, history), width, '  ')];
}
