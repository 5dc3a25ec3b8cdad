// The order of reading: revisions first, then services, then tasks, each begun when the one before has ended; and what is
// read again once it has grown old.
import { describe, expect, test } from 'vitest';
import { readAgain, readEvidence } from '../../shared/read/evidence.ts';
import type { ReadContext } from '../../shared/sources/common/reader.ts';
import { sources } from '../../shared/sources/readers.ts';
import { anAccount } from '../support/account.ts';
import { aReader, arn, asLines, protectTag, readAll } from '../support/reader.ts';

const account = () =>
  anAccount()
    .family('web', '1-9', { tags: { [protectTag]: 'x' } })
    .service('prod/web', 'web:7')
    .service('dev/web', 'web:8')
    .task('prod', 'web:5')
    .task('dev', 'web:6', { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });

/** These sources are always read. The sources that the settings can exclude have their own tests. */
const beside = sources.filter(({ optional }) => optional).map(({ name }) => name);
const plan = { protectTags: [protectTag], without: beside, progress: () => undefined };
const readCore = (reader: ReadContext, more: readonly string[] = []) => readAll(reader, [...beside, ...more]);
const partsOf = (evidence: Awaited<ReturnType<typeof readAll>>) => evidence.readings.map(({ part }) => part);

test('a wave begins when the one before has ended', async () => {
  const { reader, sandbox } = await aReader(account());
  await readCore(reader);
  const order = sandbox.calls
    .list()
    .map(({ operation, input }) => [operation, input['desiredStatus']].filter(Boolean).join(' '))
    .filter((call) => call !== 'ListClusters' && call !== 'GetResources');
  expect(order.filter((call, index) => call !== order[index - 1])).toEqual([
    'ListTaskDefinitions',
    'ListServices',
    'DescribeServices',
    'ListServices',
    'DescribeServices',
    'ListTasks RUNNING',
    'DescribeTasks',
    'ListTasks RUNNING',
    'ListTasks STOPPED',
    'DescribeTasks',
  ]);
});

test('each wave lists the clusters anew: one that was made meanwhile may hold what has moved there', async () => {
  const { reader, sandbox } = await aReader(account());
  const remove = sandbox.after(({ operation }) => {
    if (operation !== 'ListServices') return;
    remove();
    sandbox.account.createCluster('new');
    sandbox.account.runTask({ cluster: 'new', taskDefinition: 'web:1' });
  });
  const { readings } = await readCore(reader);
  const lines = asLines(readings.flatMap(({ findings }) => findings));
  expect(lines.filter((line) => line.startsWith('task/new/')).map((line) => line.slice(-10))).toEqual(['runs web:1']);
});

test('progress reports each part once, when it has been read', async () => {
  const { reader } = await aReader(account());
  const told: string[] = [];
  await readEvidence(reader, { ...plan, progress: ({ part }) => told.push(part) });
  expect(told.toSorted()).toEqual(['inventory', 'services', 'tags', 'tasks']);
  expect(told[0]).toBe('inventory');
});

test('a small account takes fifteen calls', async () => {
  const { reader, sandbox } = await aReader(account());
  const evidence = await readCore(reader);
  expect(sandbox.calls.byOperation()).toEqual({
    ListTaskDefinitions: 1,
    GetResources: 1,
    ListClusters: 3,
    ListServices: 2,
    DescribeServices: 2,
    ListTasks: 4,
    DescribeTasks: 2,
  });
  expect(partsOf(evidence)).toEqual(['inventory', 'tags', 'services', 'tasks']);
  expect(evidence.readings.map(({ calls, items }) => ({ calls, items }))).toEqual([
    { calls: 1, items: 9 },
    { calls: 1, items: 9 },
    { calls: 5, items: 2 },
    { calls: 8, items: 2 },
  ]);
});

test('an account without ECS takes five calls and has no problem', async () => {
  const { reader, sandbox } = await aReader(anAccount());
  const evidence = await readCore(reader);
  expect(sandbox.calls.byOperation()).toEqual({ ListTaskDefinitions: 1, GetResources: 1, ListClusters: 3 });
  expect(evidence.inventory.size).toBe(0);
  expect(evidence.readings.flatMap(({ problems }) => problems)).toEqual([]);
});

test('what starts things is read before what it starts', async () => {
  const { reader, sandbox } = await aReader(account().rule('r', 'web:1').schedule('s', 'web:2').pipe('p', 'web:3'));
  const { readings } = await readAll(reader);
  expect(readings.map(({ part }) => part).filter((part) => part !== 'tags')).toEqual(
    expect.arrayContaining(['inventory', 'rules', 'schedules', 'pipes', 'services', 'tasks']),
  );
  const order = sandbox.calls.list().map(({ operation }) => operation);
  const starters = ['ListTargetsByRule', 'GetSchedule', 'DescribePipe'];
  const lastStarter = Math.max(...starters.map((operation) => order.lastIndexOf(operation)));
  expect(order.indexOf('ListClusters')).toBeGreaterThan(lastStarter);
});

describe('what is left out', () => {
  test('is not asked for', async () => {
    const { reader, sandbox } = await aReader(account());
    const evidence = await readCore(reader, ['tags']);
    expect(sandbox.calls.count('GetResources')).toBe(0);
    expect(partsOf(evidence)).toEqual(['inventory', 'services', 'tasks']);
    expect(evidence.tagged).toEqual(new Map());
  });

  test('is never services or tasks', async () => {
    const { reader } = await aReader(account());
    expect(partsOf(await readCore(reader, ['services', 'tasks', 'inventory', 'ages']))).toEqual([
      'inventory',
      'tags',
      'services',
      'tasks',
    ]);
  });
});

describe('once more', () => {
  test('tags that would be too old before services and tasks are read with these', async () => {
    const { reader, sandbox, clock } = await aReader(account());
    const first = await readCore(reader);
    clock.advance(241_000);
    sandbox.calls.clear();
    await readAgain(reader, plan, first, 'stale');
    expect(sandbox.calls.count('GetResources')).toBe(1);
  });

  test('services and tasks are always read anew, and nothing else while it is young', async () => {
    const { reader, sandbox, clock } = await aReader(account());
    const first = await readCore(reader);
    clock.advance(239_000);
    sandbox.calls.clear();
    sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:1' });
    const second = await readAgain(reader, plan, first, 'stale');
    expect(sandbox.calls.byOperation()).toEqual({
      ListClusters: 3,
      ListServices: 2,
      DescribeServices: 2,
      ListTasks: 4,
      DescribeTasks: 2,
    });
    expect(partsOf(second).toSorted()).toEqual(['inventory', 'services', 'tags', 'tasks']);
    const lines = asLines(second.readings.flatMap(({ findings }) => findings));
    expect(lines.filter((line) => line.endsWith('runs web:1'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('deploys'))).toHaveLength(2);
  });

  test('the tags too, once they are older than five minutes', async () => {
    const { reader, sandbox, clock } = await aReader(account());
    const first = await readCore(reader);
    sandbox.account.tags.remove(arn('task-definition/web:1'), [protectTag]);
    sandbox.account.registerTaskDefinition('web');
    sandbox.account.tagTaskDefinition('web:10', { [protectTag]: '' });
    clock.advance(301_000);
    const second = await readAgain(reader, plan, first, 'stale');
    expect([...(first.tagged.get('web')?.keys() ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...(second.tagged.get('web')?.keys() ?? [])]).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(partsOf(second).toSorted()).toEqual(['inventory', 'services', 'tags', 'tasks']);
  });

  test('what is older than the reading stays as it was: the inventory and the moment of deciding', async () => {
    const { reader, sandbox, clock } = await aReader(account());
    const first = await readCore(reader);
    sandbox.account.registerTaskDefinition('web');
    clock.advance(3_600_000);
    const second = await readAgain(reader, plan, first, 'stale');
    expect(second.inventory).toBe(first.inventory);
    expect(second.asOf).toBe(first.asOf);
  });
});

describe('the history of services', () => {
  const deployed = () => anAccount().family('web', '1-9').service('prod/web', 'web:7');
  const history = new Set(['service-deployments', 'services', 'tasks']);
  const others = sources.map(({ name }) => name).filter((name) => !history.has(name));
  const more = { ...plan, without: [...others, 'tags'] };

  test('is read anew with the services: what one of them would roll back to now is known', async () => {
    const { reader, sandbox, clock } = await aReader(deployed());
    const first = await readAll(reader, more.without);
    sandbox.account.updateService({ cluster: 'prod', service: 'web', taskDefinition: 'web:8' });
    sandbox.account.finishDeployment({ cluster: 'prod', service: 'web' });
    for (const task of sandbox.account.tasks.in(arn('cluster/prod'))) sandbox.account.forgetTask(task.taskArn);
    clock.advance(61_000);
    const second = await readAgain(reader, more, first, 'stale');
    expect(asLines(second.readings.flatMap(({ findings }) => findings))).toContain(
      'service/prod/web rolls back to web:7',
    );
  });

  test('that takes more than a minute is read twice, and a reference in either reading counts', async () => {
    const { reader, sandbox } = await aReader(deployed());
    sandbox.faults.add({ operation: 'ListServiceDeployments', kind: 'slow', ms: 61_000 });
    const remove = sandbox.after(({ operation }) => {
      if (operation !== 'ListServiceDeployments') return;
      remove();
      sandbox.account.deleteService({ cluster: 'prod', service: 'web', force: true });
    });
    const { readings } = await readAll(reader, more.without);
    expect(sandbox.calls.count('ListServices')).toBe(2);
    expect(asLines(readings.find(({ part }) => part === 'services')?.findings ?? [])).toEqual([
      'service/prod/web deploys web:7',
    ]);
  });
});

describe('an account that takes longer than five minutes to read', () => {
  const fault = { part: 'tasks', kind: 'incomplete', operation: 'reading services and tasks' };

  test.each([
    { slow: 'ListServices', ms: 299_000, problems: [] },
    { slow: 'ListServices', ms: 301_000, problems: [fault] },
    { slow: 'DescribeTasks', ms: 301_000, problems: [fault] },
    // Neither alone is too slow, both together are.
    { slow: '*', ms: 24_000, problems: [fault] },
  ])('$slow slow by $ms ms: $faults.length faults', async ({ slow, ms, problems }) => {
    const { reader, sandbox } = await aReader(account());
    const times = slow === '*' ? Infinity : 1;
    sandbox.faults.add({
      operation: slow,
      kind: 'slow',
      ms,
      times,
      when: ({ service }) => service === 'ecs',
    });
    const { readings } = await readCore(reader);
    expect(readings.flatMap((one) => one.problems)).toMatchObject(problems);
    expect(readings.flatMap((one) => one.problems).map(({ remedy }) => remedy.includes('`share`'))).toEqual(
      problems.map(() => true),
    );
  });

  test('is held at a later reading as well', async () => {
    const { reader, sandbox } = await aReader(account());
    const first = await readCore(reader);
    sandbox.faults.add({ operation: 'ListTasks', kind: 'slow', ms: 301_000, times: 1 });
    const second = await readAgain(reader, plan, first, 'stale');
    expect(second.readings.flatMap(({ problems }) => problems)).toMatchObject([fault]);
  });
});
