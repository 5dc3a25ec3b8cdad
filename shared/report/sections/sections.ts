// The parts that mail and terminal share, as lines of a given width. Each part is bounded, so no account makes a report too
// long to send or to read.
import { day } from '../../plan/rules/rule.ts';
import { nameOf } from '../../domain/revision.ts';
import { countRevisions } from '../model/counts.ts';
import { idArgument } from '../model/course.ts';
import type { Report } from '../model/report.ts';
import { findRetiredFamilies } from '../model/retirement.ts';
import { printCommand } from '../text/commands.ts';
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
import type { Section } from '../text/screen.ts';
import { splitRemedy, wrap, wrapCommand } from '../text/wrap.ts';

/** The settings may leave out many members, each by its ARN. */
const MOST_NAMES = 24;

export function printUnread({ unread }: Pick<Report, 'unread'>, width: number): Section {
  if (unread.length === 0) return [];
  const sentences = [...Map.groupBy(unread, ({ reason }) => reason)].map(([reason, all]) => {
    const names = all.map(({ name }) => clip(name, 200));
    return `${capitalize(clip(reason, 80))}: ${joinList(names, MOST_NAMES)}.`;
  });
  return wrap(
    `${sentences.slice(0, 4).join(' ')} A revision that only these reference is not protected: tag it, or protect its family.`,
    { width },
  );
}

/** The first items are the worst, and repairing them often resolves the others. */
const MOST_ITEMS = 8;

/** Longer than any command or settings line of a report, since half a command must never be pasted. */
const LONGEST_PASTE = 1500;

export interface ItemLayout {
  /** Blanks before the number, before the other lines, and before a command. */
  readonly indents: readonly [number: string, text: string, command: string];
  /** Between two items. */
  readonly separator: readonly string[];
}

const dense: ItemLayout = { indents: [' ', '    ', '      '], separator: [] };
/** Mail programs wrap lines themselves, to the left margin. */
export const airy: ItemLayout = { indents: ['', '', '    '], separator: [''] };

/** The command of an item stands in one block at its end. */
export function printActionItems(
  { actionItems }: Pick<Report, 'actionItems'>,
  width: number,
  { indents: [before, text, command], separator }: ItemLayout = dense,
): Section {
  if (actionItems.length === 0) return [];
  const lines = [`Action required: ${formatCount(actionItems.length, 'item')}`];
  for (const [index, { problem, remedy }] of actionItems.slice(0, MOST_ITEMS).entries()) {
    const { prose, paste } = splitRemedy(remedy);
    const sentence = toSentence(clip(problem, 500));
    lines.push(...separator, ...wrap(sentence, { width, first: `${before}${index + 1}. `, rest: text }));
    if (prose !== '') lines.push(...wrap(clip(prose, 500), { width, first: text }));
    if (paste !== undefined && paste.length > LONGEST_PASTE) lines.push('    (too long for this report: see its JSON)');
    else if (paste !== undefined) lines.push(...wrapCommand(paste, width, command));
  }
  const more = actionItems.length - MOST_ITEMS;
  return more > 0 ? [...lines, ` ... and ${formatCount(more, 'more item')}`] : lines;
}

export function printKept(report: Report, width: number): Section {
  const { kept, keptBy } = countRevisions(report);
  if (kept === 0) return ['Kept: nothing'];
  const numbers = Math.max(...keptBy.map(({ revisions }) => formatNumber(revisions).length));
  const rules = Math.max(...keptBy.map(({ rule }) => rule.length));
  return [
    ...wrap(`Kept: ${formatCount(kept, 'revision')}, each under its first reason`, { width, rest: '  ' }),
    ...keptBy.map(({ rule, revisions, text, isShared }) => {
      const line = `  ${formatNumber(revisions).padStart(numbers)}  ${rule.padEnd(rules)}  `;
      return line + fitExample(shortenIds(isShared ? text : `e.g. ${text}`), width - line.length);
    }),
  ];
}

function fitExample(text: string, width: number): string {
  const [first = '', ...more] = wrap(text, { width: width - 4 });
  return more.length === 0 || displayWidth(text) <= width ? (wrap(text, { width })[0] ?? '') : `${first} ...`;
}

export function printBacklog({ run, backlog, plan }: Report, width: number): Section {
  const { revisions, nights, cap, atLeast } = backlog;
  if (revisions === 0) return ['Backlog: none'];
  const least = atLeast ? 'at least ' : '';
  const when = plan?.hold !== undefined ? ' after the hold' : run.dryRun ? ' of live runs' : '';
  const duration = `${least}${formatCount(nights, 'night')}${when} (at most ${formatNumber(cap)} a night)`;
  return wrap(`Backlog: ${least}${formatCount(revisions, 'revision')}, ${duration}`, { width });
}

/** The way from a dry run to a run that deregisters. */
export function printGoLive({ run, plan }: Report, width: number): Section {
  if (!run.dryRun || run.goLive === undefined || (plan?.toDeregister.length ?? 0) === 0) return [];
  return wrap(`To go live: ${run.goLive}`, { width });
}

export function printUndo(
  { run, target, results }: Pick<Report, 'run' | 'target' | 'results'>,
  width: number,
): Section {
  const [first] = results.deregistered;
  if (first === undefined || run.where === undefined) return [];
  const scope = { target, where: run.where };
  const id = idArgument(run.id);
  const print = (words: string) => wrapCommand(printCommand(words, scope), width, '  ');
  // The action item of a late reference has the command that restores its revision.
  const one = results.lateReferences.length > 0 ? [] : print(`restore ${nameOf(first)}`);
  return ['Undo one, undo all, or see details:', ...one, ...print(`restore --run ${id}`), ...print(`history ${id}`)];
}

/** Everything that was read, with the calls and seconds of each part. */
export function printReadingCosts({ readings }: Pick<Report, 'readings'>, width: number): Section {
  if (readings.length === 0) return [];
  const parts = readings.map(
    ({ part, items, calls, tookMs }) =>
      `${clip(part, 80)} ${formatNumber(items)} (${formatNumber(calls)}/${formatNumber(Math.round(tookMs / 100) / 10)})`,
  );
  return wrap(`Read (calls/seconds): ${parts.join(', ')}`, { width, rest: '  ' });
}

const MOST_NOTES = 5;

export function printNotes({ notes }: Pick<Report, 'notes'>, width: number): Section {
  const shown = notes.slice(0, MOST_NOTES).map((note) => `Note: ${toSentence(clip(note, 300))}`);
  const hidden = notes.length - MOST_NOTES;
  const more = hidden > 0 ? [`... and ${formatCount(hidden, 'more note')}`] : [];
  return [...shown, ...more].flatMap((line) => wrap(line, { width }));
}

export function printRunFacts({ run, readings }: Report, width: number): Section {
  const calls = readings.reduce((sum, reading) => sum + reading.calls, 0);
  const throttled = readings.reduce((sum, reading) => sum + reading.throttled, 0);
  const slowed = throttled > 0 ? ` (${formatNumber(throttled)} throttled)` : '';
  const read = readings.length > 0 ? `, ${formatCount(calls, 'read call')}${slowed}` : '';
  const passes = run.passes === undefined || run.passes < 2 ? '' : `, ${formatCount(run.passes, 'pass')}`;
  const facts = [
    `Run ${clip(run.id, 80)}${passes}`,
    `${formatTime(run.beganAt)}, ${formatCount(Math.round(run.tookMs / 1000), 'second')}${read}`,
    `ecs-revision-pruner ${clip(run.version, 40)}, settings ${clip(run.settingsDigest, 64)}`,
  ];
  return [
    ...facts.flatMap((line) => wrap(line, { width })),
    // Whole, so that mail programs and terminals make a link of it.
    ...(run.page === undefined ? [] : [`Page: ${run.page}`]),
  ];
}

const MOST_RETIRED = 6;

/** The deregistered list has all revisions of retired families. */
export function printRetired(report: Report, width: number): Section {
  const families = findRetiredFamilies(report);
  const since = report.plan?.retiredSince;
  if (families.length === 0 || since === undefined) return [];
  const names = families.map((family) => clip(family, 80));
  const heading = report.run.dryRun ? 'Would be retired' : 'Retired';
  return wrap(
    `${heading}: ${formatCount(families.length, 'family')} without references, use or registrations since ${day(since)}: ${joinList(names, MOST_RETIRED)}`,
    { width, rest: '  ' },
  );
}
