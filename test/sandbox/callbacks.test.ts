/** Callbacks of Lambda's durable executions over REST: answers, timeouts, heartbeats, permissions, and the SDK that waits. */
import {
  CheckpointDurableExecutionCommand,
  LambdaClient,
  SendDurableExecutionCallbackFailureCommand,
  SendDurableExecutionCallbackHeartbeatCommand,
  SendDurableExecutionCallbackSuccessCommand,
} from '@aws-sdk/client-lambda';
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { SandboxOptions } from '../../sandbox/server.ts';
import { aContext } from '../support/execution.ts';
import { minutes, now, refusal, start } from '../support/sandbox.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:prune:7';

async function startLambda(options: Parameters<typeof start>[1] = {}) {
  const { sandbox, clock } = await start({}, options);
  const clientOf = (accessKeyId: string) => {
    const credentials = { accessKeyId, secretAccessKey: 'secret' };
    const client = new LambdaClient({ endpoint: sandbox.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
    onTestFinished(() => client.destroy());
    return client;
  };
  const execution = sandbox.account.durableExecutions.start({ functionArn, payload: '{}' });
  return { sandbox, clock, execution, clientOf, client: clientOf('OPERATOR') };
}

/** An execution with one open callback. */
async function openCallback({
  timeout = 0,
  heartbeat = 0,
  ...options
}: { timeout?: number; heartbeat?: number; roles?: NonNullable<SandboxOptions['roles']> } = {}) {
  const lambda = await startLambda(options);
  const { client, execution, clock } = lambda;
  const { NewExecutionState } = await client.send(
    new CheckpointDurableExecutionCommand({
      DurableExecutionArn: execution.arn,
      CheckpointToken: execution.begin(clock.now()).CheckpointToken,
      Updates: [
        {
          Id: 'ask',
          Type: 'CALLBACK',
          SubType: 'Callback',
          Action: 'START',
          CallbackOptions: { TimeoutSeconds: timeout, HeartbeatTimeoutSeconds: heartbeat },
        },
      ],
    }),
  );
  execution.settle({ answer: { Status: 'PENDING' } }, clock.now());
  const [operation] = NewExecutionState?.Operations ?? [];
  const CallbackId = operation?.CallbackDetails?.CallbackId ?? '';
  return { ...lambda, CallbackId, operation };
}

const stateOf = ({ execution, clock }: Awaited<ReturnType<typeof openCallback>>) =>
  execution.begin(clock.now()).InitialExecutionState.Operations[1];

test('a callback gets an id of the documented form and waits for an answer', async () => {
  const open = await openCallback({ timeout: 3600 });
  expect(open.operation).toMatchObject({ Id: 'ask', Type: 'CALLBACK', Status: 'STARTED' });
  expect(open.CallbackId).toMatch(/^[A-Za-z0-9+/]{1,1022}={0,2}$/);
  expect(open.execution.wakesAt(open.clock.now())).toBe(now + 60 * minutes);
});

test('an answer ends the callback with its bytes as text and wakes the execution', async () => {
  const open = await openCallback({ timeout: 3600 });
  open.clock.advance(minutes);
  await open.client.send(
    new SendDurableExecutionCallbackSuccessCommand({ CallbackId: open.CallbackId, Result: Buffer.from('{"é":1}') }),
  );
  expect(open.execution.wakesAt(open.clock.now())).toBe(now + minutes);
  expect(stateOf(open)).toMatchObject({ Status: 'SUCCEEDED', CallbackDetails: { Result: '{"é":1}' } });
});

test('a failure ends the callback with its error', async () => {
  const open = await openCallback();
  const failed = { ErrorType: 'Declined', ErrorMessage: 'no', ErrorData: '{"by":"x"}' };
  await open.client.send(
    new SendDurableExecutionCallbackFailureCommand({ CallbackId: open.CallbackId, Error: failed }),
  );
  expect(stateOf(open)).toMatchObject({ Status: 'FAILED', CallbackDetails: { Error: failed } });
});

test('a callback without an answer times out by the account’s clock, and takes none after that', async () => {
  const open = await openCallback({ timeout: 3600 });
  open.clock.advance(60 * minutes);
  const late = new SendDurableExecutionCallbackSuccessCommand({ CallbackId: open.CallbackId });
  expect(await refusal(open.client.send(late))).toMatchObject({ name: 'CallbackTimeoutException' });
  expect(stateOf(open)).toMatchObject({
    Status: 'TIMED_OUT',
    EndTimestamp: now + 60 * minutes,
    CallbackDetails: { Error: { ErrorMessage: 'Callback timed out' } },
  });
});

test('a heartbeat moves the heartbeat’s timeout and not the callback’s own', async () => {
  const open = await openCallback({ timeout: 600, heartbeat: 300 });
  open.clock.advance(4 * minutes);
  await open.client.send(new SendDurableExecutionCallbackHeartbeatCommand({ CallbackId: open.CallbackId }));
  expect(open.execution.wakesAt(open.clock.now())).toBe(now + 9 * minutes);
  open.clock.advance(9 * minutes);
  expect(stateOf(open)).toMatchObject({
    Status: 'TIMED_OUT',
    CallbackDetails: { Error: { ErrorMessage: 'Callback timed out on heartbeat' } },
  });
});

test('a second answer, an answer after the execution’s end, and an id that is none are refused', async () => {
  const open = await openCallback();
  const answer = (CallbackId: string) =>
    open.client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId }));
  await answer(open.CallbackId);
  expect(await refusal(answer(open.CallbackId))).toMatchObject({ name: 'CallbackTimeoutException' });
  expect(await refusal(answer('bm9uZQ=='))).toMatchObject({ name: 'InvalidParameterValueException' });

  const ended = await openCallback();
  ended.execution.begin(now);
  ended.execution.settle({ answer: { Status: 'SUCCEEDED' } }, now);
  const late = new SendDurableExecutionCallbackSuccessCommand({ CallbackId: ended.CallbackId });
  expect(await refusal(ended.client.send(late))).toMatchObject({ name: 'CallbackTimeoutException' });
});

test('an answer needs its permission on the executions of the function’s versions', async () => {
  const allow = (Resource: string) => ({
    Statement: [{ Effect: 'Allow' as const, Action: 'lambda:SendDurableExecutionCallbackSuccess', Resource }],
  });
  const unqualified = functionArn.slice(0, functionArn.lastIndexOf(':'));
  const roles = { ON_FUNCTION: [allow(unqualified)], ON_VERSIONS: [allow(`${unqualified}:*`)] };
  const open = await openCallback({ roles });
  const answer = new SendDurableExecutionCallbackSuccessCommand({ CallbackId: open.CallbackId });
  expect(await refusal(open.clientOf('ON_FUNCTION').send(answer))).toMatchObject({ name: 'AccessDeniedException' });
  const decline = new SendDurableExecutionCallbackFailureCommand({ CallbackId: open.CallbackId });
  expect(await refusal(open.clientOf('ON_VERSIONS').send(decline))).toMatchObject({ name: 'AccessDeniedException' });
  await open.clientOf('ON_VERSIONS').send(answer);
});

test('the SDK suspends at a callback and continues with its answer', async () => {
  const { execution, client, clock, clientOf } = await startLambda();
  vi.spyOn(Date, 'now').mockImplementation(() => clock.now());
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  let id = '';
  const handler = withDurableExecution(
    async (_event, context) => {
      const [answer, callbackId] = await context.createCallback('approval', { timeout: { hours: 20 } });
      id = callbackId;
      return answer;
    },
    { client: clientOf('FUNCTION') },
  );
  const invoke = async () =>
    execution.settle({ answer: await handler(execution.begin(clock.now()), aContext()) }, clock.now());
  await invoke();
  expect([execution.status, execution.wakesAt(clock.now())]).toEqual(['RUNNING', now + 20 * 60 * minutes]);
  await client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId: id, Result: Buffer.from('yes') }));
  await invoke();
  expect([execution.status, execution.result]).toEqual(['SUCCEEDED', '"yes"']);
});
