// The record of usage: the span of the event history that was read, and when each revision was last used in the days that
// count. What a run itself has seen in use is noted in it as well, for the nights that follow.
import * as z from 'zod';
import type { LastCall, Reading, Usage } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { byRevision, identifier, time } from './fields.ts';
import type { RecordKind } from './records.ts';

const DAY_MS = 86_400_000;
/** A clock that was set wrong once must not have us believe that the coming night is read already. */
const AHEAD_MS = 5 * 60_000;

const NOT_YET = 'it covers time that has not come yet';

/** @param now by AWS's clock, in milliseconds since the epoch
 *  @param calls whose events are read: what was read without one of them covers nothing */
export function usageRecord(
  { account, region }: Target,
  now: number,
  calls: readonly string[],
): RecordKind<Usage> {
  return {
    name: 'record of usage',
    key: `${account}/${region}/usage.json`,
    format: 2,
    schemas: { 2: schemaAt(now, calls) },
    longest: 64_000_000,
    toJson: ({ coveredSince, coveredUntil, lastUsed, lastCalls }) => ({
      calls,
      coveredSince,
      coveredUntil,
      lastUsed: entriesOf(lastUsed),
      ...(lastCalls === undefined ? {} : { lastCalls: entriesOf(lastCalls) }),
    }),
    join,
  };
}

function schemaAt(now: number, wanted: readonly string[]) {
  // Somebody's clock may be a day off; a date beyond that would protect its revision, or hide another date, for ever.
  const use = time.max(now + DAY_MS, NOT_YET);
  return z
    .strictObject({
      calls: z.array(identifier).max(100),
      coveredSince: time,
      coveredUntil: time,
      lastUsed: byRevision(use),
      lastCalls: byRevision(
        z.strictObject({ at: use, call: identifier, caller: identifier }),
      ).exactOptional(),
    })
    .refine(
      ({ coveredSince, coveredUntil }) => coveredSince <= coveredUntil,
      'it is damaged: it ends before it begins',
    )
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

/** Two spans that meet are one; of two that do not, the later counts, since it is the one that tomorrow joins. */
function join(ours: Usage, theirs: Usage): Usage {
  const meet = ours.coveredSince <= theirs.coveredUntil && theirs.coveredSince <= ours.coveredUntil;
  const later = ours.coveredUntil >= theirs.coveredUntil ? ours : theirs;
  const coveredSince = meet ? Math.min(ours.coveredSince, theirs.coveredSince) : later.coveredSince;
  const lastUsed = new Map<string, Map<number, number>>();
  for (const uses of [ours.lastUsed, theirs.lastUsed])
    for (const [family, numbers] of uses)
      for (const [number, at] of numbers) note(lastUsed, { family, number, at });
  const lastCalls = callsSince(-Infinity, [ours, theirs]);
  return { coveredSince, coveredUntil: later.coveredUntil, lastUsed, ...lastCalls };
}

/** More than a person asks about, and some megabytes in the record: the latest are kept. */
const MOST_CALLS = 20_000;

function callsSince(oldest: number, usages: readonly Usage[]): Pick<Usage, 'lastCalls'> {
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

/** As the next run wants it: with what this one has seen in tasks and services, and without what is older than the days.
 *  With the uses goes the claim to know them, so that more days tomorrow do not find a gap. */
export function toKeep(
  usage: Usage,
  { readings, asOf, days }: { readings: readonly Reading[]; asOf: number; days: number },
): Usage {
  const { coveredSince, coveredUntil, lastUsed: known } = usage;
  const oldest = asOf - (days + 1) * DAY_MS;
  const lastUsed = new Map<string, Map<number, number>>();
  for (const [family, numbers] of known)
    for (const [number, at] of numbers) if (at >= oldest) note(lastUsed, { family, number, at });
  for (const { part, findings } of readings)
    for (const finding of part === 'tasks' || part === 'services' ? findings : [])
      if (finding.kind === 'reference' && finding.what.kind === 'revision')
        note(lastUsed, { family: finding.what.family, number: finding.what.number, at: asOf });
  const since = Math.min(coveredUntil, Math.max(coveredSince, oldest));
  return { coveredSince: since, coveredUntil, lastUsed, ...callsSince(oldest, [usage]) };
}

function note(
  lastUsed: Map<string, Map<number, number>>,
  { family, number, at }: { family: string; number: number; at: number },
): void {
  const numbers = lastUsed.get(family) ?? new Map<number, number>();
  lastUsed.set(family, numbers.set(number, Math.max(at, numbers.get(number) ?? 0)));
}
