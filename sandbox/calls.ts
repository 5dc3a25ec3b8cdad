/**
 * The calls that reached the account, in order. Every call costs tokens of the account's buckets, so tests count
 * calls here instead of on a client.
 */

export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly accessKeyId: string | undefined;
}

export class Calls {
  readonly #calls: Call[] = [];
  readonly #throttled: Call[] = [];

  /** Counts the calls of one operation, or of all. Throttled and failed calls count too. */
  count(operation?: string): number {
    return countCalls(this.#calls, operation);
  }

  /** Counts the calls that were throttled. */
  throttled(operation?: string): number {
    return countCalls(this.#throttled, operation);
  }

  byOperation(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { operation } of this.#calls) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }

  list(): Call[] {
    return [...this.#calls];
  }

  clear(): void {
    this.#calls.length = 0;
    this.#throttled.length = 0;
  }

  record(call: Call): void {
    this.#calls.push(call);
  }

  recordThrottled(call: Call): void {
    this.#throttled.push(call);
  }
}

function countCalls(calls: readonly Call[], operation: string | undefined): number {
  if (operation === undefined) return calls.length;
  return calls.filter((call) => call.operation === operation).length;
}
