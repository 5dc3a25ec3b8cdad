// Runs a durable execution as Lambda does: an invocation after the other with what was recorded, over waits and over
// whatever cuts one off. Every moment before and after a call to AWS and before and after a checkpoint is told to the test,
// which may end the invocation, lose the checkpoint, set a clock or start another run.
import {
  type DurableContext,
  type DurableExecutionClient,
  DurableExecutionInvocationInputWithClient,
  InvocationStatus,
  withDurableExecution,
} from '@aws/durable-execution-sdk-js';
import { endInvocationWhenSuperseded } from '../../../functions/transport.ts';
import type { Sandbox } from '../../../sandbox/server.ts';
import type { TestClock } from '../../support/clock.ts';
import { Life, never } from './life.ts';
import { Recorded } from './recorded.ts';

export interface Moment {
  /** Counted over the whole execution, from 0. */
  readonly index: number;
  readonly when: 'before' | 'after';
  /** `ecs ListTasks`, `checkpoint SUCCEED pass 1` */
  readonly what: string;
  /** Which invocation it is in, from 1. */
  readonly life: number;
}

/** The action at a moment. `lost` makes the checkpoint fail. */
export type At = (moment: Moment, life: Life) => void | 'lost' | Promise<void | 'lost'>;

export interface ExecutionOptions {
  readonly sandbox: Sandbox;
  readonly clock: TestClock;
  /** The beginning of its access keys, which distinguishes its calls from others. */
  readonly name?: string;
  readonly payload?: unknown;
  readonly at?: At;
  /** Called in each wait, by its name, and before each further try of a step. */
  readonly meanwhile?: (name: string) => unknown;
  /** How long Lambda takes to notice that an invocation was cut off, and to begin the next. */
  readonly againAfterMs?: number;
}

export interface Ended {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'CUT OFF';
  readonly result: unknown;
  readonly lives: number;
  readonly moments: readonly Moment[];
  readonly recorded: Recorded;
}

/** The code of one invocation, with its durable context and its life. */
export type Program = (context: DurableContext, life: Life, event: unknown) => Promise<unknown>;

/** Lambda retries until the execution times out. No case here needs so many lives. */
const MOST_LIVES = 60;

export async function execute(program: Program, options: ExecutionOptions): Promise<Ended> {
  const { sandbox, clock, name = 'FUNCTION', payload = {}, againAfterMs = 1_000 } = options;
  const recorded = new Recorded(clock, payload);
  const moments: Moment[] = [];
  for (let number = 1; number <= MOST_LIVES; number++) {
    const life = new Life(`${name}${number}`, clock);
    const tell = teller(life, number, moments, options.at);
    const unhook = hooked(sandbox, life, tell);
    const awake = signsAs(life);
    const answer = await Promise.race([invoke(program, life, recorded, tell), life.cut]);
    awake();
    // Work that an ended invocation left running continues, as in Lambda when the same environment is
    // used again. Its calls still count as its own.
    if (answer === 'cut') unhook();
    if (answer === 'cut' || answer === 'thrown') clock.advance(againAfterMs);
    else if (answer.Status !== InvocationStatus.PENDING) {
      const isDone = answer.Status === InvocationStatus.SUCCEEDED;
      const result: unknown = isDone ? JSON.parse(answer.Result ?? 'null') : answer.Error;
      return { status: isDone ? 'SUCCEEDED' : 'FAILED', result, lives: number, moments, recorded };
    } else if (!(await recorded.resume(options.meanwhile ?? (() => undefined))))
      throw new Error('The execution waits for nothing');
  }
  throw new Error(`The execution has not ended after ${MOST_LIVES} invocations`);
}

/** Only one life: work that is cut off then is not continued. */
export async function live(
  program: (life: Life) => Promise<unknown>,
  { sandbox, clock, name = 'ONCE', at }: ExecutionOptions,
): Promise<Ended> {
  // A command line has all the time in the world.
  const life = new Life(`${name}1`, clock, name === 'TERMINAL' ? Infinity : undefined);
  const moments: Moment[] = [];
  const unhook = hooked(sandbox, life, teller(life, 1, moments, at));
  const awake = signsAs(life);
  const thrown = (error: unknown) => ({ status: 'FAILED' as const, result: error });
  const answer = await Promise.race([
    program(life).then((result) => ({ status: 'SUCCEEDED' as const, result }), thrown),
    life.cut,
  ]);
  awake();
  unhook();
  const became = answer === 'cut' ? { status: 'CUT OFF' as const, result: undefined } : answer;
  return { ...became, lives: 1, moments, recorded: new Recorded(clock, {}) };
}

/** Credentials are taken from the environment at the first call. Returns what hands it back to whom this one interrupts. */
function signsAs({ key }: Life): () => void {
  const before = process.env['AWS_ACCESS_KEY_ID'];
  process.env['AWS_ACCESS_KEY_ID'] = key;
  return () => {
    process.env['AWS_ACCESS_KEY_ID'] = before;
  };
}

function teller(life: Life, number: number, moments: Moment[], at: At | undefined): Tell {
  return async (when, what) => {
    if (life.isOver()) return never();
    const moment = { index: moments.length, when, what, life: number };
    moments.push(moment);
    // Out of time: Lambda ends it where it is.
    if (life.leftMs() === 0) life.kill();
    const became = await at?.(moment, life);
    return life.isOver() ? never() : became;
  };
}

async function invoke(program: Program, life: Life, recorded: Recorded, tell: Tell) {
  const handler = withDurableExecution((event, context) => program(context, life, event));
  // Of what was recorded the first page comes with the event, the rest is asked for.
  const [first, ...rest] = recorded.operations;
  const event = new DurableExecutionInvocationInputWithClient(
    {
      DurableExecutionArn: ARN,
      CheckpointToken: recorded.newToken(),
      InitialExecutionState: {
        Operations: first === undefined ? [] : [first],
        ...(rest.length > 0 ? { NextMarker: 'rest' } : {}),
      },
    },
    endInvocationWhenSuperseded(clientOf(recorded, tell)),
  );
  try {
    return await handler(event, lambdaContext(life));
  } catch {
    return 'thrown' as const;
  }
}

type Tell = (when: Moment['when'], what: string) => Promise<void | 'lost'>;

const ARN =
  'arn:aws:lambda:eu-west-1:123456789012:function:prune:1/durable-execution/night/00000000-0000-4000-8000-000000000000';

function clientOf(recorded: Recorded, tell: Tell): DurableExecutionClient {
  return {
    getExecutionState: () => Promise.resolve({ Operations: recorded.operations.slice(1) }),
    checkpoint: async (request) => {
      const names = (request.Updates ?? []).map(({ Action, Name }) => `${Action} ${Name ?? ''}`.trim());
      const what = `checkpoint ${names.join(', ')}`;
      if ((await tell('before', what)) === 'lost') throw new Error('The checkpoint got lost');
      const answer = recorded.checkpoint(request);
      if ((await tell('after', what)) === 'lost') throw new Error("The checkpoint's answer got lost");
      return answer;
    },
  };
}

function hooked(sandbox: Sandbox, life: Life, tell: Tell): () => void {
  const unhook = [
    sandbox.before(async ({ service, operation, accessKeyId }) => {
      if (accessKeyId === life.key) await tell('before', `${service} ${operation}`);
    }),
    sandbox.after(async ({ service, operation, accessKeyId }) => {
      if (accessKeyId === life.key) await tell('after', `${service} ${operation}`);
    }),
  ];
  return () => {
    // A call that is on its way to AWS when its sender dies may not take effect any more once the next one lives.
    for (const one of unhook) one();
    sandbox.before(async ({ accessKeyId }) => {
      if (accessKeyId === life.key) await never();
    });
  };
}

function lambdaContext(life: Life) {
  return {
    awsRequestId: life.key,
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'prune',
    functionVersion: '1',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:prune:durable',
    memoryLimitInMB: '512',
    logGroupName: '/aws/lambda/prune',
    logStreamName: 'prune',
    getRemainingTimeInMillis: () => life.leftMs(),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
