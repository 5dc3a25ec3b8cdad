// Reads listings to their last page. The SDK's paginators follow the tokens; this file makes sure that a list ends only
// where AWS ends it, and that an endless list is an error.
import { Incomplete } from './incomplete.ts';

/** Ten million items at a hundred a page: more than ECS's quotas allow in any list. */
const MAX_PAGES = 100_000;

/** @param items the page's list; without one the page is cut short, since AWS sends an empty list where there is
 *  nothing
 *  @param token leads to the next page; a missing or empty token ends the list, a short page does not
 *  @throws Incomplete on a repeated token, on a page without its list, and when the run is out of time */
export async function* listsOf<Page, Item>(
  paginator: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
  token: (page: Page) => string | undefined,
  outOfTime: () => boolean,
): AsyncGenerator<readonly Item[]> {
  const seen = new Set<string>();
  for await (const page of paginator) {
    const list = items(page);
    if (list === undefined) throw new Incomplete('the answer has no list');
    yield list;
    const next = token(page);
    if (next !== undefined && next !== '') {
      if (seen.has(next)) throw new Incomplete('the list does not end: a page leads back to an earlier one');
      seen.add(next);
    }
    if (seen.size >= MAX_PAGES) throw new Incomplete(`the list has more than ${MAX_PAGES} pages`);
    if (outOfTime()) throw new Incomplete('the run ran out of time before the end of the list');
  }
}

/** The same, item by item. */
export async function* itemsOf<Page, Item>(...given: Parameters<typeof listsOf<Page, Item>>): AsyncGenerator<Item> {
  for await (const list of listsOf(...given)) yield* list;
}

type Paged<List extends string, Token extends string, Item> = {
  readonly [Name in List]?: readonly Item[] | undefined;
} & { readonly [Name in Token]?: string | undefined };

/** The items of pages whose list and token are members of the answer. */
export function readItems<List extends string, Token extends string, Item>(
  paginator: AsyncIterable<Paged<List, Token, Item>>,
  list: List,
  token: Token,
  outOfTime: () => boolean,
): AsyncGenerator<Item> {
  return itemsOf(
    paginator,
    (page): readonly Item[] | undefined => page[list],
    (page): string | undefined => page[token],
    outOfTime,
  );
}

/** The same for an operation without a paginator in the SDK. itemsOf detects an endless list. */
export function readItemsByToken<List extends string, Token extends string, Item>(
  ask: (token: string | undefined) => Promise<Paged<List, Token, Item>>,
  list: List,
  token: Token,
  outOfTime: () => boolean,
): AsyncGenerator<Item> {
  async function* pages() {
    let next: string | undefined;
    do {
      const page = await ask(next);
      yield page;
      next = page[token];
    } while (next !== undefined && next !== '');
  }
  return readItems(pages(), list, token, outOfTime);
}

/** Groups of at most `size`, for calls that describe several items. Each item appears once, since a page may be
 *  repeated. */
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
