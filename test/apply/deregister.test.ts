// Deregistration: the selection, its order, its pace, and the result of each kind of answer from AWS.
import { describe, expect, test } from 'vitest';
import { nameOf } from '../../shared/domain/revision.ts';
import type { Report } from '../../shared/report/model/report.ts';
import type { Night } from '../support/night.ts';
import { aNight, deregisteredNames, keepNewestThree as policy, sevenOld } from '../support/night.ts';
import { anAccount } from '../support/account.ts';

const failed = ({ results }: Report) => results.failed.map(({ revision }) => nameOf(revision));
const deregisterCalls = ({ sandbox }: Night) =>
  sandbox.calls
    .list()
    .filter(({ operation }) => operation === 'DeregisterTaskDefinition')
    .map(({ input }) => input['taskDefinition']);
const active = ({ sandbox }: Night, family: string) =>
  sandbox.account.revisions.families().find(({ name }) => name === family)?.active;

describe('a run', () => {
  test('deregisters exactly the planned revisions, the oldest of each family in turn', async () => {
    const night = await aNight(anAccount().family('web', '1-5').family('api', '1-4'));
    const report = await night.prune({ keepLatest: 2 });
    expect(deregisteredNames(report)).toEqual(['api:1', 'web:1', 'api:2', 'web:2', 'web:3']);
    expect(deregisterCalls(night)).toEqual(['api:1', 'web:1', 'api:2', 'web:2', 'web:3']);
    expect(report.outcome).toBe('OK');
  });

  test('cap: deregisters at most maxDeregistrations revisions and defers the rest', async () => {
    const night = await aNight(sevenOld());
    const report = await night.prune({ ...policy, maxDeregistrations: 4 });
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4']);
    expect(report.backlog).toEqual({ revisions: 3, cap: 4, nights: 1, atLeast: false });
    expect(deregisterCalls(night)).toHaveLength(4);
  });

  test('dry-run: deregisters nothing and calls no operation that writes', async () => {
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
    expect(deregisterCalls(night)).toEqual([]);
    expect(active(night, 'web')).toBe(10);
  });

  test('deregisters nothing more in a second run', async () => {
    const night = await aNight(sevenOld());
    await night.prune(policy);
    const again = await night.prune(policy);
    expect(deregisteredNames(again)).toEqual([]);
    expect(again.outcome).toBe('OK');
    expect(deregisterCalls(night)).toHaveLength(7);
  });

  test('holds a second run that starts while the first holds the lock', async () => {
    const night = await aNight(sevenOld());
    const reports = await Promise.all([night.prune(policy), night.prune(policy)]);
    expect(active(night, 'web')).toBe(3);
    expect(reports.map(({ outcome }) => outcome).sort()).toEqual(['HELD', 'OK']);
    expect(deregisterCalls(night)).toHaveLength(7);
  });
});

describe('abort', () => {
  test('abort: a denied call stops the run, which fails', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'deny', skip: 2 });
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2']);
    expect(failed(report)).toEqual(['web:3']);
    expect(report.results.failed[0]?.reason).toBe('AWS denied the call');
    expect(report.results.notReached.map(nameOf)).toEqual(['web:4', 'web:5', 'web:6', 'web:7']);
    expect(report.results.stop?.by).toBe('abort');
    expect(report.results.stop?.remedy).toBe('Allow the caller ecs:DeregisterTaskDefinition.');
    expect(report.outcome).toBe('FAILED');
    expect(deregisterCalls(night)).toHaveLength(3);
  });

  test('abort: an unexpected error stops the run', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'DeregisterTaskDefinition',
      kind: 'error',
      code: 'ExpiredTokenException',
      status: 400,
      times: 1,
    });
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toEqual([]);
    expect(report.results.failed[0]?.reason).toBe('an unexpected error');
    expect(report.results.stop?.by).toBe('abort');
    expect(deregisterCalls(night)).toHaveLength(1);
  });

  test('abort: a revision that is ACTIVE after two calls without an answer stops the run', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'reset', effect: 'before' });
    const report = await night.prune(policy);
    expect(failed(report)).toEqual(['web:1']);
    expect(report.results.stop?.by).toBe('abort');
    expect(deregisterCalls(night)).toEqual(['web:1', 'web:1']);
  });

  test('abort: a call with an unreadable outcome stops the run', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'reset', effect: 'after' });
    night.sandbox.after(({ operation }) => {
      if (operation === 'DeregisterTaskDefinition')
        night.sandbox.faults.add({ operation: 'DescribeTaskDefinition', kind: 'deny' });
    });
    const report = await night.prune(policy);
    expect(failed(report)).toEqual(['web:1']);
    expect(report.results.stop?.by).toBe('abort');
    expect(deregisterCalls(night)).toEqual(['web:1']);
  });
});

describe('a call without a clear answer', () => {
  const reset = { kind: 'reset', effect: 'before' } as const;
  const refusal = { kind: 'error', code: 'ClientException', status: 400 } as const;

  test.each([
    { fault: reset, reads: 'FROZEN', result: 'failed', stop: 'abort' },
    { fault: reset, reads: undefined, result: 'failed', stop: 'abort' },
    { fault: refusal, reads: 'FROZEN', result: 'failed', stop: 'abort' },
    { fault: reset, reads: 'DELETE_IN_PROGRESS', result: 'deregistered', stop: undefined },
    { fault: refusal, reads: 'DELETE_IN_PROGRESS', result: 'alreadyInactive', stop: undefined },
  ])(
    'counts as $result after a $fault.kind where the revision reads $reads',
    async ({ fault, reads, result, stop }) => {
      const night = await aNight(sevenOld());
      const ofOne = ({ input }: { input: Record<string, unknown> }) => input['taskDefinition'] === 'web:1';
      night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', ...fault, when: ofOne });
      night.sandbox.faults.add({
        operation: 'DescribeTaskDefinition',
        kind: 'answer',
        when: (call) => ofOne(call) && deregisterCalls(night).length > 0,
        change: (output) => {
          output['taskDefinition'] = { ...Object(output['taskDefinition']), status: reads };
        },
      });
      const report = await night.prune(policy);
      expect({
        failed: failed(report).includes('web:1'),
        deregistered: deregisteredNames(report).includes('web:1'),
        alreadyInactive: report.results.alreadyInactive.map(nameOf).includes('web:1'),
      }).toEqual({ failed: false, deregistered: false, alreadyInactive: false, [result]: true });
      expect(report.results.stop?.by).toBe(stop);
      expect(deregisterCalls(night)).toHaveLength(stop === undefined ? 7 : 1);
    },
  );
});

describe('the run does not abort', () => {
  test('when AWS refuses one revision: reports it and deregisters the rest', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'DeregisterTaskDefinition',
      kind: 'error',
      code: 'ClientException',
      status: 400,
      when: ({ input }) => input['taskDefinition'] === 'web:3',
    });
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:4', 'web:5', 'web:6', 'web:7']);
    expect(failed(report)).toEqual(['web:3']);
    expect(report.outcome).toBe('PARTIAL');
    expect(deregisterCalls(night).filter((name) => name === 'web:3')).toHaveLength(1);
  });

  test('when AWS refuses a revision that now reads INACTIVE: counts it as already inactive', async () => {
    const night = await aNight(sevenOld());
    let descriptions = 0;
    night.sandbox.after(({ operation, input }) => {
      // The third list of the family is the last call before web:3 is deregistered.
      if (operation === 'ListTaskDefinitions' && input['familyPrefix'] === 'web' && ++descriptions === 3)
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
    expect(deregisteredNames(report)).toHaveLength(6);
    expect(report.outcome).toBe('OK');
  });

  test('when a revision became INACTIVE after the plan: counts it as already inactive', async () => {
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
    expect(deregisterCalls(night)).not.toContain('web:5');
  });

  test.each([
    { what: 'the connection is cut after the effect', fault: { kind: 'reset', effect: 'after' } },
    { what: 'the answer is cut short', fault: { kind: 'truncate' } },
  ] as const)('when $what: reads INACTIVE and does not call again', async ({ fault }) => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', ...fault, times: 1 });
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7']);
    expect(deregisterCalls(night).filter((name) => name === 'web:1')).toHaveLength(1);
    expect(report.outcome).toBe('OK');
  });

  test.each([
    { what: 'the connection is cut before the effect', fault: { kind: 'reset', effect: 'before' } },
    { what: 'AWS answers 500', fault: { kind: 'error', code: 'ServerException', status: 500 } },
    { what: 'AWS answers 503', fault: { kind: 'error', code: 'ServiceUnavailable', status: 503 } },
  ] as const)('when $what: reads ACTIVE and calls once more', async ({ fault }) => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', ...fault, times: 1 });
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toHaveLength(7);
    expect(deregisterCalls(night).filter((name) => name === 'web:1')).toHaveLength(2);
    expect(report.outcome).toBe('OK');
  });

  test('when the revision reads INACTIVE only at the second check: counts it as deregistered', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'DeregisterTaskDefinition',
      kind: 'reset',
      effect: 'before',
      times: 1,
    });
    let descriptions = 0;
    night.sandbox.before(({ operation, input }) => {
      // The second description of web:1 after the call comes before the second try.
      const settles =
        operation === 'DescribeTaskDefinition' &&
        input['taskDefinition'] === 'web:1' &&
        deregisterCalls(night).length > 0;
      if (settles && ++descriptions === 2) night.sandbox.account.deregister('web:1');
    });
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toContain('web:1');
    expect(report.results.alreadyInactive).toEqual([]);
    expect(deregisterCalls(night).filter((name) => name === 'web:1')).toHaveLength(1);
  });

  test('when AWS throttles some calls: slows down and continues', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'throttle', skip: 1, times: 3 });
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toHaveLength(7);
    expect(report.outcome).toBe('OK');
    // One half, one quarter and one eighth of the normal rate of one call in two seconds.
    expect(night.clock.monotonic()).toBeGreaterThanOrEqual(4_000 + 8_000 + 16_000);
  });

  test('when AWS throttles under a raised quota: five tries cover fifteen seconds', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'throttle', times: 4 });
    const raised = { 'task-definition-modify': { burst: 100_000, perSecond: 100_000 } };
    expect(
      deregisteredNames(await night.prune({ ...policy, quotas: raised }, { skipWindowReason: () => 'no-wait' })),
    ).toHaveLength(7);
    expect(night.clock.monotonic()).toBeGreaterThanOrEqual(1_000 + 2_000 + 4_000 + 8_000);
    expect(night.clock.monotonic()).toBeLessThan(20_000);
  });

  test('when the time ends during throttling: stops without another try', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'throttle', skip: 1 });
    const over = { by: 'time', reason: 'the time is over', remedy: 'Later.' } as const;
    const stopped = () => (deregisterCalls(night).length >= 2 ? over : undefined);
    const report = await night.prune(policy, { stopRequested: stopped });
    expect(deregisteredNames(report)).toEqual(['web:1']);
    expect(report.results.notReached).toHaveLength(6);
    expect(report.results.stop?.by).toBe('time');
    expect(deregisterCalls(night)).toHaveLength(2);
  });

  test('when AWS throttles every call: leaves the rest to the next run', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'throttle', skip: 2 });
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2']);
    expect(failed(report)).toEqual([]);
    expect(report.results.notReached).toHaveLength(5);
    expect(report.results.stop?.by).toBe('throttled');
    expect(report.outcome).toBe('OK');
    expect(deregisterCalls(night)).toHaveLength(2 + 5);
  });

  test('when the time ends: stops between two revisions and reports the backlog', async () => {
    const night = await aNight(sevenOld());
    let left = 3;
    const report = await night.prune(policy, {
      stopRequested: () =>
        left-- > 0 ? undefined : { by: 'time', reason: 'the time is over', remedy: 'The rest follows.' },
    });
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3']);
    expect(report.backlog.revisions).toBe(4);
    expect(report.outcome).toBe('OK');
  });
});

describe('pace', () => {
  test('pace: deregisters one revision in four seconds and does not use the burst', async () => {
    const night = await aNight(anAccount().family('web', '1-40').cluster('prod'));
    const at: number[] = [];
    let describedAt = 0;
    let longest = 0;
    night.sandbox.after(({ operation }) => {
      if (operation === 'DescribeTaskDefinition') describedAt = night.clock.monotonic();
      if (operation !== 'DeregisterTaskDefinition') return;
      at.push(night.clock.monotonic());
      longest = Math.max(longest, night.clock.monotonic() - describedAt);
    });
    await night.prune({ keepLatest: 10 });
    expect(at).toHaveLength(30);
    // The run waits before the final check, because an answer must not age while the call waits.
    expect(longest).toBe(0);
    const waits = at.slice(1).map((when, n) => when - (at[n] ?? 0));
    expect(waits).toEqual(Array.from({ length: 29 }, () => 4_000));
    expect(night.sandbox.calls.throttled()).toBe(0);
  });

  test('pace: writeShare sets the share of the quota, and share does not', async () => {
    const night = await aNight(sevenOld());
    const at: number[] = [];
    night.sandbox.after(({ operation }) => {
      if (operation === 'DeregisterTaskDefinition') at.push(night.clock.monotonic());
    });
    await night.prune({ keepLatest: 3, share: 1, writeShare: 0.1 });
    const waits = at.slice(1).map((when, n) => when - (at[n] ?? 0));
    expect(waits).toEqual(Array.from({ length: 6 }, () => 10_000));
  });

  test('pace: slows down where others register more than one revision in four seconds', async () => {
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
    await night.prune({ keepLatest: 10 });
    expect(at).toHaveLength(30);
    const waits = at.slice(1).map((when, n) => when - (at[n] ?? 0));
    // Half a registration a second leaves two thirds of the rate: one revision in six seconds.
    expect(waits.slice(2).every((ms) => ms > 5_500 && ms < 7_500)).toBe(true);
  });
});
