/** EventBridge Pipes: summaries, descriptions, changes. */
import {
  CreatePipeCommand,
  DeletePipeCommand,
  DescribePipeCommand,
  ListPipesCommand,
  StartPipeCommand,
  StopPipeCommand,
  UpdatePipeCommand,
} from '@aws-sdk/client-pipes';
import { expect, test } from 'vitest';
import { minutes, now, refusal, start } from '../support/sandbox.ts';

const arn = (name: string) => `arn:aws:pipes:eu-west-1:123456789012:pipe/${name}`;
const RoleArn = 'arn:aws:iam::123456789012:role/pipe';
const Source = 'arn:aws:sqs:eu-west-1:123456789012:orders';
const Target = 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod';
const parameters = (revision: string) => ({
  EcsTaskParameters: {
    TaskDefinitionArn: `arn:aws:ecs:eu-west-1:123456789012:task-definition/${revision}`,
  },
});
const account = {
  pipes: [
    { Name: 'orders', RoleArn, Source, Target, TargetParameters: parameters('web:7') },
    { Name: 'paused', RoleArn, Source, Target: 'arn:aws:sqs:x', DesiredState: 'STOPPED' as const },
  ],
};

test('ListPipes returns no parameters', async () => {
  const { pipes } = await start(account);
  const { Pipes } = await pipes.send(new ListPipesCommand({}));
  expect(Pipes).toEqual([
    { Name: 'orders', Arn: arn('orders'), DesiredState: 'RUNNING', CurrentState: 'RUNNING', Source, Target },
    {
      Name: 'paused',
      Arn: arn('paused'),
      DesiredState: 'STOPPED',
      CurrentState: 'STOPPED',
      Source,
      Target: 'arn:aws:sqs:x',
    },
  ]);
});

test.each([
  { only: { NamePrefix: 'p' }, names: ['paused'] },
  { only: { TargetPrefix: 'arn:aws:ecs:' }, names: ['orders'] },
  { only: { SourcePrefix: 'arn:aws:kinesis:' }, names: [] },
  { only: { DesiredState: 'STOPPED' as const }, names: ['paused'] },
  { only: { CurrentState: 'RUNNING' as const }, names: ['orders'] },
])('ListPipes filters by $only', async ({ only, names }) => {
  const { pipes } = await start(account);
  const { Pipes = [] } = await pipes.send(new ListPipesCommand(only));
  expect(Pipes.map(({ Name }) => Name)).toEqual(names);
});

test('ListPipes has pages', async () => {
  const { pipes } = await start(account);
  const first = await pipes.send(new ListPipesCommand({ Limit: 1 }));
  const second = await pipes.send(new ListPipesCommand({ Limit: 1, NextToken: first.NextToken }));
  expect(second.Pipes?.map(({ Name }) => Name)).toEqual(['paused']);
  const lost = await refusal(pipes.send(new ListPipesCommand({ NextToken: 'bm90aGluZw' })));
  expect(lost).toMatchObject({ name: 'InvalidToken', status: 400 });
});

test('DescribePipe returns the whole pipe', async () => {
  const { pipes } = await start(account);
  const { $metadata: _, ...pipe } = await pipes.send(new DescribePipeCommand({ Name: 'orders' }));
  expect(pipe).toEqual({
    Name: 'orders',
    Arn: arn('orders'),
    DesiredState: 'RUNNING',
    CurrentState: 'RUNNING',
    RoleArn,
    Source,
    Target,
    TargetParameters: parameters('web:7'),
  });
});

test('a pipe can be created, stopped, changed, started and deleted', async () => {
  const { pipes, sandbox, clock } = await start(account);
  const TargetParameters = parameters('web:8');
  await pipes.send(new CreatePipeCommand({ Name: 'new', RoleArn, Source, Target, TargetParameters }));
  expect(sandbox.account.pipes.named('new')).toMatchObject({
    CurrentState: 'RUNNING',
    CreationTime: new Date(now),
  });
  clock.advance(minutes);
  await pipes.send(new StopPipeCommand({ Name: 'new' }));
  await pipes.send(new UpdatePipeCommand({ Name: 'new', RoleArn, TargetParameters: parameters('web:9') }));
  expect(sandbox.account.pipes.named('new')).toEqual({
    Name: 'new',
    Arn: arn('new'),
    RoleArn,
    Source,
    Target,
    TargetParameters: parameters('web:9'),
    DesiredState: 'STOPPED',
    CurrentState: 'STOPPED',
    CreationTime: new Date(now),
    LastModifiedTime: new Date(now + minutes),
  });
  const started = await pipes.send(new StartPipeCommand({ Name: 'new' }));
  expect(started).toMatchObject({ DesiredState: 'RUNNING', CurrentState: 'RUNNING' });
  const deleted = await pipes.send(new DeletePipeCommand({ Name: 'new' }));
  expect(deleted.CurrentState).toBe('DELETING');
  const gone = await refusal(pipes.send(new DescribePipeCommand({ Name: 'new' })));
  expect(gone).toMatchObject({ name: 'NotFoundException', status: 404, message: 'Pipe new does not exist.' });
});

test('CreatePipe refuses an existing name and an invalid one', async () => {
  const { pipes } = await start(account);
  const create = (Name: string) => refusal(pipes.send(new CreatePipeCommand({ Name, RoleArn, Source, Target })));
  expect(await create('orders')).toMatchObject({ name: 'ConflictException', status: 409 });
  expect(await create('a b')).toMatchObject({ name: 'ValidationException', status: 400 });
});

test('denied and throttled calls have the statuses of REST', async () => {
  const Statement = [{ Effect: 'Allow' as const, Action: 'pipes:*', Resource: arn('orders') }];
  const quotas = { pipes: { burst: 2, perSecond: 1 } };
  const { pipes } = await start(account, { roles: { AKIDTEST: [{ Statement }] }, quotas });
  await pipes.send(new DescribePipeCommand({ Name: 'orders' }));
  const denied = await refusal(pipes.send(new ListPipesCommand({})));
  expect(denied).toMatchObject({ name: 'AccessDeniedException', status: 403 });
  const early = await refusal(pipes.send(new DescribePipeCommand({ Name: 'orders' })));
  expect(early).toMatchObject({ name: 'ThrottlingException', status: 429 });
});
