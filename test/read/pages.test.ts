// A list ends where AWS says that it ends, and nowhere else; one that does not end is a fault instead of a loop.
import { describe, expect, test } from 'vitest';
import { inBatches, itemsOf } from '../../shared/sources/common/pages.ts';

interface Page {
  readonly list?: readonly string[];
  readonly next?: string;
}

/** The SDK's paginator on these pages: it ends after the first page without a token. */
async function* pages(...all: readonly Page[]): AsyncGenerator<Page> {
  for (const page of all) {
    yield await Promise.resolve(page);
    if (page.next === undefined || page.next === '') return;
  }
}

async function read(paginator: AsyncIterable<Page>, outOfTime = () => false): Promise<string[]> {
  return Array.fromAsync(
    itemsOf(
      paginator,
      ({ list }) => list,
      ({ next }) => next,
      outOfTime,
    ),
  );
}

describe('a list', () => {
  test('is read to the page without a token', async () => {
    expect(await read(pages({ list: ['a', 'b'], next: '1' }, { list: ['c'] }))).toEqual(['a', 'b', 'c']);
  });

  test('continues after a short page and after an empty one', async () => {
    const all = pages({ list: ['a'], next: '1' }, { list: [], next: '2' }, { list: ['b'], next: '' });
    expect(await read(all)).toEqual(['a', 'b']);
  });

  test('may be empty', async () => {
    expect(await read(pages({ list: [] }))).toEqual([]);
  });

  test('of which a page has no list was cut short', async () => {
    await expect(read(pages({ list: ['a'], next: '1' }, {}))).rejects.toThrow('the answer has no list');
  });

  test.each([
    {
      back: 'to the page itself',
      all: [
        { list: ['a'], next: '1' },
        { list: ['b'], next: '1' },
      ],
    },
    {
      back: 'to an earlier page',
      all: [
        { list: ['a'], next: '1' },
        { list: ['b'], next: '2' },
        { list: ['c'], next: '1' },
      ],
    },
  ])('that leads back $back does not end', async ({ all }) => {
    await expect(read(pages(...all, { list: [] }))).rejects.toThrow(
      'the list does not end: a page leads back to an earlier one',
    );
  });

  test('of a hundred thousand pages is not read any further', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Page> {
      for (;;) yield await Promise.resolve({ list: [], next: `${++sent}` });
    }
    await expect(read(endless())).rejects.toThrow('the list has more than 100000 pages');
    expect(sent).toBe(100_000);
  });

  test('stops when time is over, but not when its last page is in', async () => {
    const two = () => pages({ list: ['a'], next: '1' }, { list: ['b'] });
    await expect(read(two(), () => true)).rejects.toThrow('the run ran out of time before the end of the list');
  });
});

describe('batches', () => {
  test.each([
    { items: [], batches: [] },
    { items: ['a'], batches: [['a']] },
    { items: ['a', 'b', 'c'], batches: [['a', 'b', 'c']] },
    { items: ['a', 'b', 'c', 'd'], batches: [['a', 'b', 'c'], ['d']] },
    {
      items: ['a', 'b', 'c', 'd', 'e', 'f'],
      batches: [
        ['a', 'b', 'c'],
        ['d', 'e', 'f'],
      ],
    },
    // A page that comes twice must not make one call ask for the same thing twice.
    { items: ['a', 'b', 'a', 'b', 'c', 'd', 'd'], batches: [['a', 'b', 'c'], ['d']] },
  ])('of three from $items: $batches', async ({ items, batches }) => {
    expect(await Array.fromAsync(inBatches(pagesOf(items), 3))).toEqual(batches);
  });
});

async function* pagesOf(items: readonly string[]): AsyncGenerator<string> {
  for (const item of items) yield await Promise.resolve(item);
}
