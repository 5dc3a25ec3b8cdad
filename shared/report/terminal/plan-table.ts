// Prints families of a plan as a table of family, revisions and verdict. On a narrow screen each stands on its own line. The
// table is bounded, since an account may have thousands of families.
import type { FamilyPlan, Reason, Span } from '../../plan/verdict.ts';
import { joinRanges, sizeOf } from '../../domain/revision.ts';
import { formatRanges } from '../sections/family-rows.ts';
import { shortenIds, clip, formatCount, formatNumber, formatTime } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { type Paint } from '../text/paint.ts';

/** The operator sees everything before the prompt: the default cap allows no more families in one run. */
const MOST_FAMILIES = 300;
/** A family with many references has a span for each. */
const MOST_SPANS = 20;
const MOST_RANGES = 12;
/** Columns for reasons. With fewer, the table is stacked. */
const LEAST_REASON = 24;

interface TableOptions {
  readonly width: number;
  readonly paint: Paint;
  /** Without a limit of families. */
  readonly all: boolean;
}

/** @param families in the order in which they are shown */
export function printPlanTable(families: readonly FamilyPlan[], { width, paint, all }: TableOptions): string[] {
  const shown = (all ? families : families.slice(0, MOST_FAMILIES)).map(mergeSpans);
  const layout = planLayout(shown, width);
  const lines = shown.flatMap((family) => rows(family, layout, paint));
  const hidden = families.slice(shown.length);
  if (hidden.length === 0) return lines;
  const unseen = hidden.filter(({ spans }) => spans.some(({ verdict }) => verdict.verdict === 'deregister')).length;
  const some = unseen > 0 ? `, ${formatNumber(unseen)} of them with revisions to deregister` : '';
  const more = `... and ${formatCount(hidden.length, 'more family')}${some} (--all shows them)`;
  return [...lines, ...wrap(more, { width, first: '  ' })];
}

/** Revisions to deregister come first, then the others by number; those with the same first reason share a row, and
 *  `explain` shows the others. A family that is
 *  protected as a whole is one row, since its other reasons decide nothing. */
function mergeSpans({ family, spans }: FamilyPlan): Table {
  const shared = findSharedReasons(spans).find(({ rule }) => rule === 'protected');
  const reasoned = shared === undefined ? spans : spans.map(({ ranges }) => ({ ranges, verdict: keptBy(shared) }));
  const rows = Map.groupBy(reasoned, ({ verdict }) => reasonKey(verdict));
  const merged = [...rows.values()].flatMap((all) => {
    const [first] = all;
    const ranges = joinRanges(
      all.flatMap((span) => span.ranges),
      [],
    );
    return first === undefined ? [] : [{ ranges, verdict: first.verdict }];
  });
  const isFirst = ({ verdict }: Span) => verdict.verdict === 'deregister';
  return { family, spans: [...merged.filter(isFirst), ...merged.filter((span) => !isFirst(span))] };
}

type Table = Pick<FamilyPlan, 'family' | 'spans'>;

function keptBy(reason: Reason): Span['verdict'] {
  return { verdict: 'keep', reasons: [reason] };
}

function reasonKey(verdict: Span['verdict']): string {
  if (verdict.verdict === 'deferred' && verdict.outsideLimit === true) return 'outside the saved plan';
  if (verdict.verdict === 'deferred' && verdict.announcedUntil !== undefined)
    return `announced until ${verdict.announcedUntil}`;
  return verdict.verdict === 'keep' ? verdict.reasons[0].text : verdict.verdict;
}

/** The reasons that all revisions of a family share. */
function findSharedReasons(spans: readonly Span[]): readonly Reason[] {
  const all = spans.map(({ verdict }) => (verdict.verdict === 'keep' ? verdict.reasons : []));
  const [first = [], ...more] = all;
  return first.filter(({ rule, text }) =>
    more.every((reasons) => reasons.some((one) => one.rule === rule && one.text === text)),
  );
}

interface Layout {
  readonly width: number;
  readonly family: number;
  readonly ranges: number;
  /** Zero where the table is stacked. */
  readonly reason: number;
}

/** Names and ranges may fill a quarter of the line each, which leaves most of it to the reasons. */
function planLayout(families: readonly Table[], width: number): Layout {
  const most = Math.floor(width / 4);
  const widest = (texts: readonly string[], least: number) =>
    texts.reduce((widest, { length }) => (length <= most ? Math.max(widest, length) : widest), least);
  const spans = families.flatMap(({ spans }) => spans.slice(0, MOST_SPANS));
  const numbers = spans.map(({ ranges }) => formatRanges(ranges, MOST_RANGES));
  const family = widest(
    families.map(({ family }) => family),
    4,
  );
  const longest = numbers.flatMap((text) => text.split(' ')).reduce((most, { length }) => Math.max(most, length), 6);
  const ranges = Math.max(longest, numbers.some(({ length }) => length > most) ? most : widest(numbers, 6));
  const reason = width - family - ranges - 6;
  return { width, family, ranges, reason: reason < LEAST_REASON ? 0 : reason };
}

function rows({ family, spans }: Table, layout: Layout, paint: Paint): string[] {
  // A name that is too long for its column has its own line.
  const isApart = layout.reason === 0 || family.length > layout.family;
  const lines = isApart ? [paint('family', `  ${family}`)] : [];
  for (const [index, span] of spans.slice(0, MOST_SPANS).entries())
    lines.push(...row(index === 0 && !isApart ? family : '', span, layout, paint));
  const hidden = spans.slice(MOST_SPANS);
  if (hidden.length === 0) return lines;
  const size = (which: string) =>
    hidden.filter(({ verdict }) => verdict.verdict === which).reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
  const kinds = ['deregister', 'deferred', 'hold', 'keep'].filter((kind) => size(kind) > 0);
  const sizes = kinds.map((kind) => `${kind} ${formatNumber(size(kind))}`).join(', ');
  const text = `... and ${formatCount(hidden.length, 'more line')}: ${sizes}`;
  return [
    ...lines,
    ...wrap(text, { width: layout.width, first: ' '.repeat(layout.reason === 0 ? 4 : layout.family + 4) }),
  ];
}

/** Ranges and reason side by side, each in as many lines as it needs. */
function row(family: string, { ranges, verdict }: Span, layout: Layout, paint: Paint): string[] {
  const [style, text] = describeVerdict(verdict);
  const range = formatRanges(ranges, MOST_RANGES);
  if (layout.reason === 0)
    return wrap(`${range}: ${text}`, { width: layout.width, first: '    ', rest: '      ' }).map((line) =>
      paint(style, line),
    );
  const numbers = wrap(range, { width: layout.ranges });
  const words = wrap(text, { width: layout.reason, rest: '  ' });
  return Array.from({ length: Math.max(numbers.length, words.length) }, (_, index) => {
    const name = paint('family', (index === 0 ? family : '').padEnd(layout.family));
    return `  ${name}  ${(numbers[index] ?? '').padEnd(layout.ranges)}  ${paint(style, words[index] ?? '')}`.trimEnd();
  });
}

function describeVerdict(verdict: Span['verdict']): ['deregister' | 'wait' | 'keep', string] {
  switch (verdict.verdict) {
    case 'deregister':
      return ['deregister', 'deregister'];
    case 'deferred':
      if (verdict.announcedUntil !== undefined)
        return [
          'wait',
          `announced: will be deregistered from ${formatTime(verdict.announcedUntil)} on unless something uses it`,
        ];
      return ['wait', verdict.outsideLimit === true ? 'deferred: not in the saved plan' : 'deferred: over the cap'];
    case 'hold':
      return [
        'wait',
        verdict.cause === 'unresolved' ? 'hold: may be referenced dynamically' : 'hold: not everything could be read',
      ];
    case 'keep':
      return ['keep', `keep: ${clip(shortenIds(verdict.reasons[0].text), 200)}`];
  }
}
