// The final check with an endless list of a family: it gives up after a thousand pages.
import { expect, test } from 'vitest';
import { checkOnceMore } from '../../shared/apply/final-check.ts';
import { startApply, revisionOf } from '../support/acting.ts';
import { aNight, deregisteredNames, keepNewestThree, sevenOld, skippedNames } from '../support/night.ts';
import { policy } from '../support/given.ts';

test('skips every revision of a family with an endless list', async () => {
  const night = await aNight(sevenOld(), { pageSize: 1, quotas: 'none' });
  night.sandbox.faults.add({
    operation: 'ListTaskDefinitions',
    kind: 'repeat-token',
    when: ({ input }) => input['familyPrefix'] === 'web',
  });
  const report = await night.prune({ keepLatest: 3, maxDeregistrations: 1 });
  expect(skippedNames(report)).toEqual(["web:1: its family's list does not end"]);
});

test('skips every revision of one family with an endless list', async () => {
  const night = await aNight(sevenOld().family('api', '1-4'));
  night.sandbox.faults.add({
    operation: 'ListTaskDefinitions',
    kind: 'empty-page',
    when: ({ input }) => input['familyPrefix'] === 'web',
  });
  const report = await night.prune({ ...keepNewestThree, maxDeregistrations: 2 });
  expect(deregisteredNames(report)).toEqual(['api:1']);
  expect(skippedNames(report)).toEqual(["web:1: its family's list does not end"]);
});

test.each([
  { list: 'a family', status: 'ACTIVE', empty: 1_000, retired: undefined, says: 'as decided' },
  {
    list: 'a family',
    status: 'ACTIVE',
    empty: 1_001,
    retired: undefined,
    says: "its family's list does not end",
  },
  { list: 'a retired family', status: 'ACTIVE', empty: 999, retired: 10, says: 'as decided' },
  {
    list: 'a retired family',
    status: 'ACTIVE',
    empty: 1_000,
    retired: 10,
    says: "its family's list does not end",
  },
  { list: 'what was deregistered', status: 'INACTIVE', empty: 999, retired: 10, says: 'as decided' },
  {
    list: 'what was deregistered',
    status: 'INACTIVE',
    empty: 1_000,
    retired: 10,
    says: "its family's list does not end",
  },
])(
  'a list of $list that begins with $empty empty pages results in: $says',
  async ({ status, empty, retired, says }) => {
    const { sandbox, context } = await startApply();
    sandbox.faults.add({
      operation: 'ListTaskDefinitions',
      kind: 'empty-page',
      times: empty,
      when: ({ input }) => input['status'] === status,
    });
    const found = await checkOnceMore(context.reader, revisionOf('web:1'), {
      ...context,
      policy: policy({ retireFamiliesAfterDays: 90 }),
      ...(retired === undefined ? {} : { retired: new Map([['web', [{ from: 1, upto: retired }]]]) }),
    });
    expect(found.is === 'skipped' ? found.reason : found.is).toBe(says);
  },
);
