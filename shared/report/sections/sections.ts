// The parts of a report that a person reads, each as lines of a given width. Mail and terminal put the same parts in the
// same order; each part is bounded, so that no account can make a report too long to send or to read.
import { printCaller } from './caller.ts';
import { nameOf } from '../../domain/revision.ts';
import { printCommand } from '../text/commands.ts';
import { countRevisions } from '../model/counts.ts';
import { idArgument } from '../model/course.ts';
import type { Report } from '../model/report.ts';
import {
  shortenIds,
  capitalize,
  clip,
  displayWidth,
  formatCount,
  formatNumber,
  joinList,
  formatTime,
  toSentence,
} from '../text/wording.ts';
import { splitRemedy, wrap, wrapCommand } from '../text/wrap.ts';

/** The first line is the part's heading or begins with it. */
export type Section = readonly string[];

/** Settings may leave out members by ARN, a line each. */
const MOST_NAMES = 24;

/** Under the verdict: what this run did not look at protects nothing. */
export function printUnread({ unread }: Pick<Report, 'unread'>, width: number): Section {
  if (unread.length === 0) return [];
  const why = Map.groupBy(unread, (one) => one.reason);
  const sentences = Array.from(why, ([why, all]) => {
    const names = all.map(({ name }) => clip(name, 200));
    return `${capitalize(clip(why, 80))}: ${joinList(names, MOST_NAMES)}.`;
  });
  return wrap(
    `${sentences.slice(0, 4).join(' ')} A revision that only these name is not protected: tag it, or protect its family.`,
    {
      width,
    },
  );
}

/** More than a person does at 6 a.m.; the first ones are the worst, and mending them often mends the others. */
const MOST_THINGS = 8;

/** Longer than any command or settings line of ours: half a command must never be pasted. */
const LONGEST_PASTE = 1500;

export function printActionItems({ actionItems }: Pick<Report, 'actionItems'>, width: number): Section {
  if (actionItems.length === 0) return [];
  const lines = [`Needs a person: ${formatCount(actionItems.length, 'thing')}`];
  for (const [index, { problem, remedy }] of actionItems.slice(0, MOST_THINGS).entries()) {
    const { prose, paste } = splitRemedy(remedy);
    const number = `${index + 1}. `.padStart(4);
    lines.push(...wrap(toSentence(clip(problem, 500)), { width, first: number, rest: '    ' }));
    if (prose !== '') lines.push(...wrap(clip(prose, 500), { width, first: '    ' }));
    if (paste !== undefined && paste.length > LONGEST_PASTE)
      lines.push('    (too long for this report: see its JSON)');
    else if (paste !== undefined) lines.push(...wrapCommand(paste, width, '      '));
  }
  const more = actionItems.length - MOST_THINGS;
  return more > 0 ? [...lines, ` ... and ${formatCount(more, 'thing')} more`] : lines;
}

export function printKept(report: Report, width: number): Section {
  const { kept, keptBy } = countRevisions(report);
  if (kept === 0) return ['Kept: nothing'];
  const [numbers, rules] = [
    Math.max(...keptBy.map(({ revisions }) => formatNumber(revisions).length)),
    Math.max(...keptBy.map(({ rule }) => rule.length)),
  ];
  return [
    `Kept: ${formatCount(kept, 'revision')}, each under its first reason`,
    ...keptBy.map(({ rule, revisions, says, alike }) => {
      const line = `  ${formatNumber(revisions).padStart(numbers)}  ${rule.padEnd(rules)}  `;
      return line + fitted(shortenIds(alike ? says : `e.g. ${says}`), width - line.length);
    }),
  ];
}

/** An example may end in dots: it is one of many. */
function fitted(text: string, width: number): string {
  const [first = '', ...more] = wrap(text, { width: width - 4 });
  return more.length === 0 || displayWidth(text) <= width ? (wrap(text, { width })[0] ?? '') : `${first} ...`;
}

export function printBacklog({ run, backlog, plan }: Report, width: number): Section {
  const { revisions, nights, cap, atLeast } = backlog;
  if (revisions === 0) return ['Backlog: none'];
  const least = atLeast ? 'at least ' : '';
  const how = plan?.hold !== undefined ? 'then gone in' : run.dryRun ? 'live runs take' : 'gone in';
  const nightly = `${how} ${least}${formatCount(nights, 'night')} (at most ${formatNumber(cap)} a night)`;
  return wrap(`Backlog: ${least}${formatCount(revisions, 'revision')}, ${nightly}`, { width });
}

/** The way back, where something went.
 *  @param brief one command, and in words what the others are */
export function printUndo(
  { run, target, results }: Pick<Report, 'run' | 'target' | 'results'>,
  width: number,
  { brief }: { readonly brief: boolean },
): Section {
  const [first] = results.deregistered;
  if (first === undefined || run.where === undefined) return [];
  const spot = { target, where: run.where };
  const id = idArgument(run.id);
  const [one, all, look] = [`restore ${nameOf(first)}`, `restore --run ${id}`, `history ${id}`];
  const lines = (words: string) => wrapCommand(printCommand(words, spot), width, '  ');
  // Whoever took one up stands above, with the command that brings it back.
  if (brief && results.lateReferences.length > 0)
    return wrap(`Undo all, likewise: ${all}; to look: ${look}`, { width });
  if (brief) return [...wrap(`Undo one (or all: ${all}; to look: ${look}):`, { width }), ...lines(one)];
  return ['Undo one, or all, or look what it did:', ...lines(one), ...lines(all), ...lines(look)];
}

/** What was read, so that a person sees what a verdict rests on, and what a source costs. */
export function printReadingCosts({ readings }: Pick<Report, 'readings'>, width: number): Section {
  if (readings.length === 0) return [];
  const parts = readings.map(
    ({ part, items, calls, tookMs }) =>
      `${clip(part, 80)} ${formatNumber(items)} (${formatNumber(calls)}/${formatNumber(Math.round(tookMs / 100) / 10)})`,
  );
  return wrap(`Read (calls/seconds): ${parts.join(', ')}`, { width, rest: '  ' });
}

const MOST_NOTES = 5;

/** The same without what each part has cost, which nobody needs to know at night. */
export function printReadings({ readings }: Pick<Report, 'readings'>, width: number): Section {
  if (readings.length === 0) return [];
  const parts = readings.map(({ part, items }) => `${clip(part, 80)} ${formatNumber(items)}`);
  return wrap(`Read: ${parts.join(', ')}`, { width, rest: '  ' });
}

export function printRun({ run, readings, notes }: Report, width: number): Section {
  const calls = readings.reduce((sum, reading) => sum + reading.calls, 0);
  const throttled = readings.reduce((sum, reading) => sum + reading.throttled, 0);
  const slowed = throttled > 0 ? ` (${formatNumber(throttled)} throttled)` : '';
  const read = readings.length > 0 ? `, ${formatCount(calls, 'reading call')}${slowed}` : '';
  const passes = run.passes === undefined || run.passes < 2 ? '' : `, ${formatCount(run.passes, 'pass')}`;
  const facts = [
    `Run ${clip(run.id, 80)}${passes}`,
    `${formatTime(run.beganAt)}, ${formatCount(Math.round(run.tookMs / 1000), 'second')}${read}`,
    `ecs-revision-pruner ${clip(run.version, 40)}, settings ${clip(run.settingsDigest, 64)}`,
  ];
  const said = notes.slice(0, MOST_NOTES).map((note) => `Note: ${toSentence(clip(note, 300))}`);
  const more =
    notes.length > MOST_NOTES ? [`... and ${formatCount(notes.length - MOST_NOTES, 'note')} more`] : [];
  return [
    ...[...said, ...more, ...facts].flatMap((line) => wrap(line, { width })),
    ...printCaller(run.caller, width),
  ];
}
