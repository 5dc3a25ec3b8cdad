// The run's steps and waits as a Lambda durable execution: each step's outcome is checkpointed, a wait costs nothing, and
// every invocation replays the run up to where the last one came. Only this file and transport.ts know the SDK for it.
// https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
import {
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
import type { Steps } from '../shared/run/steps.ts';
import { parseInput } from './event.ts';
import type { InvocationContext } from './handler.ts';
import { endInvocationWhenSuperseded } from './transport.ts';

/** The step was begun several times and each time its process ended before it did. */
export class StepCutOff extends Error {
  override readonly name = 'StepCutOff';
}

/** The step's answer is more than a checkpoint takes; whatever is large belongs in the state. */
export class StepTooLarge extends Error {
  override readonly name = 'StepTooLarge';
}

/** A checkpoint takes 256 KB, and the SDK's complaint would come too late: it retries the invocation for ever.
 *  https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-sdk.html */
const RESULT_BYTES = 200_000;
/** What a failed step says is checkpointed too. */
const MESSAGE_LENGTH = 2_000;
/** Four times may be bad luck; five is a fault of its own, such as too little memory. The run then goes on to its report.
 *  Without a bound Lambda would start one process after the other until the execution times out. */
const TRIES = 5;
/** Whatever took the process away has this long to pass. */
const RETRY_SECONDS = 5;
/** The SDK ends an invocation 20 ms after it has heard that the wait has begun, unless the wait is over by then: one second
 *  less the way to Lambda and back, and less what the clocks differ by, could be. */
const WAIT_SECONDS = 5;

export function createSteps(context: DurableContext): Steps {
  return {
    async step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
      try {
        return await context.step(name, () => bounded(name, work), {
          // The beginning is on record before the work begins; one that is cut off is then handed to the strategy, and Lambda
          // counts its tries. With AtLeastOncePerRetry it would begin again uncounted.
          semantics: StepSemantics.AtMostOncePerRetry,
          // What the work throws is decided: AWS's passing faults have been retried inside of it.
          retryStrategy: (error, tries) =>
            error instanceof StepInterruptedError && tries < TRIES
              ? { shouldRetry: true, delay: { seconds: RETRY_SECONDS } }
              : { shouldRetry: false },
        });
      } catch (error) {
        throw error instanceof StepError ? asThrown(name, error) : error;
      }
    },
    wait: async (name, seconds) =>
      context.wait(name, { seconds: Math.max(WAIT_SECONDS, Math.ceil(seconds)) }),
  };
}

async function bounded<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    const result = await work();
    const bytes = result === undefined ? 0 : Buffer.byteLength(JSON.stringify(result));
    if (bytes > RESULT_BYTES)
      throw new StepTooLarge(
        `the step "${name}" answers with ${bytes} bytes; a checkpoint takes ${RESULT_BYTES}`,
      );
    return result;
  } catch (error) {
    if (error instanceof Error) error.message = error.message.slice(0, MESSAGE_LENGTH);
    throw error;
  }
}

/** A checkpoint keeps an error's name and message, so that is what is thrown, on the first way through as in a replay. */
function asThrown(name: string, error: StepError): Error {
  const { cause } = error;
  if (!(cause instanceof Error)) return error;
  if (cause.name === 'StepInterruptedError')
    return new StepCutOff(
      `the step "${name}" was cut off ${TRIES} times before it ended: out of memory, out of time, or killed`,
    );
  const original = new Error(cause.message, { cause: error });
  original.name = cause.name;
  return original;
}

/** Runs `handle` as a durable execution. Middy stands inside of it, in its ordinary form, around each replay.
 *  @param handle runs anew at each replay: what has an effect belongs in a step */
export function createDurableHandler(
  middleware: MiddlewareObj,
  handle: (event: unknown, occasion: InvocationContext) => Promise<unknown>,
  client: DurableExecutionClient = new DurableExecutionApiClient(),
): DurableLambdaHandler {
  const replay = async (event: unknown, context: DurableContext): Promise<unknown> =>
    // Middy would fail the whole execution just before an invocation's time is over, where Lambda starts another one.
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
    const error = inputError(input);
    return error === undefined
      ? execution(input, context)
      : {
          Status: InvocationStatus.FAILED,
          Error: { ErrorType: error.name, ErrorMessage: error.message },
        };
  };
}

/** Asynchronous invocations may come without a payload. The SDK would throw at the empty text, and Lambda would begin the
 *  invocation again until the execution times out. */
function inputError({ InitialExecutionState }: DurableExecutionInvocationInput): Error | undefined {
  const [first] = InitialExecutionState.Operations;
  if (first?.Type !== 'EXECUTION') return undefined;
  try {
    parseInput(first.ExecutionDetails?.InputPayload);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Lambda's envelope around the event of a durable execution; without it the function was invoked plainly. */
export function isDurableInvocation(event: unknown): event is DurableExecutionInvocationInput {
  return (
    typeof event === 'object' &&
    event !== null &&
    'DurableExecutionArn' in event &&
    'CheckpointToken' in event
  );
}

/** The last part of `…:function:NAME:VERSION/durable-execution/NAME/ID`: names are used again, ids are not. */
export function parseExecutionId(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
