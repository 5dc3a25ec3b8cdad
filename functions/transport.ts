// Ends the invocation, but not the execution, when Lambda answers that its checkpoint token is superseded. Version 2.4.0 of
// the SDK expects another spelling of that answer and would fail the whole run:
// docs/decisions/33-superseded-checkpoint-token.md says when this file can be deleted.
import {
  type DurableExecutionClient,
  DurableExecutionClientError,
  DurableExecutionClientErrorScope,
} from '@aws/durable-execution-sdk-js';

/** Of `InvalidParameterValueException: Invalid checkpoint token`, in any letter case. */
const SUPERSEDED = /^invalid checkpoint token/i;

/** @returns a client that throws a `DurableExecutionClientError` of the scope INVOCATION for a superseded token. The SDK then
 *  throws, and Lambda invokes again with a new token. Other errors pass unchanged, since the SDK must recognize permanent
 *  ones, such as a misconfigured KMS key. */
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
  return error instanceof Error && error.name === 'InvalidParameterValueException' && SUPERSEDED.test(error.message);
}
