/**
 * One durable execution: its operations, its checkpoint token and its limits. Lambda begins invocations and receives
 * their answers; a test does both with `begin` and `settle`.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ExecutionStatus, Operation, OperationUpdate } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { Ids } from '../ids.ts';
import { answered, type CallbackAnswer, callbackIdOf, Callbacks, closedError } from './callbacks.ts';
import { afterTime, applyUpdate, dueAt, invalid, storedBytesOf } from './durable-operation.ts';
import { toEventOperation, type EventOperation } from './event-operation.ts';
import { markerOf } from './page-marker.ts';

/**
 * The fixed limits of one execution (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html) Each
 * retry of a step counts as an operation.
 */
export const MAX_OPERATIONS = 3000;
export const MAX_STORED_BYTES = 100 * 1024 * 1024;
/**
 * How long a repeated checkpoint is recognised by its client token
 * (https://docs.aws.amazon.com/lambda/latest/api/API_CheckpointDurableExecution.html).
 */
const REPEATED_MS = 15 * 60_000;

/** The function's event. Times are text, as in every event. */
export interface InvocationInput {
  readonly DurableExecutionArn: string;
  readonly CheckpointToken: string;
  readonly InitialExecutionState: { readonly Operations: EventOperation[]; readonly NextMarker?: string };
  readonly UpdatedOperationIds: string[];
}

/** The function's answer, or the reason why there is none, such as a crash or a timeout. */
export type InvocationOutcome = { readonly answer: unknown } | { readonly failed: string };

const answers = z.discriminatedUnion('Status', [
  z.object({ Status: z.literal('SUCCEEDED'), Result: z.string().optional() }),
  z.object({
    Status: z.literal('FAILED'),
    Error: z.object({ ErrorType: z.string().optional(), ErrorMessage: z.string().optional() }).optional(),
  }),
  z.object({ Status: z.literal('PENDING') }),
]);

interface Checkpointed {
  readonly token: string;
  readonly changed: readonly Operation[];
}

export interface Starting {
  /** The ARN of a published version. */
  readonly functionArn: string;
  readonly name: string;
  readonly id: string;
  /** JSON, or an empty string. */
  readonly payload: string;
  readonly startedAt: number;
  readonly timeoutSeconds: number;
}

export class DurableExecution {
  readonly arn: string;
  readonly functionArn: string;
  readonly payload: string;
  status: ExecutionStatus = 'RUNNING';
  /** JSON; set when the execution succeeds. */
  result: string | undefined;
  /** Set when the execution fails. */
  error: string | undefined;
  readonly #id: string;
  readonly #endsAt: number;
  readonly #operations = new Map<string, Operation>();
  readonly #tokens = new Ids();
  #token = '';
  /** The ids of the operations that changed since the function last received them. */
  readonly #changed = new Set<string>();
  readonly #callbacks = new Callbacks();
  #counted = 0;
  #storedBytes: number;
  #answered:
    | {
        readonly client: string;
        readonly request: unknown;
        readonly answer: Checkpointed;
        readonly at: number;
      }
    | undefined;

  constructor({ functionArn, name, id, payload, startedAt, timeoutSeconds }: Starting) {
    this.arn = `${functionArn}/durable-execution/${name}/${id}`;
    this.functionArn = functionArn;
    this.payload = payload;
    this.#id = id;
    this.#endsAt = startedAt + timeoutSeconds * 1000;
    this.#storedBytes = Buffer.byteLength(payload);
    this.#operations.set(id, {
      Id: id,
      Type: 'EXECUTION',
      Status: 'STARTED',
      StartTimestamp: new Date(startedAt),
      ExecutionDetails: { InputPayload: payload },
    });
  }

  get operationCount(): number {
    return this.#counted;
  }

  get storedBytes(): number {
    return this.#storedBytes;
  }

  /**
   * Begins an invocation. An earlier one that still runs can no longer checkpoint.
   * @param page the number of operations in the event; the function requests the others
   */
  begin(now: number, page = 100): InvocationInput {
    this.#passTime(now);
    if (this.status !== 'RUNNING') throw new TypeError(`${this.arn} is ${this.status}`);
    this.#token = base64(this.#tokens.uuid());
    this.#answered = undefined;
    const UpdatedOperationIds = [...this.#changed];
    this.#changed.clear();
    const all = this.visible();
    return {
      DurableExecutionArn: this.arn,
      CheckpointToken: this.#token,
      InitialExecutionState: {
        Operations: all.slice(0, page).map(toEventOperation),
        ...(all.length > page ? { NextMarker: markerOf(page) } : {}),
      },
      UpdatedOperationIds,
    };
  }

  /** Records the end of an invocation. After a crash, the next invocation continues the execution. */
  settle(outcome: InvocationOutcome, now: number): void {
    this.#token = '';
    this.#passTime(now);
    // A result that is too long for an answer has already arrived as a checkpoint.
    if (this.status !== 'RUNNING' || 'failed' in outcome) return;
    const { data } = answers.safeParse(outcome.answer);
    if (data === undefined) this.#end('FAILED', 'Invalid Status in invocation output.');
    else if (data.Status === 'SUCCEEDED') this.#end('SUCCEEDED', data.Result);
    else if (data.Status === 'FAILED')
      this.#end('FAILED', `${data.Error?.ErrorType ?? 'Error'}: ${data.Error?.ErrorMessage ?? ''}`);
    else if (this.#dueAt(now) === undefined)
      this.#end('FAILED', 'Cannot return PENDING status with no pending operations.');
  }

  /** The time of the next invocation after a PENDING answer: now, or when the first wait ends. Infinity while only callbacks
   *  without a timeout are open. */
  wakesAt(now: number): number | undefined {
    return this.#dueAt(now);
  }

  /** @throws AwsError for an outdated token or an update that is not permitted; then nothing is stored */
  checkpoint(
    { token, client, updates }: { token: string; client?: string; updates: readonly OperationUpdate[] },
    now: number,
  ): Checkpointed {
    const before = this.#answered;
    if (before !== undefined && client === before.client && now - before.at < REPEATED_MS) {
      if (!isDeepStrictEqual([token, updates], before.request))
        throw invalid('The ClientToken was used with another request.');
      return before.answer;
    }
    this.#passTime(now);
    this.checkToken(token);
    this.#apply(updates, now);
    this.#token = base64(this.#tokens.uuid());
    const changed = [...this.#changed].flatMap((id) => this.#operations.get(id) ?? []);
    this.#changed.clear();
    const answer = { token: this.#token, changed };
    this.#answered = client === undefined ? undefined : { client, request: [token, updates], answer, at: now };
    return answer;
  }

  /** @throws AwsError where the callback has its answer or its timeout, or the execution has ended */
  answerCallback(id: string, answer: CallbackAnswer, now: number): void {
    this.#change(id, answered(this.#openCallback(id, now), answer, now));
  }

  /** @throws AwsError as for an answer */
  beatCallback(id: string, now: number): void {
    this.#openCallback(id, now);
    this.#callbacks.beat(id, now);
  }

  checkToken(token: string): void {
    if (token !== this.#token || this.status !== 'RUNNING')
      // The service's text and letter case: https://github.com/aws/aws-durable-execution-sdk-js/issues/917
      throw invalid('Invalid checkpoint token');
  }

  /** The operations in order of their start, without those inside a finished context that needs no replay. */
  visible(): Operation[] {
    const hidden = new Set<string>();
    return [...this.#operations.values()].filter(({ Id = '', ParentId }) => {
      const parent = ParentId === undefined ? undefined : this.#operations.get(ParentId);
      if (parent?.Id === undefined) return true;
      const isOver = parent.Status === 'SUCCEEDED' || parent.Status === 'FAILED';
      const shown = !hidden.has(parent.Id) && !(isOver && parent.ContextDetails?.ReplayChildren !== true);
      if (!shown) hidden.add(Id);
      return shown;
    });
  }

  /** Applies all updates or none. */
  #apply(updates: readonly OperationUpdate[], now: number): void {
    const made = new Map<string, Operation>();
    let [counted, bytes] = [this.#counted, this.#storedBytes];
    let ending: OperationUpdate | undefined;
    for (const update of updates) {
      if (ending !== undefined) throw invalid('EXECUTION checkpoint must be the last update.');
      // The SDK generates its own id for the execution's result.
      const id = update.Type === 'EXECUTION' ? this.#id : (update.Id ?? '');
      const known = made.get(id) ?? this.#operations.get(id);
      const { ParentId } = update;
      const parent = ParentId === undefined ? undefined : (made.get(ParentId) ?? this.#operations.get(ParentId));
      if (ParentId !== undefined && parent?.Type !== 'CONTEXT') throw invalid('Invalid parent operation id.');
      const applied = applyUpdate({ ...update, Id: id }, known, new Date(now));
      // The service makes the id of a callback.
      const CallbackDetails = { CallbackId: callbackIdOf(this.arn, id) };
      made.set(id, update.Type === 'CALLBACK' ? { ...applied, CallbackDetails } : applied);
      if (known === undefined) counted += 1;
      if (update.Action === 'RETRY') counted += 1;
      bytes += storedBytesOf(update);
      if (update.Type === 'EXECUTION') ending = update;
    }
    if (counted > MAX_OPERATIONS) throw invalid(`A durable execution has at most ${MAX_OPERATIONS} operations.`);
    if (bytes > MAX_STORED_BYTES) throw invalid(`A durable execution stores at most ${MAX_STORED_BYTES} bytes.`);
    [this.#counted, this.#storedBytes] = [counted, bytes];
    for (const [id, operation] of made) this.#change(id, operation);
    for (const { Id = '', Type, CallbackOptions = {} } of updates)
      if (Type === 'CALLBACK') this.#callbacks.start(Id, CallbackOptions, now);
    if (ending !== undefined)
      this.#end(ending.Action === 'SUCCEED' ? 'SUCCEEDED' : 'FAILED', ending.Payload ?? ending.Error?.ErrorMessage);
  }

  #change(id: string, operation: Operation): void {
    this.#operations.set(id, operation);
    this.#changed.add(id);
  }

  #openCallback(id: string, now: number): Operation {
    this.#passTime(now);
    const operation = this.#operations.get(id);
    if (operation?.Status !== 'STARTED' || this.status !== 'RUNNING') throw closedError();
    return operation;
  }

  #end(status: 'SUCCEEDED' | 'FAILED', outcome: string | undefined): void {
    this.status = status;
    if (status === 'SUCCEEDED') this.result = outcome;
    else this.error = outcome;
  }

  #passTime(now: number): void {
    if (this.status === 'RUNNING' && now >= this.#endsAt) {
      this.status = 'TIMED_OUT';
      this.error = 'The execution timeout is over.';
    }
    for (const [id, operation] of this.#operations) {
      const callbackEnds = this.#callbacks.dueAt(operation) ?? Infinity;
      const later = callbackEnds > now ? afterTime(operation, now) : this.#callbacks.timedOut(operation, callbackEnds);
      if (later !== operation) this.#change(id, later);
    }
  }

  /** A change that the function has not seen is due immediately. */
  #dueAt(now: number): number | undefined {
    this.#passTime(now);
    if (this.status === 'RUNNING' && this.#changed.size > 0) return now;
    const due = [...this.#operations.values()].flatMap(
      (operation) => dueAt(operation) ?? this.#callbacks.dueAt(operation) ?? [],
    );
    return due.length === 0 ? undefined : Math.min(...due);
  }
}

/**
 * "Pattern: [A-Za-z0-9+/]+={0,2}": https://docs.aws.amazon.com/lambda/latest/api/API_CheckpointDurableExecution.html
 */
function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
