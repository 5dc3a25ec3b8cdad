/** Reads up to `count` items from a position. A large collection builds only the items of the page. */
export type Sequence<Item> = (from: number, count: number) => readonly Item[];

export const sequence =
  <Item>(items: readonly Item[]): Sequence<Item> =>
  (from, count) =>
    items.slice(from, from + count);
