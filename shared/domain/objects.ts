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
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.fromEntries types every key as string
  return Object.fromEntries(entries) as Record<Key, Value>;
}

export function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** By each word of the texts, the key of its text. A Map, since words from the network are looked up: a member of every
 *  object must not count. */
export function keyByWord<Key extends string>(texts: Readonly<Record<Key, string>>): ReadonlyMap<string, Key> {
  return new Map(keysOf(texts).flatMap((key) => Array.from(words(texts[key]), (word) => [word, key] as const)));
}
