/**
 * Faults that a test adds to the account. Each kind acts in one place: before an operation, on its page or batch, or on its
 * answer.
 */
import type { Call } from './calls.ts';

export type Fault = {
  readonly operation: string;
  readonly when?: (call: Call) => boolean;
  /** The number of matching calls that pass before the first failure. */
  readonly skip?: number;
  /** The number of failures, unlimited by default. */
  readonly times?: number;
} & FaultKind;

export type FaultKind =
  | { readonly kind: 'deny' }
  | { readonly kind: 'throttle' }
  | { readonly kind: 'error'; readonly code: string; readonly status: number; readonly message?: string }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset'; readonly effect: 'before' | 'after' }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'lose-page' }
  | { readonly kind: 'repeat-page' }
  | { readonly kind: 'repeat-token' }
  | { readonly kind: 'empty-page' }
  | { readonly kind: 'failures'; readonly reason: string; readonly detail?: string }
  | { readonly kind: 'answer'; readonly change: (output: Record<string, unknown>) => void };

export class Faults {
  readonly #active: { fault: Fault; skipped: number; triggered: number }[] = [];

  /** @returns a function that removes the fault */
  add(fault: Fault): () => void {
    const active = { fault, skipped: 0, triggered: 0 };
    this.#active.push(active);
    return () => {
      const index = this.#active.indexOf(active);
      if (index !== -1) this.#active.splice(index, 1);
    };
  }

  clear(): void {
    this.#active.length = 0;
  }

  /**
   * Finds the first active fault of these kinds for a call, and counts it. Only the code that applies a kind asks for it:
   * `skip` and `times` count real occurrences, such as pages, instead of calls.
   */
  trigger<Kind extends FaultKind['kind']>(
    call: Call,
    kinds: readonly Kind[],
    filter: (fault: Extract<Fault, { kind: Kind }>) => boolean = () => true,
  ): Extract<Fault, { kind: Kind }> | undefined {
    for (const active of this.#active) {
      const { fault } = active;
      if (!isOneOf(fault, kinds) || !filter(fault)) continue;
      if (fault.operation !== '*' && fault.operation !== call.operation) continue;
      if (active.triggered >= (fault.times ?? Infinity) || fault.when?.(call) === false) continue;
      if (active.skipped < (fault.skip ?? 0)) {
        active.skipped += 1;
        continue;
      }
      active.triggered += 1;
      return fault;
    }
    return undefined;
  }
}

function isOneOf<Kind extends FaultKind['kind']>(
  fault: Fault,
  kinds: readonly Kind[],
): fault is Extract<Fault, { kind: Kind }> {
  return kinds.some((kind) => kind === fault.kind);
}
