// One invocation that can be interrupted at any moment: its calls get no answers, its
// pauses do not end, and its connections are closed. Nothing is thrown, because no code must notice the interruption.
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Clock } from '../../../shared/domain/clock.ts';
import type { TestClock } from '../../support/clock.ts';

export class Life {
  /** The access key of its calls: by it the sandbox knows whose they are. */
  readonly key: string;
  readonly clock: Clock;
  readonly handler: NodeHttpHandler;
  /** Resolves at the interruption. */
  readonly cut: Promise<'cut'>;
  #cutOff: (how: 'cut') => void = () => undefined;
  #isOver = false;
  readonly #clock: TestClock;
  readonly #endsAt: number;
  /** How far its machine's clock is ahead of AWS's, in milliseconds. */
  aheadMs = 0;

  constructor(key: string, clock: TestClock, seconds = 900) {
    this.key = key;
    this.#clock = clock;
    this.#endsAt = clock.monotonic() + seconds * 1000;
    this.cut = new Promise((resolve) => {
      this.#cutOff = resolve;
    });
    this.clock = {
      now: () => clock.now() + this.aheadMs,
      monotonic: () => clock.monotonic(),
      sleep: async (ms) => (this.#isOver ? never() : clock.sleep(ms)),
    };
    this.handler = new MortalHandler(this);
  }

  isOver(): boolean {
    return this.#isOver;
  }

  /** The remaining time from Lambda. */
  leftMs(): number {
    return Math.max(0, this.#endsAt - this.#clock.monotonic());
  }

  kill(): void {
    this.#isOver = true;
    this.handler.destroy();
    this.#cutOff('cut');
  }
}

export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

class MortalHandler extends NodeHttpHandler {
  readonly #life: Life;

  constructor(life: Life) {
    super({ requestTimeout: 5_000, throwOnRequestTimeout: true });
    this.#life = life;
  }

  override async handle(...asked: Parameters<NodeHttpHandler['handle']>) {
    if (this.#life.isOver()) return never<Awaited<ReturnType<NodeHttpHandler['handle']>>>();
    try {
      const answer = await super.handle(...asked);
      return this.#life.isOver() ? await never<typeof answer>() : answer;
    } catch (error) {
      if (this.#life.isOver()) await never();
      throw error;
    }
  }
}
