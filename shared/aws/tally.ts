// What one part of a run heard from AWS: how many calls it took, which one was under way when something went wrong, and
// every revision that the raw answers name, also in fields that the packaged SDK does not know.
import { AsyncLocalStorage } from 'node:async_hooks';
import { scopedArn } from '../scoped-arn.ts';

/** The last call that was asked for, for the error that may follow. */
export interface Asked {
  /** As the SDK names its clients: `ECS`, `Scheduler`, `SFN`. */
  readonly service: string;
  readonly operation: string;
  /** The cluster, service or family that it was about, where its input says. */
  readonly about: string | undefined;
}

interface Member {
  readonly arn: string;
  /** Revisions' ARNs in the raw answers about it. */
  readonly named: Set<string>;
  asked: Asked;
}

/** An error that came up while one member of a source was read, with the call that met it. */
export class MemberFailed extends Error {
  override readonly name = 'MemberFailed';
  readonly asked: Asked;
  readonly arn: string;
  constructor(asked: Asked, arn: string, cause: unknown) {
    super(`${asked.operation} about ${arn}`, { cause });
    this.asked = asked;
    this.arn = arn;
  }
}

/** A call that succeeded, as the SDK has it: input and output. */
export interface Answer {
  readonly operation: string;
  readonly input: object;
  readonly output: object;
}

export class Tally {
  /** Whether raw answers are listened to at all: what lists revisions names each of them, and that is no use of any. */
  readonly hears: boolean;
  readonly byOperation = new Map<string, number>();
  throttled = 0;
  asked: Asked = { service: 'ECS', operation: 'nothing', about: undefined };
  readonly #member = new AsyncLocalStorage<Member>();
  /** Revision ARN → the ARN of what carried it, or the operation that answered. */
  readonly named = new Map<string, string>();

  /** Told of every answer; absent where nobody wants more of it than the reading does. */
  readonly answered: ((answer: Answer) => void) | undefined;

  constructor({
    hears = true,
    answered,
  }: { readonly hears?: boolean; readonly answered?: ((answer: Answer) => void) | undefined } = {}) {
    this.hears = hears;
    this.answered = answered;
  }

  get calls(): number {
    return [...this.byOperation.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Called once a command, before its first attempt. */
  ask(service: string, operation: string, input: object): void {
    const about = ['cluster', 'familyPrefix', 'taskDefinition'].map((key): unknown =>
      Reflect.get(input, key),
    );
    const text = about.find((value): value is string => typeof value === 'string');
    const member = this.#member.getStore();
    this.asked = { service, operation, about: member?.arn ?? text };
    if (member !== undefined) member.asked = this.asked;
  }

  /** Everything that is asked and heard inside is about this member, also while others are read beside it.
   *  @throws MemberFailed around whatever goes wrong, so that the error says about whom */
  async about<T>(arn: string, read: () => Promise<T>): Promise<{ result: T; named: ReadonlySet<string> }> {
    const member: Member = { arn, named: new Set(), asked: this.asked };
    const around = this.#member.getStore();
    try {
      return { result: await this.#member.run(member, read), named: member.named };
    } catch (cause) {
      // A part of a member that has an ARN of its own, such as a version, has said so already.
      if (cause instanceof MemberFailed) throw cause;
      throw new MemberFailed(member.asked, arn, cause);
    } finally {
      if (around !== undefined) around.asked = member.asked;
    }
  }

  /** Called at every attempt, retries too: each takes a token from the account's bucket. */
  attempt(operation: string): void {
    this.byOperation.set(operation, (this.byOperation.get(operation) ?? 0) + 1);
  }

  /** Takes every whole string value that is a task definition's ARN; texts that merely contain one are not searched,
   *  since a service's events may speak of revisions that it has long left. */
  hear(value: unknown, carrier = this.#member.getStore()?.arn ?? this.asked.operation): void {
    if (typeof value === 'string') {
      if (!value.includes(':task-definition/')) return;
      this.#member.getStore()?.named.add(value);
      if (!this.named.has(value)) this.named.set(value, carrier);
    } else if (Array.isArray(value)) {
      for (const one of value) this.hear(one, carrier);
    } else if (typeof value === 'object' && value !== null) {
      const own = ['serviceArn', 'taskArn', 'taskSetArn'].map((key): unknown => Reflect.get(value, key));
      const arn = own.find((one): one is string => typeof one === 'string');
      const cluster: unknown = Reflect.get(value, 'clusterArn');
      const who =
        arn === undefined ? carrier : scopedArn(arn, typeof cluster === 'string' ? cluster : undefined);
      for (const member of Object.values(value)) this.hear(member, who);
    }
  }
}
