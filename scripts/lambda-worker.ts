// The worker thread or process of lambda.ts: loads the bundled handler once and calls it for each event. It advances Date
// before it loads the bundle, because signatures and reports must use the account's clock.
import { parentPort, workerData } from 'node:worker_threads';
import type { Context } from 'aws-lambda';

export interface Starting {
  /** The bundle's entry point, as a URL. */
  readonly bundle: string;
  readonly functionArn: string;
  /** Milliseconds by which the account's clock is ahead of the machine's. */
  readonly ahead: Float64Array;
}

export interface Invocation {
  readonly event: unknown;
  readonly requestId: string;
  /** The clock at the start: a process shares no memory with the account. */
  readonly aheadMs: number;
}

export type Answer = { readonly answer: unknown } | { readonly failed: string };
export type Message = { readonly log: string } | Answer;

/** The maximum of Lambda. */
const TIMEOUT_MS = 900_000;

const { bundle, functionArn, ahead }: Starting = parentPort === null ? startingOf(process.argv.slice(2)) : workerData;
const port = parentPort ?? {
  postMessage: (message: Message) => void process.send?.(message),
  on: (_: 'message', receive: (invocation: Invocation) => void) => void process.on('message', receive),
};

function startingOf([bundle = '', functionArn = '']: readonly string[]): Starting {
  return { bundle, functionArn, ahead: new Float64Array(1) };
}

const [MachineDate, machineNow] = [Date, Date.now];
const now = () => machineNow() + (ahead[0] ?? 0);
globalThis.Date = new Proxy(MachineDate, {
  construct(target, values, newTarget) {
    const date: Date = Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget);
    return date;
  },
  get(target, name, self) {
    const member: unknown = Reflect.get(target, name, self);
    return name === 'now' ? now : member;
  },
});

// Through the port of the answers, which keeps log lines before the answer.
for (const stream of [process.stdout, process.stderr])
  stream.write = (text: string | Uint8Array) => {
    port.postMessage({
      log: typeof text === 'string' ? text : Buffer.from(text).toString(),
    } satisfies Message);
    return true;
  };

const { handler }: { handler: (event: unknown, context: Context) => Promise<unknown> } = await import(bundle);

port.on('message', ({ event, requestId, aheadMs }: Invocation) => {
  if (parentPort === null) ahead[0] = aheadMs;
  handler(event, contextOf(requestId)).then(
    (answer) => port.postMessage({ answer } satisfies Message),
    (error: unknown) => port.postMessage({ failed: String(error) } satisfies Message),
  );
});

function contextOf(requestId: string): Context {
  const ends = Date.now() + TIMEOUT_MS;
  const [name = '', version = '$LATEST'] = functionArn.split(':').slice(6);
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: version,
    invokedFunctionArn: functionArn,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'demonstration',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => ends - Date.now(),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
