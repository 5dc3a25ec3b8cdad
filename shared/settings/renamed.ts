// Settings under names that they had before: read as they were, so that a file of an earlier version still means the same.
import { shown } from './shown.ts';
import type { Path } from './problems.ts';

/** Old name → new name. */
const renamed: Readonly<Record<string, string>> = { unknownReferences: 'unresolvedReferences' };

export interface WithNewNames {
  readonly value: unknown;
  /** Where the file says what is found at this path. */
  readonly path: (path: Path) => Path;
  readonly problems: readonly { readonly path: Path; readonly message: string }[];
}

export function withNewNames(value: unknown): WithNewNames {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { value, path: (path) => path, problems: [] };
  const given = new Map<string, unknown>(Object.entries(value));
  const oldNames = new Map<PropertyKey, string>();
  const problems: { path: Path; message: string }[] = [];
  for (const [old, now] of Object.entries(renamed)) {
    if (!given.has(old)) continue;
    const before = given.get(old);
    if (!given.has(now)) {
      given.set(now, before);
      oldNames.set(now, old);
    } else if (given.get(now) !== before)
      problems.push({
        path: [old],
        message: `given ${shown(before)}, but ${now}, its new name, is ${shown(given.get(now))}; remove ${old}`,
      });
    given.delete(old);
  }
  const path = ([first, ...rest]: Path): Path =>
    first === undefined ? [] : [oldNames.get(first) ?? first, ...rest];
  return { value: Object.fromEntries(given), path, problems };
}
