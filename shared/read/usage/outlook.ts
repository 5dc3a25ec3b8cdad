// When what was used will be known for as many days as the settings ask, or what it would take: for the report, so that
// nobody wonders why everything stays.
import type { Outlook } from '../../domain/evidence.ts';
import { HISTORY_MS } from './span.ts';

const DAY_MS = 86_400_000;

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

/** When the days will be covered, if the coming nights are as this one; or what it would take. */
export function outlookOf({ days, seconds, since, now, readMs, tookMs, broken }: Progress): Outlook {
  const wantedMs = days * DAY_MS;
  if (since <= now - wantedMs) return {};
  // Each day that passes is one that need not be read: at the latest it is covered when the days have gone by.
  const latest = since + wantedMs;
  if (broken !== undefined) return { broken, coveredBy: latest };
  // CloudTrail keeps 90 days. What is before them has to have been read by the nights before.
  const missing = since - (now - Math.min(wantedMs, HISTORY_MS));
  if (missing <= 0) return { coveredBy: latest };
  const secondsADay = readMs === 0 ? Infinity : (tookMs / 1000 / readMs) * DAY_MS;
  // A quarter more than it took, since no two days are alike; a day that was not finished tells what it would take.
  if (secondsADay > seconds) return { needsSeconds: Math.ceil((secondsADay * 1.25) / 10) * 10 };
  const nights = Math.max(1, Math.ceil(((missing / DAY_MS) * secondsADay) / seconds));
  const beyondMs = Math.max(0, wantedMs - HISTORY_MS);
  return { coveredBy: Math.min(latest, now + nights * DAY_MS + beyondMs) };
}
