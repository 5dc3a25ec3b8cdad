// Tests the tally of one part of a run: its calls, the one in progress, and every revision that raw answers mention.
import { expect, test } from 'vitest';
import { Tally } from '../../shared/aws/tally.ts';
import { mentionFinder } from '../../shared/domain/mentions.ts';
import { ACCOUNT, REGION, revisionArn } from '../support/account.ts';

const target = { account: ACCOUNT, region: REGION, partition: 'aws' };

const named = (answer: unknown) => {
  const tally = new Tally({ find: mentionFinder(target, new Map([['web', [{ from: 1, upto: 9 }]]])) });
  tally.beginCommand('ECS', 'DescribeServices', { cluster: 'prod' });
  tally.search(answer);
  return Object.fromEntries([...tally.mentioned].map(([name, { referrer }]) => [name, referrer]));
};

test('attempts are counted by operation, and all of them together', () => {
  const tally = new Tally();
  for (const operation of ['ListTasks', 'DescribeTasks', 'ListTasks']) tally.countAttempt(operation);
  expect(Object.fromEntries(tally.byOperation)).toEqual({ ListTasks: 2, DescribeTasks: 1 });
  expect(tally.calls).toBe(3);
  expect(new Tally().calls).toBe(0);
});

test.each([
  { input: { cluster: 'prod', tasks: ['1'] }, about: 'prod' },
  { input: { familyPrefix: 'web' }, about: 'web' },
  { input: { taskDefinition: 'web:1' }, about: 'web:1' },
  { input: { maxResults: 100 }, about: undefined },
  { input: { cluster: undefined }, about: undefined },
  { input: {}, about: undefined },
])('the call under way with $input was about $about', ({ input, about }) => {
  const tally = new Tally();
  expect(tally.asked).toEqual({ service: 'ECS', operation: 'nothing', about: undefined });
  tally.beginCommand('ECS', 'ListTasks', input);
  expect(tally.asked).toEqual({ service: 'ECS', operation: 'ListTasks', about });
});

test('a revision is heard at any depth, with the innermost that has an ARN as its carrier', () => {
  const [a, b, c, d] = ['web:1', 'web:2', 'web:3', 'web:4'].map(revisionArn);
  const service = {
    serviceArn: 'service/prod/web',
    taskDefinition: a,
    taskSets: [{ taskSetArn: 'task-set/1', taskDefinition: b }, { deep: [[{ deeper: c }]] }],
  };
  expect(named({ services: [service], other: d })).toEqual({
    'web:1': 'service/prod/web',
    'web:2': 'task-set/1',
    'web:3': 'service/prod/web',
    'web:4': 'DescribeServices',
  });
});

test('the first referrer is reported', () => {
  const taskDefinitionArn = revisionArn('web:1');
  const tasks = [
    { taskArn: 'task/1', taskDefinitionArn },
    { taskArn: 'task/2', taskDefinitionArn },
  ];
  expect(named({ tasks })).toEqual({ 'web:1': 'task/1' });
});

test.each([[null], [undefined], [7], [true], ['a text'], [{}], [[]], [{ serviceArn: 7 }]])(
  '%o references nothing and breaks nothing',
  (answer) => {
    expect(named(answer)).toEqual({});
  },
);
