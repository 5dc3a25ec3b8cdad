// The event with which a run ends: outcome, counts, what the operator must do, and where the report is. A report that is too
// large for a message is sent in this form as well. schemas/run-event.schema.json is generated from the schema here.
import * as z from 'zod';
import type { Report } from '../model/report.ts';
import { count } from './parts.ts';
import { toLazyDocument } from './report.ts';
import { type ReportDocument, reportDocument } from './report-schema.ts';
import { collect, sizeOfJson } from './write-json.ts';

const { tool, run, target, outcome, needsAction, verdict, counts, backlog, attention, trend } = reportDocument.shape;

export const runEvent = z.strictObject({
  version: z.literal(2).describe('Of this format. Version 1 had no trend.'),
  tool,
  run,
  target,
  alias: z.string().nullable().describe('The alias of the account, where the role may read it.'),
  outcome,
  needsAction,
  verdict,
  counts,
  backlog,
  attention,
  moreAttention: count.describe('The number of items that did not fit.'),
  report: z.string().nullable().describe('Where the whole report is, for principals that may read the state store.'),
  trend: trend.describe('The last nights, at most thirty, oldest first. Empty without a state store.'),
});
export type RunEvent = z.output<typeof runEvent>;

/** EventBridge accepts 256 KB with all other members of the entry.
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MOST_BYTES = 200_000;
const MOST_NIGHTS = 30;

/** Holds no definition and no environment value, as no report does.
 *  @param at the address of the stored report
 *  @param bytes the limit of the event as JSON text in UTF-8, from 20,000 */
export function toRunEvent(report: Report, at: string | undefined, bytes = MOST_BYTES): RunEvent {
  const { tool, run, target, caller, outcome, needsAction, verdict, counts, backlog, ...lists } =
    toLazyDocument(report);
  const all = Array.from(lists.attention);
  const withItems = (attention: RunEvent['attention']): RunEvent => ({
    version: 2,
    tool,
    run,
    target,
    alias: caller.alias,
    outcome,
    needsAction,
    verdict,
    counts,
    backlog,
    attention,
    moreAttention: all.length - attention.length,
    report: at ?? null,
    trend: Array.from(lists.trend).slice(-MOST_NIGHTS),
  });
  let event = withItems(all);
  while (sizeOfJson(event) > bytes && event.attention.length > 0)
    event = withItems(event.attention.slice(0, Math.floor(event.attention.length / 2)));
  return event;
}

/** The report where it fits, and its event otherwise. */
export function toDocumentWithin(report: Report, at: string | undefined, bytes: number): ReportDocument | RunEvent {
  const document = toLazyDocument(report);
  if (sizeOfJson(document) <= bytes) return collect<ReportDocument>(document);
  return toRunEvent(report, at, Math.min(bytes, MOST_BYTES));
}
