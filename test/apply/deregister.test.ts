// Acting: what goes, in which order, and what every kind of answer that AWS can give leads to.
import { describe, expect, test } from 'vitest';
import { nameOf } from '../../shared/domain/revision.ts';
import type { Report } from '../../shared/report/model/report.ts';
import type { Night } from '../support/night.ts';
import { aNight, gone, newestThree as policy, sevenOld } from '../support/night.ts';
import { anAccount } from '../support/account.ts';

const failed = ({ results }: Report) => results.failed.map(({ revision }) => nameOf(revision));
const asked = ({ sandbox }: Night) =>
  sandbox.calls
    .list()
    .filter(({ operation }) => operation === 'DeregisterTaskDefinition')
    .map(({ input }) => input['taskDefinition']);
const active = ({ sandbox }: Night, family: string) =>
  sandbox.account.revisions.families().find(({ name }) => name === family)?.active;

describe('what goes', () => {
  test('the oldest of each family in turn, and exactly what the plan said', async () => {
    const night = await aNight(anAccount().family('web', '1-5').family('api', '1-4'));
    const report = await night.prune({ keepLatest: 2 });
    expect(gone(report)).toEqual(['api:1', 'web:1', 'api:2', 'web:2', 'web:3']);
    expect(asked(night)).toEqual(['api:1', 'web:1', 'api:2', 'web:2', 'web:3']);
    expect(report.outcome).toBe('OK');
  });

  test('cap: at most M a run, and the rest waits', async () => {
    const night = await aNight(sevenOld());
    const report = await night.prune({ ...policy, maxDeregistrations: 4 });
    expect(gone(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4']);
    expect(report.backlog).toEqual({ revisions: 3, cap: 4, nights: 1, atLeast: false });
    expect(asked(night)).toHaveLength(4);
  });

  test('dry-run: nothing goes, and nothing that writes is called', async () => {
    const night = await aNight(sevenOld());
    const report = await night.plan(policy);
    expect(report.plan?.toDeregister.map(nameOf)).toEqual([
      'web:1',
      'web:2',
      'web:3',
      'web:4',
      'web:5',
      'web:6',
      'web:7',
    ]);
    expect(report.outcome).toBe('PREVIEW');
    expect(asked(night)).toEqual([]);
    expect(active(night, 'web')).toBe(10);
  });

  test('a second run finds nothing left to do', async () => {
    const night = await aNight(sevenOld());
    await night.prune(policy);
    const again = await night.prune(policy);
    expect(gone(again)).toEqual([]);
    expect(again.outcome).toBe('OK');
    expect(asked(night)).toHaveLength(7);
  });

  test('of two runs side by side one does the work, and the other finds its lock and is held', async () => {
    const night = await aNight(sevenOld());
    const reports = await Promise.all([night.prune(policy), night.prune(policy)]);
    expect(active(night, 'web')).toBe(3);
    expect(reports.map(({ outcome }) => outcome).sort()).toEqual(['HELD', 'OK']);
    expect(asked(night)).toHaveLength(7);
  });
});

describe('abort', () => {
  test('brake: a denied call stops the run, which has failed', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'deny', skip: 2 });
    const report = await night.prune(policy);
    expect(gone(report)).toEqual(['web:1', 'web:2']);
    expect(failed(report)).toEqual(['web:3']);
    expect(report.results.failed[0]?.reason).toBe('AWS denied the call');
    expect(report.results.notReached.map(nameOf)).toEqual(['web:4', 'web:5', 'web:6', 'web:7']);
    expect(report.results.stop?.by).toBe('abort');
    expect(report.results.stop?.remedy).toBe('Allow the caller ecs:DeregisterTaskDefinition.');
    expect(report.outcome).toBe('FAILED');
    expect(asked(night)).toHaveLength(3);
  });

  test('brake: an error that nobody has heard of stops the run', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'DeregisterTaskDefinition',
      kind: 'error',
      code: 'ExpiredTokenException',
      status: 400,
      times: 1,
    });
    const report = await night.prune(policy);
    expect(gone(report)).toEqual([]);
    expect(report.results.failed[0]?.reason).toBe('an unexpected error');
    expect(report.results.stop?.by).toBe('abort');
    expect(asked(night)).toHaveLength(1);
  });

  test('brake: no answer twice, and still ACTIVE', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'reset', effect: 'before' });
    const report = await night.prune(policy);
    expect(failed(report)).toEqual(['web:1']);
    expect(report.results.stop?.by).toBe('abort');
    expect(asked(night)).toEqual(['web:1', 'web:1']);
  });

  test('brake: what became of a call cannot be read', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'reset', effect: 'after' });
    night.sandbox.after(({ operation }) => {
      if (operation === 'DeregisterTaskDefinition')
        night.sandbox.faults.add({ operation: 'DescribeTaskDefinition', kind: 'deny' });
    });
    const report = await night.prune(policy);
    expect(failed(report)).toEqual(['web:1']);
    expect(report.results.stop?.by).toBe('abort');
    expect(asked(night)).toEqual(['web:1']);
  });
});

describe('what a call without a clear answer has become is what reading says', () => {
  const reset = { kind: 'reset', effect: 'before' } as const;
  const refusal = { kind: 'error', code: 'ClientException', status: 400 } as const;

  test.each([
    { fault: reset, reads: 'FROZEN', became: 'failed', stop: 'abort' },
    { fault: reset, reads: undefined, became: 'failed', stop: 'abort' },
    { fault: refusal, reads: 'FROZEN', became: 'failed', stop: 'abort' },
    { fault: reset, reads: 'DELETE_IN_PROGRESS', became: 'deregistered', stop: undefined },
    { fault: refusal, reads: 'DELETE_IN_PROGRESS', became: 'alreadyInactive', stop: undefined },
  ])('$fault.kind, and it reads $reads: $became', async ({ fault, reads, became, stop }) => {
    const night = await aNight(sevenOld());
    const ofOne = ({ input }: { input: Record<string, unknown> }) => input['taskDefinition'] === 'web:1';
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', ...fault, when: ofOne });
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'answer',
      when: (call) => ofOne(call) && asked(night).length > 0,
      change: (output) => {
        output['taskDefinition'] = { ...Object(output['taskDefinition']), status: reads };
      },
    });
    const report = await night.prune(policy);
    expect({
      failed: failed(report).includes('web:1'),
      deregistered: gone(report).includes('web:1'),
      alreadyInactive: report.results.alreadyInactive.map(nameOf).includes('web:1'),
    }).toEqual({ failed: false, deregistered: false, alreadyInactive: false, [became]: true });
    expect(report.results.stop?.by).toBe(stop);
    expect(asked(night)).toHaveLength(stop === undefined ? 7 : 1);
  });
});

describe('what is no brake', () => {
  test('one revision that AWS refuses is reported, and the rest goes', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'DeregisterTaskDefinition',
      kind: 'error',
      code: 'ClientException',
      status: 400,
      when: ({ input }) => input['taskDefinition'] === 'web:3',
    });
    const report = await night.prune(policy);
    expect(gone(report)).toEqual(['web:1', 'web:2', 'web:4', 'web:5', 'web:6', 'web:7']);
    expect(failed(report)).toEqual(['web:3']);
    expect(report.outcome).toBe('FAILED');
    expect(asked(night).filter((name) => name === 'web:3')).toHaveLength(1);
  });

  test('refused, but it reads INACTIVE: somebody else was first, and that is no failure', async () => {
    const night = await aNight(sevenOld());
    let looks = 0;
    night.sandbox.after(({ operation, input }) => {
      // The third look at the family is the last call before web:3 goes.
      if (operation === 'ListTaskDefinitions' && input['familyPrefix'] === 'web' && ++looks === 3)
        night.sandbox.account.deregister('web:3');
    });
    night.sandbox.faults.add({
      operation: 'DeregisterTaskDefinition',
      kind: 'error',
      code: 'ClientException',
      status: 400,
      when: ({ input }) => input['taskDefinition'] === 'web:3',
    });
    const report = await night.prune(policy);
    expect(report.results.alreadyInactive.map(nameOf)).toEqual(['web:3']);
    expect(gone(report)).toHaveLength(6);
    expect(report.outcome).toBe('OK');
  });

  test('INACTIVE since the plan was made: it is left alone', async () => {
    const night = await aNight(sevenOld());
    let first = true;
    night.sandbox.before(({ operation }) => {
      if (operation === 'DeregisterTaskDefinition' && first) {
        first = false;
        night.sandbox.account.deregister('web:5');
      }
    });
    const report = await night.prune(policy);
    expect(report.results.alreadyInactive.map(nameOf)).toEqual(['web:5']);
    expect(asked(night)).not.toContain('web:5');
  });

  test.each([
    { what: 'the connection is cut after the effect', fault: { kind: 'reset', effect: 'after' } },
    { what: 'the answer is cut short', fault: { kind: 'truncate' } },
  ] as const)('$what: read, found INACTIVE, and not asked again', async ({ fault }) => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', ...fault, times: 1 });
    const report = await night.prune(policy);
    expect(gone(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7']);
    expect(asked(night).filter((name) => name === 'web:1')).toHaveLength(1);
    expect(report.outcome).toBe('OK');
  });

  test.each([
    { what: 'the connection is cut before the effect', fault: { kind: 'reset', effect: 'before' } },
    { what: 'AWS answers 500', fault: { kind: 'error', code: 'ServerException', status: 500 } },
    { what: 'AWS answers 503', fault: { kind: 'error', code: 'ServiceUnavailable', status: 503 } },
  ] as const)('$what: read, found ACTIVE, and asked once more', async ({ fault }) => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', ...fault, times: 1 });
    const report = await night.prune(policy);
    expect(gone(report)).toHaveLength(7);
    expect(asked(night).filter((name) => name === 'web:1')).toHaveLength(2);
    expect(report.outcome).toBe('OK');
  });

  test('no answer, read ACTIVE, but INACTIVE a moment later: it is our own doing, come late', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'DeregisterTaskDefinition',
      kind: 'reset',
      effect: 'before',
      times: 1,
    });
    let looks = 0;
    night.sandbox.before(({ operation, input }) => {
      // The second look at web:1 after the call is the one before the second try.
      const settles =
        operation === 'DescribeTaskDefinition' && input['taskDefinition'] === 'web:1' && asked(night).length > 0;
      if (settles && ++looks === 2) night.sandbox.account.deregister('web:1');
    });
    const report = await night.prune(policy);
    expect(gone(report)).toContain('web:1');
    expect(report.results.alreadyInactive).toEqual([]);
    expect(asked(night).filter((name) => name === 'web:1')).toHaveLength(1);
  });

  test('throttled: it slows down and goes on', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'throttle', skip: 1, times: 3 });
    const report = await night.prune(policy);
    expect(gone(report)).toHaveLength(7);
    expect(report.outcome).toBe('OK');
    // Half, a quarter and an eighth of one call in two seconds.
    expect(night.clock.monotonic()).toBeGreaterThanOrEqual(4_000 + 8_000 + 16_000);
  });

  test('throttled where the quota was raised: five tries bridge a quarter of a minute', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'throttle', times: 4 });
    const raised = { 'task-definition-modify': { burst: 100_000, perSecond: 100_000 } };
    expect(gone(await night.prune({ ...policy, quotas: raised }, { skipWindowReason: () => 'no-wait' }))).toHaveLength(
      7,
    );
    expect(night.clock.monotonic()).toBeGreaterThanOrEqual(1_000 + 2_000 + 4_000 + 8_000);
    expect(night.clock.monotonic()).toBeLessThan(20_000);
  });

  test('throttled until the time is over: it is left, and nothing is tried any more', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'throttle', skip: 1 });
    const over = { by: 'time', reason: 'the time is over', remedy: 'Later.' } as const;
    const stopped = () => (asked(night).length >= 2 ? over : undefined);
    const report = await night.prune(policy, { stopRequested: stopped });
    expect(gone(report)).toEqual(['web:1']);
    expect(report.results.notReached).toHaveLength(6);
    expect(report.results.stop?.by).toBe('time');
    expect(asked(night)).toHaveLength(2);
  });

  test('throttled for good: the rest is later, and that is no failure', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'throttle', skip: 2 });
    const report = await night.prune(policy);
    expect(gone(report)).toEqual(['web:1', 'web:2']);
    expect(failed(report)).toEqual([]);
    expect(report.results.notReached).toHaveLength(5);
    expect(report.results.stop?.by).toBe('throttled');
    expect(report.outcome).toBe('OK');
    expect(asked(night)).toHaveLength(2 + 5);
  });

  test('the time is over: it stops between two revisions and says how many nights the rest takes', async () => {
    const night = await aNight(sevenOld());
    let left = 3;
    const report = await night.prune(policy, {
      stopRequested: () =>
        left-- > 0 ? undefined : { by: 'time', reason: 'the time is over', remedy: 'The rest follows.' },
    });
    expect(gone(report)).toEqual(['web:1', 'web:2', 'web:3']);
    expect(report.backlog.revisions).toBe(4);
    expect(report.outcome).toBe('OK');
  });
});

describe('pace', () => {
  test('pace: one revision in four seconds, and nothing of the burst', async () => {
    const night = await aNight(anAccount().family('web', '1-40').cluster('prod'));
    const at: number[] = [];
    let lookedAt = 0;
    let longest = 0;
    night.sandbox.after(({ operation }) => {
      if (operation === 'DescribeTaskDefinition') lookedAt = night.clock.monotonic();
      if (operation !== 'DeregisterTaskDefinition') return;
      at.push(night.clock.monotonic());
      longest = Math.max(longest, night.clock.monotonic() - lookedAt);
    });
    await night.prune({ keepLatest: 10 });
    expect(at).toHaveLength(30);
    // The wait comes before the look, so that no answer grows old while the call waits.
    expect(longest).toBe(0);
    const waits = at.slice(1).map((when, n) => when - (at[n] ?? 0));
    expect(waits).toEqual(Array.from({ length: 29 }, () => 4_000));
    expect(night.sandbox.calls.throttled()).toBe(0);
  });

  test('pace: writeShare says how much of the quota, share does not', async () => {
    const night = await aNight(sevenOld());
    const at: number[] = [];
    night.sandbox.after(({ operation }) => {
      if (operation === 'DeregisterTaskDefinition') at.push(night.clock.monotonic());
    });
    await night.prune({ keepLatest: 3, share: 1, writeShare: 0.1 });
    const waits = at.slice(1).map((when, n) => when - (at[n] ?? 0));
    expect(waits).toEqual(Array.from({ length: 6 }, () => 10_000));
  });

  test('pace: where others register more than one revision in four seconds, the run slows down for them', async () => {
    const night = await aNight(anAccount().family('web', '1-40').cluster('prod'));
    const at: number[] = [];
    night.sandbox.after(({ operation }) => {
      if (operation === 'DeregisterTaskDefinition') at.push(night.clock.monotonic());
    });
    // A deployer registers two revisions of the family in each four seconds.
    let registered = 0;
    night.clock.onSleep(() => {
      for (; registered < night.clock.monotonic() / 2_000; registered++)
        night.sandbox.account.registerTaskDefinition('web');
    });
    await night.prune({ keepLatest: 10, durable: false });
    expect(at).toHaveLength(30);
    const waits = at.slice(1).map((when, n) => when - (at[n] ?? 0));
    // Half a registration a second leaves two thirds of the pace: one revision in six seconds.
    expect(waits.slice(2).every((ms) => ms > 5_500 && ms < 7_500)).toBe(true);
  });
});
