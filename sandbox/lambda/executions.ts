import type { Clock } from '../clock.ts';
import { AwsError } from '../errors.ts';
import { Ids } from '../ids.ts';
import { DurableExecution, type Starting } from './execution.ts';

export interface StartDurableExecution extends Pick<Starting, 'functionArn' | 'payload'> {
  /** Lambda generates a name if there is none. */
  readonly name?: string;
  readonly timeoutSeconds?: number;
}

export class DurableExecutions {
  readonly #byArn = new Map<string, DurableExecution>();
  readonly #ids = new Ids();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The same name with the same payload is the same execution
   * (https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-idempotency.html)
   */
  start({ functionArn, payload, name, timeoutSeconds = 86_400 }: StartDurableExecution): DurableExecution {
    if (!/^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+:(?:\d+|\$LATEST)$/.test(functionArn))
      throw new TypeError(`A durable function needs a version in its ARN: ${functionArn}`);
    const known = this.all().find(
      ({ arn }) => name !== undefined && arn.startsWith(`${functionArn}/durable-execution/${name}/`),
    );
    if (known !== undefined && known.payload !== payload)
      throw new AwsError('DurableExecutionAlreadyStartedException', `${name} has started already.`, 409);
    if (known !== undefined) return known;
    const startedAt = this.#clock.now();
    const id = this.#ids.uuid();
    const execution = new DurableExecution({
      functionArn,
      payload,
      name: name ?? this.#ids.uuid(),
      id,
      startedAt,
      timeoutSeconds,
    });
    this.#byArn.set(execution.arn, execution);
    return execution;
  }

  named(arn = ''): DurableExecution {
    const execution = this.#byArn.get(arn);
    if (execution !== undefined) return execution;
    throw new AwsError('ResourceNotFoundException', `Durable execution ${arn} does not exist.`, 404);
  }

  all(): DurableExecution[] {
    return [...this.#byArn.values()];
  }
}
