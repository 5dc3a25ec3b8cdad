// Parses JSON that a user of the account wrote, and refuses nesting that no reader understands. The depth is counted in the
// text, before anything is built from it or walks it.

/** A state machine takes four levels for each state inside a state, so that this allows more than two hundred of them. The
 *  readers copy the path to what they find, and the JSON functions of V8 recurse: both need a bound. */
export const MOST_LEVELS = 1_000;

export class TooDeep extends Error {
  override readonly name = 'TooDeep';

  constructor() {
    super(`nested deeper than ${MOST_LEVELS} levels`);
  }
}

/** @throws SyntaxError where it is no JSON; TooDeep */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new TooDeep();
  return JSON.parse(text);
}

/** Counts brackets outside of strings, so that it reads each character once. In a text that is no JSON the count can be
 *  wrong; such a text is refused anyway. */
export function isTooDeep(text: string): boolean {
  let levels = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (code === OPENING_BRACKET || code === OPENING_BRACE) {
      if (++levels > MOST_LEVELS) return true;
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
