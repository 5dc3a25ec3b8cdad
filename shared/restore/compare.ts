// Whether what AWS now has is what was there before: member by member, tags too. Values are secrets, so that a difference
// is told by its path alone. Pure.
import { WRITTEN_BY_AWS } from '../aws/registrable.ts';

export interface Definition {
  /** `taskDefinition` as DescribeTaskDefinition answered it. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

export interface Difference {
  /** `containerDefinitions[0].environment[2].value` */
  readonly path: string;
  readonly is: 'changed' | 'lost' | 'added';
}

/** Of everything that a registration sets; what AWS writes by itself (number, dates, by whom) is another's each time. */
export function differences(was: Definition, is: Definition): Difference[] {
  const found: Difference[] = [];
  walk(settable(was), settable(is), '', found);
  walk(tagsOf(was), tagsOf(is), 'tags', found);
  return found;
}

function settable({ definition }: Definition): Record<string, unknown> {
  return Object.fromEntries(Object.entries(definition).filter(([name]) => !WRITTEN_BY_AWS.has(name)));
}

/** AWS adds and reserves tags of its own, which nobody else can set; the rest has no order. */
function tagsOf({ tags }: Definition): Record<string, string> {
  return Object.fromEntries(tags.flatMap(({ key, value }) => (/^aws:/i.test(key) ? [] : [[key, value]])));
}

/** AWS does not promise to keep their order; where a name stands twice the later one wins, and these keep theirs. */
const UNORDERED = /\.(?:environment|secrets)$/;

function walk(was: unknown, is: unknown, path: string, found: Difference[]): void {
  if (isNothing(was) && isNothing(is)) return;
  if (isNothing(was)) found.push({ path, is: 'added' });
  else if (isNothing(is)) found.push({ path, is: 'lost' });
  else if (Array.isArray(was) && Array.isArray(is)) {
    const [before, now] = UNORDERED.test(path) ? [byItsName(was), byItsName(is)] : [was, is];
    for (let index = 0; index < Math.max(before.length, now.length); index++)
      walk(before[index], now[index], `${path}[${index}]`, found);
  } else if (isObject(was) && isObject(is)) {
    for (const name of new Set([...Object.keys(was), ...Object.keys(is)]))
      walk(was[name], is[name], path === '' ? name : `${path}.${name}`, found);
  } else if (was !== is) found.push({ path, is: 'changed' });
}

/** Older answers leave out the lists that newer ones have empty. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function byItsName(list: readonly unknown[]): unknown[] {
  const nameOf = (item: unknown) => (isObject(item) && typeof item['name'] === 'string' ? item['name'] : '');
  return list.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
