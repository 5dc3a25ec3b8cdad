// The plan as a table: family, revisions, verdict with its reason. Families from which something goes stand first, then
// those where something waits or is held; it is bounded, since an account has thousands of families and a person one screen.
import type { FamilyPlan, Plan, Reason, Span } from '../plan/verdict.ts';
import { numbersIn, rangesOf, sizeOf } from '../domain/revision.ts';
import { rangesText } from './rows.ts';
import { briefly, clip, columns, counted, grouped } from './wording.ts';
import { wrap } from './wrap.ts';
import { type Paint } from './paint.ts';

/** Whoever is asked to agree sees all that goes: the default cap lets no more families go in one night. */
const MOST_GOING = 300;
/** Two or three screens: who wants to see more families asks for `--json`, or narrows by `--families`. */
const MOST_FAMILIES = 40;
/** A family that is named all over has a span for each naming. */
const MOST_SPANS = 20;
const MOST_RANGES = 12;

export function planTable(plan: Plan, width: number, paint: Paint): string[] {
  const families = plan.families.map(asOne);
  const going = families.filter((family) => has(family, 'deregister'));
  const rest = families.filter((family) => !has(family, 'deregister'));
  const waiting = rest.filter((family) => has(family, 'deferred') || has(family, 'hold'));
  const kept = rest.filter((family) => !has(family, 'deferred') && !has(family, 'hold'));
  const room = Math.max(0, MOST_FAMILIES - going.length);
  const shown = [...going.slice(0, MOST_GOING), ...[...waiting, ...kept].slice(0, room)];
  const layout = layoutOf(shown, width);
  const lines = shown.flatMap((family) => rows(family, layout, paint));
  if (shown.length === families.length) return lines;
  const unseen = going.length - MOST_GOING;
  const some = unseen > 0 ? `, ${grouped(unseen)} of them with something to go` : '';
  const more = `... and ${counted(families.length - shown.length, 'more family')}${some} (--json lists all)`;
  return [...lines, ...wrap(more, { width, first: '  ' })];
}

/** A family that is protected as a whole is one line: what else keeps some of it decides nothing. */
function asOne(family: FamilyPlan): FamilyPlan {
  const shared = sharedReasons(family.spans).find(({ rule }) => rule === 'protected');
  if (shared === undefined) return family;
  const ranges = rangesOf(numbersIn(family.spans.flatMap((span) => span.ranges)));
  return { ...family, spans: [{ ranges, verdict: { verdict: 'keep', reasons: [shared] } }] };
}

/** The reasons that every revision of a family has. */
function sharedReasons(spans: readonly Span[]): readonly Reason[] {
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

/** Names and ranges take what they need up to a quarter of the line each, so that most is left for the reasons. */
function layoutOf(families: readonly FamilyPlan[], width: number): Layout {
  const most = Math.floor(width / 4);
  const widest = (texts: readonly string[], least: number) =>
    texts.reduce((widest, { length }) => (length <= most ? Math.max(widest, length) : widest), least);
  const spans = families.flatMap(({ spans }) => spans.slice(0, MOST_SPANS));
  const numbers = spans.map(({ ranges }) => rangesText(ranges, MOST_RANGES));
  const family = widest(
    families.map(({ family }) => family),
    4,
  );
  const ranges = numbers.some(({ length }) => length > most) ? most : widest(numbers, 6);
  return { family, ranges, reason: width - family - ranges - 6 };
}

function rows({ family, spans }: FamilyPlan, layout: Layout, paint: Paint): string[] {
  // A name that is too long for its column stands on a line of its own.
  const long = family.length > layout.family;
  const whole = layout.family + layout.ranges + layout.reason + 6;
  const lines = long ? wrap(family, { width: whole, first: '  ' }).map((line) => paint('family', line)) : [];
  for (const [index, span] of spans.slice(0, MOST_SPANS).entries())
    lines.push(...row(index === 0 && !long ? family : '', span, layout, paint));
  const hidden = spans.slice(MOST_SPANS);
  if (hidden.length === 0) return lines;
  const size = (which: string) =>
    hidden
      .filter(({ verdict }) => verdict.verdict === which)
      .reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
  const kinds = ['deregister', 'deferred', 'hold', 'keep'].filter((kind) => size(kind) > 0);
  const sizes = kinds.map((kind) => `${kind} ${grouped(size(kind))}`).join(', ');
  const text = `... and ${counted(hidden.length, 'more line')}: ${sizes}`;
  return [...lines, ...wrap(text, { width: whole, first: ' '.repeat(layout.family + 4) })];
}

/** Ranges and reason side by side, each in as many lines as it needs. */
function row(family: string, { ranges, verdict }: Span, layout: Layout, paint: Paint): string[] {
  const [style, text] = told(verdict, layout.reason);
  const numbers = wrap(rangesText(ranges, MOST_RANGES), { width: layout.ranges });
  const words = wrap(text, { width: layout.reason, rest: '  ' });
  return Array.from({ length: Math.max(numbers.length, words.length) }, (_, index) => {
    const name = paint('family', (index === 0 ? family : '').padEnd(layout.family));
    return `  ${name}  ${(numbers[index] ?? '').padEnd(layout.ranges)}  ${paint(style, words[index] ?? '')}`.trimEnd();
  });
}

function told(verdict: Span['verdict'], width: number): ['goes' | 'waits' | 'stays', string] {
  switch (verdict.verdict) {
    case 'deregister':
      return ['goes', 'deregister'];
    case 'deferred':
      return ['waits', "later: over tonight's cap"];
    case 'hold':
      return [
        'waits',
        verdict.cause === 'unresolved'
          ? 'hold: may be referenced dynamically'
          : 'hold: not everything could be read',
      ];
    case 'keep':
      return ['stays', kept(verdict.reasons, width)];
  }
}

/** All reasons where a line (on a wide screen, two) holds them; else the first, and `explain` tells the others. */
function kept(
  [first, ...more]: Extract<Span['verdict'], { verdict: 'keep' }>['reasons'],
  width: number,
): string {
  const all = `keep: ${[first, ...more].map(({ text }) => briefly(text)).join('; ')}`;
  if (more.length === 0 || columns(all) <= (width > 80 ? 2 * width : width)) return all;
  return `keep: ${clip(briefly(first.text), 200)} (+${more.length})`;
}
