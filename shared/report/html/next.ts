// Prints the end of the page: the backlog, how to undo, and the facts of the run.
import type { DeletionSummary } from '../../domain/deletion-results.ts';
import type { Report } from '../model/report.ts';
import { findWaiting } from '../model/counts.ts';
import { formatExtent } from '../sections/family-rows.ts';
import { printBacklog, printGoLive, printUndo, printUnread } from '../sections/sections.ts';
import { clip, formatCount, formatNumber, formatTime, toSentence } from '../text/wording.ts';
import { html, type Html, isolate } from './html.ts';
import { printTable } from './table.ts';

/** Wider than any sentence, so that the browser breaks the lines. */
export const UNBROKEN = 100_000;
const MOST_ENTRIES = 200;

export function printNext(report: Report): Html {
  const waiting = findWaiting(report);
  const [undo, ...commands] = printUndo(report, UNBROKEN);
  return html`<section aria-labelledby="next">
    <h2 id="next">What is next</h2>
    <p>
      ${printBacklog(report, UNBROKEN).join(' ')}. ${waiting.length > 0 && ` Waiting: ${formatExtent(waiting)}.`}
      ${report.run.dryRun && ' Nothing was deregistered: this was a dry run.'}
    </p>
    ${printGoLive(report, UNBROKEN).map((line) => html`<p>${isolate(line)}</p>`)}
    ${
      undo !== undefined &&
      html`<p>${undo}</p>
        ${commands.map((one) => html`<pre><code>${one.trim()}</code></pre>`)}`
    }
  </section>`;
}

export function printRun({ run, readings, notes, unread, deletions }: Report): Html {
  const { arn, endpoint } = run.caller ?? {};
  const all: readonly (readonly [string, Html])[] = [
    ['Run', isolate(clip(run.id, 80))],
    ['Began', `${formatTime(run.beganAt)}, took ${formatCount(Math.round(run.tookMs / 1000), 'second')}`],
    ['Program', `ecs-revision-pruner ${clip(run.version, 40)}, settings ${clip(run.settingsDigest, 64)}`],
    ['Caller', arn === undefined ? undefined : isolate(arn)],
    ['Endpoint', endpoint === undefined ? undefined : html`${isolate(endpoint)}, which is not AWS`],
    ['State store', run.where === undefined ? undefined : isolate(run.where)],
    ['Deleted for good', deletions === undefined ? undefined : describeDeletions(deletions)],
  ];
  const facts = all.filter(([, value]) => value !== undefined);
  return html`<section aria-labelledby="run">
    <h2 id="run">This run</h2>
    ${notes.slice(0, MOST_ENTRIES).map((note) => html`<p>${isolate(toSentence(clip(note, 1_000)))}</p>`)}
    ${printUnread({ unread }, UNBROKEN).map((line) => html`<p>${isolate(line)}</p>`)}
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${
      readings.length > 0 &&
      printTable({
        title: 'What was read, with calls and seconds',
        isOpen: false,
        heads: ['Source', '#Read', '#Calls', '#Throttled', '#Seconds'],
        rows: readings.map(({ part, items, calls, throttled, tookMs }) => [
          isolate(clip(part, 80)),
          formatNumber(items),
          formatNumber(calls),
          formatNumber(throttled),
          formatNumber(Math.round(tookMs / 100) / 10),
        ]),
      })
    }
  </section>`;
}

function describeDeletions({ deleted, waiting }: DeletionSummary): string {
  return `${formatNumber(deleted.length)}${waiting > 0 ? `, ${formatNumber(waiting)} waiting` : ''}`;
}
