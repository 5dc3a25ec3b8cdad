/** Lambda's operations that answer a callback of a durable execution, or say that the answer still takes time. */
import type {
  SendDurableExecutionCallbackFailureRequest,
  SendDurableExecutionCallbackHeartbeatRequest,
  SendDurableExecutionCallbackSuccessRequest,
} from '@aws-sdk/client-lambda';
import type { AccountStores } from '../account-stores.ts';
import type { IamScope, Operations } from '../operation.ts';
import { parseCallbackId } from './callbacks.ts';
import { invalid } from './durable-operation.ts';

/** As for other calls about an execution, IAM evaluates the execution's ARN, which begins with that of the function's version:
 *  https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html */
const iamScope = ({ CallbackId = '' }: { CallbackId?: string | undefined }): IamScope => ({
  resources: [parseCallbackId(CallbackId).executionArn],
});

/** "Maximum length of 262144": https://docs.aws.amazon.com/lambda/latest/api/API_SendDurableExecutionCallbackSuccess.html */
const MOST_BYTES = 262_144;

function callbackOf(CallbackId: string | undefined, { durableExecutions }: AccountStores) {
  const { executionArn, operationId } = parseCallbackId(CallbackId ?? '');
  return { execution: durableExecutions.named(executionArn), operationId };
}

export const callbackOperations: Operations = {
  SendDurableExecutionCallbackSuccess: {
    iamScope,
    run({ CallbackId, Result }: SendDurableExecutionCallbackSuccessRequest, { account }) {
      const result = Buffer.from(Result ?? new Uint8Array()).toString('utf8');
      if (Buffer.byteLength(result) > MOST_BYTES) throw invalid(`Result: at most ${MOST_BYTES} bytes.`);
      const { execution, operationId } = callbackOf(CallbackId, account);
      execution.answerCallback(operationId, { result }, account.now());
      return {};
    },
  },

  /** https://docs.aws.amazon.com/lambda/latest/api/API_SendDurableExecutionCallbackFailure.html */
  SendDurableExecutionCallbackFailure: {
    iamScope,
    run({ CallbackId, Error: error = {} }: SendDurableExecutionCallbackFailureRequest, { account }) {
      const { execution, operationId } = callbackOf(CallbackId, account);
      execution.answerCallback(operationId, { error }, account.now());
      return {};
    },
  },

  SendDurableExecutionCallbackHeartbeat: {
    iamScope,
    run({ CallbackId }: SendDurableExecutionCallbackHeartbeatRequest, { account }) {
      const { execution, operationId } = callbackOf(CallbackId, account);
      execution.beatCallback(operationId, account.now());
      return {};
    },
  },
};
