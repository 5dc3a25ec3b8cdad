// What one part of a run heard from AWS: how many calls it took, which one was under way when something went wrong, and
// every revision that the raw answers name, also in fields that the packaged SDK does not know.

/** The last call that was asked for, for the error that may follow. */
export interface Asked {
  readonly operation: string;
  /** The cluster, service or family that it was about, where its input says. */
  readonly about: string | undefined;
}

export class Tally {
  readonly byOperation = new Map<string, number>();
  throttled = 0;
  asked: Asked = { operation: 'nothing', about: undefined };
  /** Revision ARN → the ARN of what carried it, or the operation that answered. */
  readonly named = new Map<string, string>();

  get calls(): number {
    return [...this.byOperation.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Called once a command, before its first attempt. */
  ask(operation: string, input: object): void {
    const about = ['cluster', 'familyPrefix', 'taskDefinition'].map((key): unknown =>
      Reflect.get(input, key),
    );
    this.asked = { operation, about: about.find((value): value is string => typeof value === 'string') };
  }

  /** Called at every attempt, retries too: each takes a token from the account's bucket. */
  attempt(operation: string): void {
    this.byOperation.set(operation, (this.byOperation.get(operation) ?? 0) + 1);
  }

  /** Takes every whole string value that is a task definition's ARN; texts that merely contain one are not searched,
   *  since a service's events may speak of revisions that it has long left. */
  hear(value: unknown, carrier = this.asked.operation): void {
    if (typeof value === 'string') {
      if (value.includes(':task-definition/') && !this.named.has(value)) this.named.set(value, carrier);
    } else if (Array.isArray(value)) {
      for (const one of value) this.hear(one, carrier);
    } else if (typeof value === 'object' && value !== null) {
      const own = ['serviceArn', 'taskArn', 'taskSetArn'].map((key): unknown => Reflect.get(value, key));
      const who = own.find((arn): arn is string => typeof arn === 'string') ?? carrier;
      for (const member of Object.values(value)) this.hear(member, who);
    }
  }
}
