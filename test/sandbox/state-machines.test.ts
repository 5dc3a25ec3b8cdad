/** State machines as Step Functions documents them, called through the SDK's client. */
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DeleteStateMachineVersionCommand,
  DescribeExecutionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  ListStateMachineAliasesCommand,
  ListStateMachinesCommand,
  ListStateMachineVersionsCommand,
  paginateListExecutions,
  PublishStateMachineVersionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { minutes, refusal, start } from '../support/sandbox.ts';

const arn = (name: string) => `arn:aws:states:eu-west-1:123456789012:stateMachine:${name}`;
const roleArn = 'arn:aws:iam::123456789012:role/r';
const pass = (comment: string) =>
  JSON.stringify({ Comment: comment, StartAt: 'A', States: { A: { Type: 'Succeed' } } });
const machine = (name: string, more: object = {}) => ({ name, definition: pass('now'), ...more });
const account = (...stateMachines: object[]) => ({ stateMachines });

describe('lists', () => {
  const many = Array.from({ length: 101 }, (_, index) => machine(`m${index}`));

  test('Step Functions lists have a hundred items a page, up to a thousand on request; zero means the default', async () => {
    const { states } = await start(account(...many));
    const sizes = async (maxResults?: number) =>
      (await states.send(new ListStateMachinesCommand({ maxResults }))).stateMachines?.length;
    expect([await sizes(), await sizes(0), await sizes(1000), await sizes(7)]).toEqual([100, 100, 101, 7]);
    expect((await refusal(sizes(1001))).name).toBe('ValidationException');
  });

  test('Step Functions lists reject a foreign token', async () => {
    const { states } = await start(account(...many));
    const call = states.send(new ListStateMachinesCommand({ nextToken: 'x' }));
    expect((await refusal(call)).name).toBe('InvalidToken');
  });

  test('ListStateMachineVersions lists newest first, and nothing for an unknown machine', async () => {
    const { states } = await start(
      account(machine('m', { versions: [{ definition: pass('1') }, { definition: pass('2') }] })),
    );
    const versions = async (name: string) =>
      (await states.send(new ListStateMachineVersionsCommand({ stateMachineArn: arn(name) }))).stateMachineVersions;
    expect((await versions('m'))?.map((one) => one.stateMachineVersionArn)).toEqual([arn('m:2'), arn('m:1')]);
    expect(await versions('gone')).toEqual([]);
  });
});

describe('DescribeStateMachine', () => {
  const twice = machine('m', {
    revisionId: 'r2',
    versions: [{ definition: pass('1'), description: 'first', creationDate: '2026-01-02T00:00:00Z' }],
    aliases: [{ name: 'live', routingConfiguration: [{ stateMachineVersionArn: arn('m:1'), weight: 100 }] }],
  });

  test.each([
    ['a machine', 'm', { stateMachineArn: arn('m'), definition: pass('now'), revisionId: 'r2' }],
    ['a version', 'm:1', { stateMachineArn: arn('m:1'), definition: pass('1'), description: 'first' }],
    ['an alias', 'm:live', { stateMachineArn: arn('m:1'), definition: pass('1') }],
  ])('DescribeStateMachine returns %s', async (_, name, found) => {
    const { states } = await start(account(twice));
    expect(await states.send(new DescribeStateMachineCommand({ stateMachineArn: arn(name) }))).toMatchObject(found);
  });

  test.each([
    ['an unknown machine', arn('x'), 'StateMachineDoesNotExist'],
    ['an unknown version', arn('m:2'), 'StateMachineDoesNotExist'],
    ['a Map state', arn('m/label'), 'ValidationException'],
    ['a text that is not an ARN', 'm', 'InvalidArn'],
  ])('DescribeStateMachine refuses %s', async (_, stateMachineArn, name) => {
    const { states } = await start(account(twice));
    expect(await refusal(states.send(new DescribeStateMachineCommand({ stateMachineArn })))).toMatchObject({
      name,
      status: 400,
    });
  });

  test('metadata without the definition has an empty definition', async () => {
    const { states } = await start(account(twice));
    const input = { stateMachineArn: arn('m'), includedData: 'METADATA_ONLY' as const };
    expect((await states.send(new DescribeStateMachineCommand(input))).definition).toBe('{}');
  });

  test('DescribeStateMachineAlias returns the alias’s routing', async () => {
    const { states } = await start(account(twice));
    const stateMachineAliasArn = arn('m:live');
    const alias = await states.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn }));
    expect(alias).toMatchObject({
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn: arn('m:1') }],
    });
    const of = async (stateMachineArn: string) =>
      (await states.send(new ListStateMachineAliasesCommand({ stateMachineArn }))).stateMachineAliases?.length;
    expect([await of(arn('m')), await of(arn('m:1'))]).toEqual([1, 1]);
  });
});

describe('changes', () => {
  const made = async () => {
    const { states, sandbox, clock } = await start();
    await states.send(new CreateStateMachineCommand({ name: 'm', definition: pass('1'), roleArn }));
    return { states, sandbox, clock };
  };
  const stateMachineArn = arn('m');

  test('the first revision has no id, later ones have', async () => {
    const { states } = await made();
    expect((await states.send(new DescribeStateMachineCommand({ stateMachineArn }))).revisionId).toBeUndefined();
    const { revisionId } = await states.send(new UpdateStateMachineCommand({ stateMachineArn, definition: pass('2') }));
    expect(await states.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({
      revisionId,
      definition: pass('2'),
    });
    expect(revisionId).toBeDefined();
  });

  test('a revision is published once, and its version keeps its definition', async () => {
    const { states } = await made();
    const publish = async () =>
      (await states.send(new PublishStateMachineVersionCommand({ stateMachineArn }))).stateMachineVersionArn;
    expect([await publish(), await publish()]).toEqual([arn('m:1'), arn('m:1')]);
    await states.send(new UpdateStateMachineCommand({ stateMachineArn, definition: pass('2'), publish: true }));
    const of = async (name: string) =>
      (await states.send(new DescribeStateMachineCommand({ stateMachineArn: arn(name) }))).definition;
    expect([await of('m:1'), await of('m:2')]).toEqual([pass('1'), pass('2')]);
    const stale = new PublishStateMachineVersionCommand({ stateMachineArn, revisionId: 'INITIAL' });
    expect(await refusal(states.send(stale))).toMatchObject({ name: 'ConflictException', status: 409 });
  });

  test('an execution keeps the definition that it began with and that definition’s time', async () => {
    const { states, clock } = await made();
    clock.advance(10 * minutes);
    const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn }));
    await states.send(new UpdateStateMachineCommand({ stateMachineArn, definition: pass('2') }));
    expect(await states.send(new DescribeStateMachineForExecutionCommand({ executionArn }))).toMatchObject({
      definition: pass('1'),
      updateDate: new Date('2026-11-24T02:30:00Z'),
      stateMachineArn,
    });
  });

  test('an execution through an alias contains the alias and the version', async () => {
    const { states } = await made();
    await states.send(new PublishStateMachineVersionCommand({ stateMachineArn }));
    const routingConfiguration = [{ stateMachineVersionArn: arn('m:1'), weight: 100 }];
    await states.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration }));
    const { executionArn } = await states.send(
      new StartExecutionCommand({ stateMachineArn: arn('m:live'), name: 'e' }),
    );
    expect(executionArn).toBe('arn:aws:states:eu-west-1:123456789012:execution:m:e');
    const names = { stateMachineVersionArn: arn('m:1'), stateMachineAliasArn: arn('m:live') };
    expect(await states.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject(names);
    const by = async (name: string) =>
      (await states.send(new ListExecutionsCommand({ stateMachineArn: arn(name) }))).executions;
    expect(await by('m')).toMatchObject([names]);
    expect(await by('m:live')).toMatchObject([names]);
    const version = new DeleteStateMachineVersionCommand({ stateMachineVersionArn: arn('m:1') });
    expect((await refusal(states.send(version))).name).toBe('ConflictException');
  });

  test('a standard execution with the same name and input is the same; with another input it fails', async () => {
    const { states } = await made();
    const begin = (input: string) => states.send(new StartExecutionCommand({ stateMachineArn, name: 'e', input }));
    expect((await begin('{}')).executionArn).toBe((await begin('{}')).executionArn);
    expect((await refusal(begin('{"a":1}'))).name).toBe('ExecutionAlreadyExists');
  });

  test('a deleted machine loses its versions at once and disappears with its last execution', async () => {
    const { states, sandbox } = await made();
    const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn }));
    await states.send(new PublishStateMachineVersionCommand({ stateMachineArn }));
    await states.send(new DeleteStateMachineCommand({ stateMachineArn }));
    expect(await states.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({
      status: 'DELETING',
    });
    expect(sandbox.account.stateMachines.of(stateMachineArn).versions).toEqual([]);
    expect((await refusal(states.send(new StartExecutionCommand({ stateMachineArn })))).name).toBe(
      'StateMachineDeleting',
    );
    await states.send(new StopExecutionCommand({ executionArn }));
    expect((await refusal(states.send(new DescribeStateMachineCommand({ stateMachineArn })))).name).toBe(
      'StateMachineDoesNotExist',
    );
    await states.send(new DeleteStateMachineCommand({ stateMachineArn }));
  });

  test.each([
    ['a name with a space', { name: 'a b' }, 'InvalidName'],
    ['a name with a control character', { name: 'a\u0007' }, 'InvalidName'],
    ['a definition that is not JSON', { definition: '{' }, 'InvalidDefinition'],
    ['a definition without states', { definition: '{}' }, 'InvalidDefinition'],
    ['a definition over 1 MB', { definition: pass('x'.repeat(1_048_576)) }, 'InvalidDefinition'],
    ['an existing name', { name: 'm' }, 'StateMachineAlreadyExists'],
  ])('Step Functions refuses %s', async (_, changes, name) => {
    const { states } = await made();
    const input = { name: 'new', definition: pass('1'), roleArn, ...changes };
    expect((await refusal(states.send(new CreateStateMachineCommand(input)))).name).toBe(name);
  });

  test('a name may have letters of any script', async () => {
    const { states } = await made();
    const name = 'größe-ночь-夜';
    const { stateMachineArn } = await states.send(
      new CreateStateMachineCommand({ name, definition: pass('1'), roleArn }),
    );
    expect(await states.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({ name });
  });
});

describe('executions', () => {
  const executions = [
    {
      name: 'long',
      startDate: '2026-11-01T00:00:00Z',
      definition: pass('old'),
      updateDate: '2026-10-01T00:00:00Z',
    },
    {
      name: 'done',
      status: 'SUCCEEDED',
      startDate: '2026-11-02T00:00:00Z',
      stopDate: '2026-11-20T00:00:00Z',
    },
    { name: 'new', startDate: '2026-11-23T00:00:00Z' },
  ];

  test('ListExecutions sorts by start or end, newest first, and filters by status', async () => {
    const { states } = await start(account(machine('m', { executions })), { pageSize: 1 });
    const names: (string | undefined)[] = [];
    for await (const page of paginateListExecutions({ client: states }, { stateMachineArn: arn('m') }))
      names.push(...(page.executions ?? []).map(({ name }) => name));
    expect(names).toEqual(['new', 'done', 'long']);
    const running = new ListExecutionsCommand({ stateMachineArn: arn('m'), statusFilter: 'SUCCEEDED' });
    expect((await states.send(running)).executions?.map(({ name }) => name)).toEqual(['done']);
  });

  test('executions of an account file keep the definition that they began with', async () => {
    const { states } = await start(account(machine('m', { executions })));
    const of = async (name: string) =>
      (
        await states.send(
          new DescribeStateMachineForExecutionCommand({
            executionArn: `arn:aws:states:eu-west-1:123456789012:execution:m:${name}`,
          }),
        )
      ).definition;
    expect([await of('long'), await of('new')]).toEqual([pass('old'), pass('now')]);
    expect((await refusal(of('unknown'))).name).toBe('ExecutionDoesNotExist');
  });

  test.each([
    ['executions of an express machine', { stateMachineArn: arn('x') }, 'StateMachineTypeNotSupported'],
    ['a call without a machine', {}, 'ValidationException'],
    ['executions of an unknown machine', { stateMachineArn: arn('y') }, 'StateMachineDoesNotExist'],
    ['executions of an unknown Map Run', { mapRunArn: 'arn:m' }, 'ResourceNotFound'],
    [
      'the redrive filter without a Map Run',
      { stateMachineArn: arn('m'), statusFilter: 'PENDING_REDRIVE' as const },
      'ValidationException',
    ],
  ])('ListExecutions refuses %s', async (_, input, name) => {
    const { states } = await start(account(machine('m'), machine('x', { type: 'EXPRESS' })));
    expect((await refusal(states.send(new ListExecutionsCommand(input)))).name).toBe(name);
  });
});

test('each Step Functions operation has its bucket', async () => {
  const { states } = await start(account(machine('m')), { quotas: 'published' });
  const ask = () => states.send(new ListStateMachineVersionsCommand({ stateMachineArn: arn('m') }));
  await Promise.all(Array.from({ length: 100 }, ask));
  expect((await refusal(ask())).name).toBe('ThrottlingException');
  await states.send(new DescribeStateMachineCommand({ stateMachineArn: arn('m') }));
});

test('IAM evaluates the machine, the version or the execution of a call', async () => {
  const roles = {
    ONE: [
      {
        Statement: [
          { Effect: 'Allow' as const, Action: 'states:DescribeStateMachine', Resource: arn('m:*') },
          { Effect: 'Allow' as const, Action: 'states:ListStateMachines', Resource: '*' },
        ],
      },
    ],
  };
  const versions = [{ definition: pass('1') }];
  const { states } = await start(account(machine('m', { versions })), { roles, accessKeyId: 'ONE' });
  await states.send(new ListStateMachinesCommand({}));
  await states.send(new DescribeStateMachineCommand({ stateMachineArn: arn('m:1') }));
  const machineItself = states.send(new DescribeStateMachineCommand({ stateMachineArn: arn('m') }));
  expect((await refusal(machineItself)).name).toBe('AccessDeniedException');
});
