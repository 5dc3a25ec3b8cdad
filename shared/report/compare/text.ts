// Prints what other settings would change, family by family, for the operator.
import { safe } from '../../domain/safe-text.ts';
import { sizeOf } from '../../domain/revision.ts';
import type { Verdict } from '../../plan/verdict.ts';
import { toActionItems } from '../model/action-item.ts';
import { countRevisions } from '../model/counts.ts';
import { formatRanges } from '../sections/family-rows.ts';
import { printActionItems } from '../sections/sections.ts';
import type { Paint } from '../text/paint.ts';
import { joinSections, layOut, type Screen, type Section } from '../text/screen.ts';
import { clip, formatCount, formatNumber, joinList, shortenIds, toSentence } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { type Change, type Comparison, effectOf, type FamilyChanges, findChanges } from './model.ts';

/** Four screens; the JSON document has all of them. */
const MOST_FAMILIES = 100;
const MOST_CHANGES = 20;
const MOST_RANGES = 12;

export function printComparison(given: Comparison, screen: Screen): string {
  const comparison = safe(given);
  const { prose: width, paint } = layOut(screen);
  const families = findChanges(comparison);
  const hidden = families.slice(MOST_FAMILIES);
  const { now, other, notes } = comparison;
  const problems = [...(now.hold?.problems ?? []), ...(now.hold === undefined ? (other.hold?.problems ?? []) : [])];
  return joinSections([
    wrap(describeSettings(comparison), { width }).map((line) => paint('heading', line)),
    problems.length === 0 ? [] : printActionItems({ actionItems: toActionItems(problems) }, width),
    ...families.slice(0, MOST_FAMILIES).map((family) => printFamily(family, width, paint)),
    hidden.length === 0 ? [] : [`... and ${formatCount(hidden.length, 'more family')} (--json lists all)`],
    printTotals(comparison),
    wrap(summarizeComparison(comparison, families), { width }).map((line) => paint('heading', line)),
    notes.flatMap((note) => wrap(`Note: ${toSentence(clip(note, 300))}`, { width })),
  ]);
}

function describeSettings({ file, differing }: Comparison): string {
  const name = clip(file, 200);
  return differing.length === 0
    ? `${name} has no setting that changes a verdict.`
    : `What ${name} would change: it has other values for ${joinList(differing, 20)}.`;
}

function printFamily({ family, changes }: FamilyChanges, width: number, paint: Paint): Section {
  const shown = changes.slice(0, MOST_CHANGES);
  const hidden = changes.length - shown.length;
  return [
    ...wrap(family, { width }).map((line) => paint('family', line)),
    ...shown.flatMap((change) => {
      const { sign, style, text } = describeChange(change);
      return wrap(text, { width, first: `  ${sign} `, rest: '    ' }).map((line) => paint(style, line));
    }),
    ...(hidden > 0 ? [`  ... and ${formatCount(hidden, 'more line')}`] : []),
  ];
}

/** `+` deregisters more, `-` less. */
function describeChange({ ranges, now, other }: Change) {
  const numbers = formatRanges(ranges, MOST_RANGES);
  const [before, after] = [effectOf(now), effectOf(other)];
  if (after === 'deregister')
    return { sign: '+', style: 'deregister' as const, text: `deregister ${numbers} (${describeNow(now)})` };
  const text = `${VERBS[after]} ${numbers} (${describeReason(other)}${before === 'deregister' ? '' : `; ${describeNow(now)}`})`;
  return before === 'deregister'
    ? { sign: '-', style: 'keep' as const, text }
    : { sign: ' ', style: 'keep' as const, text };
}

const VERBS = { deregister: 'deregister', wait: 'defer', hold: 'hold', keep: 'keep' } as const;

function describeNow(verdict: Verdict): string {
  switch (effectOf(verdict)) {
    case 'deregister':
      return 'deregistered now';
    case 'wait':
      return 'deferred now';
    case 'hold':
      return 'on hold now';
    case 'keep':
      return `kept now by ${describeReason(verdict)}`;
  }
}

/** `keep-latest: among the newest 5`, or with more rules `newest and keep-latest`. */
function describeReason(verdict: Verdict): string {
  if (verdict.verdict === 'keep') {
    const [first, ...more] = verdict.reasons;
    if (effectOf(verdict) === 'wait') return 'age not read, since the cap is full';
    if (more.length === 0) return `${first.rule}: ${shortenIds(clip(first.text, 200))}`;
    const rules = [...new Set([first, ...more].map(({ rule }) => rule))];
    return joinList(rules, rules.length);
  }
  if (verdict.verdict === 'hold')
    return verdict.cause === 'unresolved' ? 'may be referenced dynamically' : 'not everything could be read';
  return 'over the cap';
}

function printTotals({ now, other, file }: Comparison): Section {
  const [mine, theirs] = [countRevisions({ plan: now }), countRevisions({ plan: other })];
  const rows = (
    [
      ['deregister', 'planned'],
      ['defer', 'deferred'],
      ['hold', 'held'],
      ['keep', 'kept'],
    ] as const
  ).map(([name, member]) => {
    const difference = theirs[member] - mine[member];
    const sign = difference > 0 ? '+' : '';
    return [
      name,
      formatNumber(mine[member]),
      formatNumber(theirs[member]),
      difference === 0 ? '' : `${sign}${formatNumber(difference)}`,
    ];
  });
  const table = [['', 'now', file.length <= 20 ? clip(file, 20) : 'other', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** `other.yml would deregister 28 more revisions, and 4 fewer, in 3 of 13 families.` */
function summarizeComparison({ file, now }: Comparison, families: readonly FamilyChanges[]): string {
  const changes = families.flatMap((family) => family.changes);
  const sizeWhere = (is: (change: Change) => boolean) =>
    changes.filter(is).reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
  const more = sizeWhere(({ other }) => effectOf(other) === 'deregister');
  const less = sizeWhere((change) => effectOf(change.now) === 'deregister');
  const name = clip(file, 200);
  const of = `${formatNumber(families.length)} of ${formatCount(now.families.length, 'family')}`;
  if (changes.length === 0) return `${name} would change no verdict in ${formatCount(now.families.length, 'family')}.`;
  const parts = [
    ...(more > 0 ? [`deregister ${formatCount(more, 'more revision')}`] : []),
    ...(less > 0 ? [`not deregister ${formatNumber(less)} of those that are deregistered now`] : []),
  ];
  if (parts.length === 0) return `${name} would deregister the same revisions; reasons differ in ${of}.`;
  return `${name} would ${parts.join(', and ')}: ${of} would change.`;
}
