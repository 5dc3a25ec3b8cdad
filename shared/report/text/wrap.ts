// Wraps text to lines of a given width: prose at spaces, commands only where the shell allows it.
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
  let hasWord = false;
  for (const word of sanitize(text).split(' ').filter(Boolean)) {
    if (hasWord && taken + 1 + displayWidth(word) > width) {
      lines.push(line);
      [line, taken, hasWord] = [rest, displayWidth(rest), false];
    }
    const gap = hasWord ? ' ' : '';
    const [fitting = '', ...broken] = splitWord(word, width - taken - gap.length, width - displayWidth(rest));
    line += gap + fitting;
    taken += gap.length + displayWidth(fitting);
    hasWord = true;
    for (const piece of broken) {
      lines.push(line);
      [line, taken] = [rest + piece, displayWidth(rest) + displayWidth(piece)];
    }
  }
  return [...lines, line.trimEnd()];
}

/** Splits a word that is longer than a line; the first part fills the current line. */
function splitWord(word: string, first: number, rest: number): string[] {
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
