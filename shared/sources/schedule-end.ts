// Computes when an EventBridge schedule can no longer start anything. Pure. An expression that cannot be parsed has no
// end, so the schedule protects its revision for good.
import { DAY_MS } from '../domain/time.ts';
import type { Schedule } from '../domain/evidence.ts';

/** A flexible time window has at most 1,440 minutes, and a failed call is retried for at most 86,400 seconds.
 *  https://docs.aws.amazon.com/scheduler/latest/APIReference/API_FlexibleTimeWindow.html and API_RetryPolicy.html */
const GRACE_MS = 2 * DAY_MS;

/** @returns milliseconds since the epoch; undefined where the schedule has no end that can be computed */
export function endOf(schedule: Schedule): number | undefined {
  const last = lastTimeOf(schedule);
  return last === undefined ? undefined : last + GRACE_MS;
}

function lastTimeOf({ expression, timeZone = 'UTC', until }: Schedule): number | undefined {
  if (formatFor(timeZone) === undefined) return undefined;
  // "EventBridge Scheduler ignores EndDate for one-time schedules."
  // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html
  const once = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression)?.[1];
  if (once !== undefined) return latest(once, timeZone);
  const isRecurring = /^(rate|cron)\(/.test(expression);
  return isRecurring ? earlier(until, endOfYears(expression, timeZone)) : undefined;
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/** The end of the last year in a cron expression. `*` and steps have no last year.
 *  https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
function endOfYears(expression: string, timeZone: string): number | undefined {
  const years = /^cron\((?:\S+\s+){5}(\d{4}(?:[-,]\d{4})*)\)$/.exec(expression)?.[1];
  if (years === undefined) return undefined;
  const last = Math.max(...years.split(/[-,]/).map(Number));
  return latest(`${last}-12-31T23:59:59`, timeZone);
}

/** The latest moment at which clocks in this zone show this time. A clock change repeats an hour, or skips one: the
 *  later moment counts. */
function latest(local: string, timeZone: string): number | undefined {
  const asUtc = Date.parse(`${local}Z`);
  // The parser reads 31 February as a day in March.
  if (Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(local)) return undefined;
  const offsets = [-DAY_MS, 0, DAY_MS].map((byMs) => offsetAt(asUtc + byMs, timeZone));
  const known = offsets.filter((offset) => offset !== undefined);
  return known.length < offsets.length ? undefined : asUtc - Math.min(...known);
}

/** How far clocks in this zone are ahead of UTC; undefined where the zone is unknown. */
function offsetAt(at: number, timeZone: string): number | undefined {
  const parts = formatFor(timeZone)?.formatToParts(at);
  if (parts === undefined) return undefined;
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  const date = `${of('year').padStart(4, '0')}-${of('month')}-${of('day')}`;
  const shown = Date.parse(`${date}T${of('hour')}:${of('minute')}:${of('second')}Z`);
  return Number.isNaN(shown) ? undefined : shown - at;
}

/** A formatter takes longer to make than everything else here, and thousands of schedules share a few zones. */
const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function formatFor(timeZone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(timeZone)) formats.set(timeZone, newFormat(timeZone));
  return formats.get(timeZone);
}

function newFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    const [year, rest] = ['numeric', '2-digit'] as const;
    const time = { hour: rest, minute: rest, second: rest, hourCycle: 'h23' } as const;
    return new Intl.DateTimeFormat('en-US', { timeZone, year, month: rest, day: rest, ...time });
  } catch (error) {
    if (error instanceof RangeError) return undefined; // a zone that this Node.js does not know
    throw error;
  }
}
