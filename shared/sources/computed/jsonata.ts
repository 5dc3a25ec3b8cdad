// Finds the known parts of a JSONata expression: literals joined by `&` or `$join`, and both branches of a condition.
// Any other value is a hole.
// https://docs.jsonata.org/string-operators
import { joinParts } from '../../domain/pattern.ts';
import { hole, type Parts } from './reference.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Every possible result. */
type Alternatives = readonly Parts[];

const unknown: Alternatives = [hole];

/** More branches than in a hand-written expression; beyond it nothing is known. */
const MOST_ALTERNATIVES = 16;
/** Deeper than hand-written brackets. */
const MAX_DEPTH = 50;

/** @param expression without `{%` and `%}` */
export function partsOfJsonata(expression: string): Alternatives {
  const tokens = tokensOf(expression);
  return tokens === undefined ? unknown : valueOf(tokens, 0);
}

function valueOf(tokens: readonly Token[], depth: number): Alternatives {
  const outside = outsideOf(tokens);
  if (outside === undefined || depth > MAX_DEPTH) return unknown;
  const signs = new Set(outside.map(({ token }) => (token.is === 'text' ? 'text' : token.value)));
  // Operators that bind more loosely than a condition, or end before it. A block may redefine `$join`.
  if ([':=', ';', ',', '|', '..'].some((sign) => signs.has(sign))) return unknown;
  const question = outside.find(({ token }) => is(token, '?'));
  if (question !== undefined) return branchesOf(tokens, outside, question.at, depth);
  if (outside.some(({ token }) => !isOperand(token))) return unknown;
  const operands = splitAt(tokens, outside, '&');
  return combined(operands.map((operand) => operandOf(operand, depth, operands.length > 1)));
}

interface Outside {
  readonly token: Token;
  readonly at: number;
}

const CLOSES: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** The tokens outside all brackets, and the opening ones; undefined where brackets do not match. */
function outsideOf(tokens: readonly Token[]): Outside[] | undefined {
  const open: string[] = [];
  const outside: Outside[] = [];
  for (const [at, token] of tokens.entries()) {
    const sign = token.is === 'sign' ? (token.value ?? '') : '';
    const opening = CLOSES[sign];
    if (opening !== undefined) {
      if (open.pop() !== opening) return undefined;
      continue;
    }
    if (open.length === 0) outside.push({ token, at });
    if (sign === '(' || sign === '[' || sign === '{') open.push(sign);
  }
  return open.length === 0 ? outside : undefined;
}

/** Every other operator binds as tightly as `&` or more loosely, so the text beside it is no operand. */
function isOperand(token: Token): boolean {
  if (token.is === 'name') return !/^(?:and|or|in|function|λ)$/.test(token.value ?? '');
  return token.is !== 'sign' || /^[&.([{]$/.test(token.value ?? '');
}

function is(token: Token | undefined, value: string): boolean {
  return token !== undefined && token.is !== 'text' && token.value === value;
}

function splitAt(tokens: readonly Token[], outside: readonly Outside[], sign: string): Token[][] {
  const places = outside.filter(({ token }) => is(token, sign)).map(({ at }) => at);
  return [-1, ...places].map((at, index) => tokens.slice(at + 1, places[index]));
}

/** `condition ? then : else`; a nested condition in `then` has its own colon. */
function branchesOf(
  tokens: readonly Token[],
  outside: readonly Outside[],
  question: number,
  depth: number,
): Alternatives {
  let open = 0;
  for (const { token, at } of outside) {
    if (at <= question) continue;
    if (is(token, '?')) open++;
    if (!is(token, ':') || open-- > 0) continue;
    const branches = [
      ...valueOf(tokens.slice(question + 1, at), depth + 1),
      ...valueOf(tokens.slice(at + 1), depth + 1),
    ];
    return branches.length > MOST_ALTERNATIVES || branches.some(isHole) ? unknown : branches;
  }
  return unknown;
}

function operandOf(tokens: readonly Token[], depth: number, isAppended: boolean): Alternatives {
  const [first, second] = tokens;
  const last = tokens.at(-1);
  if (first === undefined) return unknown;
  if (tokens.length === 1) {
    if (first.is === 'text' && first.value !== undefined) return [[first.value]];
    // A number alone is no text. Appended to a text, it is its digits.
    const isDigits = first.is === 'number' && isAppended && /^\d{1,15}$/.test(first.value ?? '');
    return isDigits ? [[first.value ?? '']] : unknown;
  }
  if (is(first, '(') && is(last, ')') && closesAtEnd(tokens)) return valueOf(tokens.slice(1, -1), depth + 1);
  if (is(first, '$join') && is(second, '(') && closesAtEnd(tokens.slice(1)))
    return joined(tokens.slice(2, -1), depth + 1);
  return unknown;
}

/** Whether the last bracket closes the first one. */
function closesAtEnd(tokens: readonly Token[]): boolean {
  return outsideOf(tokens)?.length === 1;
}

/** `$join([a, b], separator)`. An item may produce several values or none, with their separators: these are part of
 *  its hole. */
function joined(given: readonly Token[], depth: number): Alternatives {
  const [list = [], separator = [], ...more] = listOf(given) ?? [];
  if (more.length > 0 || !is(list[0], '[') || !closesAtEnd(list)) return unknown;
  const between: Parts = separator.length === 0 ? [''] : (only(operandOf(separator, depth, false)) ?? hole);
  const items = (listOf(list.slice(1, -1)) ?? [[]]).map((item) => only(valueOf(item, depth)));
  const parts = items.map((item, index) => {
    if (item === undefined) return hole;
    return index === 0 || items[index - 1] === undefined ? item : joinParts(between, item);
  });
  return [joinParts(...parts)];
}

function listOf(tokens: readonly Token[]): Token[][] | undefined {
  const outside = outsideOf(tokens);
  return outside === undefined ? undefined : splitAt(tokens, outside, ',');
}

function only(alternatives: Alternatives): Parts | undefined {
  const [first, ...more] = alternatives;
  return first === undefined || more.length > 0 || isHole(first) ? undefined : first;
}

/** Each alternative of one operand with each of the others. */
function combined(operands: readonly Alternatives[]): Alternatives {
  return operands.reduce<Alternatives>(
    (before, next) => {
      const some = before.length * next.length > MOST_ALTERNATIVES ? unknown : next;
      return before.flatMap((head) => some.map((tail) => joinParts(head, tail)));
    },
    [['']],
  );
}

function isHole(parts: Parts): boolean {
  return parts.length > 1 && parts.join('') === '';
}
