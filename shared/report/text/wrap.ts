// Wraps text to lines of a given width: prose at spaces, commands only where the shell allows it.
import { sanitize } from '../../domain/safe-text.ts';
import { displayWidth } from './wording.ts';

export interface Shape {
  readonly width: number;
  /** Before the first line. */
  readonly first?: string;
  /** Before all others. */
  readonly rest?: string;
}

/** Never breaks a word: a name or an ARN that is longer than a line can still be copied. */
export function wrap(text: string, { width, first = '', rest = first }: Shape): string[] {
  const lines: string[] = [];
  let line = first;
  let taken = displayWidth(first);
  let hasWord = false;
  for (const word of sanitize(text).split(' ').filter(Boolean)) {
    const wide = displayWidth(word);
    if (hasWord && taken + 1 + wide > width) {
      lines.push(line);
      [line, taken, hasWord] = [rest, displayWidth(rest), false];
    }
    line += (hasWord ? ' ' : '') + word;
    taken += (hasWord ? 1 : 0) + wide;
    hasWord = true;
  }
  return [...lines, line.trimEnd()];
}

/** A remedy may end with a colon and a command or settings line between backquotes. Backquotes elsewhere only quote. */
export function splitRemedy(remedy: string): { prose: string; paste: string | undefined } {
  const found = /^(?<prose>.*:)\s+`(?<paste>[^`]+)`$/su.exec(remedy.trim());
  if (found?.groups === undefined) return { prose: remedy.trim(), paste: undefined };
  return { prose: found.groups['prose'] ?? '', paste: found.groups['paste'] };
}

/** Breaks a command with backslashes and keeps each option with its value. A settings line stays whole. */
export function wrapCommand(paste: string, width: number, indent: string): string[] {
  const safe = sanitize(paste);
  if (!/^(?:\.\/pruner|aws) /u.test(safe)) return [indent + safe];
  const lines: string[] = [];
  let line = indent;
  for (const word of safe.match(/(?:--[^' ]+ (?!--))?(?:'[^']*'|[^' ])+/gu) ?? []) {
    if (line.trim() !== '' && displayWidth(line) + 1 + displayWidth(word) + 2 > width) {
      lines.push(`${line} \\`);
      line = `${indent}  `;
    }
    line += (line.trim() === '' ? '' : ' ') + word;
  }
  return [...lines, line];
}
