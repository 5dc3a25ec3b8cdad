// Extends the known span of the event history in one run: new events first, then backwards. The span covers only events
// that were read and understood. Events that do not adjoin it begin a new span.
import { DAY_MS, HOUR_MS } from '../../domain/time.ts';
import type { Event } from '@aws-sdk/client-cloudtrail';
import type { Usage } from '../../domain/evidence.ts';
import { type Lookup, type Page, sweepHistory } from './sweep.ts';

/** CloudTrail delivers events within minutes, usually 15 at most. Younger events may be missing, so they never
 *  count. */
const LATE_MS = 30 * 60_000;
/** Reads this much again, for events that arrived later. */
const OVERLAP_MS = HOUR_MS;
/** The history's 90 days without their last hour, which expires during the reading.
 *  https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
export const HISTORY_MS = 90 * DAY_MS - HOUR_MS;

export interface History {
  readonly lookup: (asked: Lookup) => Promise<Page>;
  /** Whether there is time for another page. */
  readonly goesOn: () => boolean;
  /** Receives each event. It returns why the event cannot be understood, if it cannot. */
  readonly record: (event: Event) => string | undefined;
}

/** The last moment that a run which begins now can know about. */
export function knowableUntil(now: number): number {
  return toSecond(now - LATE_MS);
}

/** @param known the span of earlier runs
 *  @param days how far back it must be known
 *  @returns the known span, `readMs`: how much of the history this run has read, and the record that prevents reading on */
export async function extendSpan(
  known: Pick<Usage, 'coveredSince' | 'coveredUntil'> | undefined,
  { now, days }: { now: number; days: number },
  { lookup, goesOn, record: take }: History,
) {
  const until = knowableUntil(now);
  // An hour more than the days, since the plan counts them from a later moment.
  const floor = toSecond(Math.max(now - days * DAY_MS - HOUR_MS, now - HISTORY_MS));
  const downTo = known === undefined ? floor : Math.max(floor, toSecond(known.coveredUntil - OVERLAP_MS));

  const fresh = await sweepHistory(lookup, { downTo }, goesOn, take);
  const joins = known !== undefined && fresh.broken === undefined && fresh.reached <= known.coveredUntil;
  const since = Math.min(until, fresh.reached, ...(joins ? [known.coveredSince] : []));
  const readMs = Math.max(0, until - fresh.reached);
  if (since <= floor || fresh.broken !== undefined || !goesOn()) return { since, until, readMs, broken: fresh.broken };

  const { reached, broken } = await sweepHistory(lookup, { upto: since, downTo: floor }, goesOn, take);
  return { since: Math.min(since, reached), until, readMs: readMs + Math.max(0, since - reached), broken };
}

function toSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
