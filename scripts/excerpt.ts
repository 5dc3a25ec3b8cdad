// Cuts the table of a plan to some families: whole, it is three screens. What was left out is counted, since a reader must
// not take an excerpt for the whole answer.
import { stripVTControlCharacters } from 'node:util';

export interface Excerpt {
  readonly before: readonly string[];
  /** The rows of the families that were asked for, in the order of the table. */
  readonly rows: readonly string[];
  readonly leftOut: number;
  readonly after: readonly string[];
}

/** @param printed what `./pruner plan` prints, with or without its colours */
export function excerpt(printed: string, families: readonly string[]): Excerpt {
  const lines = printed.trimEnd().split('\n');
  const from = lines.findIndex((line) => plain(line).startsWith('Plan of ')) + 1;
  const upto = lines.indexOf('', from);
  const missing = new Set(families);
  let wanted = false;
  const rows = lines.slice(from, upto).filter((line) => {
    // A family's name stands in its first row only.
    const [, family] = /^ {2}(\S+)/.exec(plain(line)) ?? [];
    if (family !== undefined) wanted = families.includes(family);
    if (family !== undefined) missing.delete(family);
    return wanted;
  });
  if (missing.size > 0) throw new Error(`The plan has no row of ${[...missing].join(', ')}`);
  return { before: lines.slice(0, from), rows, leftOut: upto - from - rows.length, after: lines.slice(upto) };
}

function plain(line: string): string {
  return stripVTControlCharacters(line);
}
