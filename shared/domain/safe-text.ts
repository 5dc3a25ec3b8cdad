// Makes foreign texts (names, tags, AWS's messages) safe to print. Every output passes its whole model through `safe` once, so
// that no text can move a cursor, change the reading direction, or forge a line of a report or a log.

/** Controls, formats (bidi overrides, zero widths), surrogates, unassigned and private characters, and those that fonts leave
 *  blank. https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu;

/** No language needs more than four marks on a letter. More of them would cover the lines around it. */
const EXTRA_MARKS = /(\p{M}{4})\p{M}+/gu;

/** Most texts need no look-up in Unicode's tables. */
const PLAIN = /^(?:[!-~]| (?! ))*$/u;

/** Longer than any sentence with an ARN, and than any printed command. */
export const LONGEST = 8_000;

/** Returns one line: any white space becomes a space, and an invisible character its escape (`\u{202e}`). */
export function sanitize(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(/\s+/gu, ' ')
    .replace(UNSEEN, (unseen) => `\\u{${(unseen.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(EXTRA_MARKS, '$1');
}

/** Sanitized and bounded. */
export function safeText(text: string): string {
  const safe = sanitize(text.length > LONGEST ? text.slice(0, LONGEST) : text);
  return text.length > LONGEST ? `${safe}... (${text.length - LONGEST} more characters)` : safe;
}

/** Keeps the lines of a text of ours, for example an error on the terminal. */
export function safeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => `${/^ */.exec(line)?.[0] ?? ''}${safeText(line.trim())}`)
    .join('\n');
}

/** A replacer for JSON.stringify, for log lines. A stack keeps its lines, which JSON escapes. */
export function safeMember(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return key === 'stack' ? safeLines(value) : safeText(value);
}

/** Models never change: a report is printed in four forms, and walked once. */
const known = new WeakMap<object, unknown>();

/** Returns the value with all texts and keys safe. Shares the parts without changes, so that a large plan is not copied. */
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
  if (Array.isArray(value)) return safeItems(value);
  if (value instanceof Map) return new Map(Array.from(value, ([key, one]) => [safeOf(key), safeOf(one)]));
  if (value instanceof Set) return new Set(Array.from(value, safeOf));
  return value instanceof Date ? value : safeMembers(value);
}

/** Copies only from the first change on: a plan of a large account has a hundred thousand ranges and no text to change. */
function safeItems(items: readonly unknown[]): readonly unknown[] {
  let made: unknown[] | undefined;
  for (const [index, item] of items.entries()) {
    const one = safeOf(item);
    if (made === undefined && one !== item) made = items.slice(0, index);
    made?.push(one);
  }
  return made ?? items;
}

function safeMembers(value: object): object {
  const names = Object.keys(value);
  let made: [string, unknown][] | undefined;
  for (const [index, name] of names.entries()) {
    const member: unknown = Reflect.get(value, name);
    const [key, one] = [safeText(name), safeOf(member)];
    if (made === undefined && (key !== name || one !== member))
      made = names.slice(0, index).map((same) => [same, Reflect.get(value, same)]);
    made?.push([key, one]);
  }
  return made === undefined ? value : Object.fromEntries(made);
}
