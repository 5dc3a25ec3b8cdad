// Matches the tags of a revision with the setting protectTags. An entry is a key, for any value, or `key=value`. Like tags in
// AWS, entries are case-sensitive.

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** `value` is absent where any value matches. A value may contain `=`, a key cannot. */
export function splitProtectTag(entry: string): { readonly key: string; readonly value?: string } {
  const at = entry.indexOf('=');
  return at === -1 ? { key: entry } : { key: entry.slice(0, at), value: entry.slice(at + 1) };
}

/** @returns the first matching entry, as the settings spell it */
export function protectingTag(
  entries: readonly string[],
  tags: readonly { readonly key?: string | undefined; readonly value?: string | undefined }[],
): string | undefined {
  return entries.find((entry) => {
    const wanted = splitProtectTag(entry);
    return tags.some(
      ({ key, value = '' }) => key === wanted.key && (wanted.value === undefined || value === wanted.value),
    );
  });
}

/** A tag that protects a revision, for `explain` and snapshots.
 *  @param any the value where any value matches */
export function tagFor(entry: string, any = ''): Tag {
  const { key, value = any } = splitProtectTag(entry);
  return { key, value };
}
