// Makes texts that others wrote safe to show: names, tags, AWS's messages. Every output passes its whole model through `safe`
// once, so that no field of it can move a cursor, turn the reading direction, or forge a line of a report or a log.

/** Controls, formats (bidi overrides, zero widths), halves of characters, unassigned and private ones, and what fonts
 *  leave blank. https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu;

/** Four marks on a letter are language, more are paint over the lines around it. */
const PAINT = /(\p{M}{4})\p{M}+/gu;

/** Nearly every text: nothing in it has to be looked up in Unicode's tables. */
const PLAIN = /^(?:[!-~]| (?! ))*$/u;

/** Longer than any sentence with an ARN in it, and than any command that is printed. */
export const LONGEST = 8_000;

/** One line that shows what it holds: white space of any kind is a space, what cannot be seen is spelt `\u{202e}`. */
export function neutral(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(/\s+/gu, ' ')
    .replace(UNSEEN, (unseen) => `\\u{${(unseen.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(PAINT, '$1');
}

/** Neutral and bounded. */
export function safeText(text: string): string {
  const safe = neutral(text.length > LONGEST ? text.slice(0, LONGEST) : text);
  return text.length > LONGEST ? `${safe}... (${text.length - LONGEST} more characters)` : safe;
}

/** Several lines of ours, as an error on the terminal has them. */
export function safeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => `${/^ */.exec(line)?.[0] ?? ''}${safeText(line.trim())}`)
    .join('\n');
}

/** For JSON.stringify: every text of a line of a log. A stack keeps its lines, which JSON escapes. */
export function safeMember(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return key === 'stack' ? safeLines(value) : safeText(value);
}

/** Of values that are never changed: a report is shown in four forms, and walked once. */
const known = new WeakMap<object, unknown>();

/** The same value with every text in it safe, keys as well. What needs no change is shared, so that a large plan is not copied. */
export function safe<Value>(value: Value): Value;
export function safe(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return safeOf(value);
  const before = known.get(value);
  if (before !== undefined) return before;
  const made = safeOf(value);
  known.set(value, made);
  if (typeof made === 'object' && made !== null) known.set(made, made);
  return made;
}

function safeOf(value: unknown): unknown {
  if (typeof value === 'string') return safeText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(safeOf);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (value instanceof Map) return new Map(Array.from(value, ([key, one]) => [safeOf(key), safeOf(one)]));
  if (value instanceof Set) return new Set(Array.from(value, safeOf));
  if (value instanceof Date) return value;
  const members = Object.entries(value);
  const made = members.map(([key, one]): [string, unknown] => [safeText(key), safeOf(one)]);
  const isChanged = made.some(
    ([key, one], index) => key !== members[index]?.[0] || one !== members[index][1],
  );
  return isChanged ? Object.fromEntries(made) : value;
}
