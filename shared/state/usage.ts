// The record of usage: the span of the event history that runs have read, and when each revision was last used within the
// days that the settings ask for. A run also notes the revisions that it sees in use.
import * as z from 'zod';
import type { LastCall, Reading, Usage } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { DAY_MS } from '../domain/time.ts';
import { byRevision, identifier, time } from './fields.ts';
import type { MergeableRecord } from './records.ts';

/** A clock that was once wrong must not make the next run skip events that it has not read. */
const AHEAD_MS = 5 * 60_000;

const NOT_YET = 'it covers time in the future';

/** @param now by AWS's clock, in milliseconds since the epoch
 *  @param calls the API calls whose events are read: a record without one of them covers nothing */
export function usageRecord(
  { account, region }: Target,
  now: number,
  calls: readonly string[],
): MergeableRecord<Usage> {
  return {
    name: 'record of usage',
    key: `${account}/${region}/usage.json`,
    format: 2,
    schemas: { 2: schemaAt(now, calls) },
    toJson: ({ coveredSince, coveredUntil, lastUsed, lastCalls }) => ({
      calls,
      coveredSince,
      coveredUntil,
      lastUsed: entriesOf(lastUsed),
      ...(lastCalls === undefined ? {} : { lastCalls: entriesOf(lastCalls) }),
    }),
    merge: mergeUsage,
  };
}

function schemaAt(now: number, wanted: readonly string[]) {
  // A caller's clock may be a day off. A later date would protect its revision, or hide another date, for ever.
  const use = time.max(now + DAY_MS, NOT_YET);
  return z
    .strictObject({
      calls: z.array(identifier).max(100),
      coveredSince: time,
      coveredUntil: time,
      lastUsed: byRevision(use),
      lastCalls: byRevision(z.strictObject({ at: use, call: identifier, caller: identifier })).exactOptional(),
    })
    .refine(({ coveredSince, coveredUntil }) => coveredSince <= coveredUntil, 'it is damaged: it ends before it begins')
    .refine(({ coveredUntil }) => coveredUntil <= now + AHEAD_MS, NOT_YET)
    .transform(({ calls, coveredSince, ...rest }): Usage => {
      // Earlier versions read fewer calls.
      const isWhole = wanted.every((call) => calls.includes(call));
      return { ...rest, coveredSince: isWhole ? coveredSince : rest.coveredUntil };
    });
}

function entriesOf<Value>(by: ReadonlyMap<string, ReadonlyMap<number, Value>>) {
  return Array.from(by, ([family, numbers]) => [family, [...numbers]]);
}

/** Two spans that touch become one. Of two that do not, the later one counts, since the next run continues it. */
function mergeUsage(ours: Usage, theirs: Usage): Usage {
  const meet = ours.coveredSince <= theirs.coveredUntil && theirs.coveredSince <= ours.coveredUntil;
  const later = ours.coveredUntil >= theirs.coveredUntil ? ours : theirs;
  const coveredSince = meet ? Math.min(ours.coveredSince, theirs.coveredSince) : later.coveredSince;
  const lastUsed = new Map<string, Map<number, number>>();
  for (const uses of [ours.lastUsed, theirs.lastUsed])
    for (const [family, numbers] of uses) for (const [number, at] of numbers) noteUse(lastUsed, { family, number, at });
  const lastCalls = latestCallsSince(-Infinity, [ours, theirs]);
  return { coveredSince, coveredUntil: later.coveredUntil, lastUsed, ...lastCalls };
}

/** A few megabytes in the record. Keeps the latest calls. */
const MOST_CALLS = 20_000;

function latestCallsSince(oldest: number, usages: readonly Usage[]): Pick<Usage, 'lastCalls'> {
  const calls = usages
    .flatMap(({ lastCalls = new Map<string, ReadonlyMap<number, LastCall>>() }) => [...lastCalls])
    .flatMap(([family, numbers]) => Array.from(numbers, ([number, call]) => ({ family, number, call })))
    .filter(({ call }) => call.at >= oldest)
    .toSorted((a, b) => a.call.at - b.call.at)
    .slice(-MOST_CALLS);
  if (calls.length === 0) return {};
  const lastCalls = new Map<string, Map<number, LastCall>>();
  for (const { family, number, call } of calls)
    lastCalls.set(family, (lastCalls.get(family) ?? new Map<number, LastCall>()).set(number, call));
  return { lastCalls };
}

/** Adds the revisions that this run saw in tasks and services, and removes uses that are older than the days. The covered
 *  span shrinks with them, so that a run with more days does not rely on uses that were removed. */
export function updateUsage(
  usage: Usage,
  { readings, asOf, days }: { readings: readonly Reading[]; asOf: number; days: number },
): Usage {
  const { coveredSince, coveredUntil, lastUsed: known } = usage;
  const oldest = asOf - (days + 1) * DAY_MS;
  const lastUsed = new Map<string, Map<number, number>>();
  for (const [family, numbers] of known)
    for (const [number, at] of numbers) if (at >= oldest) noteUse(lastUsed, { family, number, at });
  for (const { part, findings } of readings)
    for (const finding of part === 'tasks' || part === 'services' ? findings : [])
      if (finding.kind === 'reference' && finding.target.kind === 'revision')
        noteUse(lastUsed, { family: finding.target.family, number: finding.target.number, at: asOf });
  const since = Math.min(coveredUntil, Math.max(coveredSince, oldest));
  return { coveredSince: since, coveredUntil, lastUsed, ...latestCallsSince(oldest, [usage]) };
}

function noteUse(
  lastUsed: Map<string, Map<number, number>>,
  { family, number, at }: { family: string; number: number; at: number },
): void {
  const numbers = lastUsed.get(family) ?? new Map<number, number>();
  lastUsed.set(family, numbers.set(number, Math.max(at, numbers.get(number) ?? 0)));
}
