// Carries checkpoints to Lambda, and ends only the invocation, not the execution, when Lambda answers that its checkpoint
// token was superseded. Version 2.4.0 of the SDK compares the service's words with another spelling and would fail the whole
// run; see the decision "A superseded checkpoint token ends the invocation" in ARCHITECTURE.md for when this file may go.
import {
  type DurableExecutionClient,
  DurableExecutionClientError,
  DurableExecutionClientErrorScope,
} from '@aws/durable-execution-sdk-js';

/** `InvalidParameterValueException: Invalid checkpoint token` is the service's answer; letter case is not relied upon. */
const SUPERSEDED = /^invalid checkpoint token/i;

/** @returns `client`, which throws a `DurableExecutionClientError` of the scope INVOCATION for a superseded token: the SDK
 *  then throws, and Lambda invokes again with a new token. Every other error passes unchanged, so that the SDK still
 *  recognises those that no retry can cure, such as a misconfigured KMS key. */
export function endInvocationWhenSuperseded(client: DurableExecutionClient): DurableExecutionClient {
  const send = async <Answer>(sent: Promise<Answer>): Promise<Answer> =>
    sent.catch((error: unknown) => {
      throw isSuperseded(error)
        ? new DurableExecutionClientError(error.message, {
            scope: DurableExecutionClientErrorScope.INVOCATION,
            cause: error,
          })
        : error;
    });
  return {
    getExecutionState: (params, logger) => send(client.getExecutionState(params, logger)),
    checkpoint: (params, logger) => send(client.checkpoint(params, logger)),
  };
}

function isSuperseded(error: unknown): error is Error {
  return (
    error instanceof Error &&
    error.name === 'InvalidParameterValueException' &&
    SUPERSEDED.test(error.message)
  );
}
