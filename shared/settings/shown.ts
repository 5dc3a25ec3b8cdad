// Quotes the operator's input in a message: short, on one line, and without characters that a terminal acts on.

/** Control characters, and those that change the direction of writing (https://www.unicode.org/reports/tr36/). */
const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') return JSON.stringify(printable(value));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'keys with values';
}

/** Sixty characters are enough to find the place. */
export function printable(text: string): string {
  const characters = Array.from(text.slice(0, 200));
  const short = text.length > 200 || characters.length > 60 ? `${characters.slice(0, 57).join('')}...` : text;
  return short.replace(unprintable, '?');
}
