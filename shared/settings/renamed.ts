// Reads settings under their earlier names, so that a file of an earlier version keeps its meaning.
import { isDeepStrictEqual } from 'node:util';
import { shown } from './shown.ts';
import type { Path } from './problems.ts';

interface Renamed {
  readonly now: string;
  /** Converts the value to the form of the new name. */
  readonly as?: (before: unknown) => unknown;
  /** @returns why a value that was valid under the old name cannot be converted */
  readonly refuse?: (before: unknown) => string | undefined;
}

/** By old name. */
const renamed: Readonly<Record<string, Renamed>> = {
  unknownReferences: { now: 'unresolvedReferences' },
  protectTag: {
    now: 'protectTags',
    as: (before) => (typeof before === 'string' ? [before] : before),
    refuse(before) {
      if (typeof before === 'string')
        return before.includes('=')
          ? `given ${shown(before)}, but protectTags, its new name, reads what follows = as the tag's value; write protectTags`
          : undefined;
      return `given ${shown(before)}, allowed: the key of a tag; protectTags takes a list`;
    },
  },
};

/** @returns the converted value, and `path`: the path in the file for a path in that value */
export function withNewNames(value: unknown) {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { value, path: (path: Path) => path, problems: [] };
  const given = new Map<string, unknown>(Object.entries(value));
  const oldNames = new Map<PropertyKey, string>();
  const problems: { path: Path; message: string }[] = [];
  for (const [old, { now, as = (one: unknown) => one, refuse }] of Object.entries(renamed)) {
    if (!given.has(old)) continue;
    const before = given.get(old);
    const refused = refuse?.(before);
    if (refused !== undefined) problems.push({ path: [old], message: refused });
    else if (!given.has(now)) {
      given.set(now, as(before));
      oldNames.set(now, old);
    } else if (!isDeepStrictEqual(given.get(now), as(before)))
      problems.push({
        path: [old],
        message: `given ${shown(before)}, but ${now}, its new name, is ${shown(given.get(now))}; remove ${old}`,
      });
    given.delete(old);
  }
  const path = ([first, ...rest]: Path): Path => {
    const old = first === undefined ? undefined : oldNames.get(first);
    if (first === undefined || old === undefined) return first === undefined ? [] : [first, ...rest];
    // The single entry of a list that was no list before.
    return renamed[old]?.as === undefined ? [old, ...rest] : [old];
  };
  return { value: Object.fromEntries(given), path, problems };
}
