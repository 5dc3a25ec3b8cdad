// How something that a person gave is shown back to them: short, on one line, and without anything that a terminal acts on.

/** Control characters, and those that turn the direction of writing around (https://www.unicode.org/reports/tr36/). */
const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') return JSON.stringify(printable(value));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'keys with values';
}

/** Sixty characters are enough to find the place by. */
export function printable(text: string): string {
  const characters = Array.from(text.slice(0, 200));
  const short = text.length > 200 || characters.length > 60 ? `${characters.slice(0, 57).join('')}...` : text;
  return short.replace(unprintable, '?');
}
