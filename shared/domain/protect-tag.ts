// Tells which of the tags that the settings protect by (protectTags) a revision carries. An entry is a key alone, which any
// value fits, or `key=value`, which that value alone fits. Tags are case-sensitive in AWS, and so are these.

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** The value is absent where any fits. A value may contain `=`, a key cannot. */
export function splitProtectTag(entry: string): { readonly key: string; readonly value?: string } {
  const at = entry.indexOf('=');
  return at === -1 ? { key: entry } : { key: entry.slice(0, at), value: entry.slice(at + 1) };
}

/** The first entry that one of these tags fits, as the settings spell it. */
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

/** A tag that would protect a revision: what `explain` suggests, and what a snapshot gives to a revision that is tagged.
 *  @param any the value where any fits */
export function tagFor(entry: string, any = ''): Tag {
  const { key, value = any } = splitProtectTag(entry);
  return { key, value };
}
