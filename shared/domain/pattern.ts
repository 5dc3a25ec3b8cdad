// The pattern of a computed reference: the known parts of a task definition's name, with holes between them. Tells which
// families it can resolve to. A hole can be empty, and can contain any characters.

export interface Pattern {
  readonly kind: 'pattern';
  /** The known parts, with a hole between each two: `['shop-', '-features']` is `shop-{}-features`. */
  readonly parts: readonly string[];
}

/** No part is known. */
export const anyReference: Pattern = { kind: 'pattern', parts: ['', ''] };

/** The revisions of one family to which a pattern can resolve. */
export interface Fit {
  /** It can resolve to a revision whose number is unknown. */
  readonly isOpen: boolean;
  /** It can resolve to the family without a number, so to its newest revision. */
  readonly isFloating: boolean;
  /** The revision that the pattern states. */
  readonly number?: number | undefined;
}

export interface Matcher {
  /** The beginning of every family that fits. */
  readonly begins: string;
  /** It can resolve to any family. */
  readonly isAny: boolean;
  /** Undefined where it cannot resolve to this family. */
  readonly fit: (family: string) => Fit | undefined;
}

export function isAnyReference(pattern: Pattern): boolean {
  return matcherOf(pattern).isAny;
}

export function printPattern({ parts }: Pattern): string {
  return parts.join('{}');
}

/** Concatenates texts. Adjacent holes become one. */
export function joinParts(...texts: readonly (readonly string[])[]): string[] {
  const joined = [''];
  for (const [first = '', ...rest] of texts) {
    joined.push(`${joined.pop() ?? ''}${first}`);
    for (const part of rest) {
      // This hole touches the one before.
      if (joined.length > 1 && joined.at(-1) === '') joined.pop();
      joined.push(part);
    }
  }
  return joined;
}

/** Whether the text contains the parts in this order, the first at its beginning and the last at its end. The first place of
 *  each part is as good as any other, so no backtracking is needed. */
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

/** Prepares a pattern once for thousands of families. */
export function matcherOf(pattern: Pattern): Matcher {
  const parts = joinParts(pattern.parts);
  const withColon = parts.filter((part) => part.includes(':'));
  const [begins = ''] = parts;
  // No name has two colons, and no reader creates such a pattern: it can resolve to anything.
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

/** The parts of the family when the colon is in a hole: only digits may follow that hole. Of several such holes, the first
 *  allows the most families. */
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
