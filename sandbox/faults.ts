/**
 * How the account can be told to fail. A test adds a fault for an operation; each fault takes effect at its own place
 * (before the operation, in its page or batch, on its answer) and counts how often it did.
 */
import type { Call } from './calls.ts';

export type Fault = {
  readonly operation: string;
  readonly when?: (call: Call) => boolean;
  /** Lets the first so many pass. */
  readonly skip?: number;
  /** How often it strikes; for ever when left out. */
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
  readonly #armed: { fault: Fault; passed: number; struck: number }[] = [];

  /** Returns what takes the fault away again. */
  add(fault: Fault): () => void {
    const armed = { fault, passed: 0, struck: 0 };
    this.#armed.push(armed);
    return () => {
      const index = this.#armed.indexOf(armed);
      if (index !== -1) this.#armed.splice(index, 1);
    };
  }

  clear(): void {
    this.#armed.length = 0;
  }

  /**
   * The first fault of these kinds that strikes this call now. Only the place where a kind takes effect asks for it, so
   * that `skip` and `times` count what was really struck: pages, say, and not every call.
   */
  strike<Kind extends FaultKind['kind']>(
    call: Call,
    kinds: readonly Kind[],
    also: (fault: Extract<Fault, { kind: Kind }>) => boolean = () => true,
  ): Extract<Fault, { kind: Kind }> | undefined {
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (!isOneOf(fault, kinds) || !also(fault)) continue;
      if (fault.operation !== '*' && fault.operation !== call.operation) continue;
      if (armed.struck >= (fault.times ?? Infinity) || fault.when?.(call) === false) continue;
      if (armed.passed < (fault.skip ?? 0)) {
        armed.passed += 1;
        continue;
      }
      armed.struck += 1;
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
