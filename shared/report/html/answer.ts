// The beginning of the page: whether the run is fine, in five words, one sentence and one bar of the whole account.
import { scaleLinear } from 'd3-scale';
import type { Target } from '../../domain/revision.ts';
import type { Outcome, Report } from '../model/report.ts';
import { summarize } from '../sections/headline.ts';
import { formatCount, formatNumber, formatTime } from '../text/wording.ts';
import type { FamilyRow } from './families.ts';
import { countMarks } from './families.ts';
import { html, type Html, isolate } from './html.ts';
import { describeMark, type Mark, markClasses, marks } from './marks.ts';

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
  return html`<div class="account">
    ${drawAccount(counts, active)}
    <dl>
      ${shown.map(
        (mark) =>
          html`<div>
            <dt>${drawSwatch(mark)} ${describeMark(mark, run.dryRun)}</dt>
            <dd>${formatNumber(counts[mark])}</dd>
          </div>`,
      )}
      <div class="total">
        <dt>${run.dryRun ? 'ACTIVE, and after a live run' : 'ACTIVE, before and after'}</dt>
        <dd>${after === active ? formatNumber(active) : `${formatNumber(active)} → ${formatNumber(after)}`}</dd>
      </div>
    </dl>
  </div>`;
}

const WIDTH = 1000;

/** Every part that has a revision is wide enough to be seen. */
function drawAccount(counts: Readonly<Record<Mark, number>>, active: number): Html {
  const shown = marks.filter((mark) => counts[mark] > 0);
  const toWidth = scaleLinear([0, active], [0, WIDTH - LEAST * shown.length]);
  let at = 0;
  return html`<svg class="s whole" viewBox="0 0 ${WIDTH} 28" preserveAspectRatio="none" aria-hidden="true">
    ${shown.map((mark) => {
      const from = at;
      at += LEAST + Math.round(toWidth(counts[mark]));
      return html`<path class=${markClasses[mark]} d="M${from} 0H${at}V28H${from}z" />`;
    })}
  </svg>`;
}

const LEAST = 6;

export function drawSwatch(mark: Mark): Html {
  return html`<svg class="s swatch" viewBox="0 0 14 14" aria-hidden="true">
    <path class=${markClasses[mark]} d="M0 0h14v14H0z" />
  </svg>`;
}
