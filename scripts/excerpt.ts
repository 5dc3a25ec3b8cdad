// Cuts the table of a plan to some families, and counts the lines that it leaves out.
import { stripVTControlCharacters } from 'node:util';

export interface Excerpt {
  readonly before: readonly string[];
  /** The rows of the selected families, in the order of the table. */
  readonly rows: readonly string[];
  readonly leftOut: number;
  readonly after: readonly string[];
}

/** @param printed the output of `./pruner plan`, with or without colours */
export function excerpt(printed: string, families: readonly string[]): Excerpt {
  const lines = printed.trimEnd().split('\n');
  const from = lines.indexOf('') + 1;
  const upto = lines.indexOf('', from);
  const missing = new Set(families);
  let wanted = false;
  const rows = lines.slice(from, upto).filter((line) => {
    // Only the first row of a family has its name.
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
