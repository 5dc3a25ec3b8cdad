// Answers a run that waits for approval: the only calls of this project that end a callback of a durable execution.
import {
  LambdaClient,
  SendDurableExecutionCallbackFailureCommand,
  SendDurableExecutionCallbackSuccessCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../aws/connect.ts';
import { Tally } from '../aws/tally.ts';

export interface RunAnswer {
  readonly callbackId: string;
  readonly answer: 'approve' | 'decline';
  /** The text that the run reads, at most 256 KB. */
  readonly text: string;
}

/** The actions of IAM, which are named as the calls. */
export const answerPermissions = {
  approve: 'lambda:SendDurableExecutionCallbackSuccess',
  decline: 'lambda:SendDurableExecutionCallbackFailure',
} as const;

/** Tried once: where AWS did not answer, the run record shows whether Lambda has it.
 *  https://docs.aws.amazon.com/lambda/latest/api/API_SendDurableExecutionCallbackSuccess.html
 *  @throws the error of AWS: CallbackTimeoutException where the run does not wait any more */
export async function answerRun(aws: Aws, { callbackId, answer, text }: RunAnswer): Promise<void> {
  const client = aws.writer(new Tally(), (settings) => new LambdaClient(settings));
  const CallbackId = callbackId;
  if (answer === 'approve') {
    const Result = new TextEncoder().encode(text);
    await client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result }));
    return;
  }
  const failure = { ErrorType: 'Declined', ErrorMessage: 'An operator declined the plan', ErrorData: text };
  await client.send(new SendDurableExecutionCallbackFailureCommand({ CallbackId, Error: failure }));
}
