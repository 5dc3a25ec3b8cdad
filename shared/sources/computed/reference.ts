// Resolves a text with holes: to one task definition, to a pattern of its name, or to nothing in this account. A text
// that ECS would refuse is a pattern with fewer known parts.
import { anyReference, isMatch, joinParts, type Pattern } from '../../domain/pattern.ts';
import { type ReferenceTarget, parseReferenceTarget, type Target } from '../../domain/revision.ts';

/** The known parts of a text, with a hole between each two. */
export type Parts = readonly string[];

export const hole: Parts = ['', ''];

export type Computed = Extract<ReferenceTarget, { kind: 'revision' | 'floating' }> | Pattern;

/** @returns undefined where it belongs to another account, Region or partition, or to a daemon */
export function resolve(text: Parts, target: Target): Computed | undefined {
  const parts = joinParts(text);
  const name = nameIn(parts, target);
  if (name === undefined) return isForeign(parts) ? undefined : anyReference;
  if (canBeName(name)) return named(name, target);
  if (name === parts && isForeign(parts)) return undefined;
  return { kind: 'pattern', parts: [familyIn(name[0] ?? ''), ''] };
}

/** The family of a name that ECS would refuse, such as `web:latest`, if it stands before a colon. Anything else may
 *  be an unknown syntax. */
function familyIn(text: string): string {
  const [family = ''] = /^[A-Za-z0-9_-]{1,255}:(?=$|[^:]*$)/.exec(text) ?? [];
  return family === 'arn:' ? '' : family;
}

function named(name: Parts, target: Target): Computed {
  const [whole = '', ...more] = name;
  const parsed = more.length === 0 ? parseReferenceTarget(whole, target) : undefined;
  return parsed?.kind === 'revision' || parsed?.kind === 'floating' ? parsed : { kind: 'pattern', parts: name };
}

/** The task definition's name, `family` or `family:number`. Only an ARN has a slash, and only one. */
function nameIn(parts: Parts, { partition, region, account }: Target): Parts | undefined {
  const prefixes = [`arn:${partition}:ecs:${region}:${account}:task-definition`, ':task-definition', 'task-definition'];
  const isOurs = (prefix: Parts) => prefixes.some((ours) => isMatch(prefix, ours));
  const at = parts.findIndex((part) => part.includes('/'));
  if (at !== -1) {
    const [before = '', ...after] = (parts[at] ?? '').split('/');
    return isOurs([...parts.slice(0, at), before]) ? [after.join('/'), ...parts.slice(at + 1)] : undefined;
  }
  // The slash may come from any hole after the beginning of an ARN. Least is known after the last of these holes.
  for (let next = parts.length - 1; next > 0; next--)
    if (isOurs([...parts.slice(0, next), ''])) return joinParts(['', ''], parts.slice(next));
  return parts;
}

/** Longer than any name: a family has at most 255 characters, a number 15 here. */
const LONGEST = 271;

const NAME = /[A-Za-z0-9_-]/;

/** A place in a name: before its family, in it, after the colon, in the number. */
type Place = 'start' | 'family' | 'colon' | 'number';
const PLACES: readonly Place[] = ['start', 'family', 'colon', 'number'];

function step(place: Place, character: string): Place | undefined {
  if (place === 'start' || place === 'family') {
    if (NAME.test(character)) return 'family';
    return place === 'family' && character === ':' ? 'colon' : undefined;
  }
  return (place === 'colon' ? /[1-9]/ : /\d/).test(character) ? 'number' : undefined;
}

/** Whether it can produce a name that ECS accepts. */
function canBeName(parts: Parts): boolean {
  if (parts.join('').length > LONGEST) return false;
  let places: readonly Place[] = ['start'];
  for (const [index, part] of parts.entries()) {
    if (index > 0) places = afterHole(places);
    for (const character of part) places = places.flatMap((place) => step(place, character) ?? []);
  }
  return places.includes('family') || places.includes('number');
}

function afterHole(places: readonly Place[]): readonly Place[] {
  const first = PLACES.findIndex((place) => places.includes(place));
  return first === -1 ? [] : PLACES.slice(first);
}

/** Whether it can produce a task definition's ARN, of any account. */
function isForeign(parts: Parts): boolean {
  return ['task-definition', 'daemon-task-definition'].some((type) => canSpell(parts, `arn:*:ecs:*:*:${type}/*`));
}

/** Whether a text with holes can match a form.
 *  @param form `*` is one or more characters between two colons; the last one may contain the number's colon */
function canSpell(parts: Parts, form: string): boolean {
  /** The positions in the form that the text so far can have reached. */
  let reached = new Set([0]);
  for (const [index, part] of parts.entries()) {
    if (index > 0) {
      const first = Math.min(...reached);
      reached = new Set(Array.from({ length: form.length + 1 - first }, (_, more) => first + more));
    }
    for (const character of part) {
      const next = new Set<number>();
      const isIn = (at: number) =>
        form[at] === '*' && character !== '/' && (character !== ':' || at === form.length - 1);
      for (const at of reached) {
        if (form[at] === character || isIn(at)) next.add(at + 1);
        if (isIn(at - 1)) next.add(at);
      }
      if (next.size === 0) return false;
      reached = next;
    }
  }
  return reached.has(form.length);
}
