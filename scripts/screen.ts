// Prints the demonstration on a terminal of at least 80 columns: prose, commands with output, mails in a frame, and tables.
import { stripVTControlCharacters, styleText } from 'node:util';
import { wrap } from '../shared/report/text/wrap.ts';

const isTerminal = process.stdout.isTTY;
const color = isTerminal && process.env['NO_COLOR'] === undefined;
/** The width of the terminal; 80 for a file or a pipe. */
export const columns = isTerminal ? process.stdout.columns : 80;

// `npm start | head` closes the pipe early.
process.stdout.on('error', () => process.exit());

export const strong = (text: string) => (color ? styleText('bold', text) : text);
export const faint = (text: string) => (color ? styleText('dim', text) : text);

export function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.length === 0 ? '' : lines.join('\n')}\n`);
}

/** A heading to find when scrolling back. */
export function heading(text: string): void {
  say('', strong(text), '');
}

/** A line that the next one overwrites; nothing without a terminal. */
export function passing(text: string): void {
  if (isTerminal) process.stdout.write(`\r\u001B[K${text}`);
}

export function indented(text: string, by = '  '): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : by + line))
    .join('\n');
}

const MAIL_COLUMNS = 74;

/** A mail as a mail program wraps it.
 *  @param most lines, of which the last one says where the others are */
export function framed({ subject, body }: { subject: string; body: string }, most = Infinity): string {
  const wrapped = body
    .trimEnd()
    .split('\n')
    .flatMap((line) => wrap(line, { width: MAIL_COLUMNS, first: /^ */.exec(line)?.[0] ?? '' }))
    // The address of the page is one word, which a mail program breaks.
    .flatMap((line) => line.match(new RegExp(`.{1,${MAIL_COLUMNS}}`, 'gu')) ?? ['']);
  const hidden = wrapped.length - most;
  const lines = hidden > 0 ? [...wrapped.slice(0, most - 1), `(${hidden + 1} more lines)`] : wrapped;
  const all = [...wrap(`Subject: ${subject}`, { width: MAIL_COLUMNS, rest: '  ' }), '', ...lines];
  const bar = '\u2500'.repeat(MAIL_COLUMNS + 2);
  return [
    `\u250C${bar}\u2510`,
    ...all.map((line) => `\u2502 ${line.padEnd(MAIL_COLUMNS)} \u2502`),
    `\u2514${bar}\u2518`,
  ].join('\n');
}

/** Arranges lines of one width in columns, to read downwards. */
export function abreast(head: string, rows: readonly string[]): string[] {
  const long = (text: string) => stripVTControlCharacters(text).length;
  const width = Math.max(...[head, ...rows].map(long));
  const across = Math.max(1, Math.min(4, Math.floor((columns + 4) / (width + 4)), Math.ceil(rows.length / 3)));
  const height = Math.ceil(rows.length / across);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell) => cell.padEnd(width))
      .join('    ')
      .trimEnd();
  return [
    faint(line(Array.from({ length: Math.min(across, Math.ceil(rows.length / height)) }, () => head))),
    ...Array.from({ length: height }, (_, index) => line(rows.filter((_row, at) => at % height === index))),
  ];
}
