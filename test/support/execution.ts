// Runs one durable execution in memory: it keeps the checkpoints, ends every wait at once and invokes the handler until
// the execution ends. The SDK's own runner does the same, but needs threads and half a second.
import {
  type DurableExecutionClient,
  DurableExecutionInvocationInputWithClient,
  type DurableExecutionInvocationInput,
  type OperationUpdate,
  type WireOperation,
} from '@aws/durable-execution-sdk-js';
import type { Context } from 'aws-lambda';
import * as z from 'zod';

export const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:pruner-nightly:1/durable-execution/night/id-1';

export interface Execution {
  readonly status: 'SUCCEEDED' | 'FAILED';
  /** The result or the error. */
  readonly answer: unknown;
  readonly invocations: number;
  readonly operations: readonly WireOperation[];
  /** In the order of the requests. */
  readonly updates: readonly OperationUpdate[];
}

interface Surroundings {
  /** One for each invocation, from the first. */
  readonly context?: (invocation: number) => Context;
  /** The operations that an earlier process recorded. */
  readonly found?: readonly WireOperation[];
  readonly checkpointed?: (update: OperationUpdate) => void;
}

const output = z.object({
  Status: z.enum(['SUCCEEDED', 'FAILED', 'PENDING']),
  Result: z.string().optional(),
  Error: z.unknown().optional(),
});

export async function execute(
  handler: (event: DurableExecutionInvocationInput, context: Context) => Promise<unknown>,
  event: unknown,
  { context = () => aContext(), found = [], checkpointed }: Surroundings = {},
): Promise<Execution> {
  const begun = { StartTimestamp: new Date(0), Status: 'STARTED' as const };
  const operations = new Map<string, WireOperation>([
    ['0', { ...begun, Id: '0', Type: 'EXECUTION', ExecutionDetails: { InputPayload: JSON.stringify(event) } }],
    ...found.map((one): [string, WireOperation] => [one.Id ?? '', one]),
  ]);
  const updates: OperationUpdate[] = [];
  const lambda: DurableExecutionClient = {
    getExecutionState: () => Promise.reject(new Error('Everything was in the envelope.')),
    checkpoint({ Updates = [] }) {
      updates.push(...Updates);
      for (const update of Updates) checkpointed?.(update);
      const changed = Updates.map((update) => applied(operations.get(update.Id ?? ''), update));
      for (const one of changed) operations.set(one.Id ?? '', one);
      return Promise.resolve({ CheckpointToken: 'token', NewExecutionState: { Operations: changed } });
    },
  };
  for (let invocations = 1; invocations <= 50; invocations++) {
    const envelope = {
      DurableExecutionArn: ARN,
      CheckpointToken: 'token',
      InitialExecutionState: { Operations: [...operations.values()] },
    };
    const said = await handler(new DurableExecutionInvocationInputWithClient(envelope, lambda), context(invocations));
    const { Status: status, Result, Error: failure } = output.parse(said);
    if (status !== 'PENDING') {
      const answer: unknown = status === 'FAILED' ? failure : JSON.parse(Result ?? 'null');
      return { status, answer, invocations, operations: [...operations.values()], updates };
    }
    for (const [id, one] of operations) operations.set(id, afterWaiting(one));
  }
  throw new Error('The execution does not end.');
}

function applied(before: WireOperation | undefined, update: OperationUpdate): WireOperation {
  const { Id, Name, Type, SubType, Action } = update;
  const status = {
    START: 'STARTED',
    SUCCEED: 'SUCCEEDED',
    FAIL: 'FAILED',
    RETRY: 'PENDING',
    CANCEL: 'CANCELLED',
  } as const;
  const later = new Date(Date.now() + 3_600_000);
  return {
    Id,
    Name,
    Type,
    SubType,
    StartTimestamp: new Date(0),
    Status: status[Action ?? 'START'],
    StepDetails: {
      Attempt: (before?.StepDetails?.Attempt ?? 0) + (Action === 'RETRY' ? 1 : 0),
      ...(update.Payload === undefined ? {} : { Result: update.Payload }),
      ...(update.Error === undefined ? {} : { Error: update.Error }),
      NextAttemptTimestamp: later,
    },
    WaitDetails: { ScheduledEndTimestamp: later },
  };
}

function afterWaiting(one: WireOperation): WireOperation {
  if (one.Type === 'WAIT') return { ...one, Status: 'SUCCEEDED' };
  return one.Status === 'PENDING' ? { ...one, Status: 'READY' } : one;
}

export function aContext(more: Partial<Context> = {}): Context {
  return {
    awsRequestId: 'request-1',
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'pruner',
    functionVersion: '1',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:pruner:1',
    logGroupName: '/aws/lambda/pruner',
    logStreamName: 'test',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => 900_000,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
    ...more,
  };
}
