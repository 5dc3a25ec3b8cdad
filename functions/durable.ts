// Runs the steps and waits of a run as a Lambda durable execution: results are checkpointed, waits cost nothing, and every
// invocation replays the run up to the last checkpoint. Only this file and transport.ts use the SDK for it.
// https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
import {
  CallbackExternalError,
  CallbackTimeoutError,
  DurableExecutionApiClient,
  type DurableExecutionClient,
  type DurableContext,
  type DurableExecutionInvocationInput,
  type DurableLambdaHandler,
  InvocationStatus,
  StepError,
  StepInterruptedError,
  StepSemantics,
  withDurableExecution,
} from '@aws/durable-execution-sdk-js';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Received, Steps } from '../shared/run/steps.ts';
import type { InvocationContext } from './definition.ts';
import { parseInput } from './input.ts';
import { endInvocationWhenSuperseded } from './transport.ts';

/** The process of a step ended before the step did, at every attempt. */
export class StepCutOff extends Error {
  override readonly name = 'StepCutOff';
}

/** The result of a step is larger than a checkpoint. Large values belong in the state store. */
export class StepTooLarge extends Error {
  override readonly name = 'StepTooLarge';
}

/** A checkpoint holds 256 KB. The SDK reports a larger one too late and retries the invocation forever.
 *  https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-sdk.html */
const RESULT_BYTES = 200_000;
/** The message of a failed step is part of its checkpoint. */
const MESSAGE_LENGTH = 2_000;
/** Five interrupted attempts have a permanent cause, such as too little memory; the run then continues with its report.
 *  Without a limit Lambda would start new processes until the execution times out. */
const TRIES = 5;
/** A transient cause of an interruption has this long to pass. */
const RETRY_SECONDS = 5;
/** The SDK ends an invocation 20 ms after a wait has begun, unless the wait is over by then. A wait of one second could be,
 *  after the round trip to Lambda and with differing clocks. */
const WAIT_SECONDS = 5;

export function createSteps(context: DurableContext): Steps {
  return {
    async step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
      try {
        return await context.step(name, () => runBounded(name, work), {
          // The attempt is recorded before the work begins, so the strategy sees an interruption and Lambda counts attempts.
          // With AtLeastOncePerRetry they would not be counted.
          semantics: StepSemantics.AtMostOncePerRetry,
          // Errors of the work are final: it has retried transient errors of AWS itself.
          retryStrategy: (error, tries) =>
            error instanceof StepInterruptedError && tries < TRIES
              ? { shouldRetry: true, delay: { seconds: RETRY_SECONDS } }
              : { shouldRetry: false },
        });
      } catch (error) {
        throw error instanceof StepError ? restoreError(name, error) : error;
      }
    },
    wait: async (name, seconds) => context.wait(name, { seconds: Math.max(WAIT_SECONDS, Math.ceil(seconds)) }),
    ask: async (name, seconds) => {
      const [answer, id] = await context.createCallback(name, { timeout: { seconds } });
      return { id, answer: () => receive(answer) };
    },
  };
}

/** Waiting for it ends the invocation. Errors of the SDK itself end the execution.
 *  https://docs.aws.amazon.com/lambda/latest/api/API_SendDurableExecutionCallbackFailure.html */
async function receive(answer: PromiseLike<string | undefined>): Promise<Received> {
  try {
    return { kind: 'success', text: (await answer) ?? '' };
  } catch (error) {
    if (error instanceof CallbackTimeoutError) return { kind: 'timeout' };
    if (error instanceof CallbackExternalError) return { kind: 'failure', text: error.errorData ?? '' };
    throw error;
  }
}

async function runBounded<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    const result = await work();
    const bytes = result === undefined ? 0 : Buffer.byteLength(JSON.stringify(result));
    if (bytes > RESULT_BYTES)
      throw new StepTooLarge(`the step "${name}" returned ${bytes} bytes; the limit is ${RESULT_BYTES}`);
    return result;
  } catch (error) {
    if (error instanceof Error) error.message = error.message.slice(0, MESSAGE_LENGTH);
    throw error;
  }
}

/** A checkpoint keeps the name and message of an error, so the first attempt throws the same as a replay. */
function restoreError(name: string, error: StepError): Error {
  const { cause } = error;
  if (!(cause instanceof Error)) return error;
  if (cause.name === 'StepInterruptedError')
    return new StepCutOff(`the step "${name}" was interrupted ${TRIES} times: out of memory, out of time, or killed`);
  const original = new Error(cause.message, { cause: error });
  original.name = cause.name;
  return original;
}

/** Runs `handle` as a durable execution, with middy around each replay.
 *  @param handle repeated at each replay, so effects belong in steps */
export function createDurableHandler(
  middleware: MiddlewareObj,
  handle: (event: unknown, invocation: InvocationContext) => Promise<unknown>,
  client: DurableExecutionClient = new DurableExecutionApiClient(),
): DurableLambdaHandler {
  const replay = async (event: unknown, context: DurableContext): Promise<unknown> =>
    // Without this, middy fails the execution just before the invocation times out, where Lambda would start another one.
    middy({ timeoutEarlyInMillis: 0 })
      .use(middleware)
      .handler(() =>
        handle(event, {
          steps: createSteps(context),
          id: parseExecutionId(context.executionContext.durableExecutionArn),
          leftMs: () => context.lambdaContext.getRemainingTimeInMillis(),
        }),
      )(event, context.lambdaContext);
  const execution = withDurableExecution<unknown>(replay, {
    durableExecutionClient: endInvocationWhenSuperseded(client),
  });
  return async (input, context) => {
    const error = findInputError(input);
    return error === undefined
      ? execution(input, context)
      : { Status: InvocationStatus.FAILED, Error: { ErrorType: error.name, ErrorMessage: error.message } };
  };
}

/** An asynchronous invocation may have no payload. The SDK would throw, and Lambda would repeat the invocation until the
 *  execution times out. */
function findInputError({ InitialExecutionState }: DurableExecutionInvocationInput): Error | undefined {
  const [first] = InitialExecutionState.Operations;
  if (first?.Type !== 'EXECUTION') return undefined;
  try {
    parseInput(first.ExecutionDetails?.InputPayload);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Whether Lambda's envelope of a durable execution surrounds the event. */
export function isDurableInvocation(event: unknown): event is DurableExecutionInvocationInput {
  return typeof event === 'object' && event !== null && 'DurableExecutionArn' in event && 'CheckpointToken' in event;
}

/** The last part of `…:function:NAME:VERSION/durable-execution/NAME/ID`. Names are reused, ids are not. */
export function parseExecutionId(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
