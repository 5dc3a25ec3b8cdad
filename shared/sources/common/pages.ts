// Listings to their last page. The SDK's paginators follow the tokens; this wrapper sees to it that a list ends only
// where AWS says that it ends, and that one which does not end is a fault instead of a loop.
import { Incomplete } from './incomplete.ts';

/** Ten million items at a hundred a page: more than ECS's quotas allow in any list that is read here. */
const MAX_PAGES = 100_000;

/** @param items the page's list; a page without one is cut short, since AWS sends an empty list where there is nothing
 *  @param token what leads to the next page; a missing or empty one ends the list, a short page does not
 *  @throws Incomplete on a token that was sent before, on a page without its list, and when time is over */
export async function* itemsOf<Page, Item>(
  paginator: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
  token: (page: Page) => string | undefined,
  outOfTime: () => boolean,
): AsyncGenerator<Item> {
  const seen = new Set<string>();
  for await (const page of paginator) {
    const list = items(page);
    if (list === undefined) throw new Incomplete('the answer has no list');
    yield* list;
    const next = token(page);
    if (next !== undefined && next !== '') {
      if (seen.has(next))
        throw new Incomplete('the list does not end: a page leads back to one that was read');
      seen.add(next);
    }
    if (seen.size >= MAX_PAGES) throw new Incomplete(`the list has more than ${MAX_PAGES} pages`);
    if (outOfTime()) throw new Incomplete('the run ran out of time before the end of the list');
  }
}

/** The pages of an operation for which the SDK has no paginator: asked for one by one, as long as they lead on. That they
 *  do not lead on for ever is itemsOf's care. */
export async function* pagesByToken<Page>(
  ask: (token: string | undefined) => Promise<Page>,
  tokenOf: (page: Page) => string | undefined,
): AsyncGenerator<Page> {
  let token: string | undefined;
  do {
    const page = await ask(token);
    yield page;
    token = tokenOf(page);
  } while (token !== undefined && token !== '');
}

/** Groups of at most `size`, for the calls that describe several at once; each item once, since a page may come twice. */
export async function* inBatches<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  size: number,
): AsyncGenerator<[Item, ...Item[]]> {
  const seen = new Set<Item>();
  let batch: Item[] = [];
  for await (const item of items) {
    if (seen.has(item)) continue;
    seen.add(item);
    batch.push(item);
    const [first, ...more] = batch;
    if (batch.length >= size && first !== undefined) {
      yield [first, ...more];
      batch = [];
    }
  }
  const [first, ...more] = batch;
  if (first !== undefined) yield [first, ...more];
}
