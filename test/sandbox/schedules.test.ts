/** EventBridge Scheduler over REST: groups, schedules, lists and errors. */
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  paginateListSchedules,
  UpdateScheduleCommand,
  type CreateScheduleCommandInput,
} from '@aws-sdk/client-scheduler';
import { expect, test } from 'vitest';
import { minutes, now, refusal, start } from '../support/sandbox.ts';

const arn = (resource: string) => `arn:aws:scheduler:eu-west-1:123456789012:${resource}`;
const RoleArn = 'arn:aws:iam::123456789012:role/start';
const TaskDefinitionArn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7';
const Target = {
  Arn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
  RoleArn,
  EcsParameters: { TaskDefinitionArn },
};
const lambda = { Arn: 'arn:aws:lambda:eu-west-1:123456789012:function:f', RoleArn };
const whole = {
  Name: 'nightly',
  ScheduleExpression: 'cron(0 3 * * ? *)',
  FlexibleTimeWindow: { Mode: 'OFF' as const },
  Target,
};
const account = {
  scheduleGroups: [{ Name: 'night' }],
  schedules: [
    { ...whole, CreationDate: '2026-01-02T03:04:05.678Z' },
    { ...whole, GroupName: 'night', State: 'DISABLED' as const, Description: 'Käse & Wein' },
    { ...whole, Name: 'once', GroupName: 'night', ScheduleExpression: 'at(2027-01-01T00:00:00)' },
  ],
};

test('an account has the default group and its own groups', async () => {
  const { scheduler } = await start(account);
  const { ScheduleGroups } = await scheduler.send(new ListScheduleGroupsCommand({}));
  expect(ScheduleGroups).toEqual([
    { Name: 'default', Arn: arn('schedule-group/default'), State: 'ACTIVE' },
    { Name: 'night', Arn: arn('schedule-group/night'), State: 'ACTIVE' },
  ]);
});

test('ListSchedules covers all groups and states, with only the target’s ARN', async () => {
  const { scheduler } = await start(account);
  const { Schedules, NextToken } = await scheduler.send(new ListSchedulesCommand({}));
  expect(NextToken).toBeUndefined();
  expect(Schedules).toEqual([
    {
      Arn: arn('schedule/default/nightly'),
      Name: 'nightly',
      GroupName: 'default',
      State: 'ENABLED',
      CreationDate: new Date('2026-01-02T03:04:05.678Z'),
      Target: { Arn: Target.Arn },
    },
    {
      Arn: arn('schedule/night/nightly'),
      Name: 'nightly',
      GroupName: 'night',
      State: 'DISABLED',
      Target: { Arn: Target.Arn },
    },
    {
      Arn: arn('schedule/night/once'),
      Name: 'once',
      GroupName: 'night',
      State: 'ENABLED',
      Target: { Arn: Target.Arn },
    },
  ]);
});

test.each([
  { only: { GroupName: 'night' }, names: ['night/nightly', 'night/once'] },
  { only: { State: 'DISABLED' as const }, names: ['night/nightly'] },
  { only: { NamePrefix: 'o' }, names: ['night/once'] },
])('ListSchedules filters by $only', async ({ only, names }) => {
  const { scheduler } = await start(account);
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand(only));
  expect(Schedules.map(({ GroupName, Name }) => `${GroupName}/${Name}`)).toEqual(names);
});

test('the SDK’s paginator reads all pages', async () => {
  const { scheduler, sandbox } = await start(account);
  const pages = await Array.fromAsync(paginateListSchedules({ client: scheduler, pageSize: 1 }, {}));
  expect(pages.map(({ Schedules = [] }) => Schedules.length)).toEqual([1, 1, 1]);
  expect(sandbox.calls.count('ListSchedules')).toBe(3);
});

test('GetSchedule returns the whole schedule of a group', async () => {
  const { scheduler } = await start(account);
  const { $metadata: _, ...schedule } = await scheduler.send(
    new GetScheduleCommand({ Name: 'nightly', GroupName: 'night' }),
  );
  expect(schedule).toEqual({
    ...whole,
    Arn: arn('schedule/night/nightly'),
    GroupName: 'night',
    State: 'DISABLED',
    Description: 'Käse & Wein',
  });
});

test('a schedule can be created, replaced and deleted', async () => {
  const { scheduler, clock } = await start(account);
  const created = await scheduler.send(
    new CreateScheduleCommand({ ...whole, Name: 'new', State: 'DISABLED', EndDate: new Date(now) }),
  );
  expect(created.ScheduleArn).toBe(arn('schedule/default/new'));
  clock.advance(minutes);
  await scheduler.send(new UpdateScheduleCommand({ ...whole, Name: 'new', Target: lambda }));
  const { $metadata: _, ...schedule } = await scheduler.send(new GetScheduleCommand({ Name: 'new' }));
  expect(schedule).toEqual({
    ...whole,
    Name: 'new',
    GroupName: 'default',
    Arn: arn('schedule/default/new'),
    State: 'ENABLED',
    ScheduleExpressionTimezone: 'UTC',
    ActionAfterCompletion: 'NONE',
    Target: lambda,
    CreationDate: new Date(now),
    LastModificationDate: new Date(now + minutes),
  });
  await scheduler.send(new DeleteScheduleCommand({ Name: 'new' }));
  const error = await refusal(scheduler.send(new GetScheduleCommand({ Name: 'new' })));
  expect(error).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  expect(error.message).toBe('Schedule new does not exist.');
});

const refused: [string, Partial<CreateScheduleCommandInput>, string, number][] = [
  ['an existing name', {}, 'ConflictException', 409],
  ['an unknown group', { GroupName: 'x' }, 'ResourceNotFoundException', 404],
  ['a bad name', { Name: 'a b' }, 'ValidationException', 400],
  ['a bad expression', { Name: 'n', ScheduleExpression: 'daily' }, 'ValidationException', 400],
  [
    'a cluster without a task definition',
    { Name: 'n', Target: { Arn: Target.Arn, RoleArn } },
    'ValidationException',
    400,
  ],
  [
    'an input of a function that is not JSON',
    { Name: 'n', Target: { ...lambda, Input: '{' } },
    'ValidationException',
    400,
  ],
];
test.each(refused)('CreateSchedule refuses %s', async (_, change, name, status) => {
  const { scheduler } = await start(account);
  const create = new CreateScheduleCommand({ ...whole, ...change });
  expect(await refusal(scheduler.send(create))).toMatchObject({ name, status });
});

test('the input of a universal target need not be JSON', async () => {
  const { scheduler } = await start(account);
  const universal = { Arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask', RoleArn, Input: 'run it' };
  await scheduler.send(new CreateScheduleCommand({ ...whole, Name: 'n', Target: universal }));
  const { Target: sent } = await scheduler.send(new GetScheduleCommand({ Name: 'n' }));
  expect(sent).toEqual(universal);
});

test('Scheduler refuses unknown tokens, sizes and groups with its own errors', async () => {
  const { scheduler } = await start(account);
  const calls: [Promise<unknown>, string, number][] = [
    [scheduler.send(new ListSchedulesCommand({ NextToken: 'bm90aGluZw' })), 'ValidationException', 400],
    [scheduler.send(new ListSchedulesCommand({ MaxResults: 101 })), 'ValidationException', 400],
    [scheduler.send(new ListSchedulesCommand({ GroupName: 'x' })), 'ResourceNotFoundException', 404],
  ];
  for (const [call, name, status] of calls) expect(await refusal(call)).toMatchObject({ name, status });
});

test('IAM evaluates one schedule for reading, and all schedules for listing', async () => {
  const Statement = [
    { Effect: 'Allow' as const, Action: 'scheduler:ListSchedules', Resource: '*' },
    { Effect: 'Allow' as const, Action: 'scheduler:GetSchedule', Resource: arn('schedule/night/*') },
  ];
  const { scheduler } = await start(account, { roles: { AKIDTEST: [{ Statement }] } });
  await scheduler.send(new ListSchedulesCommand({ GroupName: 'default' }));
  await scheduler.send(new GetScheduleCommand({ Name: 'once', GroupName: 'night' }));
  const denied = await refusal(scheduler.send(new GetScheduleCommand({ Name: 'nightly' })));
  expect(denied).toMatchObject({ name: 'AccessDeniedException', status: 403 });
  expect(denied.message).toContain(`on resource: ${arn('schedule/default/nightly')}`);
});

test('ListSchedules and GetSchedule have separate buckets', async () => {
  const quotas = { 'list-schedules': { burst: 1, perSecond: 1 }, 'get-schedule': { burst: 2, perSecond: 1 } };
  const { scheduler } = await start(account, { quotas });
  await scheduler.send(new ListSchedulesCommand({}));
  await scheduler.send(new GetScheduleCommand({ Name: 'nightly' }));
  const early = await refusal(scheduler.send(new ListSchedulesCommand({})));
  expect(early).toMatchObject({ name: 'ThrottlingException', status: 429 });
  await scheduler.send(new GetScheduleCommand({ Name: 'nightly' }));
});

test('the problems record an operation that the sandbox does not have', async () => {
  const { scheduler, sandbox } = await start(account, { problems: 'some' });
  const tags = new ListTagsForResourceCommand({ ResourceArn: arn('schedule-group/default') });
  expect(await refusal(scheduler.send(tags))).toMatchObject({ status: 400 });
  expect(sandbox.problems).toEqual(['scheduler: the sandbox does not know ListTagsForResource']);
});

test('the problems record a request that does not fit Scheduler’s schema', async () => {
  const { sandbox } = await start(account, { problems: 'some' });
  const bad: [string, RequestInit, string][] = [
    [
      '/schedules?MaxResults=many',
      {},
      'scheduler: request of ListSchedules: .MaxResults: expected a number, not "many"',
    ],
    [
      '/schedules?Colour=red',
      {},
      'scheduler: request of ListSchedules: ?Colour: ListSchedulesInput has no such member',
    ],
    [
      '/schedules/x',
      { method: 'POST', body: '[]' },
      'scheduler: request of CreateSchedule: the body is not a JSON object',
    ],
  ];
  for (const [path, request, message] of bad) {
    sandbox.problems.length = 0;
    expect((await fetch(`${sandbox.url}${path}`, request)).status).toBe(400);
    expect(sandbox.problems[0]).toContain(message);
  }
});
