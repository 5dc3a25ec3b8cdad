// Reads many small records concurrently, and returns them in order. With sixteen at a time, a thousand journal entries take
// seconds.
const CONCURRENCY = 16;

export async function readAll<Item, Result>(
  items: readonly Item[],
  read: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const some of inChunks(items)) results.push(...(await Promise.all(some.map(read))));
  return results;
}

/** For a caller that may stop early. */
export function* inChunks<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += CONCURRENCY) yield items.slice(at, at + CONCURRENCY);
}
