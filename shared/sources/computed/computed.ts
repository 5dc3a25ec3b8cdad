// Finds the possible results of a text that AWS computes, in each syntax that it offers for this.
import type { Target } from '../../domain/revision.ts';
import { partsOfPath } from './format.ts';
import { partsOfJsonata } from './jsonata.ts';
import { type Computed, hole, type Parts, resolve } from './reference.ts';
import { partsOfTemplate } from './template.ts';

/** A name has at most 271 characters; such a long expression does more than compose one. */
const MOST_CHARACTERS = 10_000;

/** @param isPath it stands under a key that ends with `.$`
 *  @returns every possible result, by its known parts */
export function partsOf(text: string, isPath: boolean): readonly Parts[] {
  if (text.length > MOST_CHARACTERS) return [hole];
  if (isPath) return [partsOfPath(text)];
  const [, expression] = /^\s*\{%(.*)%\}\s*$/s.exec(text) ?? [];
  return expression === undefined ? [partsOfTemplate(text)] : partsOfJsonata(expression);
}

/** The possible targets in this account and Region. */
export function resolveAll(texts: readonly Parts[], target: Target): Computed[] {
  const all = texts.flatMap((parts) => resolve(parts, target) ?? []);
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** A literal ends and something is appended: an expression, or a quote before `&` or a comma. */
const APPENDED = /^(\{%|\{\}|<[a-zA-Z$]|\$\{|['"]\s*(&|,))/;

/** @param rest the text after a complete reference */
export function goesOn(rest: string): boolean {
  return APPENDED.test(rest);
}
