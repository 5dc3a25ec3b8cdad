// Prints the nights as one page: what each run did, newest first, with ACTIVE and the backlog over time.
import { scaleLinear } from 'd3-scale';
import type { Night } from '../../domain/night.ts';
import { safe } from '../../domain/safe-text.ts';
import { isRecorded, type RecordedRun, type RunsHistory, type UnreadableRun } from '../history/model.ts';
import { describeScope } from '../history/parts.ts';
import type { Outcome } from '../model/report.ts';
import { outcomes } from '../model/report.ts';
import { clip, formatCount, formatNumber, toSentence } from '../text/wording.ts';
import { sortableTime } from './days.ts';
import { printDocument } from './document.ts';
import { html, type Html, isolate } from './html.ts';
import { printTarget } from './answer.ts';
import { printTable } from './table.ts';
import { printTrend } from './trend.ts';

export function printHistoryPage(givenHistory: RunsHistory, givenNights: readonly Night[]): string {
  const history = safe(givenHistory);
  const nights = safe(givenNights);
  const { runs, more, target } = history;
  const recorded = runs.filter(isRecorded);
  const sum = (count: (run: RecordedRun) => number) => recorded.reduce((all, run) => all + count(run), 0);
  const deregistered = sum(({ results }) => results.deregistered.length);
  const late = sum(({ results }) => results.lateReferences.length);
  const bad = runs.filter((run) => !isRecorded(run) || isBad(run)).length;
  const content = html`
    <header>
      <p class="where"><span>${printTarget(target, undefined)}</span></p>
      <h1>${describeNights(runs.length, bad)}</h1>
      <p class="lead">
        ${`${formatCount(deregistered, 'revision')} deregistered, ${formatCount(late, 'late reference')}, in `}
        ${isolate(describeScope(history))}.
      </p>
    </header>
    ${nights.length > 1 && html`<section aria-label="Trend">${printTrend(nights, undefined)}</section>`}
    <section aria-labelledby="runs">
      <h2 id="runs">What each run did</h2>
      ${printRuns(runs)}
      ${more > 0 && html`<p class="more">… and ${formatCount(more, 'older run')}: --limit shows more.</p>`}
    </section>
  `;
  return printDocument(`${formatCount(runs.length, 'run')} of account ${target.account}, ${target.region}`, content);
}

function describeNights(runs: number, bad: number): string {
  if (bad === 0) return `${formatCount(runs, 'run')}, each without a failure`;
  return `${formatNumber(bad)} of ${formatCount(runs, 'run')} did not end well`;
}

function isBad({ state, outcome, results }: RecordedRun): boolean {
  return state === 'unfinished' || outcome === 'FAILED' || outcome === 'HELD' || results.lateReferences.length > 0;
}

function printRuns(runs: RunsHistory['runs']): Html {
  const most = Math.max(1, ...runs.filter(isRecorded).map(({ results }) => results.deregistered.length));
  const toWidth = scaleLinear([0, most], [0, BAR]);
  return printTable({
    title: 'Runs, newest first',
    isOpen: true,
    heads: ['Began (UTC)', 'Run', 'Outcome', '#Deregistered', 'Compared', '#Late', 'Remark'],
    rows: runs.map((run) => (isRecorded(run) ? toRow(run, toWidth) : toUnreadableRow(run))),
  });
}

const BAR = 120;
const LONGEST = 300;

function toRow(run: RecordedRun, toWidth: (count: number) => number): Html[] {
  const { results, beganAt, short, dryRun } = run;
  const count = results.deregistered.length;
  const width = Math.round(toWidth(count));
  return [
    html`<time>${sortableTime(beganAt)}</time>`,
    isolate(short),
    printOutcome(run),
    dryRun ? 'dry run' : formatNumber(count),
    html`<svg class="night" viewBox="0 0 ${BAR} 10" aria-hidden="true"><path d="M0 0h${width}v10H0z" /></svg>`,
    dryRun ? '' : formatNumber(results.lateReferences.length),
    isolate(describeEnd(run)),
  ];
}

function printOutcome({ state, outcome = '' }: RecordedRun): Html {
  if (state === 'running') return 'running';
  const known: Outcome | undefined = outcomes.find((one) => one === outcome);
  const name = state === 'unfinished' ? 'UNFINISHED' : clip(outcome, 20);
  return html`<span class="badge ${state === 'unfinished' ? 'FAILED' : (known ?? 'HELD')}">${name}</span>`;
}

function describeEnd({ state, results: { stop, unverified, failed } }: RecordedRun): string {
  if (state === 'unfinished') return 'It never finished and sent no report.';
  const texts = [
    ...(stop === undefined ? [] : [`It stopped early: ${stop.reason}`]),
    ...(failed.length === 0 ? [] : [`${formatCount(failed.length, 'revision')} could not be deregistered`]),
    ...(unverified === undefined ? [] : [`It could not check for late references: ${unverified.reason}`]),
  ];
  return texts.map((text) => toSentence(clip(text, LONGEST))).join(' ');
}

function toUnreadableRow({ beganAt, short, problem }: UnreadableRun): Html[] {
  return [
    html`<time>${sortableTime(beganAt)}</time>`,
    isolate(short),
    html`<span class="badge FAILED">UNREADABLE</span>`,
    '',
    '',
    '',
    isolate(toSentence(clip(`${problem.operation} failed: ${problem.reason}`, LONGEST))),
  ];
}
