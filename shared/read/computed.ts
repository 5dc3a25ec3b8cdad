// What a naming that is put together at run time tells beforehand. Only what is certain counts: a beginning that nothing
// can take away again. From it follows the family, or how its name begins; from anything else follows nothing.
import type { Meaning } from '../evidence.ts';
import { FAMILY_START, type Target } from '../revision.ts';

/** JSONata in Step Functions, the placeholders of input transformers, pipes and schedules, and of templates. */
const EXPRESSION = /\{%|\{\}|<[a-zA-Z$]|\$\{/;

function isComputed(text: string): boolean {
  return EXPRESSION.test(text);
}

/** Where a literal ends and something is appended: an expression, or a quote before `&` or a comma. */
const APPENDED = /^(\{%|\{\}|<[a-zA-Z$]|\$\{|['"]\s*(&|,))/;

/** @param rest what follows on a text that would be a naming by itself */
export function goesOn(rest: string): boolean {
  return APPENDED.test(rest);
}

/** What a text certainly begins with, and whether that is all of it. Where something is appended to it, the beginning ends
 *  with an opening `{%`. */
export function fixedPart(text: string): { begins: string; isWhole: boolean } {
  const [, format] = /^\s*States\.Format\(\s*'((?:[^'\\]|\\.)*)'/.exec(text) ?? [];
  if (format !== undefined) return { begins: format, isWhole: false };
  const [, expression] = /^\s*\{%((?:(?!\{%|%\}).)*)%\}\s*$/su.exec(text) ?? [];
  if (expression === undefined) return { begins: text, isWhole: !isComputed(text) };
  const begins = beginningOf(expression);
  return { begins, isWhole: begins !== '' && !begins.endsWith('{%') };
}

/** Of a JSONata expression: its first literals, and only where all the rest is appended to them by `&`. What stands in a
 *  condition may never come out, and what a function gets may come out as anything.
 *  https://docs.jsonata.org/string-operators */
function beginningOf(expression: string): string {
  let rest = expression.trim();
  let literal = '';
  for (;;) {
    const [whole, single, double] = /^(?:'([^'\\]*)'|"([^"\\]*)")\s*/.exec(rest) ?? [];
    if (whole === undefined) break;
    literal += single ?? double ?? '';
    rest = rest.slice(whole.length);
    if (rest === '') return literal;
    if (!rest.startsWith('&')) return '';
    rest = rest.slice(1).trimStart();
  }
  return literal !== '' && isAppended(rest) ? `${literal}{%` : '';
}

/** Whether all of it is operands of `&`: literals, paths, and calls or groups whatever is in them. Every other operator
 *  binds more loosely than `&`, or is not worth knowing; `and`, `or` and `in` give no text. */
function isAppended(operands: string): boolean {
  let depth = 0;
  let outside = '';
  for (const [token] of operands.matchAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|./gsu)) {
    if (depth === 0) outside += /^(['"].|[([{])/su.test(token) ? '.' : token; // what is in quotes or brackets is an operand
    if (/^[([{]$/.test(token)) depth++;
    else if (/^[)\]}]$/.test(token)) depth--;
    if (depth < 0) return false;
  }
  return depth === 0 && /^[\w.$&\s]+$/.test(outside);
}

/** `…:task-definition/web:{% … %}` is of the family `web`, `…/web-{% … %}` of any that begins with `web-`, and what has
 *  no fixed part of any. Nothing where another account, Region or partition is fixed. */
export function meaningOf(fixed: string, target: Target): Meaning | undefined {
  const [whole, partition, region, account] =
    /^arn:([\w-]+):ecs:([\w-]+):(\d{12}):task-definition\//.exec(fixed) ?? [];
  const isForeign = partition !== target.partition || region !== target.region || account !== target.account;
  if (whole !== undefined && isForeign) return undefined;
  const short = fixed.slice(whole?.length ?? 0).replace(/^:?task-definition\//, '');
  const [family = ''] = FAMILY_START.exec(short) ?? [];
  const next = short.slice(family.length);
  // `a`, `ar` and `arn` may go on as an ARN, which names anything.
  if (whole === undefined && 'arn'.startsWith(family)) return { kind: 'any' };
  if (!/^(:|\{%|\{\}|<|\$\{|['"]|$)/.test(next)) return { kind: 'any' };
  return next.startsWith(':') ? { kind: 'family', family } : { kind: 'prefix', prefix: family };
}
