// Prints the explanation of a family for the operator.
import { safe } from '../../domain/safe-text.ts';
import { nameOf, sizeOf } from '../../domain/revision.ts';
import type { FamilyExplanation } from '../../observe/explain-family.ts';
import type { Span, Verdict } from '../../plan/verdict.ts';
import { toActionItems } from '../model/action-item.ts';
import { describeRetirement } from '../model/retirement.ts';
import { formatRanges } from '../sections/family-rows.ts';
import { printActionItems, printUnread } from '../sections/sections.ts';
import { printCommand } from '../text/commands.ts';
import type { Paint, Style } from '../text/paint.ts';
import { joinSections, layOut, type Screen, type Section } from '../text/screen.ts';
import { clip, formatCount, formatNumber, shortenIds } from '../text/wording.ts';
import { wrap, wrapCommand } from '../text/wrap.ts';
import { printReferrers, printUnresolvedReferences } from './evidence.ts';
import { countByVerdict } from './family-counts.ts';

export function printFamilyExplanation(given: FamilyExplanation, screen: Screen): string {
  const explanation = safe(given);
  const { wide, prose: width, paint } = layOut(screen);
  const { hold, retirement, floating, plan } = explanation;
  const newest = { family: explanation.family, number: plan.newest };
  return joinSections([
    wrap(describeFamily(explanation), { width }).map((line) => paint('heading', line)),
    printSpans(plan.spans, wide, paint),
    floating.length === 0
      ? []
      : [
          ...wrap(`Referenced without a revision, so as its newest ACTIVE one, ${nameOf(newest)}:`, { width }),
          // The heading says that they reference the family.
          ...printReferrers(floating.map((one) => ({ ...one, target: { kind: 'revision' as const, ...newest } }))),
        ],
    printUnresolvedReferences({ ...explanation, status: 'ACTIVE' }, paint),
    wrap(describePolicy(explanation), { width, rest: '  ' }),
    retirement === undefined ? [] : wrap(describeRetirement(retirement), { width }),
    hold === undefined ? [] : printActionItems({ actionItems: toActionItems(hold.problems) }, width),
    printUnread(explanation, width),
    printCommands(explanation, width),
  ]);
}

const WORDS = { deregister: 'deregister', deferred: 'defer', hold: 'hold', keep: 'keep' } as const;

/** `web has 15 ACTIVE revisions. The next run will deregister 8, defer 2 and keep 5.` */
function describeFamily({ family, plan, hold, cap }: FamilyExplanation): string {
  const counts = countByVerdict(plan.spans);
  const active = counts.deregister + counts.deferred + counts.hold + counts.keep;
  const start = `${family} has ${formatCount(active, 'ACTIVE revision')}.`;
  if (hold !== undefined) return `${start} The whole run is held, so nothing is deregistered.`;
  if (counts.hold > 0)
    return `${start} ${formatNumber(counts.hold)} on hold, since it may be referenced dynamically; ${formatNumber(counts.keep)} kept.`;
  const over =
    counts.deferred > 0 ? `, and leave ${formatNumber(counts.deferred)} over its cap of ${formatNumber(cap)}` : '';
  return counts.deregister === 0
    ? `${start} The next run will deregister none of them${over}.`
    : `${start} The next run will deregister ${formatNumber(counts.deregister)}, keep ${formatNumber(counts.keep)}${over}.`;
}

/** A family with many references has a span for each. */
const MOST_SPANS = 60;
const MOST_RANGES = 12;

function printSpans(spans: readonly Span[], width: number, paint: Paint): Section {
  const shown = spans.slice(0, MOST_SPANS);
  const hidden = spans.slice(MOST_SPANS);
  const texts = shown.map(({ ranges }) => formatRanges(ranges, MOST_RANGES));
  const most = Math.floor(width / 3);
  const column = Math.max(...texts.map(({ length }) => Math.min(length, most)));
  const rows = shown.flatMap(({ verdict }, index) => {
    const [style, words] = describeSpan(verdict);
    const numbers = wrap(texts[index] ?? '', { width: column });
    const lines = wrap(words, { width: width - column - 4, rest: '  ' });
    return Array.from({ length: Math.max(numbers.length, lines.length) }, (_, line) =>
      `  ${(numbers[line] ?? '').padEnd(column)}  ${paint(style, lines[line] ?? '')}`.trimEnd(),
    );
  });
  if (hidden.length === 0) return rows;
  const left = hidden.reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
  return [...rows, `  ... and ${formatCount(left, 'more revision')} (--json lists all)`];
}

function describeSpan(verdict: Verdict): [Style, string] {
  switch (verdict.verdict) {
    case 'deregister':
      return ['deregister', WORDS.deregister];
    case 'deferred':
      return ['wait', `${WORDS.deferred}: over the cap`];
    case 'hold':
      return [
        'wait',
        `${WORDS.hold}: ${verdict.cause === 'unresolved' ? 'may be referenced dynamically' : 'not everything could be read'}`,
      ];
    case 'keep':
      return ['keep', `${WORDS.keep}: ${verdict.reasons.map(({ text }) => shortenIds(clip(text, 200))).join('; ')}`];
  }
}

/** `Policy: keepLatest 3 and minAgeDays 30, by overrides[1] (web-*); usedWithinDays 40.` */
function describePolicy({ policy }: FamilyExplanation): string {
  const { keepLatest, minAgeDays, usedWithinDays, protectedBy, override } = policy;
  const by = override === undefined ? '' : `, by overrides[${override.at}] (${clip(override.families, 200)})`;
  const numbers = `keepLatest ${keepLatest} and minAgeDays ${minAgeDays}${by}; usedWithinDays ${usedWithinDays}`;
  return protectedBy === undefined
    ? `Policy: ${numbers}.`
    : `Policy: protected (${clip(protectedBy, 300)}); ${numbers}.`;
}

function printCommands({ family, plan, target, where }: FamilyExplanation, width: number): Section {
  const scope = { target, where };
  const reasons = plan.spans.find(({ verdict }) => verdict.verdict === 'keep');
  const number = reasons?.ranges[0]?.from ?? plan.newest;
  const quoted = family.startsWith('-') ? `--families=${family}` : `--families ${family}`;
  return [
    ...wrap('One revision, its plan alone, or what runs did to it:', { width }),
    ...wrapCommand(printCommand(`explain ${nameOf({ family, number })}`, scope), width, '  '),
    ...wrapCommand(printCommand(`plan ${quoted}`, scope), width, '  '),
    ...(where === undefined || family.startsWith('-')
      ? []
      : wrapCommand(printCommand(`history ${family}`, scope), width, '  ')),
  ];
}
