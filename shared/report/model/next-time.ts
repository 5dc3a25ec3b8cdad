// Calculates when a schedule starts next. croner evaluates cron lines, time zones and their changes; this file translates AWS's
// dialect.
import { Cron } from 'croner';
import type { Schedule } from '../../domain/evidence.ts';

/** Milliseconds since the epoch; nothing when it never starts again or the expression is unknown.
 *  https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 *  @param after milliseconds since the epoch */
export function findNextTime(
  { expression, timeZone = 'UTC', from, until }: Schedule,
  after: number,
): number | undefined {
  const [, kind, text = ''] = /^\s*(cron|rate|at)\((.*)\)\s*$/.exec(expression) ?? [];
  const earliest = Math.max(after, from ?? 0);
  const at =
    kind === 'rate' ? nextOfRate(text, from, earliest) : nextOfPattern(patternOf(kind, text), timeZone, earliest);
  return at === undefined || (until !== undefined && at > until) ? undefined : at;
}

/** AWS writes minutes, hours, day of month, month, day of week (1 is Sunday) and year; croner expects seconds before them. */
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
    return undefined; // the report then gives no time
  }
}

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/** A rate counts from its start date. Without one only AWS knows the last start; the next is at most one interval away. */
function nextOfRate(text: string, from: number | undefined, earliest: number): number | undefined {
  const [, count, unit = ''] = /^\s*(\d+)\s+(minute|hour|day)s?\s*$/.exec(text) ?? [];
  const every = Number(count) * (MINUTES[unit] ?? NaN) * 60_000;
  if (!(every > 0)) return undefined;
  return from === undefined ? earliest + every : from + Math.ceil((earliest - from) / every) * every;
}
