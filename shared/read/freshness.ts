// The guard `fresh`: how old evidence may be when a revision goes. Age counts from the beginning of a reading, because
// what changed just after it began may have been missed.
import { type Clock, msSince } from '../domain/clock.ts';
import type { Evidence, Reading } from '../domain/evidence.ts';

/** Services and tasks change all the time: a minute, or twice what it takes to read them, but never above five. */
const LIVE_MS = 60_000;
const LIVE_MOST_MS = 300_000;
/** What starts things, and tags, change by a person's hand. */
const OTHER_MS = 300_000;

const QUICK_MS = 45_000;

/** Of these only what has changed is read again, so that a second reading is a listing, at a hundred a call, and takes
 *  less than the first by so much at least. */
const shorterAgain: ReadonlyMap<string, number> = new Map([
  ['schedules', 4],
  ['pipes', 20],
  // Which change sets a stack has is asked each time, and what it holds only once.
  ['stacks', 2],
]);

/** Read once a run: the inventory, because what is newer is never touched; ages, because dates do not change; usage, because
 *  whoever uses a revision now is met elsewhere; the state, because it is ours; and what is stranded, because that is only told. */
const onceARun: ReadonlySet<string> = new Set([
  'inventory',
  'ages',
  'registrars',
  'usage',
  'state',
  'stranded',
]);

/** Followed at the end of every reading: what is remembered of them never changes. */
const followed = 'definitions';

export function isFresh(evidence: Evidence, clock: Clock): boolean {
  const { began, tookMs } = liveIn(evidence);
  return msSince(began, clock) <= liveLimitMs(tookMs) && staleParts(evidence, clock).length === 0;
}

/** The parts other than services and tasks that have to be read again as well. */
export function staleParts(evidence: Evidence, clock: Clock): string[] {
  return partsOlderThan(evidence, clock, 0);
}

/** Those and the ones that would be too old before services and tasks are: read with these, they spare a look of their own. */
export function soonStaleParts(evidence: Evidence, clock: Clock): string[] {
  return partsOlderThan(evidence, clock, liveLimitMs(liveIn(evidence).tookMs));
}

/** @param aheadMs so much earlier than they have to be */
function partsOlderThan({ readings }: Evidence, clock: Clock, aheadMs: number): string[] {
  return readings
    .filter(({ part }) => !isLive(part) && !onceARun.has(part))
    .filter(({ began, tookMs }) => msSince(began, clock) > Math.max(OTHER_MS, 2 * tookMs) - aheadMs)
    .map(({ part }) => part);
}

/** What is read once more when the run ends, though it is young enough: whoever took up what has gone must be in this
 *  report. A Lambda keeps a minute and a half for that, and what takes longer than most of it is looked at by the next run. */
export function quickParts({
  readings,
}: {
  readonly readings: readonly Pick<Reading, 'part' | 'tookMs'>[];
}): string[] {
  return readings
    .filter(({ part }) => part !== 'tags' && !onceARun.has(part))
    .filter(({ part, tookMs }) => tookMs / (shorterAgain.get(part) ?? 1) <= QUICK_MS)
    .map(({ part }) => part);
}

/** What starts things and takes too long for that: it is as old in the report as in the plan. */
export function slowParts(evidence: Evidence): string[] {
  const quick = new Set(quickParts(evidence));
  return evidence.readings
    .map(({ part }) => part)
    .filter(
      (part) =>
        part !== 'tags' && part !== followed && !onceARun.has(part) && !isLive(part) && !quick.has(part),
    );
}

/** Whether services and tasks take so long to read that they are too old as soon as they are known. */
export function isTooSlow(evidence: Evidence): boolean {
  return liveIn(evidence).tookMs > LIVE_MOST_MS;
}

function liveLimitMs(tookMs: number): number {
  return Math.min(LIVE_MOST_MS, Math.max(LIVE_MS, 2 * tookMs));
}

/** Services and tasks are one reading: it began with the first of them and took until the end of the last. */
function liveIn({ readings }: Evidence): Pick<Reading, 'began' | 'tookMs'> {
  const live = readings.filter(({ part }) => isLive(part));
  const [first] = live;
  if (first === undefined) throw new Error('evidence without services and tasks is no evidence');
  const last = live.reduce((a, b) => (endOf(b) > endOf(a) ? b : a));
  const began = live.reduce((a, b) => (b.began.monotonic < a.began.monotonic ? b : a)).began;
  return { began, tookMs: endOf(last) - began.monotonic };
}

function isLive(part: string): boolean {
  return part === 'services' || part === 'tasks';
}

function endOf({ began, tookMs }: Reading): number {
  return began.monotonic + tookMs;
}
