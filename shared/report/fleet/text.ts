// Prints a fleet on the terminal: every target, what they need, and the answer.
import { safe } from '../../domain/safe-text.ts';
import { joinSections, layOut, type Screen, type Section } from '../text/screen.ts';
import { displayWidth, formatAge, formatNumber } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { clipOutcome, nameTarget, summarizeFleet } from './headline.ts';
import { byNeed, type Fleet, type FleetTarget, type LastRun } from './model.ts';
import { describeRun, printFleetItems, printFleetNotes, printTotals } from './parts.ts';

export function printFleetStatus(given: Fleet, screen: Screen): string {
  const fleet = safe(given);
  const { prose: width } = layOut(screen);
  return joinSections([
    printTable(fleet, screen),
    printFleetItems(fleet, width),
    [...printTotals(fleet, width), ...printFleetNotes(fleet, width)],
    wrap(summarizeFleet(fleet), { width }),
  ]);
}

export function printFleetActions(given: Fleet, screen: Screen): string {
  const fleet = safe(given);
  const { prose: width } = layOut(screen);
  return joinSections([printFleetItems(fleet, width), wrap(summarizeFleet(fleet), { width })]);
}

const HEAD = ['target', 'outcome', 'last run', 'ACTIVE', 'deregistered', 'backlog'] as const;
const FIRST_NUMBER = 3;

function printTable({ targets, at }: Fleet, screen: Screen): Section {
  if (targets.length === 0) return [];
  const { wide, paint } = layOut(screen);
  const rows = targets.toSorted(byNeed).map((target) => ({ target, cells: toCells(target, at) }));
  const widths = HEAD.map((title, at) =>
    rows.reduce((most, { cells }) => Math.max(most, displayWidth(cells[at] ?? '')), title.length),
  );
  const pad = (cell: string, at: number) => {
    const blanks = ' '.repeat(Math.max(0, (widths[at] ?? 0) - displayWidth(cell)));
    return at < FIRST_NUMBER ? cell + blanks : blanks + cell;
  };
  const [name = 0, ...others] = widths;
  const facts = others.reduce((sum, one) => sum + one + 2, 0);
  // On a narrow screen a target has a line of its own, and on the narrowest its run is a sentence.
  const line = (cells: readonly string[], last?: LastRun): string[] => {
    const padded = cells.map(pad);
    if (name + facts <= wide) return [padded.join('  ').trimEnd()];
    const [own = '', outcome = '', ago = ''] = cells;
    const sentence = `${outcome} ${ago}${last === undefined ? '' : `, ${describeRun(last)}`}`;
    return [
      ...wrap(own, { width: wide, rest: '  ' }),
      ...(facts <= wide
        ? [`  ${padded.slice(1).join('  ').trimEnd()}`]
        : wrap(sentence, { width: wide, first: '  ', rest: '    ' })),
    ];
  };
  return [
    ...(facts <= wide ? line(HEAD).map((text) => paint('heading', text)) : []),
    ...rows.flatMap(({ target, cells }) => {
      const isBad = target.state === 'action' || target.state === 'silent';
      return line(cells, target.last).map((text) => (isBad ? paint('action', text) : text));
    }),
  ];
}

function toCells(target: FleetTarget, at: number): string[] {
  const name = nameTarget(target);
  const { last, state } = target;
  const shown = state === 'silent' || state === 'paused' ? state.toUpperCase() : clipOutcome(last?.outcome ?? '');
  if (last === undefined) return [name, shown, 'never', '', '', ''];
  const did = last.dryRun ? `(would) ${formatNumber(last.planned)}` : formatNumber(last.deregistered);
  const { revisions, atLeast } = last.backlog;
  return [
    name,
    shown,
    `${formatAge(at - last.beganAt)} ago`,
    formatNumber(last.active),
    did,
    `${atLeast ? '>=' : ''}${formatNumber(revisions)}`,
  ];
}
