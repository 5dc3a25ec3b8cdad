// The run's steps and waits as a Lambda durable execution: each step's outcome is checkpointed, a wait costs nothing, and
// every invocation replays the run up to where the last one came. The only file that knows the SDK for it.
// https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
import {
  type DurableContext,
  type DurableExecutionInvocationInput,
  type DurableLambdaHandler,
  StepError,
  StepInterruptedError,
  StepSemantics,
} from '@aws/durable-execution-sdk-js';
import middy, { type MiddlewareObj } from '@middy/core';
import { executionModeDurableContext } from '@middy/core/executionModeDurableContext';
import type { Steps } from '../shared/steps.ts';
import type { Occasion } from './handler.ts';

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

export function stepsOf(context: DurableContext): Steps {
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

/** @param handle runs anew at each replay: what has an effect belongs in a step */
export function durably(
  middleware: MiddlewareObj,
  handle: (event: unknown, occasion: Occasion) => Promise<unknown>,
): DurableLambdaHandler {
  const handler = middy<unknown, unknown, Error, DurableContext>({
    executionMode: executionModeDurableContext,
    // Middy would fail the whole execution just before an invocation's time is over, where Lambda starts another one.
    timeoutEarlyInMillis: 0,
  })
    .use(middleware)
    .handler(async (event, context) =>
      handle(event, {
        steps: stepsOf(context),
        id: executionId(context.executionContext.durableExecutionArn),
        leftMs: () => context.lambdaContext.getRemainingTimeInMillis(),
      }),
    );
  // Middy's types do not know that in this mode the SDK calls the handler, with a context of its own, and is itself called
  // with Lambda's envelope. A wrong guess here fails every test of an execution.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return handler as unknown as DurableLambdaHandler;
}

/** Lambda's envelope around the event of a durable execution; without it the function was invoked plainly. */
export function isDurable(event: unknown): event is DurableExecutionInvocationInput {
  return (
    typeof event === 'object' &&
    event !== null &&
    'DurableExecutionArn' in event &&
    'CheckpointToken' in event
  );
}

/** The last part of `…:function:NAME:VERSION/durable-execution/NAME/ID`: names are used again, ids are not. */
export function executionId(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
