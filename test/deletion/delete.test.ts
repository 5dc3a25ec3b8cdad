// Deletion: ten revisions a call, the result of each kind of answer, and the final check.
import { describe, expect, test } from 'vitest';
import type { DeleteContext } from '../../shared/deletion/delete.ts';
import type { Stop } from '../../shared/domain/apply-results.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import type { FaultKind } from '../../sandbox/faults.ts';
import {
  deleteCalls,
  asOf,
  deletedNames,
  notInactive,
  deregisteredAt,
  keptNames,
  startDeletion,
  revisions,
  seven,
  without,
} from '../support/deleting.ts';

const stop: Stop = { by: 'hold', reason: 'no', remedy: 'Look.' };

describe('a run deletes', () => {
  test('seven revisions in one call', async () => {
    const old = await startDeletion();
    expect(await old.runDeletion()).toEqual({
      deleted: revisions(7),
      alreadyDeleted: [],
      kept: [],
      failed: [],
      stop: undefined,
    });
    expect(deleteCalls(old)).toEqual([seven]);
    expect(notInactive(old)).toEqual(seven);
  });

  test('ten revisions a call, up to the cap', async () => {
    const old = await startDeletion();
    expect(deletedNames(await old.runDeletion(40, 23))).toHaveLength(23);
    expect(deleteCalls(old).map(({ length }) => length)).toEqual([10, 10, 3]);
  });

  test('up to a cap that counts failed revisions and not kept ones', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({ operation: 'DeleteTaskDefinitions', kind: 'failures', reason: 'NO', times: 1 });
    old.sandbox.account.tagTaskDefinition('web:5', { keep: '' });
    const deletions = await old.runDeletion(40, 12);
    expect(deletions.failed).toHaveLength(1);
    expect(deletedNames(deletions)).toHaveLength(11);
    expect(deleteCalls(old).map(({ length }) => length)).toEqual([9, 3]);
  });

  test('with one call in four seconds and without the burst', async () => {
    const old = await startDeletion();
    const times: number[] = [];
    old.sandbox.before(({ operation }) => {
      if (operation === 'DeleteTaskDefinitions') times.push(old.clock.monotonic());
    });
    await old.runDeletion(63);
    expect(times).toHaveLength(7);
    for (const [index, at] of times.slice(1).entries()) expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(4_000);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(30_000);
  });
});

describe('a run keeps', () => {
  const describing = {
    operation: 'DescribeTaskDefinition',
    when: ({ input }: { input: Readonly<Record<string, unknown>> }) => input['taskDefinition'] === 'web:4',
  };
  test.each<{ what: string; change: (one: Record<string, unknown>) => void; reason: string }>([
    { what: 'with status ACTIVE', change: (one) => (one['status'] = 'ACTIVE'), reason: 'its status is ACTIVE' },
    {
      what: 'with an unknown status',
      change: (one) => (one['status'] = 'FROZEN'),
      reason: 'its status is FROZEN',
    },
    { what: 'without a status', change: (one) => delete one['status'], reason: 'its status is missing' },
    {
      what: 'without a date',
      change: (one) => delete one['deregisteredAt'],
      reason: 'when it was deregistered could not be read',
    },
    {
      what: 'with an impossible date',
      change: (one) => (one['deregisteredAt'] = 1e20),
      reason: 'when it was deregistered could not be read',
    },
    {
      what: 'with a later date than the run record',
      change: (one) => (one['deregisteredAt'] = asOf / 1_000 - 89 * 86_400),
      reason: 'deregistered since 26 August 2026',
    },
    {
      what: 'as another revision',
      change: (one) => (one['taskDefinitionArn'] = `${String(one['taskDefinitionArn'])}0`),
      reason: `the answer describes arn:aws:ecs:eu-west-1:123456789012:task-definition/web:40`,
    },
  ])('a revision that AWS describes $what', async ({ change, reason }) => {
    const old = await startDeletion();
    old.sandbox.faults.add({
      ...describing,
      kind: 'answer',
      change: (output) => {
        const changed = Object.fromEntries(Object.entries(output['taskDefinition'] ?? {}));
        change(changed);
        output['taskDefinition'] = changed;
      },
    });
    expect(keptNames(await old.runDeletion())).toEqual([`web:4: ${reason}`]);
    expect(deleteCalls(old)).toEqual([without('web:4')]);
    expect(notInactive(old)).toEqual(without('web:4'));
  });

  test('a revision with a protecting tag', async () => {
    const old = await startDeletion();
    old.sandbox.account.tagTaskDefinition('web:4', { keep: 'until spring' });
    expect(keptNames(await old.runDeletion())).toEqual(['web:4: tagged keep']);
  });

  test.each<{ what: string; context: Partial<DeleteContext>; reason: string }>([
    {
      what: 'without an entry in the journal',
      context: { entryOf: () => Promise.resolve(undefined) },
      reason: 'the journal has no entry for it',
    },
    {
      what: 'with a damaged entry',
      context: { entryOf: () => Promise.resolve({ damaged: 'its entry is damaged' }) },
      reason: 'its entry is damaged',
    },
    {
      what: 'with an incomplete entry',
      context: { lossWith: () => 'its cpu differs from the journal' },
      reason: 'its cpu differs from the journal',
    },
    {
      what: 'with an entry from another time',
      context: { entryOf: () => Promise.resolve({ at: deregisteredAt - 3 * 3_600_000, definition: {}, tags: [] }) },
      reason: 'it was not deregistered at the time in the journal, so not by a run',
    },
  ])('a revision $what', async ({ context, reason }) => {
    const old = await startDeletion();
    expect(keptNames(await old.runDeletion(2, 100, context))).toEqual([`web:1: ${reason}`, `web:2: ${reason}`]);
    expect(deleteCalls(old)).toEqual([]);
  });

  test.each<{ what: string; context: Partial<DeleteContext>; by: Stop['by'] }>([
    {
      what: 'the evidence holds the run',
      context: { objectionsTo: () => Promise.resolve({ stop }) },
      by: 'hold',
    },
    {
      what: 'the run record cannot be written',
      context: { recordRequest: () => Promise.resolve(stop) },
      by: 'hold',
    },
    { what: 'the lock is lost', context: { checkLock: () => Promise.resolve(stop) }, by: 'hold' },
    { what: 'the evidence is too old at every attempt', context: { isFresh: () => false }, by: 'hold' },
    { what: 'the time is over', context: { stopRequested: () => ({ ...stop, by: 'time' }) }, by: 'time' },
  ])('every revision when $what', async ({ context, by }) => {
    const old = await startDeletion();
    const deletions = await old.runDeletion(20, 100, context);
    expect(deletions).toMatchObject({ deleted: [], failed: [], stop: { by } });
    expect(deleteCalls(old)).toEqual([]);
    expect(notInactive(old)).toEqual([]);
  });

  test('a revision that the latest evidence references', async () => {
    const old = await startDeletion();
    const keeps = new Map([['web:4', 'service prod/web deploys it']]);
    expect(keptNames(await old.runDeletion(7, 100, { objectionsTo: () => Promise.resolve({ keep: keeps }) }))).toEqual([
      'web:4: service prod/web deploys it',
    ]);
    expect(notInactive(old)).toEqual(without('web:4'));
  });
});

const isFourth = (one: unknown): one is object =>
  typeof one === 'object' && one !== null && 'revision' in one && one.revision === 4;

describe('a run handles', () => {
  const fault = { operation: 'DeleteTaskDefinitions' } as const;
  const one = {
    ...fault,
    when: ({ input }: { input: Readonly<Record<string, unknown>> }) =>
      [input['taskDefinitions']].flat().includes('web:4'),
  };

  test('a failure of one revision: reports it and does not try again', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({ ...one, kind: 'failures', reason: 'INTERNAL', detail: 'try later' });
    const report = await old.runDeletion();
    expect(deleteCalls(old)).toEqual([seven]);
    expect(deletedNames(report)).toEqual(without('web:4'));
    expect(report.failed).toEqual([
      { revision: { family: 'web', number: 4 }, reason: 'AWS did not delete it', answer: 'INTERNAL' },
    ]);
    expect(report.stop).toBeUndefined();
  });

  test('a failure of a revision that is ACTIVE: aborts', async () => {
    const old = await startDeletion();
    old.sandbox.before(({ operation }) => {
      const { revisions } = old.sandbox.account;
      const revision = revisions.find('web:4');
      if (operation === 'DeleteTaskDefinitions' && revision !== undefined) revisions.move(revision, 'ACTIVE');
    });
    const report = await old.runDeletion();
    expect(report.failed[0]?.reason).toBe('it reads ACTIVE now');
    expect(report.stop).toMatchObject({
      by: 'abort',
      reason: 'deleting web:4: it reads ACTIVE now',
    });
  });

  test('a revision that another caller deleted meanwhile: counts it as already deleted', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({ ...one, kind: 'failures', reason: 'TOO LATE' });
    old.sandbox.before(({ operation }) => {
      const { revisions } = old.sandbox.account;
      const revision = revisions.find('web:4');
      if (operation === 'DeleteTaskDefinitions' && revision !== undefined)
        revisions.move(revision, 'DELETE_IN_PROGRESS');
    });
    const report = await old.runDeletion();
    expect(report.alreadyDeleted).toEqual([{ family: 'web', number: 4 }]);
  });

  test('a revision that another caller deleted before the run: does not call', async () => {
    const old = await startDeletion();
    const { revisions } = old.sandbox.account;
    for (const name of ['web:2', 'web:3']) {
      const revision = revisions.find(name);
      if (revision !== undefined) revisions.move(revision, 'DELETE_IN_PROGRESS');
    }
    const third = revisions.find('web:3');
    if (third !== undefined) revisions.forget(third);
    const report = await old.runDeletion();
    expect(report.alreadyDeleted.map(nameOf)).toEqual(['web:2', 'web:3']);
    expect(deleteCalls(old)).toEqual([without('web:2', 'web:3')]);
  });

  test('a denied call: aborts and gives the permission', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({ ...fault, kind: 'deny' });
    const report = await old.runDeletion(20);
    expect(deleteCalls(old)).toHaveLength(1);
    expect(report.stop?.reason).toMatch(/^deleting web:1 and 9 more: AccessDeniedException/);
    expect(report.stop?.remedy).toContain('ecs:DeleteTaskDefinitions');
  });

  test('throttling: slows down and stops after five tries', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({ ...fault, kind: 'throttle', times: 4 });
    expect(deletedNames(await old.runDeletion())).toEqual(seven);
    const other = await startDeletion();
    other.sandbox.faults.add({ ...fault, kind: 'throttle' });
    const report = await other.runDeletion();
    expect(deleteCalls(other)).toHaveLength(5);
    expect(report.stop?.by).toBe('throttled');
  });

  test.each([
    { what: 'is lost after the effect', kind: 'reset', effect: 'after' },
    { what: 'is lost before the effect', kind: 'reset', effect: 'before' },
    { what: 'is cut short', kind: 'truncate' },
    { what: 'is a server error', kind: 'error', code: 'ServerException', status: 500 },
  ] as const)('an answer that $what: reads the outcome', async (lostAnswer) => {
    const old = await startDeletion();
    old.sandbox.faults.add({ ...fault, ...lostAnswer, times: 1 });
    const report = await old.runDeletion();
    expect(deletedNames(report)).toEqual(seven);
    expect(report.stop).toBeUndefined();
  });

  test('an answer with a revision that is still INACTIVE: reads it and calls once more', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({
      ...fault,
      kind: 'answer',
      times: 1,
      change: (output) => {
        const { revisions } = old.sandbox.account;
        const revision = revisions.find('web:4');
        if (revision !== undefined) revisions.move(revision, 'INACTIVE');
        output['taskDefinitions'] = [output['taskDefinitions']]
          .flat()
          .map((one: unknown) => (isFourth(one) ? { ...one, status: 'INACTIVE' } : one));
      },
    });
    expect(deletedNames(await old.runDeletion()).toSorted()).toEqual(seven);
    expect(deleteCalls(old)).toEqual([seven, ['web:4']]);
  });

  test('two calls without an answer and a revision that is still INACTIVE: aborts', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({ ...fault, kind: 'reset', effect: 'before' });
    const report = await old.runDeletion();
    expect(deleteCalls(old)).toHaveLength(2);
    expect(report.stop?.reason).toBe(
      'deleting web:1 and 6 more: AWS did not answer twice, and it still reads INACTIVE',
    );
  });

  test('a refused call: reports each revision as failed and continues', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({
      ...fault,
      kind: 'error',
      code: 'ClientException',
      status: 400,
      message: 'no',
    });
    const report = await old.runDeletion(14);
    expect(report.failed.map(({ answer }) => answer)).toEqual(
      Array(14).fill("ClientException: AWS's text is left out, as it may quote what it is about"),
    );
    expect(deleteCalls(old)).toHaveLength(2);
    expect(report.stop).toBeUndefined();
  });

  test('an unexpected error: aborts', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({ ...fault, kind: 'error', code: 'Odd', status: 300 });
    const { stop } = await old.runDeletion();
    expect(stop?.by).toBe('abort');
    expect(stop?.reason).toContain('Odd');
    expect(stop?.remedy).toBe('Find the cause before the next run. Nothing more was deleted.');
    expect(deleteCalls(old)).toHaveLength(1);
  });

  test.each([
    { what: 'omits a revision', change: (list: unknown[]) => list.slice(1) },
    { what: 'has a revision twice', change: (list: unknown[]) => [...list, ...list.slice(0, 1)] },
    { what: 'has no revision', change: () => [] },
  ])('an answer that $what: aborts, even after full success', async ({ change }) => {
    const old = await startDeletion();
    old.sandbox.faults.add({
      ...fault,
      kind: 'answer',
      change: (output) => {
        output['taskDefinitions'] = change([output['taskDefinitions']].flat());
      },
    });
    const report = await old.runDeletion();
    expect(report.stop?.reason).toMatch(/the answer has [068] of 7 revisions/);
    expect(deletedNames(report)).toHaveLength(7);
  });

  test('an answer without its members: aborts', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({
      ...fault,
      kind: 'answer',
      change: (output) => {
        delete output['taskDefinitions'];
        delete output['failures'];
      },
    });
    const report = await old.runDeletion();
    expect(report.stop?.reason).toBe('deleting web:1 and 6 more: the answer has 0 of 7 revisions');
    expect(deletedNames(report)).toEqual(seven);
  });

  test.each(['web:4', 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:4'])(
    'a failure of %s: reports the revision as failed even when it reads DELETE_IN_PROGRESS',
    async (arn) => {
      const old = await startDeletion();
      old.sandbox.faults.add({
        ...fault,
        kind: 'answer',
        change: (output) => {
          const others = [output['taskDefinitions']].flat().filter((one: unknown) => !isFourth(one));
          Object.assign(output, { taskDefinitions: others, failures: [{ arn, reason: 'NO' }] });
        },
      });
      const report = await old.runDeletion();
      expect(report.alreadyDeleted).toEqual([{ family: 'web', number: 4 }]);
      expect(deletedNames(report)).toEqual(without('web:4'));
      expect(report.stop).toBeUndefined();
    },
  );

  test('a failure without a detail: reports the reason alone', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({ ...one, kind: 'failures', reason: 'NO' });
    expect((await old.runDeletion()).failed.map(({ answer }) => answer)).toEqual(['NO']);
  });

  const afterwards = (old: Awaited<ReturnType<typeof startDeletion>>) => ({
    operation: 'DescribeTaskDefinition',
    when: ({ input }: { input: Readonly<Record<string, unknown>> }) =>
      input['taskDefinition'] === 'web:4' && deleteCalls(old).length > 0,
  });
  const without4 = (output: Record<string, unknown>) =>
    (output['taskDefinitions'] = [output['taskDefinitions']].flat().filter((one: unknown) => !isFourth(one)));

  test('a revision that the answer omits and that has an unknown status: aborts', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({ ...fault, kind: 'answer', change: without4 });
    old.sandbox.faults.add({
      ...afterwards(old),
      kind: 'answer',
      change: (output) => {
        output['taskDefinition'] = { ...Object(output['taskDefinition']), status: 'FROZEN' };
      },
    });
    const report = await old.runDeletion();
    expect(report.stop?.reason).toBe('deleting web:4: it reads FROZEN now');
    expect(report.failed).toEqual([
      { revision: { family: 'web', number: 4 }, reason: 'it reads FROZEN now', answer: '' },
    ]);
  });

  test('a revision with an unknown status: aborts instead of calling again for the others', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({ ...fault, kind: 'reset', effect: 'before' });
    old.sandbox.faults.add({
      ...afterwards(old),
      kind: 'answer',
      change: (output) => {
        output['taskDefinition'] = { ...Object(output['taskDefinition']), status: 'FROZEN' };
      },
    });
    const report = await old.runDeletion();
    expect(report.stop?.reason).toBe('deleting web:4: it reads FROZEN now');
    expect(old.order.filter((step) => step === 'waitForTurn')).toHaveLength(1);
    expect(deleteCalls(old)).toHaveLength(1);
  });

  test.each<{ what: string; fault: FaultKind; result: 'deleted' | 'failed'; reason?: RegExp }>([
    {
      what: 'is empty',
      fault: { kind: 'answer', change: (output) => delete output['taskDefinition'] },
      result: 'failed',
      reason: /^it reads no status now$/,
    },
    {
      what: 'is refused',
      fault: { kind: 'error', code: 'ClientException', status: 400 },
      result: 'deleted',
    },
    {
      what: 'is denied',
      fault: { kind: 'deny' },
      result: 'failed',
      reason: /^it reads nothing, since its status could not be read \(AccessDeniedException.*\) now$/,
    },
  ])('a revision that the answer omits and whose description $what: counts as $result', async (given) => {
    const old = await startDeletion();
    old.sandbox.faults.add({ ...fault, kind: 'answer', change: without4 });
    old.sandbox.faults.add({ ...afterwards(old), ...given.fault });
    const report = await old.runDeletion();
    expect(report[given.result].map((one) => nameOf('revision' in one ? one.revision : one))).toContain('web:4');
    expect(report.stop?.by).toBe('abort');
    expect(report.failed[0]?.reason ?? '').toMatch(given.reason ?? /^$/);
  });

  test.each([
    { what: 'denied', fault: { kind: 'deny' } as const },
    { what: 'not answered', fault: { kind: 'error', code: 'ServerException', status: 500 } as const },
  ])('a final check that is $what: holds the run', async ({ fault }) => {
    const old = await startDeletion();
    old.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      when: ({ input }) => input['taskDefinition'] === 'web:4',
      ...fault,
    });
    const report = await old.runDeletion();
    expect(deleteCalls(old)).toEqual([]);
    expect(report.stop?.by).toBe('hold');
  });
});
