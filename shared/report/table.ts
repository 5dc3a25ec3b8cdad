// The plan as a table: family, revisions, verdict with its reason. Families from which something goes, waits or is held
// stand first; it is bounded, since an account has thousands of families and a person one screen.
import type { FamilyPlan, Plan, Span } from '../plan/verdict.ts';
import { sizeOf } from '../revision.ts';
import { rangesText } from './rows.ts';
import { counted, grouped } from './wording.ts';
import { wrap } from './wrap.ts';
import { type Paint } from './paint.ts';

/** Two or three screens: who wants more asks for `--json`, or narrows by `--families`. */
const MOST_FAMILIES = 40;
/** A family that is named all over has a span for each naming. */
const MOST_SPANS = 12;
const MOST_RANGES = 12;

export function planTable({ families }: Plan, width: number, paint: Paint): string[] {
  const changing = families.filter((family) => !isKept(family));
  const shown = [...changing, ...families.filter(isKept)].slice(0, MOST_FAMILIES);
  const hidden = families.length - shown.length;
  const columns = columnsOf(shown, width);
  const lines = shown.flatMap((family) => rows(family, columns, paint));
  if (hidden === 0) return lines;
  const silent = Math.min(hidden, families.length - changing.length);
  const rest = hidden > silent ? `, ${counted(hidden - silent, 'family')} of them with something to go` : '';
  return [
    ...lines,
    ...wrap(`... and ${counted(hidden, 'more family')}${rest} (--json lists all)`, { width, first: '  ' }),
  ];
}

function isKept({ spans }: FamilyPlan): boolean {
  return spans.every(({ verdict }) => verdict.verdict === 'keep');
}

interface Columns {
  readonly family: number;
  readonly ranges: number;
  readonly width: number;
}

/** Names and ranges get what they need up to a third of the line each; longer ones go on in the next line. */
function columnsOf(families: readonly FamilyPlan[], width: number): Columns {
  const spans = families.flatMap((family) => family.spans.slice(0, MOST_SPANS));
  const longest = (lengths: number[], least: number) =>
    Math.max(
      least,
      Math.min(
        Math.floor(width / 3.5),
        lengths.reduce((a, b) => Math.max(a, b), 0),
      ),
    );
  return {
    family: longest(
      families.map(({ family }) => family.length),
      4,
    ),
    ranges: longest(
      spans.map(({ ranges }) => rangesText(ranges, MOST_RANGES).length),
      8,
    ),
    width,
  };
}

function rows({ family, spans }: FamilyPlan, columns: Columns, paint: Paint): string[] {
  const lines = spans
    .slice(0, MOST_SPANS)
    .flatMap((span, index) => row(index === 0 ? family : '', span, columns, paint));
  const hidden = spans.slice(MOST_SPANS);
  if (hidden.length === 0) return lines;
  const size = (which: string) =>
    hidden
      .filter(({ verdict }) => verdict.verdict === which)
      .reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
  const kinds = ['deregister', 'later', 'hold', 'keep'].filter((kind) => size(kind) > 0);
  const text = `... and ${counted(hidden.length, 'more span')}: ${kinds.map((kind) => `${kind} ${grouped(size(kind))}`).join(', ')}`;
  return [...lines, ...wrap(text, { width: columns.width, first: ' '.repeat(columns.family + 4) })];
}

/** Three columns side by side, each in as many lines as it needs. */
function row(family: string, { ranges, verdict }: Span, columns: Columns, paint: Paint): string[] {
  const [style, text] = told(verdict);
  const cells = [
    wrap(family, { width: columns.family }),
    wrap(rangesText(ranges, MOST_RANGES), { width: columns.ranges }),
    wrap(text, { width: columns.width - columns.family - columns.ranges - 6, rest: '  ' }),
  ] as const;
  const [names, numbers, words] = cells;
  return Array.from({ length: Math.max(names.length, numbers.length, words.length) }, (_, index) => {
    const name = (names[index] ?? '').padEnd(columns.family);
    const number = (numbers[index] ?? '').padEnd(columns.ranges);
    return `  ${paint('family', name)}  ${number}  ${paint(style, words[index] ?? '')}`.trimEnd();
  });
}

function told(verdict: Span['verdict']): ['goes' | 'waits' | 'stays', string] {
  switch (verdict.verdict) {
    case 'deregister':
      return ['goes', 'deregister'];
    case 'later':
      return ['waits', "later: over tonight's cap"];
    case 'hold':
      return ['waits', 'hold: not everything could be read'];
    case 'keep':
      return ['stays', `keep: ${verdict.reasons.map(({ says }) => says).join('; ')}`];
  }
}
