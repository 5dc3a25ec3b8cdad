// Draws text as SVG: what a terminal shows, with its colours, or a mail. The text stays text (it can be selected, searched
// and read aloud), and the picture has no fonts, no scripts and nothing from elsewhere in it.

/** In pixels; `COLUMN` is what a letter of the usual monospaced fonts takes at this size. */
const SIZE = 14;
const COLUMN = 8.4;
const LINE = 19;
const MARGIN = 22;
const HEAD = 34;

/** For light and dark backgrounds. Every colour has at least 4.5 : 1 against its background (WCAG 2.2, AA). */
const palette = {
  back: ['#ffffff', '#0d1117'],
  head: ['#f6f8fa', '#161b22'],
  edge: ['#d0d7de', '#30363d'],
  text: ['#1f2328', '#e6edf3'],
  dim: ['#59636e', '#9198a1'],
  red: ['#cf222e', '#ff7b72'],
  green: ['#1a7f37', '#3fb950'],
  yellow: ['#875e00', '#d29922'],
  magenta: ['#8250df', '#bc8cff'],
} as const satisfies Record<string, readonly [light: string, dark: string]>;

export interface Picture {
  /** The alternative text of the picture. */
  readonly title: string;
  /** On the bar above the text. */
  readonly head: string;
  /** May hold the terminal's colours (ANSI SGR). */
  readonly lines: readonly string[];
  readonly columns: number;
}

export function draw({ title, head, lines, columns }: Picture): string {
  const width = Math.ceil(columns * COLUMN) + 2 * MARGIN;
  const height = HEAD + lines.length * LINE + 2 * MARGIN - 6;
  const text = lines.flatMap((line, index) => {
    const runs = runsOf(line);
    const length = runs.reduce((sum, { text }) => sum + text.length, 0);
    if (length === 0) return [];
    // A font with wider or narrower letters is set at this length too, so that columns stay columns.
    const y = HEAD + MARGIN + index * LINE + SIZE - 4;
    const inner = runs.map(({ text, classes }) =>
      classes === '' ? escaped(text) : `<tspan class="${classes}">${escaped(text)}</tspan>`,
    );
    return `<text x="${MARGIN}" y="${y}" textLength="${rounded(length * COLUMN)}">${inner.join('')}</text>`;
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title id="title">${escaped(title)}</title>`,
    `<style>${style()}</style>`,
    `<rect class="back" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    `<path class="head" d="M0.5 ${HEAD}V8.5a8 8 0 0 1 8-8H${width - 8.5}a8 8 0 0 1 8 8V${HEAD}z"/>`,
    `<text x="${MARGIN}" y="${HEAD / 2 + 5}" class="b">${escaped(head)}</text>`,
    ...text,
    '</svg>',
  ].join('\n')}\n`;
}

function style(): string {
  const of = (theme: 0 | 1) =>
    Object.entries(palette)
      .map(([name, colors]) => `--${name}:${colors[theme]}`)
      .join(';');
  const inks = ['dim', 'red', 'green', 'yellow', 'magenta'].map((name) => `.${name}{fill:var(--${name})}`);
  return [
    `svg{${of(0)}}`,
    `@media(prefers-color-scheme:dark){svg{${of(1)}}}`,
    `text{font:${SIZE}px ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;white-space:pre;fill:var(--text)}`,
    '.back{fill:var(--back);stroke:var(--edge)}',
    '.head{fill:var(--head);stroke:var(--edge)}',
    '.b{font-weight:bold}',
    ...inks,
  ].join('');
}

interface Run {
  readonly text: string;
  readonly classes: string;
}

/** The style that each code of util.styleText switches on. Drawing fails on a code that is missing here. */
const begins: Readonly<Record<string, string>> = {
  1: 'b',
  2: 'dim',
  31: 'red',
  32: 'green',
  33: 'yellow',
  35: 'magenta',
};
const ends: Readonly<Record<string, readonly string[]>> = {
  22: ['b', 'dim'],
  39: ['red', 'green', 'yellow', 'magenta'],
};

function runsOf(line: string): Run[] {
  const on = new Set<string>();
  const [begin = '', ...pieces] = line.split('\u001B[');
  const runs: Run[] = [{ text: begin, classes: '' }];
  for (const piece of pieces) {
    const [, code = '', text = ''] = /^(\d+)m(.*)$/su.exec(piece) ?? [];
    const [begun, ended] = [begins[code], ends[code]];
    if (begun === undefined && ended === undefined) throw new Error(`The terminal code ${code} has no drawing`);
    if (begun !== undefined) on.add(begun);
    for (const one of ended ?? []) on.delete(one);
    runs.push({ text, classes: [...on].join(' ') });
  }
  return runs.filter(({ text }) => text !== '');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function rounded(length: number): string {
  return String(Math.round(length * 10) / 10);
}
