/** EventBridge's buses, rules and targets: lists, changes and errors. */
import {
  DeleteRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type PutRuleCommandInput,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import { refusal, start } from '../support/sandbox.ts';

const arn = (resource: string) => `arn:aws:events:eu-west-1:123456789012:${resource}`;
const cluster = 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod';
const TaskDefinitionArn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7';
const task: Target = {
  Id: 'task',
  Arn: cluster,
  RoleArn: 'arn:aws:iam::123456789012:role/start',
  EcsParameters: { TaskDefinitionArn },
};
const queue: Target = { Id: 'queue', Arn: 'arn:aws:sqs:eu-west-1:123456789012:q' };
const account = {
  eventBuses: [{ Name: 'orders' }, { Name: 'aws.partner/example.com/1' }],
  rules: [
    { Name: 'nightly', ScheduleExpression: 'rate(1 day)', Targets: [task] },
    { Name: 'nightly', EventBusName: 'orders', EventPattern: '{}', State: 'DISABLED' as const },
    { Name: 'theirs', EventPattern: '{}', ManagedBy: 'autoscaling.amazonaws.com', Targets: [queue] },
  ],
};

test('an account has the default bus and its own buses', async () => {
  const { events } = await start(account);
  const { EventBuses } = await events.send(new ListEventBusesCommand({}));
  expect(EventBuses).toEqual([
    { Name: 'default', Arn: arn('event-bus/default') },
    { Name: 'orders', Arn: arn('event-bus/orders') },
    { Name: 'aws.partner/example.com/1', Arn: arn('event-bus/aws.partner/example.com/1') },
  ]);
  const some = await events.send(new ListEventBusesCommand({ NamePrefix: 'ord' }));
  expect(some.EventBuses?.map(({ Name }) => Name)).toEqual(['orders']);
});

test('ListRules lists one bus, by default the default bus, without targets', async () => {
  const { events } = await start(account);
  const onDefault = await events.send(new ListRulesCommand({}));
  expect(onDefault.Rules).toEqual([
    {
      Name: 'nightly',
      Arn: arn('rule/nightly'),
      State: 'ENABLED',
      EventBusName: 'default',
      ScheduleExpression: 'rate(1 day)',
    },
    {
      Name: 'theirs',
      Arn: arn('rule/theirs'),
      State: 'ENABLED',
      EventBusName: 'default',
      EventPattern: '{}',
      ManagedBy: 'autoscaling.amazonaws.com',
    },
  ]);
  const onOrders = await events.send(new ListRulesCommand({ EventBusName: arn('event-bus/orders') }));
  expect(onOrders.Rules).toEqual([
    {
      Name: 'nightly',
      Arn: arn('rule/orders/nightly'),
      State: 'DISABLED',
      EventBusName: 'orders',
      EventPattern: '{}',
    },
  ]);
});

test('ListTargetsByRule lists the targets of one rule on one bus', async () => {
  const { events } = await start(account);
  const onDefault = await events.send(new ListTargetsByRuleCommand({ Rule: 'nightly' }));
  expect(onDefault.Targets).toEqual([task]);
  const onOrders = await events.send(new ListTargetsByRuleCommand({ Rule: 'nightly', EventBusName: 'orders' }));
  expect(onOrders.Targets).toEqual([]);
});

test('EventBridge lists have pages and reject an unknown token', async () => {
  const { events } = await start(account);
  const first = await events.send(new ListRulesCommand({ Limit: 1 }));
  const second = await events.send(new ListRulesCommand({ Limit: 1, NextToken: first.NextToken }));
  expect([...(first.Rules ?? []), ...(second.Rules ?? [])].map(({ Name }) => Name)).toEqual(['nightly', 'theirs']);
  expect(second.NextToken).toBeUndefined();
  const lost = await refusal(events.send(new ListRulesCommand({ NextToken: 'bm90aGluZw' })));
  expect(lost).toMatchObject({ name: 'InvalidToken', status: 400 });
  const large = await refusal(events.send(new ListRulesCommand({ Limit: 101 })));
  expect(large).toMatchObject({ name: 'ValidationException', status: 400 });
});

test('PutRule replaces a rule and keeps its targets', async () => {
  const { events } = await start(account);
  const put = await events.send(new PutRuleCommand({ Name: 'nightly', EventPattern: '{"source":["x"]}' }));
  expect(put.RuleArn).toBe(arn('rule/nightly'));
  const { Rules } = await events.send(new ListRulesCommand({ NamePrefix: 'nightly' }));
  expect(Rules).toEqual([
    {
      Name: 'nightly',
      Arn: arn('rule/nightly'),
      State: 'ENABLED',
      EventBusName: 'default',
      EventPattern: '{"source":["x"]}',
    },
  ]);
  const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: 'nightly' }));
  expect(Targets).toEqual([task]);
});

test('DisableRule and EnableRule change a rule’s state', async () => {
  const { events, sandbox } = await start(account);
  await events.send(new DisableRuleCommand({ Name: 'nightly' }));
  expect(sandbox.account.rules.named({ Name: 'nightly' }).State).toBe('DISABLED');
  await events.send(new EnableRuleCommand({ Name: 'nightly' }));
  expect(sandbox.account.rules.named({ Name: 'nightly' }).State).toBe('ENABLED');
});

test('PutTargets and RemoveTargets use the target’s id; a rule without targets can be deleted', async () => {
  const { events } = await start(account);
  const changed = { ...task, EcsParameters: { TaskDefinitionArn: `${TaskDefinitionArn}0` } };
  const put = await events.send(new PutTargetsCommand({ Rule: 'nightly', Targets: [queue, changed] }));
  expect(put).toMatchObject({ FailedEntryCount: 0, FailedEntries: [] });
  const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: 'nightly' }));
  expect(Targets).toEqual([changed, queue]);

  const early = await refusal(events.send(new DeleteRuleCommand({ Name: 'nightly' })));
  expect(early).toMatchObject({ name: 'ValidationException', status: 400 });
  await events.send(new RemoveTargetsCommand({ Rule: 'nightly', Ids: ['task', 'queue', 'unknown'] }));
  await events.send(new DeleteRuleCommand({ Name: 'nightly' }));
  await events.send(new DeleteRuleCommand({ Name: 'nightly' }));
  const error = await refusal(events.send(new ListTargetsByRuleCommand({ Rule: 'nightly' })));
  expect(error).toMatchObject({ name: 'ResourceNotFoundException', status: 400 });
});

test('a rule that another service manages changes only with Force', async () => {
  const { events } = await start(account);
  const calls = [
    () => events.send(new PutRuleCommand({ Name: 'theirs', EventPattern: '{}' })),
    () => events.send(new DisableRuleCommand({ Name: 'theirs' })),
    () => events.send(new PutTargetsCommand({ Rule: 'theirs', Targets: [queue] })),
    () => events.send(new RemoveTargetsCommand({ Rule: 'theirs', Ids: ['queue'] })),
    () => events.send(new DeleteRuleCommand({ Name: 'theirs' })),
  ];
  for (const call of calls) expect((await refusal(call())).name).toBe('ManagedRuleException');
  await events.send(new RemoveTargetsCommand({ Rule: 'theirs', Ids: ['queue'], Force: true }));
  await events.send(new DeleteRuleCommand({ Name: 'theirs', Force: true }));
});

const badRules: [string, PutRuleCommandInput, string][] = [
  ['without pattern and schedule', { Name: 'r' }, 'ValidationException'],
  ['with a bad name', { Name: 'a b', EventPattern: '{}' }, 'ValidationException'],
  ['with a bad schedule', { Name: 'r', ScheduleExpression: 'daily' }, 'ValidationException'],
  [
    'with a schedule on a custom bus',
    { Name: 'r', EventBusName: 'orders', ScheduleExpression: 'rate(1 day)' },
    'ValidationException',
  ],
  ['with a pattern that is not JSON', { Name: 'r', EventPattern: '{' }, 'InvalidEventPatternException'],
  ['on an unknown bus', { Name: 'r', EventBusName: 'x', EventPattern: '{}' }, 'ResourceNotFoundException'],
];
test.each(badRules)('PutRule refuses a rule %s', async (_, input, name) => {
  const { events } = await start(account);
  expect(await refusal(events.send(new PutRuleCommand(input)))).toMatchObject({ name, status: 400 });
});

const badTargets: [string, Target[], string][] = [
  ['an empty list', [], 'ValidationException'],
  ['a cluster without a task definition', [{ ...task, EcsParameters: undefined }], 'ValidationException'],
  ['a cluster without a role', [{ ...task, RoleArn: undefined }], 'ValidationException'],
  ['an input that is not JSON', [{ ...queue, Input: '{' }], 'ValidationException'],
  ['two kinds of input', [{ ...queue, Input: '{}', InputPath: '$' }], 'ValidationException'],
  ['a sixth target', Array.from({ length: 5 }, (_, index) => ({ ...queue, Id: `${index}` })), 'LimitExceededException'],
];
test.each(badTargets)('PutTargets refuses %s', async (_, Targets, name) => {
  const { events } = await start(account);
  const put = new PutTargetsCommand({ Rule: 'nightly', Targets });
  expect(await refusal(events.send(put))).toMatchObject({ name, status: 400 });
});

test('an unknown rule has no targets and accepts none', async () => {
  const { events } = await start(account);
  const calls = [
    () => events.send(new ListTargetsByRuleCommand({ Rule: 'theirs', EventBusName: 'orders' })),
    () => events.send(new PutTargetsCommand({ Rule: 'x', Targets: [queue] })),
    () => events.send(new EnableRuleCommand({ Name: 'x' })),
    () => events.send(new ListRulesCommand({ EventBusName: 'x' })),
  ];
  for (const call of calls)
    expect(await refusal(call())).toMatchObject({ name: 'ResourceNotFoundException', status: 400 });
});

test('IAM evaluates one rule for reading, and all rules for listing', async () => {
  const allow = (Action: string, Resource: string) => ({ Effect: 'Allow' as const, Action, Resource });
  const Statement = [allow('events:ListRules', arn('rule/*')), allow('events:ListTargetsByRule', arn('rule/orders/*'))];
  const { events } = await start(account, { roles: { AKIDTEST: [{ Statement }] } });
  await events.send(new ListRulesCommand({ EventBusName: 'orders' }));
  await events.send(new ListTargetsByRuleCommand({ Rule: 'nightly', EventBusName: 'orders' }));
  const denied = await refusal(events.send(new ListTargetsByRuleCommand({ Rule: 'nightly' })));
  expect(denied).toMatchObject({ name: 'AccessDeniedException', status: 400 });
  expect(denied.message).toContain(`events:ListTargetsByRule on resource: ${arn('rule/nightly')}`);
});

test('all EventBridge calls share one bucket of fifty', async () => {
  const { events, clock } = await start(account, { quotas: 'published' });
  const calls = Array.from({ length: 25 }, () => [
    events.send(new ListEventBusesCommand({})),
    events.send(new ListRulesCommand({})),
  ]);
  await Promise.all(calls.flat());
  const early = await refusal(events.send(new ListRulesCommand({})));
  expect(early).toMatchObject({ name: 'ThrottlingException', status: 400 });
  clock.advance(20);
  await events.send(new ListRulesCommand({}));
});
