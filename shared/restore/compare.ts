// Compares two definitions with their tags. Values are secrets, so a difference states its path alone. Pure.
import { WRITTEN_BY_AWS } from '../aws/registrable.ts';
import { isObject } from '../domain/objects.ts';
import type { Tag } from '../domain/protect-tag.ts';

export interface Definition {
  /** `taskDefinition` as DescribeTaskDefinition answered it. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly tags: readonly Tag[];
}

export interface Difference {
  /** `containerDefinitions[0].environment[2].value` */
  readonly path: string;
  readonly is: 'changed' | 'lost' | 'added';
}

/** Ignores members that AWS writes itself (number, dates, registrar), which differ for each registration. */
export function compareDefinitions(was: Definition, is: Definition): Difference[] {
  const found: Difference[] = [];
  collectDifferences(settableMembers(was), settableMembers(is), '', found);
  collectDifferences(settableTags(was), settableTags(is), 'tags', found);
  return found;
}

function settableMembers({ definition }: Definition): Record<string, unknown> {
  return Object.fromEntries(Object.entries(definition).filter(([name]) => !WRITTEN_BY_AWS.has(name)));
}

/** Without the tags that only AWS can set. Tags have no order. */
function settableTags({ tags }: Definition): Record<string, string> {
  return Object.fromEntries(tags.flatMap(({ key, value }) => (/^aws:/i.test(key) ? [] : [[key, value]])));
}

/** AWS does not promise to keep their order. Of two entries with one name the later wins, so these keep their order. */
const UNORDERED = /\.(?:environment|secrets)$/;

function collectDifferences(was: unknown, is: unknown, path: string, found: Difference[]): void {
  if (isEmpty(was) && isEmpty(is)) return;
  if (isEmpty(was)) found.push({ path, is: 'added' });
  else if (isEmpty(is)) found.push({ path, is: 'lost' });
  else if (Array.isArray(was) && Array.isArray(is)) {
    const [before, now] = UNORDERED.test(path) ? [sortByName(was), sortByName(is)] : [was, is];
    for (let index = 0; index < Math.max(before.length, now.length); index++)
      collectDifferences(before[index], now[index], `${path}[${index}]`, found);
  } else if (isObject(was) && isObject(is)) {
    for (const name of new Set([...Object.keys(was), ...Object.keys(is)]))
      collectDifferences(was[name], is[name], path === '' ? name : `${path}.${name}`, found);
  } else if (was !== is) found.push({ path, is: 'changed' });
}

/** Older answers omit the lists that newer answers return empty. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function sortByName(list: readonly unknown[]): unknown[] {
  const nameOf = (item: unknown) => (isObject(item) && typeof item['name'] === 'string' ? item['name'] : '');
  return list.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
}
