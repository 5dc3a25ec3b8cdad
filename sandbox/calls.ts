/**
 * Which calls reached the account, in order. Calls are what the account's token buckets are spent on, so tests count
 * them here instead of spying on a client.
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

  /** How many calls arrived, throttled and failed ones too; of one operation, or of all. */
  count(operation?: string): number {
    return countCalls(this.#calls, operation);
  }

  /** How many were refusal for their pace. */
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
