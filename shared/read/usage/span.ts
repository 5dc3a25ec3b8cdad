// The span of the event history that is known, and how one run makes it longer: what is new first, then backwards. The span
// never claims what was not read and understood; what cannot be joined to it begins it anew.
import type { Event } from '@aws-sdk/client-cloudtrail';
import type { Usage } from '../../domain/evidence.ts';
import { type Lookup, type Page, sweep, type Swept } from './sweep.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** CloudTrail delivers within minutes, 15 at most as a rule: what is younger may still be missing, and never counts. */
const LATE_MS = 30 * 60_000;
/** So much of what was read before is read once more, for what came later than that. */
const OVERLAP_MS = HOUR_MS;
/** The history's 90 days, without their last hour, which goes while it is read.
 *  https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
export const HISTORY_MS = 90 * DAY_MS - HOUR_MS;

export interface History {
  readonly lookup: (asked: Lookup) => Promise<Page>;
  /** Whether there is time for another page. */
  readonly goesOn: () => boolean;
  /** Told of each event; says why it cannot be understood, where it cannot. */
  readonly take: (event: Event) => string | undefined;
}

export interface Spanned {
  readonly since: number;
  readonly until: number;
  /** How much of the history this run has read, in milliseconds of it. */
  readonly readMs: number;
  readonly broken: Swept['broken'];
}

/** Until when a run that begins now can know anything. */
export function knowableUntil(now: number): number {
  return toSecond(now - LATE_MS);
}

/** @param known what earlier runs have read
 *  @param days how far back it has to be known */
export async function extend(
  known: Pick<Usage, 'coveredSince' | 'coveredUntil'> | undefined,
  { now, days }: { now: number; days: number },
  { lookup, goesOn, take }: History,
): Promise<Spanned> {
  const until = knowableUntil(now);
  // An hour more than the days, since the plan counts them from a moment that comes after this one.
  const floor = toSecond(Math.max(now - days * DAY_MS - HOUR_MS, now - HISTORY_MS));
  const downTo = known === undefined ? floor : Math.max(floor, toSecond(known.coveredUntil - OVERLAP_MS));

  const fresh = await sweep(lookup, { downTo }, goesOn, take);
  const joins = known !== undefined && fresh.broken === undefined && fresh.reached <= known.coveredUntil;
  const since = Math.min(until, fresh.reached, ...(joins ? [known.coveredSince] : []));
  const readMs = Math.max(0, until - fresh.reached);
  if (since <= floor || fresh.broken !== undefined || !goesOn())
    return { since, until, readMs, broken: fresh.broken };

  const { reached, broken } = await sweep(lookup, { upto: since, downTo: floor }, goesOn, take);
  return {
    since: Math.min(since, reached),
    until,
    readMs: readMs + Math.max(0, since - reached),
    broken,
  };
}

function toSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
