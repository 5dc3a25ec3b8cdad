// The answers of the watch before each deregistration, and the sources that it reads. Whole runs are in watch.test.ts.
import { describe, expect, onTestFinished, test } from 'vitest';
import { Pacer } from '../../shared/aws/pacer.ts';
import type { Finding, Reference } from '../../shared/domain/evidence.ts';
import { Observer } from '../../shared/observe/observe.ts';
import { limitOf, objectionIn, retiredIn, retiredOnlyIn } from '../../shared/plan/limit.ts';
import type { Plan, Verdict } from '../../shared/plan/verdict.ts';
import { parseSettings } from '../../shared/settings/parse.ts';
import { lateReferenceStop, referencesTo, Watch } from '../../shared/observe/watch.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { type AccountBuilder, anAccount, revisionArn } from '../support/account.ts';
import { revisionOf } from '../support/acting.ts';
import { TestClock } from '../support/clock.ts';
import { connectTo } from '../support/night.ts';
import { asOf, referenceTo, reading, rollout, target } from '../support/given.ts';

const [first, second, third] = [revisionOf('web:1'), revisionOf('web:2'), revisionOf('web:3')];

/** AWS chooses ids and wording, so only a pattern is compared. */
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

/** A watch for the plan from a first reading of the account. */
async function watching(account: AccountBuilder, settings: Record<string, unknown> = {}) {
  const clock = new TestClock();
  const sandbox = await startSandbox({ account: account.file(), clock, quotas: 'none' });
  const aws = connectTo(sandbox, clock, new Pacer(clock, 1));
  onTestFinished(async () => {
    aws.close();
    await sandbox.close();
  });
  const context = {
    aws,
    clock,
    settings: parseSettings({ usedWithinDays: 0, keepLatest: 1, ...settings }, 'settings of the test'),
    outOfTime: () => false,
    onReading: () => undefined,
  };
  const observer = new Observer(target, context);
  const seen = await observer.observe();
  const watch = new Watch(observer, clock, seen);
  const start = (name: string) => sandbox.account.runTask({ cluster: 'prod', taskDefinition: name })[0]?.taskArn ?? '';
  return { watch, sandbox, clock, start };
}

const three = () => anAccount().family('web', '1-4').cluster('prod');

describe('before the first deregistration', () => {
  test('reads every fast source again, even when it is fresh', async () => {
    const { watch, sandbox } = await watching(three());
    const before = sandbox.calls.count('ListSchedules');
    expect(watch.isFresh()).toBe(true);
    expect(watch.lateReferences).toEqual([]);
    expect(await watch.objectionTo(first, [])).toBeUndefined();
    expect(sandbox.calls.count('ListSchedules')).toBe(before + 1);
    expect(sandbox.calls.count('ListTasks')).toBeGreaterThan(0);
  });

  test('objects to a revision that only the second reading found', async () => {
    const { watch, start } = await watching(three());
    start('web:2');
    expect(await watch.objectionTo(first, [])).toBeUndefined();
    expect(await watch.objectionTo(second, [])).toEqual({
      keep: matching(/^task prod\/\w+ runs it$/),
    });
    expect(watch.kept).toEqual([{ revision: second, reason: matching(/runs it$/) }]);
  });
});

describe('before each further deregistration', () => {
  test('reads nothing while the evidence is fresh', async () => {
    const { watch, sandbox, clock } = await watching(three());
    await watch.objectionTo(first, []);
    const calls = sandbox.calls.list().length;
    clock.advance(60_000);
    expect(watch.isFresh()).toBe(true);
    expect(await watch.objectionTo(second, [first])).toBeUndefined();
    expect(sandbox.calls.list()).toHaveLength(calls);
  });

  test('reads expired services and tasks again, and no fresh source', async () => {
    const { watch, sandbox, clock, start } = await watching(three());
    await watch.objectionTo(first, []);
    const [schedules, tasks] = [sandbox.calls.count('ListSchedules'), sandbox.calls.count('ListTasks')];
    clock.advance(60_001);
    start('web:3');
    expect(watch.isFresh()).toBe(false);
    expect(await watch.objectionTo(third, [first])).toHaveProperty('keep');
    expect(watch.isFresh()).toBe(true);
    expect(sandbox.calls.count('ListTasks')).toBeGreaterThan(tasks);
    expect(sandbox.calls.count('ListSchedules')).toBe(schedules);
  });

  test('objects to a revision that only an earlier reading found', async () => {
    const { watch, sandbox, clock, start } = await watching(three());
    const task = start('web:2');
    await watch.objectionTo(first, []);
    sandbox.account.stopTask(task);
    sandbox.account.moveTask(task, 'STOPPED');
    sandbox.account.forgetTask(task);
    clock.advance(60_001);
    expect(await watch.objectionTo(second, [first])).toHaveProperty('keep');
  });
});

describe('stops the run', () => {
  test('when a source cannot be read any more, and stays stopped', async () => {
    const { watch, sandbox } = await watching(three());
    sandbox.faults.add({ operation: 'ListTasks', kind: 'deny' });
    const stop = {
      by: 'hold',
      reason: matching(/^reading tasks: ListTasks \(.*\): AccessDeniedException/),
      remedy: 'Allow ecs:ListTasks in the role or user that runs this.',
    };
    expect(await watch.objectionTo(first, [])).toEqual({ stop });
    expect(await watch.objectionTo(second, [])).toEqual({ stop });
    expect(watch.kept).toEqual([]);
  });

  test('when a source cannot be read any more, and still reports late references', async () => {
    const { watch, sandbox, start } = await watching(three());
    sandbox.faults.add({ operation: 'ListSchedules', kind: 'deny' });
    start('web:2');
    expect(await watch.objectionTo(second, [])).toMatchObject({ stop: { by: 'hold' } });
    expect(watch.kept.map(({ revision }) => revision)).toEqual([second]);
  });

  test('when a late reference exists, even if another source cannot be read', async () => {
    const { watch, sandbox, start } = await watching(three());
    start('web:1');
    sandbox.faults.add({ operation: 'ListSchedules', kind: 'deny' });
    const stop = {
      by: 'abort',
      reason: matching(/task.* runs web:1, which this run has deregistered$/),
      remedy: 'Register that revision again and point its user to the new number.',
    };
    expect(await watch.objectionTo(second, [first])).toEqual({ stop });
    expect(watch.lateReferences.map(({ target }) => target)).toEqual([{ kind: 'revision', ...first }]);
  });
});

describe('a reading without a deregistration', () => {
  test('returns the stop and reads only expired sources', async () => {
    const { watch, sandbox, clock } = await watching(three());
    const schedules = sandbox.calls.count('ListSchedules');
    clock.advance(1);
    expect(await watch.look([])).toBeUndefined();
    expect(sandbox.calls.count('ListSchedules')).toBe(schedules);
    expect(watch.evidence.readings.find(({ part }) => part === 'tasks')?.began.monotonic).toBe(clock.monotonic());
    sandbox.faults.add({ operation: 'ListTasks', kind: 'deny' });
    expect(await watch.look([], 'all')).toMatchObject({ by: 'hold' });
    expect(sandbox.calls.count('ListSchedules')).toBe(schedules + 1);
  });

  test('counts as the first reading', async () => {
    const { watch, sandbox } = await watching(three());
    await watch.look([]);
    const calls = sandbox.calls.list().length;
    expect(await watch.objectionTo(first, [])).toBeUndefined();
    expect(sandbox.calls.list()).toHaveLength(calls);
  });
});

describe('a retired family', () => {
  const retires = { retireFamiliesAfterDays: 90 };
  const account = () =>
    anAccount().family('dead', '1-2').family('web', '1-2').cluster('prod').service('prod/web', 'web:2');

  test.each([
    // The schedule keeps the other revision too, because the family is not retired any more.
    { name: 'dead:2', kept: 'dead:1' },
    { name: 'dead:1', kept: 'dead:2' },
  ])('keeps $kept too when $name is referenced after the plan', async ({ name, kept }) => {
    const { watch, sandbox } = await watching(account(), retires);
    sandbox.account.schedules.create({
      Name: 'nightly',
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
        RoleArn: 'arn:aws:iam::123456789012:role/start',
        EcsParameters: { TaskDefinitionArn: revisionArn(name) },
      },
    });
    expect(await watch.objectionTo(revisionOf(kept), [])).toEqual({
      keep: 'its family is not retired any more: schedule default/nightly references it',
    });
    expect(await watch.objectionTo(revisionOf('web:1'), [])).toBeUndefined();
  });
});

test('retiredIn and retiredOnlyIn return the retired families of a plan', () => {
  const plan = (...retired: string[]): Pick<Plan, 'families'> => ({
    families: ['api', 'dead', 'web'].map((family) => ({
      family,
      newest: 1,
      unresolved: [],
      spans: [],
      ...(retired.includes(family) ? { isRetired: true as const } : {}),
    })),
  });
  const whole = (part: Pick<Plan, 'families'>): Plan => ({
    asOf,
    hold: undefined,
    accepted: [],
    toDeregister: [],
    ...part,
  });
  expect(retiredIn(whole(plan('dead', 'web')))).toEqual(new Set(['dead', 'web']));
  expect(retiredOnlyIn(limitOf(whole(plan('dead', 'web'))), whole(plan('web', 'api')))).toEqual(new Set(['dead']));
});

test.each<{ verdict: Verdict | undefined; reason: string | undefined }>([
  { verdict: undefined, reason: undefined },
  { verdict: { verdict: 'deregister' }, reason: undefined },
  { verdict: { verdict: 'deferred' }, reason: undefined },
  { verdict: { verdict: 'hold', cause: 'unresolved' }, reason: 'it may be referenced dynamically' },
  {
    verdict: {
      verdict: 'keep',
      reasons: [
        { rule: 'newest', text: 'the newest of its family' },
        { rule: 'keep-latest', text: 'among the newest 3' },
      ],
    },
    reason: 'the newest of its family',
  },
])('the objection in a verdict of $verdict.verdict is $reason', ({ verdict, reason }) => {
  expect(objectionIn(verdict)).toBe(reason);
});

describe('the references to deregistered revisions', () => {
  const deregistered = ['web:1', 'web:3', 'web:2', 'api:7'].map(revisionOf);
  const referencesIn = (findings: readonly Finding[], active?: Parameters<typeof referencesTo>[2]) =>
    referencesTo([reading('services', findings)], deregistered, active);
  const web = referenceTo('service/prod/web', 'web:3');
  const floating = referenceTo('service/prod/web', 'web');
  const as = (number: number): Reference => ({
    ...floating,
    target: { kind: 'revision', family: 'web', number },
  });

  test.each<{ what: string; findings: readonly Finding[]; active?: number; found: readonly Reference[] }>([
    { what: 'include one to a deregistered revision', findings: [web], found: [web] },
    { what: 'omit another revision', findings: [referenceTo('service/prod/web', 'web:4')], found: [] },
    { what: 'omit another family', findings: [referenceTo('service/prod/web', 'web-admin:3')], found: [] },
    { what: 'omit a rollout', findings: [rollout('service/prod/web', 'web:3')], found: [] },
    {
      what: 'include one revision with two relations once',
      findings: [web, referenceTo('service/prod/web', 'web:3', 'rolls back to')],
      found: [web],
    },
    { what: 'omit a floating reference where the inventory is not known', findings: [floating], found: [] },
    {
      what: 'omit a floating reference to a family with a newer ACTIVE revision',
      findings: [floating],
      active: 4,
      found: [],
    },
    {
      what: 'include a floating reference to a family without its newest revision',
      findings: [floating],
      active: 3,
      found: [as(3)],
    },
    {
      what: 'include a floating reference to a family without ACTIVE revisions',
      findings: [floating],
      active: 0,
      found: [as(3)],
    },
    {
      what: 'omit a floating reference to an untouched family',
      findings: [referenceTo('x/y', 'job')],
      active: 0,
      found: [],
    },
  ])('$what', ({ findings, active, found }) => {
    const inventory =
      active === undefined ? undefined : new Map(active === 0 ? [] : [['web', [{ from: 1, upto: active }]] as const]);
    expect(referencesIn(findings, inventory)).toEqual(found);
  });

  test('include a floating reference to a family with an empty inventory', () => {
    expect(referencesIn([floating], new Map([['web', []]]))).toEqual([as(3)]);
  });

  test('abort the run and report the first one', () => {
    expect(lateReferenceStop([])).toBeUndefined();
    expect(lateReferenceStop([floating])).toBeUndefined();
    expect(lateReferenceStop([web, referenceTo('service/prod/api', 'api:7')])).toEqual({
      by: 'abort',
      reason: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web deploys web:3, which this run has deregistered',
      remedy: 'Register that revision again and point its user to the new number.',
    });
  });
});
