// The parts that the mail of a fleet and the terminal share, as lines of a given width.
import { printActionItems, type ItemLayout } from '../sections/sections.ts';
import type { Section } from '../text/screen.ts';
import { clip, formatCount, formatDay, formatNumber, toSentence } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { clipOutcome, nameTarget } from './headline.ts';
import { listFleetItems, printLocation } from './items.ts';
import { type Fleet, type FleetTarget, inTurn, type LastRun, sumTargets } from './model.ts';

/** Targets of one item; `fleet actions --json` has all. */
const MOST_NAMES = 6;
const MOST_NOTES = 5;
const LONGEST = 300;

export function printFleetItems(fleet: Fleet, width: number, layout?: ItemLayout): Section {
  const lines = printActionItems(
    { actionItems: listFleetItems(fleet).map((item) => printLocation(item, MOST_NAMES)) },
    width,
    layout,
  );
  if (fleet.moreItems === 0) return lines;
  const more = `... and ${formatCount(fleet.moreItems, 'more item')} in the reports of the targets`;
  return [...lines, ...(layout?.separator ?? []), ...wrap(more, { width })];
}

/** `41 ACTIVE, 0 deregistered, 40 wait` */
export function describeRun({ active, deregistered, planned, dryRun, backlog }: LastRun): string {
  const did = dryRun ? `would deregister ${formatNumber(planned)}` : `${formatNumber(deregistered)} deregistered`;
  const waits =
    backlog.revisions === 0 ? '' : `, ${backlog.atLeast ? 'at least ' : ''}${formatNumber(backlog.revisions)} wait`;
  return `${formatNumber(active)} ACTIVE, ${did}${waits}`;
}

export function printTotals(fleet: Fleet, width: number): Section {
  const { active, deregistered, backlog, backlogAtLeast, planned, dryRuns } = sumTargets(fleet);
  const [first, last] = [fleet.days[0], fleet.days.at(-1)];
  const lines = [
    `Total: ${formatCount(active, 'ACTIVE revision')}; ${formatNumber(deregistered)} deregistered by the last runs; backlog ${backlogAtLeast ? 'at least ' : ''}${formatNumber(backlog)}`,
    ...(dryRuns > 0
      ? [`Dry runs: ${formatCount(dryRuns, 'target')} would deregister ${formatCount(planned, 'revision')}`]
      : []),
    ...(first !== undefined && last !== undefined && fleet.days.length > 1 && first.active !== last.active
      ? [
          `Trend: ${formatNumber(first.active)} → ${formatNumber(last.active)} ACTIVE revisions in ${formatCount(fleet.days.length, 'day')}`,
        ]
      : []),
  ];
  return lines.flatMap((line) => wrap(line, { width }));
}

export function printSilent({ targets, at }: Fleet, width: number, most: number): Section {
  const silent = targets.filter(({ state }) => state === 'silent');
  if (silent.length === 0) return [];
  const rows = inTurn(silent)
    .slice(0, most)
    .map((target) => `- ${nameTarget(target)}: ${describeSilence(target, at)}`);
  const more = silent.length - rows.length;
  return [
    ...wrap(
      `Silent: ${formatCount(silent.length, 'target')} sent no event in time. Check the stack, its schedule and its alarms there.`,
      { width },
    ),
    ...rows,
    ...(more > 0 ? [`... and ${formatNumber(more)} more`] : []),
  ];
}

function describeSilence({ last }: FleetTarget, at: number): string {
  return last === undefined ? 'never reported' : `since ${formatDay(last.beganAt, at)} (${clipOutcome(last.outcome)})`;
}

export function printFleetNotes({ notes }: Fleet, width: number): Section {
  return notes.slice(0, MOST_NOTES).flatMap((note) => wrap(`Note: ${toSentence(clip(note, LONGEST))}`, { width }));
}
