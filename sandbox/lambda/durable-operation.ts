/**
 * The permitted updates of one operation of a durable execution, and their effect. A step may end without a recorded
 * start, a wait only starts (time ends it), and an execution only ends.
 */
import type { ErrorObject, Operation, OperationAction, OperationStatus, OperationUpdate } from '@aws-sdk/client-lambda';
import { AwsError } from '../errors.ts';

/** The states that permit an action; `new` means that the operation does not exist yet. */
type States = readonly (OperationStatus | 'new')[];

const transitions: ReadonlyMap<string, Partial<Record<OperationAction, States>>> = new Map([
  [
    'STEP',
    {
      START: ['new', 'READY'],
      SUCCEED: ['new', 'STARTED', 'READY'],
      FAIL: ['new', 'STARTED', 'READY'],
      RETRY: ['new', 'STARTED', 'READY'],
    },
  ],
  ['WAIT', { START: ['new'], CANCEL: ['STARTED'] }],
  // Only an answer or its timeout ends a callback.
  ['CALLBACK', { START: ['new'] }],
  ['CONTEXT', { START: ['new'], SUCCEED: ['new', 'STARTED'], FAIL: ['new', 'STARTED'] }],
  ['EXECUTION', { SUCCEED: ['STARTED'], FAIL: ['STARTED'] }],
]);

/** The limit of one operation. The API's page permits more for some types; the SDK keeps results below this limit. */
export const MAX_PAYLOAD_BYTES = 256 * 1024;
/**
 * A wait lasts from one second to a year (https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-sdk.html)
 */
const waitSeconds = { from: 1, upto: 31_622_400 };
/** https://docs.aws.amazon.com/lambda/latest/api/API_CallbackOptions.html */
const MAX_TIMEOUT_SECONDS = 99_999_999;

/** @throws AwsError if the update is not permitted, TypeError if the sandbox does not know its type */
export function applyUpdate(update: OperationUpdate, known: Operation | undefined, at: Date): Operation {
  const { Id, ParentId, Name, Type, SubType, Action } = update;
  check(update, known);
  const base: Operation = known ?? {
    Id,
    Type,
    StartTimestamp: at,
    Status: 'STARTED',
    ...(ParentId === undefined ? {} : { ParentId }),
    ...(Name === undefined ? {} : { Name }),
    ...(SubType === undefined ? {} : { SubType }),
  };
  if (Action === 'START') return startOperation(base, update, at);
  if (Action === 'CANCEL') return { ...base, Status: 'CANCELLED', EndTimestamp: at };
  if (Action === 'RETRY') return retryOperation(base, update, at);
  return endOperation(base, update, at);
}

/** The storage that an update uses, in bytes. */
export function storedBytesOf({ Payload, Error: error }: Pick<OperationUpdate, 'Payload' | 'Error'>): number {
  return Buffer.byteLength(Payload ?? '') + Buffer.byteLength(error === undefined ? '' : JSON.stringify(error));
}

/** The operation after the time has passed: a finished wait succeeds, and a delayed step becomes ready. */
export function afterTime(operation: Operation, now: number): Operation {
  const due = dueAt(operation);
  if (due === undefined || due > now) return operation;
  return operation.Type === 'WAIT'
    ? { ...operation, Status: 'SUCCEEDED', EndTimestamp: new Date(due) }
    : { ...operation, Status: 'READY' };
}

/** The time at which the operation changes without an update, if any. */
export function dueAt({ Type, Status, WaitDetails, StepDetails }: Operation): number | undefined {
  if (Type === 'WAIT' && Status === 'STARTED') return WaitDetails?.ScheduledEndTimestamp?.getTime();
  if (Type === 'STEP' && Status === 'PENDING') return StepDetails?.NextAttemptTimestamp?.getTime();
  return undefined;
}

function check(update: OperationUpdate, known: Operation | undefined): void {
  const { Id, Name, Type, Action, Payload, StepOptions, WaitOptions, CallbackOptions } = update;
  const actions = transitions.get(Type ?? '');
  if (actions === undefined) throw new TypeError(`the sandbox does not know operations of type ${Type}`);
  const states = Action === undefined ? undefined : actions[Action];
  if (states === undefined) throw invalid(`Invalid ${Type} action.`);
  if (known !== undefined && known.Type !== Type) throw invalid(`Operation ${Id} is a ${known.Type}.`);
  if (!states.includes(known?.Status ?? 'new'))
    throw invalid(`Invalid current ${Type} state to ${Action}: ${known?.Status ?? 'it was never started'}.`);
  if (!/^[\w-]{1,64}$/.test(Id ?? '')) throw invalid('Operation id: 1 to 64 of a-z, A-Z, 0-9, - and _.');
  if (Name !== undefined && !/^[\x20-\x7E]{1,256}$/.test(Name))
    throw invalid('Operation name: 1 to 256 printable ASCII characters.');
  if (storedBytesOf(update) > MAX_PAYLOAD_BYTES)
    throw invalid(`${Type} output payload size must be less than or equal to ${MAX_PAYLOAD_BYTES} bytes.`);
  if (Action === 'SUCCEED' && update.Error !== undefined) throw invalid('Cannot provide an Error for SUCCEED action.');
  if (Action === 'FAIL' && Payload !== undefined) throw invalid('Cannot provide a Payload for FAIL action.');
  if (Action === 'RETRY' && StepOptions?.NextAttemptDelaySeconds === undefined)
    throw invalid('Invalid StepOptions for the given action.');
  const seconds = WaitOptions?.WaitSeconds ?? 0;
  if (Type === 'WAIT' && Action === 'START' && (seconds < waitSeconds.from || seconds > waitSeconds.upto))
    throw invalid(`WaitSeconds is between ${waitSeconds.from} and ${waitSeconds.upto}.`);
  const { TimeoutSeconds = 0, HeartbeatTimeoutSeconds = 0 } = CallbackOptions ?? {};
  for (const timeout of [TimeoutSeconds, HeartbeatTimeoutSeconds])
    if (timeout < 0 || timeout > MAX_TIMEOUT_SECONDS)
      throw invalid(`A timeout of a callback is between 0 and ${MAX_TIMEOUT_SECONDS}.`);
}

function startOperation(base: Operation, { ContextOptions, WaitOptions }: OperationUpdate, at: Date): Operation {
  const started: Operation = { ...base, Status: 'STARTED' };
  if (base.Type === 'WAIT') {
    const ScheduledEndTimestamp = new Date(at.getTime() + (WaitOptions?.WaitSeconds ?? 0) * 1000);
    return { ...started, WaitDetails: { ScheduledEndTimestamp } };
  }
  if (base.Type === 'CONTEXT') return { ...started, ContextDetails: { ...ContextOptions } };
  if (base.Type === 'CALLBACK') return started;
  // A new attempt keeps only the number of former attempts.
  return { ...started, StepDetails: { Attempt: base.StepDetails?.Attempt ?? 0 } };
}

function retryOperation(base: Operation, { Payload, Error: error, StepOptions }: OperationUpdate, at: Date): Operation {
  const delayMs = (StepOptions?.NextAttemptDelaySeconds ?? 0) * 1000;
  return {
    ...base,
    Status: 'PENDING',
    StepDetails: {
      Attempt: nextAttempt(base),
      NextAttemptTimestamp: new Date(at.getTime() + delayMs),
      ...outcome(Payload, error),
    },
  };
}

function endOperation(base: Operation, { Action, Payload, Error: error, ContextOptions }: OperationUpdate, at: Date) {
  const closed: Operation = {
    ...base,
    Status: Action === 'SUCCEED' ? 'SUCCEEDED' : 'FAILED',
    EndTimestamp: at,
  };
  if (base.Type === 'STEP')
    return { ...closed, StepDetails: { Attempt: nextAttempt(base), ...outcome(Payload, error) } };
  if (base.Type === 'CONTEXT')
    return {
      ...closed,
      ContextDetails: { ...base.ContextDetails, ...ContextOptions, ...outcome(Payload, error) },
    };
  return closed;
}

function nextAttempt({ StepDetails }: Operation): number {
  return (StepDetails?.Attempt ?? 0) + 1;
}

function outcome(Result: string | undefined, error: ErrorObject | undefined) {
  return { ...(Result === undefined ? {} : { Result }), ...(error === undefined ? {} : { Error: error }) };
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
