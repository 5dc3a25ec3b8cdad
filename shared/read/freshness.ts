// The precondition `fresh`: how old evidence may be at a deregistration. Age counts from the start of a reading, because
// the reading may have missed a change that came just after.
import { type Clock, msSince } from '../domain/clock.ts';
import type { Evidence, Reading } from '../domain/evidence.ts';
import { keysOf } from '../domain/objects.ts';
import { catalogue } from '../sources/catalogue.ts';
import type { SourceFacts } from '../sources/facts.ts';
import { parts } from '../sources/parts.ts';

/** Services and tasks change all the time: a minute, or twice the time of reading them, but never above five. */
const LIVE_MS = 60_000;
const LIVE_MOST_MS = 300_000;
/** Starters and tags are changed by hand. */
const OTHER_MS = 300_000;

const QUICK_MS = 45_000;

const facts: ReadonlyMap<string, SourceFacts> = new Map(Object.entries(catalogue));

/** Parts that are read once a run. Registrars do not change, and the status of a dangling reference is only reported. */
const onceARun: ReadonlySet<string> = new Set([
  ...keysOf(parts).filter((name) => parts[name].reread === 'never'),
  'registrars',
  'dangling',
]);

export function isFresh(evidence: Evidence, clock: Clock): boolean {
  const { began, tookMs } = liveIn(evidence);
  return msSince(began, clock) <= liveLimitMs(tookMs) && staleParts(evidence, clock).length === 0;
}

/** The parts, other than services and tasks, that must be read again. */
export function staleParts(evidence: Evidence, clock: Clock): string[] {
  return partsOlderThan(evidence, clock, 0);
}

/** These, and the parts that will be too old before services and tasks are: reading both together saves a pass. */
export function soonStaleParts(evidence: Evidence, clock: Clock): string[] {
  return partsOlderThan(evidence, clock, liveLimitMs(liveIn(evidence).tookMs));
}

/** @param aheadMs how much earlier than necessary */
function partsOlderThan({ readings }: Evidence, clock: Clock, aheadMs: number): string[] {
  return readings
    .filter(({ part }) => !isLive(part) && !onceARun.has(part))
    .filter(({ began, tookMs }) => msSince(began, clock) > Math.max(OTHER_MS, 2 * tookMs) - aheadMs)
    .map(({ part }) => part);
}

/** Parts that the end of a run reads again, however young they are: this report must show each late reference. A Lambda
 *  reserves a minute and a half for that; the next run looks at parts that take longer than half of it. */
export function quickParts({ readings }: { readonly readings: readonly Pick<Reading, 'part' | 'tookMs'>[] }): string[] {
  return readings
    .filter(({ part }) => part !== 'tags' && !onceARun.has(part))
    .filter(({ part, tookMs }) => tookMs / (facts.get(part)?.rereadSpeedup ?? 1) <= QUICK_MS)
    .map(({ part }) => part);
}

/** Starters that take too long for that: in the report they are as old as in the plan. */
export function slowParts(evidence: Evidence): string[] {
  const quick = new Set(quickParts(evidence));
  return evidence.readings
    .map(({ part }) => part)
    .filter((part) => part !== 'tags' && facts.get(part)?.reread !== 'always')
    .filter((part) => !onceARun.has(part) && !isLive(part) && !quick.has(part));
}

/** Whether reading services and tasks takes so long that they are too old once they are known. */
export function isTooSlow(evidence: Evidence): boolean {
  return liveIn(evidence).tookMs > LIVE_MOST_MS;
}

function liveLimitMs(tookMs: number): number {
  return Math.min(LIVE_MOST_MS, Math.max(LIVE_MS, 2 * tookMs));
}

/** Services and tasks count as one reading, from the start of the first to the end of the last. */
function liveIn({ readings }: Evidence): Pick<Reading, 'began' | 'tookMs'> {
  const live = readings.filter(({ part }) => isLive(part));
  const [first] = live;
  if (first === undefined) throw new Error('evidence has no reading of services and tasks');
  const last = live.reduce((a, b) => (endOf(b) > endOf(a) ? b : a));
  const began = live.reduce((a, b) => (b.began.monotonic < a.began.monotonic ? b : a)).began;
  return { began, tookMs: endOf(last) - began.monotonic };
}

function isLive(part: string): boolean {
  return facts.get(part)?.reread === 'live';
}

function endOf({ began, tookMs }: Reading): number {
  return began.monotonic + tookMs;
}
