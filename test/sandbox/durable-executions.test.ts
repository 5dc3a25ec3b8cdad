/** Lambda's durable executions over REST, called by the durable execution SDK's client and by that SDK itself. */
import {
  CheckpointDurableExecutionCommand,
  GetDurableExecutionStateCommand,
  LambdaClient,
  type Operation,
  type OperationUpdate,
} from '@aws-sdk/client-lambda';
import { withDurableExecution, type DurableContext, type DurableExecutionHandler } from '@aws/durable-execution-sdk-js';
import type { Context } from 'aws-lambda';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ManualClock } from '../../sandbox/clock.ts';
import type { DurableExecution } from '../../sandbox/lambda/execution.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { minutes, now, refusal, start } from '../support/sandbox.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:prune:7';

async function startLambda(options: Parameters<typeof start>[1] = {}, maxAttempts = 1) {
  const { sandbox, clock } = await start({}, options);
  const client = new LambdaClient({
    endpoint: sandbox.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: options.accessKeyId ?? 'FUNCTION', secretAccessKey: 'secret' },
    maxAttempts,
  });
  onTestFinished(() => client.destroy());
  return { sandbox, clock, client };
}

/** Starts an execution and its first invocation. `checkpoint` uses the latest token. */
async function beginExecution(more: { timeoutSeconds?: number; maxAttempts?: number } = {}) {
  const { sandbox, clock, client } = await startLambda({}, more.maxAttempts);
  const execution = sandbox.account.durableExecutions.start({ functionArn, payload: '{"a":1}', ...more });
  let token = execution.begin(clock.now()).CheckpointToken;
  const checkpoint = async (...Updates: OperationUpdate[]) => {
    const { CheckpointToken = '', NewExecutionState } = await client.send(
      new CheckpointDurableExecutionCommand({
        DurableExecutionArn: execution.arn,
        CheckpointToken: token,
        Updates,
      }),
    );
    token = CheckpointToken;
    return NewExecutionState?.Operations ?? [];
  };
  const again = () => {
    const input = execution.begin(clock.now());
    token = input.CheckpointToken;
    return input;
  };
  return { sandbox, clock, client, execution, checkpoint, again, token: () => token };
}

const step = (Id: string, Action: OperationUpdate['Action'], more: Partial<OperationUpdate> = {}) => ({
  Id,
  Type: 'STEP' as const,
  SubType: 'Step',
  Name: `step ${Id}`,
  Action,
  ...more,
});
const wait = (Id: string, WaitSeconds: number): OperationUpdate => ({
  Id,
  Type: 'WAIT',
  SubType: 'Wait',
  Action: 'START',
  WaitOptions: { WaitSeconds },
});
const statusOf = (operations: readonly Operation[]) => operations.map(({ Id, Status }) => `${Id} ${Status}`);

test('an execution begins with its payload under its function version', async () => {
  const { sandbox, clock } = await startLambda();
  const execution = sandbox.account.durableExecutions.start({
    functionArn,
    payload: '{"a":1}',
    name: 'night',
  });
  expect(execution.arn).toMatch(
    /^arn:aws:lambda:eu-west-1:123456789012:function:prune:7\/durable-execution\/night\/[\w-]+$/,
  );
  const { CheckpointToken, ...input } = execution.begin(clock.now());
  expect(CheckpointToken).toMatch(/./);
  const [, Id] = /([^/]+)$/.exec(execution.arn) ?? [];
  expect(input).toEqual({
    DurableExecutionArn: execution.arn,
    UpdatedOperationIds: [],
    InitialExecutionState: {
      Operations: [
        {
          Id,
          Type: 'EXECUTION',
          Status: 'STARTED',
          StartTimestamp: Date.parse('2026-11-24T02:30:00.000Z'),
          ExecutionDetails: { InputPayload: '{"a":1}' },
        },
      ],
    },
  });
});

test('the same name and payload is the same execution; another payload or a function without version is refused', async () => {
  const { sandbox } = await startLambda();
  const { durableExecutions } = sandbox.account;
  const first = durableExecutions.start({ functionArn, payload: '{}', name: 'night' });
  expect(durableExecutions.start({ functionArn, payload: '{}', name: 'night' })).toBe(first);
  expect(() => durableExecutions.start({ functionArn, payload: '{"b":2}', name: 'night' })).toThrow(
    'has started already',
  );
  expect(() => durableExecutions.start({ functionArn: functionArn.slice(0, -2), payload: '{}' })).toThrow('version');
});

test('checkpoints start, retry and end a step, and return each change', async () => {
  const { clock, checkpoint, execution, again } = await beginExecution();
  expect(await checkpoint(step('a', 'START'))).toEqual([
    {
      Id: 'a',
      Type: 'STEP',
      SubType: 'Step',
      Name: 'step a',
      Status: 'STARTED',
      StartTimestamp: new Date(now),
      StepDetails: { Attempt: 0 },
    },
  ]);
  const failed = { ErrorType: 'Error', ErrorMessage: 'no' };
  const [retried] = await checkpoint(
    step('a', 'RETRY', { Error: failed, StepOptions: { NextAttemptDelaySeconds: 5 } }),
  );
  expect(retried).toMatchObject({
    Status: 'PENDING',
    StepDetails: { Attempt: 1, NextAttemptTimestamp: new Date(now + 5000), Error: failed },
  });
  execution.settle({ answer: { Status: 'PENDING' } }, clock.now());
  expect(execution.wakesAt(clock.now())).toBe(now + 5000);
  clock.advance(5000);
  expect(again().UpdatedOperationIds).toEqual(['a']);
  const [done] = await checkpoint(step('a', 'SUCCEED', { Payload: '"yes"' }));
  expect(done).toMatchObject({
    Status: 'SUCCEEDED',
    EndTimestamp: new Date(now + 5000),
    StepDetails: { Attempt: 2, Result: '"yes"' },
  });
  expect(execution.operationCount).toBe(2); // one step, tried once more
});

test('a wait ends by the account’s clock, in a checkpoint or at the next invocation', async () => {
  const { clock, checkpoint, execution, again } = await beginExecution();
  const [started] = await checkpoint(wait('window', 660));
  expect(started?.WaitDetails).toEqual({ ScheduledEndTimestamp: new Date(now + 11 * minutes) });
  clock.advance(11 * minutes - 1);
  expect(await checkpoint()).toEqual([]);
  clock.advance(1);
  expect(statusOf(await checkpoint())).toEqual(['window SUCCEEDED']);

  await checkpoint(wait('another', 60));
  execution.settle({ answer: { Status: 'PENDING' } }, clock.now());
  expect(execution.wakesAt(clock.now())).toBe(now + 12 * minutes);
  clock.advance(minutes);
  const { InitialExecutionState, UpdatedOperationIds } = again();
  expect(UpdatedOperationIds).toEqual(['another']);
  expect(InitialExecutionState.Operations).toMatchObject([
    { Type: 'EXECUTION' },
    { Id: 'window', Status: 'SUCCEEDED', EndTimestamp: Date.parse('2026-11-24T02:41:00.000Z') },
    { Id: 'another', Status: 'SUCCEEDED', EndTimestamp: Date.parse('2026-11-24T02:42:00.000Z') },
  ]);
});

test('the operations of a finished context reappear only if it asks for replay', async () => {
  const { checkpoint, again } = await beginExecution();
  const context = (Id: string, Action: OperationUpdate['Action'], ReplayChildren?: boolean): OperationUpdate => ({
    Id,
    Type: 'CONTEXT',
    Action,
    ...(ReplayChildren === undefined ? {} : { ContextOptions: { ReplayChildren } }),
  });
  await checkpoint(
    context('x', 'START'),
    step('x1', 'SUCCEED', { ParentId: 'x' }),
    context('x', 'SUCCEED'),
    context('y', 'START'),
    step('y1', 'SUCCEED', { ParentId: 'y' }),
    context('y', 'SUCCEED', true),
  );
  const ids = again().InitialExecutionState.Operations.slice(1);
  expect(ids).toMatchObject([{ Id: 'x' }, { Id: 'y' }, { Id: 'y1' }]);
});

test('the function reads operations that do not fit into the event page by page', async () => {
  const { client, clock, execution, checkpoint } = await beginExecution();
  await checkpoint(...Array.from({ length: 7 }, (_, index) => step(`s${index}`, 'SUCCEED', { Payload: `${index}` })));
  const input = execution.begin(clock.now(), 3);
  const found = input.InitialExecutionState.Operations.map(({ Id }) => Id);
  for (let Marker = input.InitialExecutionState.NextMarker; Marker !== undefined;) {
    const page = await client.send(
      new GetDurableExecutionStateCommand({
        DurableExecutionArn: execution.arn,
        CheckpointToken: input.CheckpointToken,
        Marker,
        MaxItems: 2,
      }),
    );
    expect(page.Operations?.length).toBeLessThanOrEqual(2);
    found.push(...(page.Operations ?? []).map(({ Id }) => Id));
    Marker = page.NextMarker;
  }
  expect(found.slice(1)).toEqual(['s0', 's1', 's2', 's3', 's4', 's5', 's6']);
});

test('a token is valid once, and a new invocation invalidates it', async () => {
  const { client, checkpoint, execution, again, token } = await beginExecution();
  const first = token();
  await checkpoint(step('a', 'START'));
  const send = (CheckpointToken: string) =>
    client.send(new CheckpointDurableExecutionCommand({ DurableExecutionArn: execution.arn, CheckpointToken }));
  // https://github.com/aws/aws-durable-execution-sdk-js/issues/917 quotes the service's answer.
  const isStale = ({ name, status, message }: Awaited<ReturnType<typeof refusal>>) =>
    name === 'InvalidParameterValueException' && status === 400 && message === 'Invalid checkpoint token';
  expect(await refusal(send(first))).toSatisfy(isStale);
  const second = token();
  again();
  expect(await refusal(send(second))).toSatisfy(isStale);
  const state = new GetDurableExecutionStateCommand({
    DurableExecutionArn: execution.arn,
    CheckpointToken: second,
  });
  expect(await refusal(client.send(state))).toSatisfy(isStale);
});

test('repeating a checkpoint after a lost answer stores it once and returns the same answer', async () => {
  const { sandbox, checkpoint, execution } = await beginExecution({ maxAttempts: 2 });
  sandbox.faults.add({ operation: 'CheckpointDurableExecution', kind: 'reset', effect: 'after', times: 1 });
  expect(statusOf(await checkpoint(step('a', 'START')))).toEqual(['a STARTED']);
  expect(statusOf(await checkpoint(step('a', 'SUCCEED')))).toEqual(['a SUCCEEDED']);
  expect(sandbox.calls.count('CheckpointDurableExecution')).toBe(3);
  expect(execution.operationCount).toBe(1);
});

test.each([
  { wrong: 'an update of a finished step', before: [step('a', 'SUCCEED')], updates: [step('a', 'START')] },
  {
    wrong: 'an update of a step that waits for its retry',
    before: [step('a', 'RETRY', { StepOptions: { NextAttemptDelaySeconds: 9 } })],
    updates: [step('a', 'SUCCEED')],
  },
  {
    wrong: 'a second start of a running step',
    before: [step('a', 'START')],
    updates: [step('a', 'START')],
  },
  { wrong: 'a repeated wait', before: [wait('w', 9)], updates: [wait('w', 9)] },
  {
    wrong: 'a wait that succeeds by an update',
    before: [wait('w', 9)],
    updates: [{ ...wait('w', 9), Action: 'SUCCEED' as const }],
  },
  { wrong: 'a wait of zero seconds', before: [], updates: [wait('w', 0)] },
  { wrong: 'a retry without a delay', before: [], updates: [step('a', 'RETRY')] },
  {
    wrong: 'an operation in an unknown context',
    before: [],
    updates: [step('a', 'START', { ParentId: 'b' })],
  },
  { wrong: 'a success with an error', before: [], updates: [step('a', 'SUCCEED', { Error: {} })] },
  {
    wrong: 'a payload above 256 KB',
    before: [],
    updates: [step('a', 'SUCCEED', { Payload: 'x'.repeat(262_145) })],
  },
  { wrong: 'an invalid id', before: [], updates: [step('a b', 'START')] },
  { wrong: 'an invalid second update', before: [], updates: [step('good', 'START'), wait('w', 0)] },
])('a checkpoint with $wrong is refused as a whole', async ({ before, updates }) => {
  const { checkpoint, execution } = await beginExecution();
  await checkpoint(...before);
  const kept = statusOf(execution.visible());
  expect(await refusal(checkpoint(...updates))).toMatchObject({
    name: 'InvalidParameterValueException',
    status: 400,
  });
  expect(statusOf(execution.visible())).toEqual(kept);
});

test('an execution stores a payload of 256 KB and at most 3,000 operations', async () => {
  const { checkpoint, execution } = await beginExecution();
  await checkpoint(step('large', 'SUCCEED', { Payload: 'x'.repeat(262_144) }));
  expect(execution.storedBytes).toBe(262_144 + 7);
  const many = (from: number, upto: number) =>
    Array.from({ length: upto - from }, (_, index) => step(`s${from + index}`, 'START'));
  await checkpoint(...many(0, 2999));
  expect(execution.operationCount).toBe(3000);
  expect((await refusal(checkpoint(...many(2999, 3000)))).message).toContain('at most 3000 operations');
});

test('an execution stores at most 100 MB', async () => {
  const { execution, clock } = await beginExecution();
  const Payload = 'x'.repeat(262_144);
  const updates = Array.from({ length: 400 }, (_, index) => step(`s${index}`, 'SUCCEED', { Payload }));
  const { CheckpointToken: token } = execution.begin(clock.now());
  expect(() => execution.checkpoint({ token, updates }, clock.now())).toThrow('at most 104857600 bytes');
  expect(() => execution.checkpoint({ token, updates: updates.slice(1) }, clock.now())).not.toThrow();
});

test('an execution ends at its timeout, whatever the function answers', async () => {
  const { clock, checkpoint, execution } = await beginExecution({ timeoutSeconds: 600 });
  clock.advance(10 * minutes);
  expect((await refusal(checkpoint(step('a', 'START')))).message).toBe('Invalid checkpoint token');
  execution.settle({ answer: { Status: 'SUCCEEDED', Result: '1' } }, clock.now());
  expect([execution.status, execution.result]).toEqual(['TIMED_OUT', undefined]);
});

test('a PENDING answer without a pending operation fails the execution', async () => {
  const { clock, execution } = await beginExecution();
  execution.settle({ answer: { Status: 'PENDING' } }, clock.now());
  expect([execution.status, execution.error]).toEqual([
    'FAILED',
    'Cannot return PENDING status with no pending operations.',
  ]);
});

test('a role needs both checkpoint permissions on its function’s executions', async () => {
  const unqualified = functionArn.slice(0, functionArn.lastIndexOf(':'));
  const policy = (Action: string, Resource = `${unqualified}:*`) => ({
    Statement: [{ Effect: 'Allow' as const, Action, Resource }],
  });
  const allowed = async (...policies: ReturnType<typeof policy>[]) => {
    const { sandbox, clock, client } = await startLambda({ accessKeyId: 'ROLE', roles: { ROLE: policies } });
    const execution = sandbox.account.durableExecutions.start({ functionArn, payload: '{}' });
    const { CheckpointToken } = execution.begin(clock.now());
    const asked = { DurableExecutionArn: execution.arn, CheckpointToken };
    const may = (call: Promise<unknown>) =>
      call.then(
        () => true,
        () => false,
      );
    return [
      await may(client.send(new GetDurableExecutionStateCommand(asked))),
      await may(client.send(new CheckpointDurableExecutionCommand(asked))),
    ];
  };
  const [state, checkpoint] = ['lambda:GetDurableExecutionState', 'lambda:CheckpointDurableExecution'];
  expect(await allowed(policy(state), policy(checkpoint))).toEqual([true, true]);
  expect(await allowed(policy(state))).toEqual([true, false]);
  expect(await allowed(policy(checkpoint))).toEqual([false, true]);
  expect(await allowed(policy(state, unqualified), policy(checkpoint, functionArn))).toEqual([false, false]);
  const executions = `${unqualified}:*/durable-execution/*/*`;
  expect(await allowed(policy(state, executions), policy(checkpoint, executions))).toEqual([true, true]);
});

const context: Context = {
  awsRequestId: 'request',
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'prune',
  functionVersion: '7',
  invokedFunctionArn: functionArn,
  logGroupName: '',
  logStreamName: '',
  memoryLimitInMB: '512',
  getRemainingTimeInMillis: () => 900_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

/** Invokes the handler as Lambda does, at the account's time, until the execution ends. */
async function run(
  handler: DurableExecutionHandler<unknown, unknown>,
  { sandbox, clock, client }: { sandbox: Sandbox; clock: ManualClock; client: LambdaClient },
): Promise<{ execution: DurableExecution; invocations: number }> {
  const invocation = withDurableExecution(handler, { client });
  const execution = sandbox.account.durableExecutions.start({ functionArn, payload: '{"families":["web"]}' });
  vi.spyOn(Date, 'now').mockImplementation(() => clock.now());
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  for (let invocations = 1; invocations <= 20; invocations++) {
    const became = await invocation(execution.begin(clock.now()), context).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ failed: String(error) }),
    );
    execution.settle(became, clock.now());
    if (execution.status !== 'RUNNING') return { execution, invocations };
    clock.advance(Math.max(0, (execution.wakesAt(clock.now()) ?? clock.now()) - clock.now()));
  }
  throw new Error('The execution does not end');
}

const quickly = { retryStrategy: () => ({ shouldRetry: true, delay: { seconds: 2 } }) };

test('the SDK runs each step once, waits by the account’s clock and returns its result', async () => {
  const lambda = await startLambda();
  const ran: string[] = [];
  const { execution, invocations } = await run(async (event, context: DurableContext) => {
    const a = await context.step('a', async () => Promise.resolve(ran.push('a')));
    await context.wait('window', { minutes: 11 });
    const b = await context.step('b', async () => Promise.resolve(ran.push('b')));
    return { event, a, b };
  }, lambda);
  expect(ran).toEqual(['a', 'b']);
  expect(JSON.parse(execution.result ?? '')).toEqual({ event: { families: ['web'] }, a: 1, b: 2 });
  expect(invocations).toBe(2);
  expect(lambda.clock.now()).toBe(now + 11 * minutes);
  expect(execution.operationCount).toBe(3);
});

test('a failing step runs again after its delay; a final failure ends the execution', async () => {
  const lambda = await startLambda();
  let tries = 0;
  const { execution } = await run(
    async (_, context) =>
      context.step(
        'flaky',
        async () => (++tries < 3 ? Promise.reject(new Error('no')) : Promise.resolve(tries)),
        quickly,
      ),
    lambda,
  );
  expect([execution.status, execution.result, tries]).toEqual(['SUCCEEDED', '3', 3]);
  expect(lambda.clock.now()).toBe(now + 4000);

  const { execution: failed } = await run(
    async (_, context) =>
      context.step('broken', () => Promise.reject(new Error('never')), {
        retryStrategy: () => ({ shouldRetry: false }),
      }),
    lambda,
  );
  expect([failed.status, failed.error]).toEqual(['FAILED', expect.stringContaining('never')]);
});

test('a failed checkpoint call ends the invocation, and the next invocation continues', async () => {
  const lambda = await startLambda();
  // The SDK logs the error.
  const written = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  let runs = 0;
  lambda.sandbox.faults.add({ operation: 'CheckpointDurableExecution', kind: 'throttle', skip: 1, times: 1 });
  const { execution, invocations } = await run(async (_, context) => {
    await context.step('a', async () => Promise.resolve(1));
    return context.step('b', async () => Promise.resolve(++runs));
  }, lambda);
  expect(execution.status).toBe('SUCCEEDED');
  expect(invocations).toBe(2);
  expect(written).toHaveBeenCalledOnce();
});

test('the SDK replays child contexts and a long history from pages', async () => {
  const lambda = await startLambda();
  let ran = 0;
  const { execution } = await run(async (_, context) => {
    const sum = await context.runInChildContext('many', async (child) => {
      let sum = 0;
      for (let index = 0; index < 120; index++)
        sum += await child.step(`s${index}`, async () => Promise.resolve(++ran));
      await child.wait('a while', { seconds: 30 });
      return sum;
    });
    await context.wait('more', { seconds: 30 });
    return sum;
  }, lambda);
  expect([execution.result, ran]).toEqual([`${(120 * 121) / 2}`, 120]);
  expect(lambda.sandbox.calls.count('GetDurableExecutionState')).toBeGreaterThan(0);
});
