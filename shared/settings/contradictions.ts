// Refuses settings that are well formed but have no effect, or make every result unsafe. Each has its own message,
// because the operator believes that the setting protects something.
import type * as z from 'zod';
import { searchPlace, searchPlacePattern } from '../domain/search-place.ts';
import { nearest } from './nearest.ts';
import { shown } from './shown.ts';
import { catalogue } from '../sources/catalogue.ts';

type Override = {
  readonly families: string;
  readonly keepLatest?: number | undefined;
  readonly minAgeDays?: number | undefined;
  readonly protect?: true | undefined;
};

export function setsSomething(override: Override, context: z.RefinementCtx): void {
  if (setsNumbers(override) || override.protect === true) return;
  context.addIssue(`sets nothing for ${override.families}; give it keepLatest, minAgeDays or protect: true`);
}

/** The first override that matches gives the numbers, and any that matches protects. After another one for the same
 *  families, numbers are never used and a second protection adds nothing. */
export function areAllReached(overrides: readonly Override[], context: z.RefinementCtx): void {
  overrides.forEach((override, index) => {
    const numbers = setsNumbers(override);
    const at = overrides.findIndex(
      ({ families, protect }) => (families === override.families || families === '*') && (numbers || protect === true),
    );
    if (at === -1 || at >= index) return; // nothing, or itself
    const vain = numbers ? 'its keepLatest and minAgeDays are never used' : 'it protects nothing more';
    const message = `${vain}: overrides[${at}], for ${overrides[at]?.families}, comes first; merge the two, or change their order`;
    context.addIssue({ code: 'custom', path: [index], message });
  });
}

/** A repeated place is usually a typing mistake for another one. */
export function areDifferentPlaces(entries: readonly string[], context: z.RefinementCtx): void {
  const known = new Map<string, number>();
  entries.forEach((entry, index) => {
    if (!searchPlacePattern.test(entry)) return;
    const { written } = searchPlace(entry);
    const first = known.get(written);
    if (first === undefined) known.set(written, index);
    else
      context.addIssue({
        code: 'custom',
        path: [index],
        message: `${shown(entry)} is search[${first}] once more; remove one of the two`,
      });
  });
}

/** @returns why this value is not allowed under `without` */
export function whyAlwaysRead(given: unknown, leavable: readonly string[]): string {
  if (typeof given === 'string' && Object.hasOwn(catalogue, given))
    return `${given} cannot be left out: without it a run cannot tell which revisions are in use`;
  if (typeof given === 'string' && /^arn:[^:]*:ecs:/.test(given))
    return `${shown(given)} belongs to services and tasks, of which nothing can be left out`;
  const near = typeof given === 'string' ? nearest(given, leavable) : undefined;
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return `given ${shown(given)}, allowed: ${leavable.join(', ')}, or the ARN of one member of a source${hint}`;
}

function setsNumbers({ keepLatest, minAgeDays }: Override): boolean {
  return keepLatest !== undefined || minAgeDays !== undefined;
}
