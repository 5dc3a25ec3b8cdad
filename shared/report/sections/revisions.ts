// Lists revisions by family: deregistered, not deregistered, and waiting. Each list is bounded and counts the rest.
import { withVerdict } from '../../plan/verdict.ts';
import { sizeOf } from '../../domain/revision.ts';
import { countRevisions, type Group, groupByFamily, countInGroups, findWaiting } from '../model/counts.ts';
import { asksForApproval } from '../model/approval.ts';
import type { Report } from '../model/report.ts';
import { formatExample } from './deletions.ts';
import { formatExtent, formatRanges, printMostFamilies, type PrintRows } from './family-rows.ts';
import { formatNumber } from '../text/wording.ts';
import type { Section } from '../text/screen.ts';
import { wrap } from '../text/wrap.ts';

/** A usual mail stays within 40 lines; `printOverflow` lists the other families at its end. */
const MOST_FAMILIES = 16;

export function printDeregistered(report: Report, width: number, rows?: PrintRows): Section {
  const groups = findDeregistered(report);
  const heading = isPlanOnly(report) ? 'Would deregister' : 'Deregistered';
  return [
    ...wrap(`${heading}: ${groups.length === 0 ? 'nothing' : formatExtent(groups)}`, { width, rest: '  ' }),
    ...printMostFamilies(groups, width, { most: MOST_FAMILIES, elsewhere: ', at the end', rows }),
    ...printExceptions(report, width),
  ];
}

function findDeregistered(report: Report): Group[] {
  const { plan, results } = report;
  return groupByFamily(isPlanOnly(report) ? (plan?.toDeregister ?? []) : results.deregistered);
}

function isPlanOnly(report: Report): boolean {
  return report.run.dryRun || asksForApproval(report);
}

/** Planned revisions that the run left alone, which needs no action. */
function printExceptions({ results: { alreadyInactive, skipped } }: Report, width: number): string[] {
  return [
    ...(alreadyInactive.length > 0
      ? [`Already deregistered by someone else: ${formatNumber(alreadyInactive.length)}`]
      : []),
    ...(skipped.length > 0 ? [`Skipped by the final check: ${formatExample(skipped)}`] : []),
  ].flatMap((line) => wrap(line, { width, rest: '  ' }));
}

/** AWS refuses a call for a revision without saying more, and the next run tries it again. */
export function printRefused({ results: { failed, stop } }: Report, width: number): Section {
  // The failed call that aborted the run is an action item.
  const refused = stop?.by === 'abort' ? failed.slice(0, -1) : failed;
  if (refused.length === 0) return [];
  return wrap(`Refused by AWS, tried again by the next run: ${formatExample(refused)}`, { width, rest: '  ' });
}

const MOST_WAITING = 4;

export function printWaiting(report: Report, width: number, rows?: PrintRows): Section {
  const groups = findWaiting(report).sort((a, b) => sizeOf(b.ranges) - sizeOf(a.ranges));
  if (groups.length === 0) {
    // The plan of a dry run waits by itself, in the backlog.
    const isWaiting = report.backlog.revisions > 0;
    return [...(isWaiting ? [] : ['Next run: nothing is waiting']), ...printHeldFamilies(report, width, rows)];
  }
  const extent = formatExtent(groups);
  const { cap } = report.backlog;
  const bounded = cap < countInGroups(groups) ? `${formatNumber(cap)} of ${extent}` : extent;
  const isHeld = report.plan?.hold !== undefined && countRevisions(report).held > 0;
  const cause =
    report.plan?.hold?.cause === 'unresolved'
      ? 'On hold, may be referenced dynamically'
      : 'On hold until everything can be read';
  return [
    ...wrap(isHeld ? `${cause}: ${extent}` : `Next run: ${bounded}`, { width, rest: '  ' }),
    ...printMostFamilies(groups, width, { most: MOST_WAITING, rows }),
    ...printHeldFamilies(report, width, rows),
  ];
}

/** Families on hold in a run that is not held itself. */
function printHeldFamilies({ plan }: Report, width: number, rows: PrintRows | undefined): string[] {
  const groups = plan === undefined || plan.hold !== undefined ? [] : withVerdict(plan, 'hold');
  if (groups.length === 0) return [];
  return [
    ...wrap(`On hold, may be referenced dynamically: ${formatExtent(groups)}`, { width, rest: '  ' }),
    ...printMostFamilies(groups, width, { most: MOST_WAITING, rows }),
  ];
}

/** About half an hour of reading, and far below the limit of SNS; a cap of 300 rarely comes near. */
const OVERFLOW_CHARACTERS = 12_000;

/** The families for which `printDeregistered` had no room: the mail is the record of a run. */
export function printOverflow(report: Report, width: number): Section {
  const hidden = findDeregistered(report).slice(MOST_FAMILIES);
  if (hidden.length === 0) return [];
  const heading = isPlanOnly(report) ? 'Would also deregister' : 'Also deregistered';
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
    ...wrap(`${heading}: ${formatExtent(hidden)}`, { width, rest: '  ' }),
    ...wrap(entries.join('; '), { width, first: '  ' }),
    ...(left.length > 0 ? wrap(`... and ${formatExtent(left)}, in the report's JSON`, { width, first: '  ' }) : []),
  ];
}
