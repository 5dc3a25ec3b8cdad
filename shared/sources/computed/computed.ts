// What a text that stands for a task definition can come out as, in every syntax in which AWS computes one.
import type { Target } from '../../domain/revision.ts';
import { partsOfPath } from './format.ts';
import { partsOfJsonata } from './jsonata.ts';
import { type Computed, hole, type Parts, resolve } from './reference.ts';
import { partsOfTemplate } from './template.ts';

/** A name has 271 characters at most; an expression that is so long does more than to put one together. */
const MOST_CHARACTERS = 10_000;

/** @param isPath it stands under a key that ends with `.$`
 *  @returns every text that may come out, each by its known parts */
export function partsOf(text: string, isPath: boolean): readonly Parts[] {
  if (text.length > MOST_CHARACTERS) return [hole];
  if (isPath) return [partsOfPath(text)];
  const [, expression] = /^\s*\{%(.*)%\}\s*$/s.exec(text) ?? [];
  return expression === undefined ? [partsOfTemplate(text)] : partsOfJsonata(expression);
}

/** What is of this account and Region among these. */
export function resolveAll(texts: readonly Parts[], target: Target): Computed[] {
  const all = texts.flatMap((parts) => resolve(parts, target) ?? []);
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** Where a literal ends and something is appended: an expression, or a quote before `&` or a comma. */
const APPENDED = /^(\{%|\{\}|<[a-zA-Z$]|\$\{|['"]\s*(&|,))/;

/** @param rest what follows on a text that would be a reference by itself */
export function goesOn(rest: string): boolean {
  return APPENDED.test(rest);
}
