// Estimates when past use will be known for as many days as the settings ask, or what that would take, so the report
// can explain why everything is kept.
import { DAY_MS } from '../../domain/time.ts';
import type { Outlook } from '../../domain/evidence.ts';
import { HISTORY_MS } from './span.ts';

export interface Progress {
  readonly days: number;
  readonly seconds: number;
  readonly since: number;
  readonly now: number;
  /** How much of the history this run has read, and how long that took. */
  readonly readMs: number;
  readonly tookMs: number;
  readonly broken: Outlook['broken'];
}

/** @returns when the days will be covered if the coming nights are like this one, or what it would take */
export function outlookOf({ days, seconds, since, now, readMs, tookMs, broken }: Progress): Outlook {
  const wantedMs = days * DAY_MS;
  if (since <= now - wantedMs) return {};
  // Each day that passes is one less to read: at the latest, the days are covered when they have passed.
  const latest = since + wantedMs;
  if (broken !== undefined) return { broken, coveredBy: latest };
  // CloudTrail keeps 90 days. Earlier nights must have read what is older.
  const missing = since - (now - Math.min(wantedMs, HISTORY_MS));
  if (missing <= 0) return { coveredBy: latest };
  const secondsADay = readMs === 0 ? Infinity : (tookMs / 1000 / readMs) * DAY_MS;
  // A quarter more than it took, since days differ. An unfinished day shows what it would take.
  if (secondsADay > seconds) return { needsSeconds: Math.ceil((secondsADay * 1.25) / 10) * 10 };
  const nights = Math.max(1, Math.ceil(((missing / DAY_MS) * secondsADay) / seconds));
  const beyondMs = Math.max(0, wantedMs - HISTORY_MS);
  return { coveredBy: Math.min(latest, now + nights * DAY_MS + beyondMs) };
}
