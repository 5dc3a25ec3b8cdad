/** Each combination of the given values. */
export function combinations(values: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  return Object.entries(values).reduce<Record<string, string>[]>(
    (all, [name, options]) => all.flatMap((one) => options.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}
