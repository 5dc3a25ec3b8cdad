// Lines of a given width. Prose is broken at spaces and, where a word is longer than a line, between two characters;
// what a person pastes is broken only where the shell allows it.
import { sanitize } from '../../domain/safe-text.ts';
import { splitGraphemes, displayWidth } from './wording.ts';

export interface Shape {
  readonly width: number;
  /** Before the first line. */
  readonly first?: string;
  /** Before all others. */
  readonly rest?: string;
}

export function wrap(text: string, { width, first = '', rest = first }: Shape): string[] {
  const lines: string[] = [];
  let line = first;
  let taken = displayWidth(first);
  let begun = false;
  for (const word of sanitize(text).split(' ').filter(Boolean)) {
    if (begun && taken + 1 + displayWidth(word) > width) {
      lines.push(line);
      [line, taken, begun] = [rest, displayWidth(rest), false];
    }
    const gap = begun ? ' ' : '';
    const [fitting = '', ...broken] = pieces(word, width - taken - gap.length, width - displayWidth(rest));
    line += gap + fitting;
    taken += gap.length + displayWidth(fitting);
    begun = true;
    for (const piece of broken) {
      lines.push(line);
      [line, taken] = [rest + piece, displayWidth(rest) + displayWidth(piece)];
    }
  }
  return [...lines, line.trimEnd()];
}

/** A word in parts that fit, the first into what is left of its line. */
function pieces(word: string, first: number, rest: number): string[] {
  if (displayWidth(word) <= first) return [word];
  const parts: string[] = [];
  let part = '';
  let room = Math.max(first, 2);
  let taken = 0;
  for (const character of splitGraphemes(word)) {
    const wide = displayWidth(character);
    if (taken + wide > room) {
      parts.push(part);
      part = '';
      taken = 0;
      room = Math.max(rest, 2);
    }
    part += character;
    taken += wide;
  }
  return [...parts, part];
}

/** What to do next ends, where there is something to paste, with a colon and that between backquotes: a command or a
 *  settings line. Backquotes elsewhere only quote. */
export function splitRemedy(next: string): { prose: string; paste: string | undefined } {
  const found = /^(?<prose>.*:)\s+`(?<paste>[^`]+)`$/su.exec(next.trim());
  if (found?.groups === undefined) return { prose: next.trim(), paste: undefined };
  return { prose: found.groups['prose'] ?? '', paste: found.groups['paste'] };
}

/** A command goes on after a backslash at the line's end, and an option keeps its value beside it; a settings line cannot
 *  be broken. */
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
