// The precondition `fresh` during a run: services and tasks are read again and the plan is decided again. An objection of
// any reading keeps the revision, and a late reference aborts the run.
import { expect, test } from 'vitest';
import { nameOf } from '../../shared/domain/revision.ts';
import { anAccount } from '../support/account.ts';
import {
  aNight,
  duringDeregistration,
  deregisteredNames,
  keepNewestThree as policy,
  sevenOld,
  skippedNames,
} from '../support/night.ts';

/** More revisions than the burst allows: the run deregisters the fortieth a minute after the tenth. */
const many = () => anAccount().family('web', '1-60').cluster('prod');

test('skips a revision of a task that only the second reading found', async () => {
  const night = await aNight(sevenOld().task('prod', 'web:1'));
  // The same happens when an earlier task stops between two pages and the list shifts.
  night.sandbox.faults.add({
    operation: 'ListTasks',
    kind: 'answer',
    times: 1,
    change: (output) => (output['taskArns'] = []),
  });
  const report = await night.prune(policy);
  expect(report.plan?.toDeregister.map(nameOf)).toContain('web:1');
  expect(deregisteredNames(report)).toEqual(['web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7']);
  expect(skippedNames(report)).toEqual(['web:1: task prod/00000000000000000000000000000001 runs it']);
});

test('keeps an old revision that a service moved to', async () => {
  const night = await aNight(many().service('prod/web', 'web:60'));
  duringDeregistration(
    night,
    12,
    () =>
      void night.sandbox.account.updateService({
        cluster: 'prod',
        service: 'web',
        taskDefinition: 'web:55',
      }),
  );
  const report = await night.prune({ keepLatest: 1 });
  expect(deregisteredNames(report)).not.toContain('web:55');
  // During the deployment to web:55 every revision from web:55 upwards is in flight.
  expect(report.results.skipped.map(({ revision }) => nameOf(revision))).toEqual([
    'web:55',
    'web:56',
    'web:57',
    'web:58',
    'web:59',
  ]);
});

test('keeps an old revision that a task started from, even after the task stopped', async () => {
  const night = await aNight(many());
  duringDeregistration(night, 12, () => {
    const [task] = night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:58' });
    if (task?.taskArn !== undefined) night.sandbox.account.stopTask(task.taskArn);
  });
  expect(deregisteredNames(await night.prune({ keepLatest: 1 }))).not.toContain('web:58');
});

test('keeps a revision that an earlier reading referenced and a later reading did not', async () => {
  const night = await aNight(many());
  let task: string | undefined;
  duringDeregistration(night, 12, () => {
    task = night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:59' })[0]?.taskArn;
  });
  duringDeregistration(night, 45, () => {
    if (task === undefined) return;
    night.sandbox.account.stopTask(task);
    night.sandbox.account.moveTask(task, 'STOPPED');
    night.sandbox.account.forgetTask(task);
  });
  const report = await night.prune({ keepLatest: 1 });
  expect(deregisteredNames(report)).toHaveLength(58);
  expect(report.results.skipped.map(({ revision }) => nameOf(revision))).toEqual(['web:59']);
});

test('deregisters no revision more than 60 s after its reading began', async () => {
  const night = await aNight(many());
  let [read, oldest] = [0, 0];
  night.sandbox.before(({ operation }) => {
    if (operation === 'ListServices') read = night.clock.monotonic();
    if (operation === 'DeregisterTaskDefinition') oldest = Math.max(oldest, night.clock.monotonic() - read);
  });
  await night.prune({ keepLatest: 1 });
  expect(oldest).toBeLessThanOrEqual(60_000);
  expect(oldest).toBeGreaterThan(50_000);
});

test('reads again before the next deregistration after the machine was suspended', async () => {
  const night = await aNight(sevenOld());
  duringDeregistration(night, 3, () => {
    night.clock.jump(3_600_000);
    night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:6' });
  });
  const report = await night.prune(policy);
  expect(deregisteredNames(report)).not.toContain('web:6');
  expect(skippedNames(report)[0]).toContain('web:6: task prod/');
});

test('fresh: evidence that expires during the write to the journal is read again before the call', async () => {
  const night = await aNight(sevenOld());
  const put = night.state.put.bind(night.state);
  night.state.put = (key, body, over) => {
    if (key.includes('/journal/') && key.endsWith('/3.json')) {
      night.clock.advance(61_000);
      night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:3' });
    }
    return put(key, body, over);
  };
  const report = await night.prune(policy);
  expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:4', 'web:5', 'web:6', 'web:7']);
  expect(skippedNames(report)[0]).toMatch(/^web:3: task prod\/\w+ runs it$/);
});

test('abort: a late reference stops the run and is reported', async () => {
  const night = await aNight(many().service('prod/web', 'web:60'));
  // AWS still accepts a revision for ten minutes after its deregistration.
  duringDeregistration(
    night,
    12,
    () =>
      void night.sandbox.account.updateService({
        cluster: 'prod',
        service: 'web',
        taskDefinition: 'web:3',
      }),
  );
  const report = await night.prune({ keepLatest: 1 });
  expect(report.results.stop?.by).toBe('abort');
  expect(report.outcome).toBe('FAILED');
  expect(report.results.lateReferences.map(({ source, relation, target }) => [source, relation, target])).toEqual([
    ['services', 'deploys', { kind: 'revision', family: 'web', number: 3 }],
    ['tasks', 'runs', { kind: 'revision', family: 'web', number: 3 }],
  ]);
  expect(deregisteredNames(report).length).toBeLessThan(45);
});

test('reports a late reference that no longer exists when the run ends', async () => {
  const night = await aNight(sevenOld());
  const { account } = night.sandbox;
  let arn = '';
  let startedAt = Infinity;
  duringDeregistration(night, 2, () => {
    arn = account.runTask({ cluster: 'prod', taskDefinition: 'web:1' })[0]?.taskArn ?? '';
    night.clock.advance(61_000);
    startedAt = night.clock.monotonic();
  });
  // The run waits for the end of the window by then.
  night.clock.onSleep(() => {
    if (night.clock.monotonic() <= startedAt + 60_000) return;
    startedAt = Infinity;
    account.forgetTask(arn);
  });
  const report = await night.prune(policy);
  expect(report.results.stop?.by).toBe('abort');
  expect(report.results.lateReferences).toMatchObject([{ source: 'tasks', target: { family: 'web', number: 1 } }]);
});

test('finds a late reference in the last reading of the run', async () => {
  const night = await aNight(sevenOld());
  duringDeregistration(
    night,
    7,
    () => void night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:2' }),
  );
  const report = await night.prune(policy);
  expect(deregisteredNames(report)).toHaveLength(7);
  expect(report.results.lateReferences).toHaveLength(1);
  expect(report.outcome).toBe('ACTION');
});

test('unresolved: an unresolved reference that appears after the first reading keeps its families', async () => {
  const night = await aNight(sevenOld().family('api', '1-4'));
  const remove = night.sandbox.before(({ operation }) => {
    if (operation !== 'ListTasks') return;
    remove();
    night.sandbox.account.schedules.create({
      Name: 'nightly',
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask',
        RoleArn: 'arn:aws:iam::123456789012:role/start',
        Input: '{"taskDefinition":"web:<aws.scheduler.attempt-number>"}',
      },
    });
  });
  const report = await night.prune(policy);
  expect(report.plan?.toDeregister.map(nameOf)).toContain('web:1');
  expect(deregisteredNames(report)).toEqual(['api:1']);
  expect(skippedNames(report)).toHaveLength(7);
  expect(skippedNames(report)[0]).toBe('web:1: it may be referenced dynamically');
});

test('unreadable: a denied second reading holds the rest', async () => {
  const night = await aNight(many());
  duringDeregistration(night, 12, () => void night.sandbox.faults.add({ operation: 'ListTasks', kind: 'deny' }));
  const report = await night.prune({ keepLatest: 1 });
  expect(report.results.stop?.by).toBe('hold');
  expect(report.outcome).toBe('HELD');
  expect(deregisteredNames(report).length).toBeLessThan(45);
  expect(report.results.notReached.length + deregisteredNames(report).length).toBe(59);
});

test('asks the operator to check for late references when the last reading fails', async () => {
  const night = await aNight(sevenOld());
  duringDeregistration(night, 7, () => void night.sandbox.faults.add({ operation: 'ListTasks', kind: 'deny' }));
  const report = await night.prune(policy);
  expect(deregisteredNames(report)).toHaveLength(7);
  expect(report.outcome).toBe('ACTION');
  expect(report.actionItems[0]?.problem).toMatch(/^Could not check for late references: reading tasks: ListTasks/);
});

test('asks the operator to check for late references when no time is left for the last reading', async () => {
  const night = await aNight(sevenOld());
  let over = false;
  duringDeregistration(night, 7, () => {
    over = true;
  });
  const report = await night.prune(policy, { outOfTime: () => over });
  expect(deregisteredNames(report)).toHaveLength(7);
  expect(report.outcome).toBe('ACTION');
  expect(report.actionItems[0]?.problem).toBe(
    'Could not check for late references: no time was left to look for late references',
  );
});
