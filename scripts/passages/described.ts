// Joins names that the code declares with what the documents say about each, so that neither exists without the other.

/** @throws Error that lists names without a description and descriptions without a name */
export function described<Description>(
  what: string,
  names: Iterable<string>,
  descriptions: Readonly<Record<string, Description>>,
): (readonly [name: string, description: Description])[] {
  const found = new Set(names);
  const obsolete = Object.keys(descriptions).filter((name) => !found.has(name));
  if (obsolete.length > 0) throw new Error(`There is no ${what} ${obsolete.join(', ')}; remove its description`);
  return [...found].map((name) => {
    const description = descriptions[name];
    if (description === undefined) throw new Error(`The ${what} ${name} has no description`);
    return [name, description] as const;
  });
}
