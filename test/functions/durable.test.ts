// Steps and waits as Lambda's durable executions, with the SDK's own local runner; and what only the envelope of a later
// invocation can say: that a step was begun and cut off.
import {
  type CheckpointDurableExecutionRequest,
  DurableExecutionInvocationInputWithClient,
  type WireOperation,
} from '@aws/durable-execution-sdk-js';
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Durable, durably, executionId, isDurable } from '../../functions/durable.ts';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:pruner:1/durable-execution/night/id-1';

const nothing = { before: () => undefined };

describe('a whole execution', () => {
  // Anew for each: once the runner has skipped a wait, its clock is ahead of its server's, and the next wait ends at once.
  beforeEach(() => LocalDurableTestRunner.setupTestEnvironment({ skipTime: true }));
  afterEach(() => LocalDurableTestRunner.teardownTestEnvironment());

  const runOf = async (handle: (event: unknown, durable: Durable) => Promise<unknown>) => {
    const runner = new LocalDurableTestRunner({ handlerFunction: durably(nothing, handle) });
    return runner.run({ payload: { families: ['web'] } });
  };

  test('a wait ends the invocation; what was done before it is remembered and not done again', async () => {
    const done: string[] = [];
    let entered = 0;
    const execution = await runOf(async (event, { steps }) => {
      entered++;
      const first = await steps.step('read', () => Promise.resolve(done.push('read')));
      await steps.wait('window', 660);
      const second = await steps.step('report', () => Promise.resolve(done.push('report')));
      return { event, first, second };
    });
    expect(execution.getResult()).toEqual({ event: { families: ['web'] }, first: 1, second: 2 });
    expect({ done, entered }).toEqual({ done: ['read', 'report'], entered: 2 });
  });

  test('a step that answers with nothing stays one, at each replay', async () => {
    const seen: unknown[] = [];
    await runOf(async (_event, { steps }) => {
      seen.push(await steps.step('open', () => Promise.resolve(undefined)));
      await steps.wait('window', 660);
    });
    expect(seen).toEqual([undefined, undefined]);
  });

  test('what a step throws is thrown under its own name, at once and at each replay, and not tried again', async () => {
    let tried = 0;
    const caught: unknown[] = [];
    const execution = await runOf(async (_event, { steps }) => {
      const work = () => {
        tried++;
        return Promise.reject(Object.assign(new Error('no such bucket'), { name: 'StateError' }));
      };
      await steps.step('open', work).catch((error: unknown) => caught.push(String(error)));
      await steps.wait('window', 660);
      return 'went on';
    });
    expect(tried).toBe(1);
    expect(caught).toEqual(['StateError: no such bucket', 'StateError: no such bucket']);
    expect(execution.getResult()).toBe('went on');
  });

  test('a wait is whole seconds, and long enough to end the invocation', async () => {
    const runner = new LocalDurableTestRunner({
      handlerFunction: durably(nothing, async (_event, { steps }) => {
        await steps.wait('next', 1);
        await steps.wait('window', 660.2);
      }),
    });
    const execution = await runner.run();
    expect(
      execution.getOperations().map((one) => [one.getName(), one.getWaitDetails()?.waitSeconds]),
    ).toEqual([
      ['next', 5],
      ['window', 661],
    ]);
  });

  test('what the run throws ends the execution as failed', async () => {
    const execution = await runOf(() =>
      Promise.reject(Object.assign(new Error('it failed'), { name: 'RunFailed' })),
    );
    expect(execution.getStatus()).toBe('FAILED');
    expect(execution.getError()).toMatchObject({ errorType: 'RunFailed', errorMessage: 'it failed' });
  });

  test('an answer that just fits into a checkpoint is taken', async () => {
    const execution = await runOf(async (_event, { steps }) => {
      const text = await steps.step('pass 1', () => Promise.resolve('x'.repeat(199_998)));
      return text.length;
    });
    expect(execution.getResult()).toBe(199_998);
  });

  test('an answer that is too large for a checkpoint fails its step, with our words', async () => {
    const execution = await runOf((_event, { steps }) =>
      steps.step('pass 1', () => Promise.resolve('x'.repeat(199_999))),
    );
    expect(execution.getError()).toMatchObject({
      errorType: 'StepTooLarge',
      errorMessage: 'the step "pass 1" answers with 200001 bytes; a checkpoint takes 200000',
    });
  });

  test('an endless message is cut before it is checkpointed', async () => {
    const execution = await runOf(async (_event, { steps }) =>
      steps.step('pass 1', () => Promise.reject(new Error('x'.repeat(500_000)))),
    );
    expect(execution.getError().errorMessage).toHaveLength(2_000);
  });
});

describe('a step that was cut off', () => {
  /** What a new process finds of a step that an earlier one began as its attempt of that number, and what it then says. */
  async function replay(attempt: number) {
    const updates: CheckpointDurableExecutionRequest['Updates'] = [];
    let worked = 0;
    const handler = durably(nothing, async (_event, { steps }) => {
      const cause = await steps
        .step('pass 1', () => Promise.resolve(void worked++))
        .catch((error: unknown) => error);
      return cause instanceof Error ? `${cause.name}: ${cause.message}` : 'done';
    });
    const operations: WireOperation[] = [
      { Id: 'execution', Type: 'EXECUTION', Status: 'STARTED', StartTimestamp: new Date(0) },
      {
        Id: STEP_1,
        Name: 'pass 1',
        Type: 'STEP',
        SubType: 'Step',
        Status: 'STARTED',
        StartTimestamp: new Date(0),
        StepDetails: { Attempt: attempt },
      },
    ];
    const answer = await handler(
      new DurableExecutionInvocationInputWithClient(
        {
          DurableExecutionArn: ARN,
          CheckpointToken: 'token',
          InitialExecutionState: { Operations: operations },
        },
        {
          getExecutionState: () => Promise.reject(new Error('nothing more to get')),
          checkpoint: (request) => {
            updates.push(...(request.Updates ?? []));
            return Promise.resolve({ CheckpointToken: 'token', NewExecutionState: { Operations: [] } });
          },
        },
      ),
      context,
    );
    return { answer, worked, said: updates.map(({ Action, StepOptions }) => ({ Action, StepOptions })) };
  }

  test('is tried again by a fresh process, in five seconds', async () => {
    expect(await replay(0)).toEqual({
      answer: { Status: 'PENDING' },
      worked: 0,
      said: [{ Action: 'RETRY', StepOptions: { NextAttemptDelaySeconds: 5 } }],
    });
  });

  test('four times is tried again', async () => {
    expect(await replay(3)).toMatchObject({ answer: { Status: 'PENDING' }, worked: 0 });
  });

  test('five times is given up, and the run goes on', async () => {
    const says =
      'StepCutOff: the step "pass 1" was cut off 5 times before it ended: out of memory, out of time, or killed';
    expect(await replay(4)).toEqual({
      answer: { Status: 'SUCCEEDED', Result: JSON.stringify(says) },
      worked: 0,
      said: [{ Action: 'FAIL', StepOptions: undefined }],
    });
  });
});

test.each([
  { event: {}, durable: false },
  { event: undefined, durable: false },
  { event: { DurableExecutionArn: ARN }, durable: false },
  { event: { DurableExecutionArn: ARN, CheckpointToken: 't', InitialExecutionState: {} }, durable: true },
])('$event is the envelope of a durable execution: $durable', ({ event, durable }) => {
  expect(isDurable(event)).toBe(durable);
});

test("the execution's id is what nobody gives twice", () => {
  expect(executionId(ARN)).toBe('id-1');
});

/** The SDK hashes the position of an operation; this is the first one's. */
const STEP_1 = 'c4ca4238a0b92382';
const context: Context = {
  awsRequestId: 'request-1',
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'pruner',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:pruner:1',
  logGroupName: '/aws/lambda/pruner',
  logStreamName: 'test',
  memoryLimitInMB: '512',
  getRemainingTimeInMillis: () => 900_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
