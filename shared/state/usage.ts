// The record of usage: the span of the event history that was read, and when each revision was last used in the days that
// count. What a run itself has seen in use is noted in it as well, for the nights that follow.
import type { Reading, Usage } from '../evidence.ts';
import type { Target } from '../revision.ts';
import { Damaged, isObject, objectOf, type RecordKind } from './records.ts';

/** Another one is not understood, and that is not "nothing was used". */
const FORMAT = 1;
const DAY_MS = 86_400_000;
/** A clock that was set wrong once must not have us believe that the coming night is read already. */
const AHEAD_MS = 5 * 60_000;

/** @param now by AWS's clock, in milliseconds since the epoch */
export function usageRecord({ account, region }: Target, now: number): RecordKind<Usage> {
  return {
    key: `${account}/${region}/usage.json`,
    parse: (text) => parse(text, now),
    print: ({ coveredSince, coveredUntil, lastUsed }) =>
      JSON.stringify({ format: FORMAT, coveredSince, coveredUntil, lastUsed: plain(lastUsed) }),
    join,
  };
}

function parse(text: string, now: number): Usage {
  const { format, coveredSince, coveredUntil, lastUsed } = objectOf(text);
  if (format !== FORMAT)
    throw new Damaged(`it is of a format that this version does not know: ${JSON.stringify(format)}`);
  if (!isTime(coveredSince) || !isTime(coveredUntil) || coveredSince > coveredUntil || !isObject(lastUsed))
    throw new Damaged('it is damaged: what it covers or its uses are no such thing');
  if (coveredUntil > now + AHEAD_MS) throw new Damaged('it covers time that has not come yet');
  const families = Object.entries(lastUsed).map(([family, numbers]): [string, Map<number, number>] => {
    if (!isObject(numbers)) throw new Damaged(`it is damaged: the uses of ${family}`);
    return [family, new Map(Object.entries(numbers).map(([number, at]) => entry(family, number, at)))];
  });
  return { coveredSince, coveredUntil, lastUsed: new Map(families) };
}

function entry(family: string, number: string, at: unknown): [number, number] {
  if (!/^[1-9]\d{0,14}$/.test(number) || !isTime(at))
    throw new Damaged(`it is damaged: the use of ${family}:${number}`);
  return [Number(number), at];
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Entries rather than members that are set: a family may be called __proto__. */
function plain(lastUsed: Usage['lastUsed']) {
  return Object.fromEntries(
    Array.from(lastUsed, ([family, numbers]) => [family, Object.fromEntries(numbers)]),
  );
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
  return { coveredSince, coveredUntil: later.coveredUntil, lastUsed };
}

/** As the next run wants it: with what this one has seen in tasks and services, and without what is older than the days.
 *  With the uses goes the claim to know them, so that more days tomorrow do not find a gap. */
export function toKeep(
  { coveredSince, coveredUntil, lastUsed: known }: Usage,
  { readings, asOf, days }: { readings: readonly Reading[]; asOf: number; days: number },
): Usage {
  const oldest = asOf - (days + 1) * DAY_MS;
  const lastUsed = new Map<string, Map<number, number>>();
  for (const [family, numbers] of known)
    for (const [number, at] of numbers) if (at >= oldest) note(lastUsed, { family, number, at });
  for (const { part, findings } of readings)
    for (const finding of part === 'tasks' || part === 'services' ? findings : [])
      if (finding.kind === 'reference' && finding.what.kind === 'revision')
        note(lastUsed, { family: finding.what.family, number: finding.what.number, at: asOf });
  return { coveredSince: Math.min(coveredUntil, Math.max(coveredSince, oldest)), coveredUntil, lastUsed };
}

function note(
  lastUsed: Map<string, Map<number, number>>,
  { family, number, at }: { family: string; number: number; at: number },
): void {
  const numbers = lastUsed.get(family) ?? new Map<number, number>();
  lastUsed.set(family, numbers.set(number, Math.max(at, numbers.get(number) ?? 0)));
}
