// Every task that ECS still lists names its revision: starting, running, stopping and stopped, in every cluster.
import { expect, test } from 'vitest';
import { anAccount } from '../support/account.ts';
import { aReader, arn, asLines, readSource } from '../support/reader.ts';

test.each([
  { lastStatus: 'PROVISIONING', desiredStatus: 'RUNNING', relation: 'runs' },
  { lastStatus: 'PENDING', desiredStatus: 'RUNNING', relation: 'runs' },
  { lastStatus: 'ACTIVATING', desiredStatus: 'RUNNING', relation: 'runs' },
  { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', relation: 'runs' },
  { lastStatus: 'RUNNING', desiredStatus: 'STOPPED', relation: 'runs' },
  { lastStatus: 'DEACTIVATING', desiredStatus: 'STOPPED', relation: 'runs' },
  { lastStatus: 'STOPPING', desiredStatus: 'STOPPED', relation: 'runs' },
  { lastStatus: 'DEPROVISIONING', desiredStatus: 'STOPPED', relation: 'runs' },
  { lastStatus: 'STOPPED', desiredStatus: 'STOPPED', relation: 'ran' },
  { lastStatus: 'DELETED', desiredStatus: 'STOPPED', relation: 'ran' },
  { lastStatus: 'A_STATE_OF_TOMORROW', desiredStatus: 'RUNNING', relation: 'runs' },
])(
  'a task that is $lastStatus and is to be $desiredStatus $relation its revision',
  async ({ lastStatus, desiredStatus, relation }) => {
    const { reader } = await aReader(anAccount().task('prod', 'web:7', { lastStatus, desiredStatus }));
    const { findings, problems, items } = await readSource(reader, 'tasks');
    expect(asLines(findings).map((line) => line.replace(/^task\/prod\/\w+ /, ''))).toEqual([`${relation} web:7`]);
    expect({ problems, items }).toEqual({ problems: [], items: 1 });
  },
);

test('tasks of services, standalone ones and all launch types are read: no filter hides any', async () => {
  const account = anAccount()
    .task('prod', 'web:1', { group: 'service:web', startedBy: 'ecs-svc/1', launchType: 'FARGATE' })
    .task('prod', 'web:2', { group: 'family:web', launchType: 'EC2' })
    .task('prod', 'web:3', { group: 'nightly', startedBy: 'events-rule/nightly', launchType: 'EXTERNAL' })
    .task('dev', 'web:4', { capacityProviderName: 'FARGATE_SPOT' })
    .cluster('empty');
  const { reader } = await aReader(account);
  const { findings } = await readSource(reader, 'tasks');
  expect(asLines(findings).map((line) => line.replace(/.* /, ''))).toEqual(['web:1', 'web:2', 'web:3', 'web:4']);
});

test('RUNNING is read to its end in all clusters before STOPPED, so that a task which stops is met in one of both', async () => {
  const account = anAccount()
    .task('prod', 'web:1')
    .task('dev', 'web:2')
    .task('dev', 'web:3', { desiredStatus: 'STOPPED' });
  const { reader, sandbox } = await aReader(account);
  await readSource(reader, 'tasks');
  const order = sandbox.calls.list().map(({ operation, input }) => {
    const cluster = typeof input['cluster'] === 'string' ? input['cluster'].replace(arn('cluster/'), '') : '';
    return [operation, cluster, input['desiredStatus']].filter(Boolean).join(' ');
  });
  expect(order).toEqual([
    'ListClusters',
    'ListTasks prod RUNNING',
    'DescribeTasks prod',
    'ListTasks dev RUNNING',
    'DescribeTasks dev',
    'ListClusters',
    'ListTasks prod STOPPED',
    'ListTasks dev STOPPED',
    'DescribeTasks dev',
  ]);
});

test('tasks are listed and described a hundred at once', async () => {
  const account = anAccount();
  for (let index = 1; index <= 250; index++) account.task('prod', 'web:1');
  const { reader, sandbox } = await aReader(account);
  expect(await readSource(reader, 'tasks')).toMatchObject({ items: 250, problems: [] });
  expect(sandbox.calls.byOperation()).toEqual({ ListClusters: 2, ListTasks: 4, DescribeTasks: 3 });
});

test('short pages are gathered into full calls', async () => {
  const account = anAccount();
  for (let index = 1; index <= 120; index++) account.task('prod', 'web:1');
  const { reader, sandbox } = await aReader(account, { pageSize: 7 });
  expect(await readSource(reader, 'tasks')).toMatchObject({ items: 120, problems: [] });
  expect(sandbox.calls.count('DescribeTasks')).toBe(2);
});

test('a daemon task, and one that runs a foreign revision, name nothing of ours', async () => {
  const account = anAccount()
    .task('prod', 'web:1', { taskDefinitionArn: arn('daemon-task-definition/agent:3') })
    .task('prod', 'web:1', { taskDefinitionArn: 'arn:aws:ecs:eu-west-1:210987654321:task-definition/web:1' });
  const { reader } = await aReader(account);
  expect(await readSource(reader, 'tasks')).toMatchObject({ items: 2, findings: [], problems: [] });
});

test('a task that references a family alone references its newest, whatever that is', async () => {
  const { reader } = await aReader(anAccount().task('prod', 'web:1', { taskDefinitionArn: 'web' }));
  const { findings, problems } = await readSource(reader, 'tasks');
  expect(findings).toMatchObject([{ source: 'tasks', relation: 'runs', target: { kind: 'floating', family: 'web' } }]);
  expect(problems).toEqual([]);
});

test.each([
  { runs: 'nothing', taskDefinitionArn: undefined, reason: 'runs "", which is not a task definition' },
  {
    runs: 'what cannot be read',
    taskDefinitionArn: 'web:latest',
    reason: 'runs "web:latest", which is not a task definition',
  },
])('a task that runs $runs is a problem', async ({ taskDefinitionArn, reason: said }) => {
  const { reader } = await aReader(anAccount().task('prod', 'web:1', { taskDefinitionArn }));
  const { problems } = await readSource(reader, 'tasks');
  expect(problems).toMatchObject([{ part: 'tasks', kind: 'incomplete' }]);
  expect(problems[0]?.reason).toContain(said);
});
