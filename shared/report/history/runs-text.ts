// The runs as a table, newest first. One that never ended, or that somebody should look at, stands out by what it says, not
// by its colour alone.
import { safe } from '../../domain/safe-text.ts';
import { type Paint, type Style } from '../text/paint.ts';
import { printCommand } from '../text/commands.ts';
import { onScreen, type Screen } from '../terminal/terminal.ts';
import { clip, formatCount, formatNumber } from '../text/wording.ts';
import { wrap, wrapCommand } from '../text/wrap.ts';
import { isRecorded, type RecordedRun, type RunsHistory, type UnreadableRun } from './model.ts';
import { joined, sceneOf, troubleLines } from './parts.ts';

export function printRuns(given: RunsHistory, screen: Screen): string {
  const history = safe(given);
  const { prose, paint } = onScreen(screen);
  const { runs, more, foreign } = history;
  const rows = runs.map(rowOf);
  const head = ['when', 'run', 'by', 'outcome', 'went', 'stranded', ''] as const;
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const line = (cells: Cells) =>
    cells
      .map((cell, column) =>
        RIGHT.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const unread = runs.filter((run) => !isRecorded(run));
  return joined([
    wrap(`${formatCount(runs.length + more, 'run')} in ${sceneOf(history)}`, { width: prose }).map((text) =>
      paint('heading', text),
    ),
    [paint('heading', line(head)), ...rows.map(({ cells, style }) => painted(paint, style, line(cells)))],
    unread.flatMap((run) => ('problem' in run ? troubleLines(run.problem, prose) : [])),
    remainder(history, prose),
    foreign === 0
      ? []
      : wrap(
          `${formatCount(foreign, 'object')} among the runs ${foreign === 1 ? 'is' : 'are'} not of this tool; left alone.`,
          {
            width: prose,
          },
        ),
    lookAt(history, prose),
  ]);

  function remainder({ more }: RunsHistory, width: number): string[] {
    if (more === 0) return [];
    return wrap(`... and ${formatCount(more, 'older run')}; --limit ${runs.length + more} shows all`, {
      width,
    });
  }
}

type Cells = readonly [string, string, string, string, string, string, string];
/** Numbers. */
const RIGHT: ReadonlySet<number> = new Set([4, 5]);

function rowOf(run: RecordedRun | UnreadableRun): { cells: Cells; style: Style | undefined } {
  const when = new Date(run.beganAt).toISOString().replace('T', ' ').slice(0, 16);
  if (!isRecorded(run))
    return { cells: [when, clip(run.short, 64), '', 'UNREADABLE', '', '', 'see below'], style: 'bad' };
  const { results, dryRun, course } = run;
  const [outcome, style] = outcomeOf(run);
  const went = dryRun ? 'dry run' : formatNumber(results.deregistered.length);
  const stranded = dryRun ? '' : formatNumber(results.lateReferences.length);
  const cells: Cells = [
    when,
    clip(run.short, 64),
    clip(run.by, 40),
    outcome,
    went,
    stranded,
    course === 'ended'
      ? `took ${Math.round(((run.endedAt ?? run.beganAt) - run.beganAt) / 60_000)} min`
      : course,
  ];
  return { cells, style };
}

function outcomeOf({ course, outcome = '', results }: RecordedRun): [string, Style | undefined] {
  if (course === 'at work') return ['-', 'look'];
  if (course === 'never ended') return ['UNFINISHED', 'bad'];
  if (outcome === 'FAILED' || outcome === 'HELD' || results.lateReferences.length > 0)
    return [clip(outcome, 20), 'bad'];
  return [clip(outcome, 20), outcome === 'ACTION' ? 'look' : undefined];
}

function painted(paint: Paint, style: Style | undefined, line: string): string {
  return style === undefined ? line : paint(style, line);
}

/** The newest that took something is the one that a person asks about. */
function lookAt(history: RunsHistory, width: number): string[] {
  const recorded = history.runs.filter(isRecorded);
  const one =
    recorded.find(({ course }) => course === 'never ended') ??
    recorded.find(({ results }) => results.deregistered.length > 0) ??
    recorded[0];
  if (one === undefined) return [];
  return ['What one did:', ...wrapCommand(printCommand(`history ${one.short}`, history), width, '  ')];
}
