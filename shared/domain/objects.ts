// Typed access to plain objects.

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The keys of a literal, which has no members beyond its type: TypeScript's Object.keys cannot assume that. */
export function keysOf<Key extends string>(literal: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(literal).filter((key): key is Key => Object.hasOwn(literal, key));
}

/** Object.fromEntries that keeps the type of the keys. The entries must have all of them. */
export function recordOf<Key extends string, Value>(
  entries: Iterable<readonly [Key, Value]>,
): Readonly<Record<Key, Value>> {
  // Object.fromEntries types every key as string.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(entries) as Record<Key, Value>;
}
