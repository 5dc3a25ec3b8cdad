// Formats moments for charts and tables, in UTC.
import { once } from '../../domain/once.ts';

const day = once(() => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }));

/** `24 Nov` */
export function shortDay(at: number): string {
  return day().format(at);
}

/** `2026-11-24 02:30` */
export function sortableTime(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').slice(0, 16);
}
