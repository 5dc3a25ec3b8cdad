import { momentOf, msSince } from '../../domain/clock.ts';
import { TimeOver } from './incomplete.ts';
import type { ReadContext } from './reader.ts';

/** Enough for 125 calls a second at 100 ms an answer. The pacer sets the pace. */
const MAX_CONCURRENT = 16;

/** Yields each result as soon as it is there. After the first error it waits for the calls in progress, so that none
 *  outlives the reading that started it. */
export async function* concurrently<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const waiting = Iterator.from(items);
  type Settled = { readonly id: number; readonly result: PromiseSettledResult<Result> };
  const running = new Map<number, Promise<Settled>>();
  let started = 0;
  const start = () => {
    const { done, value } = waiting.next();
    if (done === true) return;
    const id = started++;
    running.set(
      id,
      Promise.allSettled([work(value)]).then(([result]) => ({ id, result })),
    );
  };
  for (let free = 0; free < MAX_CONCURRENT; free++) start();
  try {
    while (running.size > 0) {
      const { id, result } = await Promise.race(running.values());
      running.delete(id);
      if (result.status === 'rejected') throw result.reason;
      start();
      yield result.value;
    }
  } finally {
    await Promise.all(running.values());
  }
}

/** The same, as long as the run has time.
 *  @throws TimeOver with the time that all items would take */
export async function* concurrentlyInTime<Item, Result>(
  { clock, outOfTime }: Pick<ReadContext, 'clock' | 'outOfTime'>,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const began = momentOf(clock);
  let done = 0;
  for await (const result of concurrently(items, work)) {
    yield result;
    done++;
    if (!outOfTime() || done >= items.length) continue;
    const seconds = Math.ceil((msSince(began, clock) * items.length) / done / 1000);
    throw new TimeOver(
      `the run ran out of time after ${done} of ${items.length}; all of them take about ${seconds} seconds`,
    );
  }
}
