// A durable run against the embedded Lambda, which answers like the service: see sandbox/lambda/execution.ts.
import { LambdaClient } from '@aws-sdk/client-lambda';
import { DurableExecutionApiClient } from '@aws/durable-execution-sdk-js';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createDurableHandler } from '../../functions/durable.ts';
import type { InvocationContext } from '../../functions/definition.ts';
import { minutes, start } from '../support/sandbox.ts';
import { aContext } from '../support/execution.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:pruner-nightly:7';
const nothing = { before: () => undefined };

async function begin(
  handle: (event: unknown, occasion: InvocationContext) => Promise<unknown>,
  { payload = '{}', page = 100 } = {},
) {
  const { sandbox, clock } = await start();
  const client = new LambdaClient({
    endpoint: sandbox.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'FUNCTION', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  vi.spyOn(Date, 'now').mockImplementation(() => clock.now());
  // The SDK logs each refused checkpoint.
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  onTestFinished(() => void vi.restoreAllMocks());
  const handler = createDurableHandler(nothing, handle, new DurableExecutionApiClient(client));
  const execution = sandbox.account.durableExecutions.start({ functionArn, payload });
  const invoke = async () => {
    const outcome = await handler(execution.begin(clock.now(), page), aContext()).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ failed: String(error).replace(/^.*: (?=Invalid)/, '') }),
    );
    execution.settle(outcome, clock.now());
    return outcome;
  };
  return { sandbox, clock, execution, invoke };
}

describe('a checkpoint token that another invocation superseded', () => {
  test('ends the invocation, and the execution continues to its result', async () => {
    let [worked, stale] = [0, true];
    const { execution, invoke, clock } = await begin(async (_event, { steps }) =>
      steps.step('pass 1', () => {
        worked++;
        // Lambda begins another invocation while this one still works.
        if (stale) execution.begin(clock.now());
        stale = false;
        return Promise.resolve('done');
      }),
    );
    expect(await invoke()).toEqual({ failed: 'Invalid checkpoint token' });
    expect(execution.status).toBe('RUNNING');
    expect(await invoke()).toMatchObject({ answer: { Status: 'PENDING' } });
    clock.advance(minutes);
    expect(await invoke()).toMatchObject({ answer: { Status: 'SUCCEEDED', Result: '"done"' } });
    expect(worked).toBe(2);
  });

  test('ends the invocation during the replay of earlier steps', async () => {
    const { sandbox, execution, invoke, clock } = await begin(
      async (_event, { steps }) => {
        await steps.step('open', () => Promise.resolve('opened'));
        await steps.wait('window', 660);
        return 'done';
      },
      { page: 1 },
    );
    expect(await invoke()).toMatchObject({ answer: { Status: 'PENDING' } });
    clock.advance(11 * minutes);
    const unhook = sandbox.before(({ operation }) => {
      if (operation === 'GetDurableExecutionState') execution.begin(clock.now());
    });
    expect(await invoke()).toEqual({ failed: 'Invalid checkpoint token' });
    unhook();
    expect(execution.status).toBe('RUNNING');
    expect(await invoke()).toMatchObject({ answer: { Status: 'SUCCEEDED' } });
  });

  test('does not fail the execution, unlike a checkpoint that Lambda refuses for another reason', async () => {
    const { sandbox, execution, invoke } = await begin(async (_event, { steps }) =>
      steps.step('pass 1', () => Promise.resolve('done')),
    );
    sandbox.faults.add({
      operation: 'CheckpointDurableExecution',
      kind: 'error',
      code: 'InvalidParameterValueException',
      status: 400,
      message: 'Invalid parent operation id.',
    });
    expect(await invoke()).toMatchObject({ answer: { Status: 'FAILED' } });
    expect(execution.status).toBe('FAILED');
  });
});

describe('a payload that is not JSON', () => {
  test.each([
    { payload: '', given: 'nothing' },
    { payload: ' \n', given: 'nothing' },
    { payload: '{"dryRun":', given: '10 characters that are not JSON' },
  ])('fails the execution at once and says how to pass $payload', async ({ payload, given }) => {
    let handled = 0;
    const handle = () => Promise.resolve(++handled);
    const { execution, invoke } = await begin(handle, { payload });
    expect(await invoke()).toEqual({
      answer: {
        Status: 'FAILED',
        Error: {
          ErrorType: 'EventError',
          ErrorMessage: `event: given ${given}, allowed: a JSON object; pass --payload '{}' for a run as it is deployed`,
        },
      },
    });
    expect(execution.status).toBe('FAILED');
    expect(handled).toBe(0);
  });
});
