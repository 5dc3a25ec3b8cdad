// Formats texts, numbers and times. Untrusted texts are sanitized before: see safe-text.ts.
import stringWidth from 'fast-string-width';
import { once } from '../../domain/once.ts';
import { sanitize } from '../../domain/safe-text.ts';
import { DAY_MS, HOUR_MS } from '../../domain/time.ts';
import { timeZone } from '../../domain/time-zone.ts';

/** Made when it is used, as are the formats below: each takes milliseconds of every start. */
const graphemes = once(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));

/** Sanitizes and shortens, with a count of the characters that are left out. */
export function clip(text: string, atMost: number): string {
  const safe = sanitize(text);
  if (safe.length <= atMost) return safe;
  let kept = 0;
  let end = 0;
  for (const { segment } of graphemes().segment(safe)) {
    if (kept === atMost) break;
    kept++;
    end += segment.length;
  }
  if (end === safe.length) return safe;
  return `${safe.slice(0, end).trimEnd()}... (${formatNumber(safe.length - end)} more characters)`;
}

/** `1 revision`, `1,204 families`, `30 days` */
export function formatCount(count: number, noun: string): string {
  const plural = /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}${noun.endsWith('s') ? 'es' : 's'}`;
  return `${formatNumber(count)} ${count === 1 ? noun : plural}`;
}

const thousands = once(() => new Intl.NumberFormat('en-US'));

/** `1,204` on every machine. */
export function formatNumber(count: number): string {
  return thousands().format(count);
}

/** `a, b and 12 more`, or `a, b and c` */
export function joinList(items: readonly string[], atMost: number): string {
  const more = items.length - atMost;
  const last = more > 0 ? `${formatNumber(more)} more` : items.at(-1);
  const shown = items.slice(0, more > 0 ? atMost : -1).join(', ');
  return shown === '' ? (last ?? '') : `${shown} and ${last ?? ''}`;
}

/** Sanitizes, and shortens the ids of tasks and deployments; `explain` and JSON documents have them in full. */
export function shortenIds(text: string): string {
  return sanitize(text).replace(/\b([0-9a-f]{8})[0-9a-f]{24}\b/gu, '$1...');
}

/** Adds a capital and a full stop. */
export function toSentence(text: string): string {
  const body = text.trim();
  return capitalize(/[.!?]$/u.test(body) ? body : `${body}.`);
}

/** Capitalizes a word, but not a name (`web:3`, `arn:aws:...`). */
export function capitalize(text: string): string {
  return text.replace(/^[a-z](?=[a-z]*[ ,])/u, (letter) => letter.toUpperCase());
}

/** A time zone that this machine does not know is UTC. */
function formatIn(options: Intl.DateTimeFormatOptions, at: number): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: timeZone() }).format(at);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(at);
  }
}

/** `24 November 2026, 02:30 UTC`, or in the time zone of the operators: `24 November 2026, 03:30 CET` */
export function formatTime(at: number): string {
  return `${formatIn({ dateStyle: 'long' }, at)}, ${formatHour(at)}`;
}

/** `5 h`, or from two days on `3 days` */
export function formatAge(ms: number): string {
  const hours = Math.max(0, Math.round(ms / HOUR_MS));
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

/** A week later, the name of the day would mean another day. */
const NAMED_MS = 6 * DAY_MS;

/** `Friday`, or more than six days ago `13 November 2026`. */
export function formatDay(at: number, now: number): string {
  return now - at < NAMED_MS ? formatIn({ weekday: 'long' }, at) : formatIn({ dateStyle: 'long' }, at);
}

/** `02:30 UTC` */
export function formatHour(at: number): string {
  return formatIn({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' }, at);
}

/** The columns of a text on a terminal. */
export function displayWidth(text: string): number {
  // ASCII, the usual case, needs no table of widths.
  return /^[ -~]*$/u.test(text) ? text.length : stringWidth(text);
}
