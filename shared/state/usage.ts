// The record of usage: the span of the event history that was read, and when each revision was last used in the days that
// count. What a run itself has seen in use is noted in it as well, for the nights that follow.
import type { LastCall, Reading, Usage } from '../evidence.ts';
import type { Target } from '../revision.ts';
import { Damaged, isObject, objectOf, type RecordKind } from './records.ts';

/** Another one is not understood, and that is not "nothing was used". */
const FORMAT = 1;
const DAY_MS = 86_400_000;
/** A clock that was set wrong once must not have us believe that the coming night is read already. */
const AHEAD_MS = 5 * 60_000;

/** @param now by AWS's clock, in milliseconds since the epoch
 *  @param calls whose events are read: what was read without one of them covers nothing */
export function usageRecord(
  { account, region }: Target,
  now: number,
  calls: readonly string[],
): RecordKind<Usage> {
  return {
    key: `${account}/${region}/usage.json`,
    parse: (text) => parse(text, now, calls),
    print: ({ coveredSince, coveredUntil, lastUsed, lastCalls = new Map() }) =>
      JSON.stringify({
        format: FORMAT,
        calls,
        coveredSince,
        coveredUntil,
        lastUsed: plain(lastUsed),
        ...(lastCalls.size === 0 ? {} : { lastCalls: plain(lastCalls) }),
      }),
    join,
  };
}

function parse(text: string, now: number, wanted: readonly string[]): Usage {
  const { format, calls, coveredSince, coveredUntil, lastUsed, lastCalls } = objectOf(text);
  if (format !== FORMAT)
    throw new Damaged(`it is of a format that this version does not know: ${JSON.stringify(format)}`);
  if (!isTime(coveredSince) || !isTime(coveredUntil) || coveredSince > coveredUntil || !isObject(lastUsed))
    throw new Damaged('it is damaged: what it covers or its uses are no such thing');
  if (coveredUntil > now + AHEAD_MS) throw new Damaged('it covers time that has not come yet');
  // Earlier versions read fewer calls, and did not keep the last ones.
  const isWhole = Array.isArray(calls) && wanted.every((call) => calls.includes(call));
  return {
    coveredSince: isWhole ? coveredSince : coveredUntil,
    coveredUntil,
    lastUsed: byRevision(lastUsed, isTime),
    ...(lastCalls === undefined ? {} : { lastCalls: byRevision(lastCalls, isLastCall) }),
  };
}

/** @throws Damaged */
function byRevision<Value>(
  value: unknown,
  is: (one: unknown) => one is Value,
): Map<string, Map<number, Value>> {
  if (!isObject(value)) throw new Damaged('it is damaged: its uses are no such thing');
  const families = Object.entries(value).map(([family, numbers]): [string, Map<number, Value>] => {
    if (!isObject(numbers)) throw new Damaged(`it is damaged: the uses of ${family}`);
    const entries = Object.entries(numbers).map(([number, one]): [number, Value] => {
      if (!/^[1-9]\d{0,14}$/.test(number) || !is(one))
        throw new Damaged(`it is damaged: the use of ${family}:${number}`);
      return [Number(number), one];
    });
    return [family, new Map(entries)];
  });
  return new Map(families);
}

function isLastCall(value: unknown): value is LastCall {
  if (!isObject(value)) return false;
  const { at, call, caller } = value;
  return isTime(at) && typeof call === 'string' && typeof caller === 'string';
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Entries rather than members that are set: a family may be called __proto__. */
function plain<Value>(by: ReadonlyMap<string, ReadonlyMap<number, Value>>) {
  return Object.fromEntries(Array.from(by, ([family, numbers]) => [family, Object.fromEntries(numbers)]));
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
