// Prints revisions family by family: the name, then its ranges.
import { printRanges, type Ranges, sizeOf } from '../../domain/revision.ts';
import { type Group, countInGroups } from '../model/counts.ts';
import { formatCount } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';

/** A longer name has a line of its own, since it would push all ranges off the screen. */
const NAME_COLUMNS = 28;

/** Three lines of a mail; the JSON document has all ranges. */
const MOST_RANGES = 24;

export function printFamilies(groups: readonly Group[], width: number): string[] {
  const names = groups.map(({ family }) => family.length).filter((length) => length <= NAME_COLUMNS);
  const column = Math.max(0, ...names);
  return groups.flatMap(({ family, ranges }) => {
    const text = formatRanges(ranges, MOST_RANGES);
    const rest = ' '.repeat(column + 4);
    if (family.length <= column) return wrap(text, { width, first: `  ${family.padEnd(column)}  `, rest });
    return [`  ${family}`, ...wrap(text, { width, first: rest })];
  });
}

/** Prints families as rows: a table by default. */
export type PrintRows = (groups: readonly Group[], width: number) => string[];

/** Prints the first families and counts the others.
 *  @param elsewhere where the others are, as `, at the end` */
export function printMostFamilies(
  groups: readonly Group[],
  width: number,
  {
    most,
    elsewhere = '',
    rows: print = printFamilies,
  }: { most: number; elsewhere?: string; rows?: PrintRows | undefined },
): string[] {
  const hidden = groups.slice(most);
  const rows = print(groups.slice(0, most), width);
  return hidden.length === 0
    ? rows
    : [...rows, ...wrap(`... and ${formatExtent(hidden)}${elsewhere}`, { width, first: '  ' })];
}

/** `1-6, 8, 10-12 and 3 more ranges (40 revisions)` */
export function formatRanges(ranges: Ranges, atMost: number): string {
  const shown = printRanges(ranges.slice(0, atMost)).join(', ');
  const hidden = ranges.slice(atMost);
  if (hidden.length === 0) return shown;
  return `${shown} and ${formatCount(hidden.length, 'more range')} (${formatCount(sizeOf(hidden), 'revision')})`;
}

/** `212 revisions of 14 families` */
export function formatExtent(groups: readonly Group[]): string {
  return `${formatCount(countInGroups(groups), 'revision')} of ${formatCount(groups.length, 'family')}`;
}
