/**
 * The callbacks of one durable execution: their ids and the times at which they end without an answer. "If not specified
 * or set to 0, the callback has no timeout": https://docs.aws.amazon.com/lambda/latest/api/API_CallbackOptions.html
 */
import type { CallbackOptions, ErrorObject, Operation } from '@aws-sdk/client-lambda';
import { AwsError } from '../errors.ts';

interface Deadlines {
  readonly timeoutAt: number;
  readonly heartbeatMs: number;
  heartbeatAt: number;
}

/** The end of a callback: the answer, or the error in its place. */
export type CallbackAnswer = { readonly result: string } | { readonly error: ErrorObject };

export class Callbacks {
  readonly #deadlines = new Map<string, Deadlines>();

  start(id: string, { TimeoutSeconds = 0, HeartbeatTimeoutSeconds = 0 }: Partial<CallbackOptions>, now: number): void {
    const after = (seconds: number) => (seconds === 0 ? Infinity : now + seconds * 1000);
    this.#deadlines.set(id, {
      timeoutAt: after(TimeoutSeconds),
      heartbeatMs: HeartbeatTimeoutSeconds * 1000,
      heartbeatAt: after(HeartbeatTimeoutSeconds),
    });
  }

  /** When an open callback ends by itself; Infinity where it has no timeout, undefined for other operations. */
  dueAt({ Id = '', Type, Status }: Operation): number | undefined {
    const deadlines = Type === 'CALLBACK' && Status === 'STARTED' ? this.#deadlines.get(Id) : undefined;
    return deadlines && Math.min(deadlines.timeoutAt, deadlines.heartbeatAt);
  }

  /** "Use this API to extend the callback timeout period while the external operation is still in progress."
   *  https://docs.aws.amazon.com/lambda/latest/api/API_SendDurableExecutionCallbackHeartbeat.html */
  beat(id: string, now: number): void {
    const deadlines = this.#deadlines.get(id);
    if (deadlines !== undefined && deadlines.heartbeatMs > 0) deadlines.heartbeatAt = now + deadlines.heartbeatMs;
  }

  /** The callback after its time is over, without an answer. */
  timedOut(operation: Operation, at: number): Operation {
    const { timeoutAt = 0 } = this.#deadlines.get(operation.Id ?? '') ?? {};
    const ErrorMessage = at < timeoutAt ? 'Callback timed out on heartbeat' : 'Callback timed out';
    const CallbackDetails = { ...operation.CallbackDetails, Error: { ErrorMessage } };
    return { ...operation, Status: 'TIMED_OUT', EndTimestamp: new Date(at), CallbackDetails };
  }
}

export function answered(operation: Operation, answer: CallbackAnswer, now: number): Operation {
  const isResult = 'result' in answer;
  const details = isResult ? { Result: answer.result } : { Error: answer.error };
  return {
    ...operation,
    Status: isResult ? 'SUCCEEDED' : 'FAILED',
    EndTimestamp: new Date(now),
    CallbackDetails: { ...operation.CallbackDetails, ...details },
  };
}

/** "Pattern: [A-Za-z0-9+/]+={0,2}": https://docs.aws.amazon.com/lambda/latest/api/API_CallbackDetails.html */
export function callbackIdOf(executionArn: string, operationId: string): string {
  return Buffer.from(JSON.stringify([executionArn, operationId])).toString('base64');
}

/** @throws AwsError for an id that no durable execution has made */
export function parseCallbackId(callbackId: string): { executionArn: string; operationId: string } {
  const [, executionArn, operationId] =
    /^\["([^"]+)","([^"]+)"\]$/.exec(Buffer.from(callbackId, 'base64').toString()) ?? [];
  if (executionArn === undefined || operationId === undefined)
    throw new AwsError('InvalidParameterValueException', 'Invalid callback token.');
  return { executionArn, operationId };
}

/** "The callback ID token has either expired or the callback associated with the token has already been closed."
 *  https://docs.aws.amazon.com/lambda/latest/api/API_SendDurableExecutionCallbackSuccess.html */
export function closedError(): AwsError {
  return new AwsError('CallbackTimeoutException', 'The callback has expired or is already closed.');
}
