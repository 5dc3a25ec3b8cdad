// The final check where AWS's listing of a family does not end: a thousand pages are asked for before it is given up.
import { expect, test } from 'vitest';
import { aNight, gone, newestThree as policy, sevenOld, spared } from '../night.ts';

test('the listing does not end: nothing of the family goes', async () => {
  const night = await aNight(sevenOld(), { pageSize: 1, quotas: 'none' });
  night.sandbox.faults.add({
    operation: 'ListTaskDefinitions',
    kind: 'repeat-token',
    when: ({ input }) => input['familyPrefix'] === 'web',
  });
  const report = await night.prune({ keepLatest: 3, maxDeregistrations: 1 });
  expect(spared(report)).toEqual(["web:1: its family's list does not end"]);
});

test('the listing does not end: nothing of this family goes', async () => {
  const night = await aNight(sevenOld().family('api', '1-4'));
  night.sandbox.faults.add({
    operation: 'ListTaskDefinitions',
    kind: 'empty-page',
    when: ({ input }) => input['familyPrefix'] === 'web',
  });
  const report = await night.prune({ ...policy, maxDeregistrations: 2 });
  expect(gone(report)).toEqual(['api:1']);
  expect(spared(report)).toEqual(["web:1: its family's list does not end"]);
});
