// The pattern of a computed reference: the parts of a task definition's name that are known before it is computed, and
// which families it can resolve to. A hole can be empty, and can hold any characters.

export interface Pattern {
  readonly kind: 'pattern';
  /** The known parts, with a hole between each two: `['shop-', '-features']` is `shop-{}-features`. */
  readonly parts: readonly string[];
}

/** Nothing is known. */
export const anyReference: Pattern = { kind: 'pattern', parts: ['', ''] };

/** What a pattern can resolve to in one family. */
export interface Fit {
  /** A revision whose number is not known. */
  readonly isOpen: boolean;
  /** The family without a number, so its newest revision. */
  readonly isFloating: boolean;
  /** The one revision that the pattern spells. */
  readonly number?: number | undefined;
}

export interface Matcher {
  /** How the name of every family that fits begins. */
  readonly begins: string;
  /** It can resolve to revisions of every family. */
  readonly isAny: boolean;
  /** Nothing where it cannot resolve to this family. */
  readonly fit: (family: string) => Fit | undefined;
}

/** Whether nothing in it narrows what it can resolve to. */
export function isAnyReference(pattern: Pattern): boolean {
  return matcherOf(pattern).isAny;
}

export function printPattern({ parts }: Pattern): string {
  return parts.join('{}');
}

/** Two texts one after the other; holes that touch are one. */
export function joinParts(...texts: readonly (readonly string[])[]): string[] {
  const joined = [''];
  for (const [first = '', ...rest] of texts) {
    joined.push(`${joined.pop() ?? ''}${first}`);
    for (const part of rest) {
      // Nothing between this hole and the one before.
      if (joined.length > 1 && joined.at(-1) === '') joined.pop();
      joined.push(part);
    }
  }
  return joined;
}

/** Whether the parts stand in the text in this order, the first at its beginning and the last at its end. The first place
 *  where a part fits is as good as any other, so that no place is tried twice. */
export function isMatch(parts: readonly string[], text: string): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at === -1 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}

const DIGITS = /^\d*$/;

/** Made once for a pattern, then asked about each of thousands of families. */
export function matcherOf(pattern: Pattern): Matcher {
  const parts = joinParts(pattern.parts);
  const withColon = parts.filter((part) => part.includes(':'));
  const [begins = ''] = parts;
  // Two colons are no name, and such a pattern is made nowhere: it is not understood.
  if (withColon.length > 1 || withColon.some((part) => part.indexOf(':') !== part.lastIndexOf(':')))
    return matcher({ begins: '', open: ['', ''] });
  const at = parts.findIndex((part) => part.includes(':'));
  if (at === -1) return matcher({ begins, open: beforeNumber(parts), floating: parts });
  const [name = '', number = ''] = parts[at]?.split(':') ?? [];
  const family = [...parts.slice(0, at), name];
  const isFixed = at === parts.length - 1;
  if (isFixed) return matcher({ begins: family[0] ?? '', spelled: family, number: Number(number) });
  const canBeNumber = [number, ...parts.slice(at + 1)].every((part) => DIGITS.test(part));
  return matcher({ begins: family[0] ?? '', open: canBeNumber ? family : undefined });
}

/** The family of a name whose colon is in a hole: all parts behind that hole are digits then. Where several holes could
 *  have it, the first of them leaves the family the most names. */
function beforeNumber(parts: readonly string[]): readonly string[] | undefined {
  const lastName = parts.findLastIndex((part) => !DIGITS.test(part));
  const hole = Math.max(lastName, 0);
  return hole === parts.length - 1 ? undefined : [...parts.slice(0, hole + 1), ''];
}

function matcher({
  begins,
  open,
  floating,
  spelled,
  number,
}: {
  readonly begins: string;
  readonly open?: readonly string[] | undefined;
  readonly floating?: readonly string[] | undefined;
  readonly spelled?: readonly string[] | undefined;
  readonly number?: number | undefined;
}): Matcher {
  return {
    begins,
    isAny: open?.join('') === '' && open.length > 1,
    fit: (family) => {
      const isOpen = open !== undefined && isMatch(open, family);
      const isFloating = floating !== undefined && isMatch(floating, family);
      const isSpelled = spelled !== undefined && isMatch(spelled, family);
      if (!isOpen && !isFloating && !isSpelled) return undefined;
      return { isOpen, isFloating, ...(isSpelled ? { number } : {}) };
    },
  };
}
