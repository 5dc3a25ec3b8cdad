// The beginning of the page: whether the run is fine, in five words, one sentence and one bar of the whole account.
import type { Target } from '../../domain/revision.ts';
import type { Outcome, Report } from '../model/report.ts';
import { summarize } from '../sections/headline.ts';
import { formatCount, formatNumber, formatTime } from '../text/wording.ts';
import type { FamilyRow } from './families.ts';
import { countMarks } from './families.ts';
import { html, type Html, isolate } from './html.ts';
import { describeMark, markClasses, marks } from './marks.ts';
import { printWhole } from './whole.ts';

export function printAnswer(report: Report): Html {
  const { outcome, target, run } = report;
  return html`<header>
    <p class="where">
      <span>${printTarget(target, run.caller?.alias)}</span>
      <time datetime=${new Date(run.beganAt).toISOString()}>${formatTime(run.beganAt)}</time>
    </p>
    <h1><span class="badge ${outcome}">${outcome}</span> ${describeOutcome(report)}</h1>
    <p class="lead">${summarize(report)}</p>
  </header>`;
}

export function printTarget(target: Target | undefined, alias: string | undefined): Html {
  if (target === undefined) return 'Account unknown';
  return html`${alias === undefined ? 'Account ' : html`${isolate(alias)}, account `}${target.account}, ${target.region}`;
}

function describeOutcome({ outcome, actionItems }: Report): string {
  const items = actionItems.length;
  const phrases: Readonly<Record<Outcome, string>> = {
    OK: 'No action required',
    PREVIEW: 'Dry run, no action required',
    ACTION: `${formatCount(items, 'action')} required`,
    PARTIAL: 'AWS refused some revisions, no action required',
    HELD: 'The run is on hold',
    FAILED: 'The run failed',
  };
  return phrases[outcome];
}

/** The bar, and its legend with the numbers. */
export function printAccount({ run }: Report, rows: readonly FamilyRow[]): Html {
  const counts = countMarks(rows);
  const active = marks.reduce((sum, mark) => sum + counts[mark], 0);
  if (active === 0) return null;
  const shown = marks.filter((mark) => counts[mark] > 0 || (mark !== 'left' && mark !== 'hold'));
  const after = active - counts.deregister;
  return printWhole(
    shown.map((mark) => ({ mark: markClasses[mark], name: describeMark(mark, run.dryRun), count: counts[mark] })),
    {
      name: run.dryRun ? 'ACTIVE, and after a live run' : 'ACTIVE, before and after',
      value: after === active ? formatNumber(active) : `${formatNumber(active)} → ${formatNumber(after)}`,
    },
  );
}
