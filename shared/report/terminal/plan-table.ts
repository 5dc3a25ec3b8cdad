// Prints the plan as a table of family, revisions and verdict. Families with revisions to deregister come first, then
// deferred and held ones. The table is bounded, since an account may have thousands of families.
import type { FamilyPlan, Plan, Reason, Span } from '../../plan/verdict.ts';
import { joinRanges, sizeOf } from '../../domain/revision.ts';
import { formatRanges } from '../sections/family-rows.ts';
import { shortenIds, clip, displayWidth, formatCount, formatNumber } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { type Paint } from '../text/paint.ts';

/** The operator sees everything before the prompt: the default cap allows no more families in one run. */
const MOST_DEREGISTERING = 300;
/** Two or three screens; `--json` lists all families, and `--families` selects some. */
const MOST_FAMILIES = 40;
/** A family with many references has a span for each. */
const MOST_SPANS = 20;
const MOST_RANGES = 12;

export function printPlan(plan: Plan, width: number, paint: Paint): string[] {
  const families = plan.families.map(mergeProtected);
  const deregistering = families.filter((family) => has(family, 'deregister'));
  const others = families.filter((family) => !has(family, 'deregister'));
  const waiting = others.filter((family) => has(family, 'deferred') || has(family, 'hold'));
  const kept = others.filter((family) => !has(family, 'deferred') && !has(family, 'hold'));
  const room = Math.max(0, MOST_FAMILIES - deregistering.length);
  const shown = [...deregistering.slice(0, MOST_DEREGISTERING), ...[...waiting, ...kept].slice(0, room)];
  const layout = planLayout(shown, width);
  const lines = shown.flatMap((family) => rows(family, layout, paint));
  if (shown.length === families.length) return lines;
  const unseen = deregistering.length - MOST_DEREGISTERING;
  const some = unseen > 0 ? `, ${formatNumber(unseen)} of them with revisions to deregister` : '';
  const more = `... and ${formatCount(families.length - shown.length, 'more family')}${some} (--json lists all)`;
  return [...lines, ...wrap(more, { width, first: '  ' })];
}

/** A family that is protected as a whole is one line, since its other reasons decide nothing. */
function mergeProtected(family: FamilyPlan): FamilyPlan {
  const shared = findSharedReasons(family.spans).find(({ rule }) => rule === 'protected');
  if (shared === undefined) return family;
  const ranges = joinRanges(
    family.spans.flatMap((span) => span.ranges),
    [],
  );
  return { ...family, spans: [{ ranges, verdict: { verdict: 'keep', reasons: [shared] } }] };
}

/** The reasons that all revisions of a family share. */
function findSharedReasons(spans: readonly Span[]): readonly Reason[] {
  const all = spans.map(({ verdict }) => (verdict.verdict === 'keep' ? verdict.reasons : []));
  const [first = [], ...more] = all;
  return first.filter(({ rule, text }) =>
    more.every((reasons) => reasons.some((one) => one.rule === rule && one.text === text)),
  );
}

function has({ spans }: FamilyPlan, which: Span['verdict']['verdict']): boolean {
  return spans.some(({ verdict }) => verdict.verdict === which);
}

interface Layout {
  readonly family: number;
  readonly ranges: number;
  readonly reason: number;
}

/** Names and ranges may fill a quarter of the line each, which leaves most of it to the reasons. */
function planLayout(families: readonly FamilyPlan[], width: number): Layout {
  const most = Math.floor(width / 4);
  const widest = (texts: readonly string[], least: number) =>
    texts.reduce((widest, { length }) => (length <= most ? Math.max(widest, length) : widest), least);
  const spans = families.flatMap(({ spans }) => spans.slice(0, MOST_SPANS));
  const numbers = spans.map(({ ranges }) => formatRanges(ranges, MOST_RANGES));
  const names = families.map(({ family }) => family);
  const family = widest(names, 4);
  const ranges = numbers.some(({ length }) => length > most) ? most : widest(numbers, 6);
  return { family, ranges, reason: width - family - ranges - 6 };
}

function rows({ family, spans }: FamilyPlan, layout: Layout, paint: Paint): string[] {
  // A name that is too long for its column has its own line.
  const long = family.length > layout.family;
  const whole = layout.family + layout.ranges + layout.reason + 6;
  const lines = long ? wrap(family, { width: whole, first: '  ' }).map((line) => paint('family', line)) : [];
  for (const [index, span] of spans.slice(0, MOST_SPANS).entries())
    lines.push(...row(index === 0 && !long ? family : '', span, layout, paint));
  const hidden = spans.slice(MOST_SPANS);
  if (hidden.length === 0) return lines;
  const size = (which: string) =>
    hidden.filter(({ verdict }) => verdict.verdict === which).reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
  const kinds = ['deregister', 'deferred', 'hold', 'keep'].filter((kind) => size(kind) > 0);
  const sizes = kinds.map((kind) => `${kind} ${formatNumber(size(kind))}`).join(', ');
  const text = `... and ${formatCount(hidden.length, 'more line')}: ${sizes}`;
  return [...lines, ...wrap(text, { width: whole, first: ' '.repeat(layout.family + 4) })];
}

/** Ranges and reason side by side, each in as many lines as it needs. */
function row(family: string, { ranges, verdict }: Span, layout: Layout, paint: Paint): string[] {
  const [style, text] = describeVerdict(verdict, layout.reason);
  const numbers = wrap(formatRanges(ranges, MOST_RANGES), { width: layout.ranges });
  const words = wrap(text, { width: layout.reason, rest: '  ' });
  return Array.from({ length: Math.max(numbers.length, words.length) }, (_, index) => {
    const name = paint('family', (index === 0 ? family : '').padEnd(layout.family));
    return `  ${name}  ${(numbers[index] ?? '').padEnd(layout.ranges)}  ${paint(style, words[index] ?? '')}`.trimEnd();
  });
}

function describeVerdict(verdict: Span['verdict'], width: number): ['deregister' | 'wait' | 'keep', string] {
  switch (verdict.verdict) {
    case 'deregister':
      return ['deregister', 'deregister'];
    case 'deferred':
      return ['wait', 'deferred: over the cap'];
    case 'hold':
      return [
        'wait',
        verdict.cause === 'unresolved' ? 'hold: may be referenced dynamically' : 'hold: not everything could be read',
      ];
    case 'keep':
      return ['keep', describeReasons(verdict.reasons, width)];
  }
}

/** All reasons where they fit one line (on a wide screen, two). Otherwise the first: `explain` shows the others. */
function describeReasons(
  [first, ...more]: Extract<Span['verdict'], { verdict: 'keep' }>['reasons'],
  width: number,
): string {
  const all = `keep: ${[first, ...more].map(({ text }) => shortenIds(text)).join('; ')}`;
  if (more.length === 0 || displayWidth(all) <= (width > 80 ? 2 * width : width)) return all;
  return `keep: ${clip(shortenIds(first.text), 200)} (+${more.length})`;
}
