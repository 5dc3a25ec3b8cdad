// Revisions by family, a line or two each, for mail and terminal: the family's name, then its ranges.
import { printRanges, type Ranges, sizeOf } from '../../domain/revision.ts';
import { type Group, countInGroups } from '../model/counts.ts';
import { formatCount } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';

/** A longer name stands on a line of its own: one family of 255 characters must not push all ranges off the screen. */
const NAME_COLUMNS = 28;

/** Three lines of a mail: who needs more reads the JSON document. */
const MOST_RANGES = 24;

export function printFamilies(groups: readonly Group[], width: number): string[] {
  const names = groups.map(({ family }) => family.length).filter((length) => length <= NAME_COLUMNS);
  const column = Math.max(0, ...names);
  return groups.flatMap(({ family, ranges }) => {
    const text = formatRanges(ranges, MOST_RANGES);
    const rest = ' '.repeat(column + 4);
    if (family.length <= column) return wrap(text, { width, first: `  ${family.padEnd(column)}  `, rest });
    return [...wrap(family, { width, first: '  ' }), ...wrap(text, { width, first: rest })];
  });
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
