// What went, what did not, and what goes next: the parts of a report that list revisions by family, bounded, with a count
// of whatever they leave out.
import { withVerdict } from '../../plan/verdict.ts';
import { nameOf, sizeOf } from '../../domain/revision.ts';
import { countRevisions, type Group, groupByFamily, countInGroups, findWaiting } from '../model/counts.ts';
import type { Report } from '../model/report.ts';
import { formatExtent, printFamilies, formatRanges } from './family-rows.ts';
import type { Section } from './sections.ts';
import { clip, formatCount, formatNumber } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';

/** A night's mail stays within 40 lines; what is left out here follows at its end (`overflowSection`). */
const MOST_FAMILIES = 16;

export function printDeregistered(report: Report, width: number): Section {
  const groups = removed(report);
  const heading = report.run.dryRun ? 'Would be removed' : 'Removed';
  const lines =
    groups.length === 0
      ? [`${heading}: nothing`]
      : [`${heading}: ${formatExtent(groups)}`, ...printFamilies(groups.slice(0, MOST_FAMILIES), width)];
  const hidden = groups.slice(MOST_FAMILIES);
  if (hidden.length > 0) lines.push(`  ... and ${formatExtent(hidden)}, at the end`);
  return [...lines, ...notRemoved(report, width)];
}

function removed({ run, plan, results }: Report): Group[] {
  return groupByFamily(run.dryRun ? (plan?.toDeregister ?? []) : results.deregistered);
}

/** What was to go and did not, though nothing is wrong with that. */
function notRemoved({ results }: Report, width: number): string[] {
  const lines: string[] = [];
  const gone = results.alreadyInactive.length;
  if (gone > 0) lines.push(...wrap(`Gone before we came: ${formatCount(gone, 'revision')}`, { width }));
  const [first] = results.skipped;
  if (first !== undefined) {
    const example = `${nameOf(first.revision)}: ${clip(first.reason, 200)}`;
    const more = results.skipped.length > 1 ? `${formatCount(results.skipped.length, 'revision')}, as ` : '';
    lines.push(...wrap(`Spared at the last look: ${more}${example}`, { width, rest: '  ', first: '' }));
  }
  return lines;
}

/** A few lines suffice for what comes: the whole of it is counted. */
const MOST_WAITING = 4;

export function printWaiting(report: Report, width: number): Section {
  const groups = findWaiting(report).sort((a, b) => sizeOf(b.ranges) - sizeOf(a.ranges));
  const held = report.plan?.hold !== undefined && countRevisions(report).held > 0;
  if (groups.length === 0) return ['Next time: nothing waits', ...heldFamilies(report, width)];
  const isUnresolved = report.plan?.hold?.cause === 'unresolved';
  const why = isUnresolved
    ? 'On hold, may be referenced dynamically'
    : 'Held, goes when everything can be read';
  const heading = held ? why : 'Next time';
  // The next run's cap bounds what goes then, whatever waits.
  const waits = report.backlog.cap < countInGroups(groups) ? `${formatNumber(report.backlog.cap)} of ` : '';
  const hidden = groups.slice(MOST_WAITING);
  return [
    ...wrap(`${heading}: ${held ? '' : waits}${formatExtent(groups)}`, { width, rest: '  ' }),
    ...printFamilies(groups.slice(0, MOST_WAITING), width),
    ...(hidden.length > 0 ? [`  ... and ${formatExtent(hidden)}`] : []),
    ...heldFamilies(report, width),
  ];
}

/** Held by themselves, while the run went on. */
function heldFamilies({ plan }: Report, width: number): string[] {
  const groups = plan === undefined || plan.hold !== undefined ? [] : withVerdict(plan, 'hold');
  if (groups.length === 0) return [];
  return [
    ...wrap(`On hold, may be referenced dynamically: ${formatExtent(groups)}`, { width, rest: '  ' }),
    ...printFamilies(groups.slice(0, MOST_WAITING), width),
    ...(groups.length > MOST_WAITING ? [`  ... and ${formatExtent(groups.slice(MOST_WAITING))}`] : []),
  ];
}

/** About half an hour of reading, and far below what SNS sends; a cap of 300 a night rarely comes near. */
const OVERFLOW_CHARACTERS = 12_000;

/** The families that `removedSection` had no room for, close together: the mail is a record of what went. */
export function printOverflow(report: Report, width: number): Section {
  const hidden = removed(report).slice(MOST_FAMILIES);
  if (hidden.length === 0) return [];
  const heading = report.run.dryRun ? 'Would be removed as well' : 'Removed as well';
  const entries: string[] = [];
  let room = OVERFLOW_CHARACTERS;
  for (const { family, ranges } of hidden) {
    const entry = `${family} ${formatRanges(ranges, 6)}`;
    room -= entry.length;
    if (room < 0) break;
    entries.push(entry);
  }
  const left = hidden.slice(entries.length);
  return [
    `${heading}: ${formatExtent(hidden)}`,
    ...wrap(entries.join('; '), { width, first: '  ' }),
    ...(left.length > 0 ? [`  ... and ${formatExtent(left)}, in the report's JSON`] : []),
  ];
}
