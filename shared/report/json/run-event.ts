// The event with which a run ends, for the bus that gathers the runs of many accounts: outcome, counts, what the operator must do,
// and where the report is. schemas/run-event.schema.json is generated from the schema here.
import * as z from 'zod';
import type { Report } from '../model/report.ts';
import { count } from './parts.ts';
import { toLazyDocument } from './report.ts';
import { reportDocument } from './report-schema.ts';

const { version, tool, run, target, outcome, needsAction, verdict, counts, backlog, attention } = reportDocument.shape;

export const runEvent = z.strictObject({
  version,
  tool,
  run,
  target: target.unwrap(),
  alias: z.string().nullable().describe('The alias of the account, where the role may read it.'),
  outcome,
  needsAction,
  verdict,
  counts,
  backlog,
  attention,
  moreAttention: count.describe('The number of items that did not fit.'),
  report: z.string().nullable().describe('Where the whole report is, for principals that may read the state store.'),
});
export type RunEvent = z.output<typeof runEvent>;

/** EventBridge accepts 256 KB with all other members of the entry.
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MOST_BYTES = 200_000;

/** Holds no definition and no environment value, as no report does.
 *  @param at the address of the stored report
 *  @returns nothing where AWS did not tell the account */
export function toRunEvent(report: Report, at: string | undefined): RunEvent | undefined {
  const { version, tool, run, target, caller, outcome, needsAction, verdict, counts, backlog, ...lists } =
    toLazyDocument(report);
  if (target === null) return undefined;
  const all = Array.from(lists.attention);
  const withItems = (attention: RunEvent['attention']): RunEvent => ({
    version,
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
  });
  let event = withItems(all);
  while (Buffer.byteLength(JSON.stringify(event)) > MOST_BYTES && event.attention.length > 0)
    event = withItems(event.attention.slice(0, Math.floor(event.attention.length / 2)));
  return event;
}
