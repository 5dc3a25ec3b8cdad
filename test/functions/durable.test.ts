// Steps and waits in Lambda's durable executions: recorded results, errors, size limits and retries of
// interrupted steps.
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDurableHandler, parseExecutionId, isDurableInvocation } from '../../functions/durable.ts';
import type { InvocationContext } from '../../functions/definition.ts';
import type { Steps } from '../../shared/run/steps.ts';
import { aContext, ARN, execute } from '../support/execution.ts';

const nothing = { before: () => undefined };
const runOf = (handle: (steps: Steps) => Promise<unknown>) =>
  execute(
    createDurableHandler(nothing, (_event, { steps }) => handle(steps)),
    {},
  );

describe('a whole execution', () => {
  test('ends the invocation at a wait and does not repeat recorded steps', async () => {
    const done: string[] = [];
    const handle = async (event: unknown, { steps }: InvocationContext) => {
      const first = await steps.step('read', () => Promise.resolve(done.push('read')));
      await steps.wait('window', 660);
      const second = await steps.step('report', () => Promise.resolve(done.push('report')));
      return { event, first, second };
    };
    const execution = await execute(createDurableHandler(nothing, handle), { families: ['web'] });
    expect(execution.answer).toEqual({ event: { families: ['web'] }, first: 1, second: 2 });
    expect(done).toEqual(['read', 'report']);
    expect(execution.invocations).toBe(2);
  });

  test("behaves the same in the SDK's own runner", async () => {
    await LocalDurableTestRunner.setupTestEnvironment({ skipTime: true });
    onTestFinished(() => LocalDurableTestRunner.teardownTestEnvironment());
    const done: string[] = [];
    const runner = new LocalDurableTestRunner({
      handlerFunction: createDurableHandler(nothing, async (event, { steps }) => {
        await steps.step('read', () => Promise.resolve(done.push('read')));
        await steps.wait('window', 660);
        return event;
      }),
    });
    const execution = await runner.run({ payload: { families: ['web'] } });
    expect(execution.getResult()).toEqual({ families: ['web'] });
    expect(execution.getInvocations()).toHaveLength(2);
    expect(done).toEqual(['read']);
  });

  test('returns undefined from a step without a result at each replay', async () => {
    const seen: unknown[] = [];
    await runOf(async (steps) => {
      seen.push(await steps.step('open', () => Promise.resolve(undefined)));
      await steps.wait('next', 1);
    });
    expect(seen).toEqual([undefined, undefined]);
  });

  test('throws the error of a step under its own name, at each replay too, without another attempt', async () => {
    let tried = 0;
    const caught: unknown[] = [];
    const { answer } = await runOf(async (steps) => {
      const work = () => {
        tried++;
        return Promise.reject(Object.assign(new Error('no such bucket'), { name: 'StateError' }));
      };
      await steps.step('open', work).catch((error: unknown) => caught.push(String(error)));
      await steps.wait('next', 1);
      return 'went on';
    });
    expect(answer).toBe('went on');
    expect(tried).toBe(1);
    expect(caught).toEqual(['StateError: no such bucket', 'StateError: no such bucket']);
  });

  test('rounds a wait to whole seconds that are long enough to end the invocation', async () => {
    const { updates } = await runOf(async (steps) => {
      await steps.wait('next', 1);
      await steps.wait('window', 660.2);
    });
    expect(updates.map(({ Name, WaitOptions }) => [Name, WaitOptions?.WaitSeconds])).toEqual([
      ['next', 5],
      ['window', 661],
    ]);
  });

  test('continues in another invocation when the time of one ends', async () => {
    const handle = (_event: unknown, { steps, leftMs }: InvocationContext) =>
      steps.step('pass 1', async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return leftMs();
      });
    const context = () => aContext({ getRemainingTimeInMillis: () => 10 });
    expect(await execute(createDurableHandler(nothing, handle), {}, { context })).toMatchObject({
      status: 'SUCCEEDED',
      answer: 10,
    });
  });

  test('fails when the run throws', async () => {
    const { status, answer } = await runOf(() =>
      Promise.reject(Object.assign(new Error('it failed'), { name: 'RunFailed' })),
    );
    expect(status).toBe('FAILED');
    expect(answer).toMatchObject({ ErrorType: 'RunFailed', ErrorMessage: 'it failed' });
  });

  test('accepts a result that just fits into a checkpoint', async () => {
    const { answer } = await runOf(async (steps) => {
      const text = await steps.step('pass 1', () => Promise.resolve('x'.repeat(199_998)));
      return text.length;
    });
    expect(answer).toBe(199_998);
  });

  test('fails a step with its own message when the result is too large for a checkpoint', async () => {
    const { status, answer } = await runOf((steps) => steps.step('pass 1', () => Promise.resolve('x'.repeat(199_999))));
    expect(status).toBe('FAILED');
    expect(answer).toMatchObject({
      ErrorType: 'StepTooLarge',
      ErrorMessage: 'the step "pass 1" returned 200001 bytes; the limit is 200000',
    });
  });

  test('shortens a long error message before the checkpoint', async () => {
    const { updates } = await runOf((steps) =>
      steps.step('pass 1', () => Promise.reject(new Error('x'.repeat(500_000)))),
    );
    expect(updates.map(({ Error: error }) => error?.ErrorMessage?.length)).toEqual([undefined, 2_000]);
  });
});

describe('an interrupted step', () => {
  /** Runs a step after the recorded start of this attempt. */
  async function afterCut(attempt: number) {
    let worked = 0;
    const handle = async (_event: unknown, { steps }: InvocationContext) => {
      const cause = await steps.step('pass 1', () => Promise.resolve(void worked++)).catch((error: unknown) => error);
      return cause instanceof Error ? `${cause.name}: ${cause.message}` : 'done';
    };
    // The SDK identifies an operation by a hash of its position; this is the hash of the first.
    const step = { Id: 'c4ca4238a0b92382', Name: 'pass 1', Type: 'STEP', SubType: 'Step' } as const;
    const { answer, updates } = await execute(
      createDurableHandler(nothing, handle),
      {},
      {
        found: [
          {
            ...step,
            Status: 'STARTED',
            StartTimestamp: new Date(0),
            StepDetails: { Attempt: attempt },
          },
        ],
      },
    );
    return { answer, worked, updates: updates.map(({ Action }) => Action) };
  }

  test.each([
    { times: 'once', attempt: 0 },
    { times: 'four times', attempt: 3 },
  ])('begins again in a new process when it was interrupted $times', async ({ attempt }) => {
    expect(await afterCut(attempt)).toEqual({
      answer: 'done',
      worked: 1,
      updates: ['RETRY', 'START', 'SUCCEED'],
    });
  });

  test('fails after five interruptions, and the run continues', async () => {
    expect(await afterCut(4)).toEqual({
      answer: 'StepCutOff: the step "pass 1" was interrupted 5 times: out of memory, out of time, or killed',
      worked: 0,
      updates: ['FAIL'],
    });
  });

  test('has a recorded start before its work begins', async () => {
    const before: unknown[] = [];
    const handler = createDurableHandler(nothing, async (_event, { steps }) => {
      await steps.step('pass 1', () => Promise.resolve(before.push('work')));
    });
    const { updates } = await execute(handler, {}, { checkpointed: ({ Action }) => before.push(Action) });
    expect(before).toEqual(['START', 'work', 'SUCCEED']);
    expect(updates).toHaveLength(2);
  });
});

test.each([
  { event: {}, durable: false },
  { event: undefined, durable: false },
  { event: { DurableExecutionArn: ARN }, durable: false },
  { event: { DurableExecutionArn: ARN, CheckpointToken: 't', InitialExecutionState: {} }, durable: true },
])('recognizes $event as the envelope of a durable execution: $durable', ({ event, durable }) => {
  expect(isDurableInvocation(event)).toBe(durable);
});

test('the id of an execution is unique', () => {
  expect(parseExecutionId(ARN)).toBe('id-1');
});
