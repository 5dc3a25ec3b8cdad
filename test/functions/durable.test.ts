// Steps and waits as Lambda's durable executions: what is remembered, what a step throws, what is too large, and how often one
// that is cut off is begun again.
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDurableHandler, parseExecutionId, isDurableInvocation } from '../../functions/durable.ts';
import type { InvocationContext } from '../../functions/handler.ts';
import type { Steps } from '../../shared/run/steps.ts';
import { aContext, ARN, execute } from '../support/execution.ts';

const nothing = { before: () => undefined };
const runOf = (handle: (steps: Steps) => Promise<unknown>) =>
  execute(
    createDurableHandler(nothing, (_event, { steps }) => handle(steps)),
    {},
  );

describe('a whole execution', () => {
  test('a wait ends the invocation; what was done before it is remembered and not done again', async () => {
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

  test("the SDK's own runner sees the same", async () => {
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

  test('a step that answers with nothing stays one, at each replay', async () => {
    const seen: unknown[] = [];
    await runOf(async (steps) => {
      seen.push(await steps.step('open', () => Promise.resolve(undefined)));
      await steps.wait('next', 1);
    });
    expect(seen).toEqual([undefined, undefined]);
  });

  test('what a step throws is thrown under its own name, at once and at each replay, and not tried again', async () => {
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

  test('a wait is whole seconds, and long enough to end the invocation', async () => {
    const { updates } = await runOf(async (steps) => {
      await steps.wait('next', 1);
      await steps.wait('window', 660.2);
    });
    expect(updates.map(({ Name, WaitOptions }) => [Name, WaitOptions?.WaitSeconds])).toEqual([
      ['next', 5],
      ['window', 661],
    ]);
  });

  test('an invocation whose time is nearly over does not fail the execution: Lambda begins another', async () => {
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

  test('what the run throws ends the execution as failed', async () => {
    const { status, answer } = await runOf(() =>
      Promise.reject(Object.assign(new Error('it failed'), { name: 'RunFailed' })),
    );
    expect(status).toBe('FAILED');
    expect(answer).toMatchObject({ ErrorType: 'RunFailed', ErrorMessage: 'it failed' });
  });

  test('an answer that just fits into a checkpoint is taken', async () => {
    const { answer } = await runOf(async (steps) => {
      const text = await steps.step('pass 1', () => Promise.resolve('x'.repeat(199_998)));
      return text.length;
    });
    expect(answer).toBe(199_998);
  });

  test('an answer that is too large for a checkpoint fails its step, with our words', async () => {
    const { status, answer } = await runOf((steps) => steps.step('pass 1', () => Promise.resolve('x'.repeat(199_999))));
    expect(status).toBe('FAILED');
    expect(answer).toMatchObject({
      ErrorType: 'StepTooLarge',
      ErrorMessage: 'the step "pass 1" returned 200001 bytes; the limit is 200000',
    });
  });

  test('an endless message is cut before it is checkpointed', async () => {
    const { updates } = await runOf((steps) =>
      steps.step('pass 1', () => Promise.reject(new Error('x'.repeat(500_000)))),
    );
    expect(updates.map(({ Error: error }) => error?.ErrorMessage?.length)).toEqual([undefined, 2_000]);
  });
});

describe('an interrupted step', () => {
  /** What comes of a step of which the record says that its attempt of that number was begun. */
  async function afterCut(attempt: number) {
    let worked = 0;
    const handle = async (_event: unknown, { steps }: InvocationContext) => {
      const cause = await steps.step('pass 1', () => Promise.resolve(void worked++)).catch((error: unknown) => error);
      return cause instanceof Error ? `${cause.name}: ${cause.message}` : 'done';
    };
    // The SDK names an operation by a hash of its position; this is the first one's.
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
  ])('$times is begun again, by a fresh process', async ({ attempt }) => {
    expect(await afterCut(attempt)).toEqual({
      answer: 'done',
      worked: 1,
      updates: ['RETRY', 'START', 'SUCCEED'],
    });
  });

  test('five times is given up, and the run goes on', async () => {
    expect(await afterCut(4)).toEqual({
      answer: 'StepCutOff: the step "pass 1" was interrupted 5 times: out of memory, out of time, or killed',
      worked: 0,
      updates: ['FAIL'],
    });
  });

  test('its beginning is on record before its work begins', async () => {
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
])('$event is the envelope of a durable execution: $durable', ({ event, durable }) => {
  expect(isDurableInvocation(event)).toBe(durable);
});

test("the execution's id is what nobody gives twice", () => {
  expect(parseExecutionId(ARN)).toBe('id-1');
});
