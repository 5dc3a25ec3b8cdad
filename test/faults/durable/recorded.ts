// What Lambda keeps of one durable execution, and what it answers to a checkpoint: written from the wire model of the SDK,
// because the SDK's own local runner cannot lose a checkpoint or end an invocation in the middle of one.
import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  OperationUpdate,
  WireOperation,
} from '@aws/durable-execution-sdk-js';
import type { TestClock } from '../../support/clock.ts';

/** A request with a superseded token, in the service's words: https://github.com/aws/aws-durable-execution-sdk-js/issues/917 */
class InvalidToken extends Error {
  override readonly name = 'InvalidParameterValueException';
  readonly $metadata = { httpStatusCode: 400 };
}

/** The SDK would wait for what ends sooner than its invocation does. No wait here ends by the machine's clock. */
const NEVER_SOON = new Date('2999-01-01T00:00:00Z');

export class Recorded {
  readonly #clock: TestClock;
  readonly #operations = new Map<string, WireOperation>();
  /** When each wait and each next attempt is due, by the test's clock. */
  readonly #due = new Map<string, number>();
  #tokens = 0;
  /** Of every checkpoint that came, as JSON. */
  readonly bytes: number[] = [];
  /** One an operation, and one more for each retry: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  counted = 0;

  constructor(clock: TestClock, payload: unknown) {
    this.#clock = clock;
    this.#operations.set('execution', {
      Id: 'execution',
      Type: 'EXECUTION',
      Status: 'STARTED',
      StartTimestamp: new Date(clock.now()),
      ExecutionDetails: { InputPayload: JSON.stringify(payload) },
    });
  }

  get operations(): readonly WireOperation[] {
    return [...this.#operations.values()];
  }

  /** For a new invocation: checkpoints of the one before are refused from now on. */
  newToken(): string {
    return `token-${++this.#tokens}`;
  }

  /** @throws where it comes from an invocation that is over */
  checkpoint({ CheckpointToken, Updates = [] }: CheckpointDurableExecutionRequest): CheckpointDurableExecutionResponse {
    if (CheckpointToken !== `token-${this.#tokens}`) throw new InvalidToken('Invalid checkpoint token');
    this.bytes.push(Buffer.byteLength(JSON.stringify(Updates)));
    const Operations = Updates.map((update) => this.#apply(update));
    return { CheckpointToken: this.newToken(), NewExecutionState: { Operations } };
  }

  #apply(update: OperationUpdate): WireOperation {
    const { Id = '', Type, SubType, Name, ParentId, Action } = update;
    const known = this.#operations.get(Id);
    if (known === undefined || Action === 'RETRY') this.counted++;
    const operation: WireOperation = {
      ...known,
      Id,
      Type,
      ...(SubType === undefined ? {} : { SubType }),
      ...(Name === undefined ? {} : { Name }),
      ...(ParentId === undefined ? {} : { ParentId }),
      StartTimestamp: known?.StartTimestamp ?? new Date(this.#clock.now()),
      ...this.#became(update, known),
    };
    this.#operations.set(Id, operation);
    return operation;
  }

  #became(
    { Id = '', Type, Action, Payload, Error: failure, StepOptions, WaitOptions, CallbackOptions }: OperationUpdate,
    known: WireOperation | undefined,
  ): Pick<WireOperation, 'Status' | 'StepDetails' | 'WaitDetails' | 'CallbackDetails'> {
    const after = (seconds: number) => this.#due.set(Id, this.#clock.now() + seconds * 1000);
    const Attempt = known?.StepDetails?.Attempt ?? 0;
    if (Type === 'WAIT' && Action === 'START') {
      after(WaitOptions?.WaitSeconds ?? 0);
      return { Status: 'STARTED', WaitDetails: { ScheduledEndTimestamp: NEVER_SOON } };
    }
    if (Type === 'CALLBACK' && Action === 'START') {
      after(CallbackOptions?.TimeoutSeconds ?? Infinity);
      return { Status: 'STARTED', CallbackDetails: { CallbackId: Buffer.from(Id).toString('base64') } };
    }
    if (Type !== 'STEP') throw new TypeError(`Unexpected checkpoint: ${Type} ${Action}`);
    if (Action === 'START') return { Status: 'STARTED', StepDetails: { Attempt } };
    if (Action === 'SUCCEED') return { Status: 'SUCCEEDED', StepDetails: { Attempt, Result: Payload } };
    if (Action === 'FAIL') return { Status: 'FAILED', StepDetails: { Attempt, Error: failure } };
    if (Action !== 'RETRY') throw new TypeError(`Unexpected checkpoint: ${Type} ${Action}`);
    after(StepOptions?.NextAttemptDelaySeconds ?? 1);
    const StepDetails = { Attempt: Attempt + 1, NextAttemptTimestamp: NEVER_SOON, Error: failure };
    return { Status: 'PENDING', StepDetails };
  }

  /** Lets the time pass until the next wait, attempt or timeout of a callback is due; says whether there was one.
   *  @param meanwhile may let some of that time pass itself, to do something in it. A text that it returns answers a callback */
  async resume(meanwhile: (name: string) => unknown): Promise<boolean> {
    const [next] = [...this.#due].sort(([, one], [, other]) => one - other);
    if (next === undefined) return false;
    const [id, due] = next;
    this.#due.delete(id);
    const operation = this.#operations.get(id);
    const said = await meanwhile(operation?.Name ?? '');
    if (operation?.Type === 'CALLBACK' && typeof said === 'string') {
      const CallbackDetails = { ...operation.CallbackDetails, Result: said };
      this.#operations.set(id, { ...operation, Status: 'SUCCEEDED', CallbackDetails });
      return true;
    }
    this.#clock.advance(Math.max(0, due - this.#clock.now()));
    const ended = { WAIT: 'SUCCEEDED', CALLBACK: 'TIMED_OUT' } as const;
    if (operation?.Type === 'WAIT' || operation?.Type === 'CALLBACK')
      this.#operations.set(id, { ...operation, Status: ended[operation.Type] });
    else if (operation !== undefined) this.#operations.set(id, { ...operation, Status: 'READY' });
    return true;
  }
}
