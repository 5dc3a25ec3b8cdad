// Parses JSON that a user of the account wrote, and refuses nesting that is too deep. It measures the depth in the text,
// before anything parses or walks it.

/** A state machine needs four levels for each state inside a state, so this allows more than two hundred of them. Readers
 *  copy the path to each finding, and V8's JSON functions recurse: both need a bound. */
export const MOST_LEVELS = 1_000;

export class TooDeep extends Error {
  override readonly name = 'TooDeep';

  constructor() {
    super(`nested deeper than ${MOST_LEVELS} levels`);
  }
}

/** @throws SyntaxError for a text that is not JSON; TooDeep */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new TooDeep();
  return JSON.parse(text);
}

/** @returns undefined for a text that is not JSON. For a text whose nesting does not matter. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Counts brackets outside strings and reads each character once. The count can be wrong for a text that is not JSON, which
 *  is refused anyway. */
export function isTooDeep(text: string, mostLevels = MOST_LEVELS): boolean {
  let levels = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (code === OPENING_BRACKET || code === OPENING_BRACE) {
      if (++levels > mostLevels) return true;
    } else if (code === CLOSING_BRACKET || code === CLOSING_BRACE) levels--;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
