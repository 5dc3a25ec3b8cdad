// The inside of lambda.ts: calls the bundled handler as Lambda's runtime would, once, with one event and one context.
import { parentPort, workerData } from 'node:worker_threads';
import type { Context } from 'aws-lambda';

export interface Invocation {
  /** The bundle's entry point, as a URL. */
  readonly bundle: string;
  readonly event: unknown;
  readonly functionArn: string;
  readonly requestId: string;
}

export type Answer = { readonly answer: unknown } | { readonly failed: string };

/** What Lambda gives one invocation at most. */
const TIMEOUT_MS = 900_000;

const { bundle, event, functionArn, requestId }: Invocation = workerData;
const { handler }: { handler: (event: unknown, context: Context) => Promise<unknown> } = await import(bundle);
const ends = Date.now() + TIMEOUT_MS;
const name = functionArn.split(':').at(-1) ?? '';

const context: Context = {
  awsRequestId: requestId,
  callbackWaitsForEmptyEventLoop: true,
  functionName: name,
  functionVersion: '$LATEST',
  invokedFunctionArn: functionArn,
  logGroupName: `/aws/lambda/${name}`,
  logStreamName: 'demonstration',
  memoryLimitInMB: '512',
  getRemainingTimeInMillis: () => ends - Date.now(),
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

const answer: Answer = await handler(event, context).then(
  (answer) => ({ answer }),
  (error: unknown) => ({ failed: String(error) }),
);
parentPort?.postMessage(answer);
