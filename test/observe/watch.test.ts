// The guard `fresh` while revisions go: services and tasks are read again and decided anew, what any reading had against a
// revision keeps it, and whoever names what this run took stops it.
import { expect, test } from 'vitest';
import { nameOf } from '../../shared/domain/revision.ts';
import { anAccount } from '../support/account.ts';
import { aNight, duringDeregistration, gone, newestThree as policy, sevenOld, spared } from '../support/night.ts';

/** More than the burst, so that time passes while they go: the fortieth goes a minute after the tenth. */
const many = () => anAccount().family('web', '1-60').cluster('prod');

test('a task that the first reading missed is found by the second, before anything goes', async () => {
  const night = await aNight(sevenOld().task('prod', 'web:1'));
  // As when a task before it stops between two pages and the list moves up.
  night.sandbox.faults.add({
    operation: 'ListTasks',
    kind: 'answer',
    times: 1,
    change: (output) => (output['taskArns'] = []),
  });
  const report = await night.prune(policy);
  expect(report.plan?.toDeregister.map(nameOf)).toContain('web:1');
  expect(gone(report)).toEqual(['web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7']);
  expect(spared(report)).toEqual(['web:1: task prod/00000000000000000000000000000001 runs it']);
});

test('a service that moved to an old revision keeps it', async () => {
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
  expect(gone(report)).not.toContain('web:55');
  // In the middle of the deployment to web:55 everything from there upwards is in play.
  expect(report.results.skipped.map(({ revision }) => nameOf(revision))).toEqual([
    'web:55',
    'web:56',
    'web:57',
    'web:58',
    'web:59',
  ]);
});

test('a task that was started from an old revision keeps it, also after it has stopped', async () => {
  const night = await aNight(many());
  duringDeregistration(night, 12, () => {
    const [task] = night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:58' });
    if (task?.taskArn !== undefined) night.sandbox.account.stopTask(task.taskArn);
  });
  expect(gone(await night.prune({ keepLatest: 1 }))).not.toContain('web:58');
});

test('what one reading named stays, although the next reading names it no more', async () => {
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
  expect(gone(report)).toHaveLength(58);
  expect(report.results.skipped.map(({ revision }) => nameOf(revision))).toEqual(['web:59']);
});

test('no deregistration happens more than 60 s after its reading began', async () => {
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

test('a suspended machine makes evidence old: it is read again before the next one goes', async () => {
  const night = await aNight(sevenOld());
  duringDeregistration(night, 3, () => {
    night.clock.jump(3_600_000);
    night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:6' });
  });
  const report = await night.prune(policy);
  expect(gone(report)).not.toContain('web:6');
  expect(spared(report)[0]).toContain('web:6: task prod/');
});

test('fresh: evidence that grows too old while the journal is written is read again before the call', async () => {
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
  expect(gone(report)).toEqual(['web:1', 'web:2', 'web:4', 'web:5', 'web:6', 'web:7']);
  expect(spared(report)[0]).toMatch(/^web:3: task prod\/\w+ runs it$/);
});

test('brake: whoever names what this run took stops it and is reported', async () => {
  const night = await aNight(many().service('prod/web', 'web:60'));
  // Within ten minutes AWS still accepts what has just gone.
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
  expect(gone(report).length).toBeLessThan(45);
});

test('who used what this run took is told, although nothing uses it any more when the run ends', async () => {
  const night = await aNight(sevenOld());
  const { account } = night.sandbox;
  let arn = '';
  let startedAt = Infinity;
  duringDeregistration(night, 2, () => {
    arn = account.runTask({ cluster: 'prod', taskDefinition: 'web:1' })[0]?.taskArn ?? '';
    night.clock.advance(61_000);
    startedAt = night.clock.monotonic();
  });
  // The run waits for the window to pass by then.
  night.clock.onSleep(() => {
    if (night.clock.monotonic() <= startedAt + 60_000) return;
    startedAt = Infinity;
    account.forgetTask(arn);
  });
  const report = await night.prune(policy);
  expect(report.results.stop?.by).toBe('abort');
  expect(report.results.lateReferences).toMatchObject([{ source: 'tasks', target: { family: 'web', number: 1 } }]);
});

test('the last look finds who took up a revision after the last re-reading', async () => {
  const night = await aNight(sevenOld());
  duringDeregistration(
    night,
    7,
    () => void night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:2' }),
  );
  const report = await night.prune(policy);
  expect(gone(report)).toHaveLength(7);
  expect(report.results.lateReferences).toHaveLength(1);
  expect(report.outcome).toBe('ACTION');
});

test('unknown: who will start something of a family, and came after the first reading, spares the family', async () => {
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
  expect(gone(report)).toEqual(['api:1']);
  expect(spared(report)).toHaveLength(7);
  expect(spared(report)[0]).toBe('web:1: it may be referenced dynamically');
});

test('unreadable: a re-reading that is denied holds the rest', async () => {
  const night = await aNight(many());
  duringDeregistration(night, 12, () => void night.sandbox.faults.add({ operation: 'ListTasks', kind: 'deny' }));
  const report = await night.prune({ keepLatest: 1 });
  expect(report.results.stop?.by).toBe('hold');
  expect(report.outcome).toBe('HELD');
  expect(gone(report).length).toBeLessThan(45);
  expect(report.results.notReached.length + gone(report).length).toBe(59);
});

test('the last look fails: what has gone has gone, and a person is told that nobody looked again', async () => {
  const night = await aNight(sevenOld());
  duringDeregistration(night, 7, () => void night.sandbox.faults.add({ operation: 'ListTasks', kind: 'deny' }));
  const report = await night.prune(policy);
  expect(gone(report)).toHaveLength(7);
  expect(report.outcome).toBe('ACTION');
  expect(report.actionItems[0]?.problem).toMatch(
    /^Could not check for late references: reading tasks: ListTasks/,
  );
});

test('no time for the last look: a person is told that nobody looked again', async () => {
  const night = await aNight(sevenOld());
  let over = false;
  duringDeregistration(night, 7, () => {
    over = true;
  });
  const report = await night.prune(policy, { outOfTime: () => over });
  expect(gone(report)).toHaveLength(7);
  expect(report.outcome).toBe('ACTION');
  expect(report.actionItems[0]?.problem).toBe(
    'Could not check for late references: no time was left to look for late references',
  );
});
