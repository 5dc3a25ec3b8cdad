// When a schedule fires next, for the report: what is stranded fails then. croner knows cron lines, time zones and their
// changes; AWS's own dialect is translated here.
import { Cron } from 'croner';
import type { Schedule } from '../../domain/evidence.ts';

/** Milliseconds since the epoch; nothing when it never fires again, or is written in a way that nobody knows.
 *  https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 *  @param after milliseconds since the epoch */
export function findNextTime(
  { expression, timeZone = 'UTC', from, until }: Schedule,
  after: number,
): number | undefined {
  const [, kind, text = ''] = /^\s*(cron|rate|at)\((.*)\)\s*$/.exec(expression) ?? [];
  const earliest = Math.max(after, from ?? 0);
  const at =
    kind === 'rate'
      ? nextOfRate(text, from, earliest)
      : nextOfPattern(patternOf(kind, text), timeZone, earliest);
  return at === undefined || (until !== undefined && at > until) ? undefined : at;
}

/** Minutes, hours, day of month, month, day of week (1 is Sunday), year; croner wants seconds before them. */
function patternOf(kind: string | undefined, text: string): string | undefined {
  if (kind === 'at') return text.trim();
  if (kind !== 'cron' || text.trim().split(/\s+/).length !== 6) return undefined;
  return `0 ${text.trim()}`;
}

function nextOfPattern(pattern: string | undefined, timezone: string, earliest: number): number | undefined {
  if (pattern === undefined) return undefined;
  try {
    const cron = new Cron(pattern, { timezone, alternativeWeekdays: true, paused: true });
    return cron.nextRun(new Date(earliest))?.getTime();
  } catch {
    return undefined; // a line of the report without a time is better than no report
  }
}

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/** Counted from its start date; without one only AWS knows when it fired last, and within one interval it will again. */
function nextOfRate(text: string, from: number | undefined, earliest: number): number | undefined {
  const [, count, unit = ''] = /^\s*(\d+)\s+(minute|hour|day)s?\s*$/.exec(text) ?? [];
  const every = Number(count) * (MINUTES[unit] ?? NaN) * 60_000;
  if (!(every > 0)) return undefined;
  return from === undefined ? earliest + every : from + Math.ceil((earliest - from) / every) * every;
}
