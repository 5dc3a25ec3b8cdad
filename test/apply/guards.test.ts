// The precondition `fresh`, last part: the final check of a revision and its family.
import { describe, expect, test } from 'vitest';
import {
  aNight,
  duringDeregistration,
  deregisteredNames,
  keepNewestThree as policy,
  sevenOld,
  skippedNames,
} from '../support/night.ts';
import { anAccount, revisionArn } from '../support/account.ts';

describe('fresh: the final check of the revision', () => {
  test('skips a revision that was tagged after the plan', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(night, 1, () =>
      night.sandbox.account.tagTaskDefinition('web:4', { 'ecs-revision-pruner:keep': '' }),
    );
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:5', 'web:6', 'web:7']);
    expect(skippedNames(report)).toEqual(['web:4: tagged ecs-revision-pruner:keep']);
  });

  test('skips a revision that was tagged after the plan with a protecting value only', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(night, 1, () => {
      night.sandbox.account.tagTaskDefinition('web:4', { team: 'payments' });
      night.sandbox.account.tagTaskDefinition('web:5', { team: 'search' });
      night.sandbox.account.tagTaskDefinition('web:6', { stay: 'x' });
    });
    const report = await night.prune({ ...policy, protectTags: ['stay', 'team=payments'] });
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:5', 'web:7']);
    expect(skippedNames(report)).toEqual(['web:4: tagged team=payments', 'web:6: tagged stay']);
  });

  test('skips a tagged revision where the settings leave the tag query out', async () => {
    const night = await aNight(
      anAccount()
        .family('web', '1-3', { tags: { 'ecs-revision-pruner:keep': 'yes' } })
        .family('web', '4-10'),
    );
    const report = await night.prune({ ...policy, without: ['tags'] });
    expect(deregisteredNames(report)).toEqual(['web:4', 'web:5', 'web:6', 'web:7']);
    expect(skippedNames(report)).toHaveLength(3);
    expect(night.sandbox.calls.count('GetResources')).toBe(0);
    expect(report.unread.find(({ name }) => name === 'tags')?.reason).toBe('left out by the settings (without)');
  });

  test('does not deregister a revision that only the tag query shows as tagged', async () => {
    const night = await aNight(
      anAccount()
        .family('web', '1', { tags: { 'ecs-revision-pruner:keep': '' } })
        .family('web', '2-10'),
    );
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'answer',
      change: (output) => delete output['tags'],
    });
    expect(deregisteredNames(await night.prune(policy))).toEqual([
      'web:2',
      'web:3',
      'web:4',
      'web:5',
      'web:6',
      'web:7',
    ]);
  });

  test.each([
    {
      what: 'no date',
      change: (one: Record<string, unknown>) => delete one['registeredAt'],
      reason: 'its age could not be read',
    },
    {
      what: 'an impossible date',
      change: (one: Record<string, unknown>) => (one['registeredAt'] = 1e20),
      reason: 'its age could not be read',
    },
    {
      what: 'a date within minAgeDays',
      change: (one: Record<string, unknown>) => (one['registeredAt'] = Date.parse('2026-11-20T00:00:00Z') / 1000),
      reason: 'registered since 25 October 2026',
    },
    {
      what: 'an unknown status',
      change: (one: Record<string, unknown>) => (one['status'] = 'FROZEN'),
      reason: 'its status is FROZEN',
    },
    {
      what: 'no status',
      change: (one: Record<string, unknown>) => delete one['status'],
      reason: 'its status is missing',
    },
    {
      what: 'another revision',
      change: (one: Record<string, unknown>) => (one['taskDefinitionArn'] = revisionArn('web:40')),
      reason: `the answer describes ${revisionArn('web:40')}`,
    },
  ])('skips a revision with $what', async ({ change, reason }) => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'answer',
      when: ({ input }) => input['taskDefinition'] === 'web:4' && Array.isArray(input['include']),
      change: (output) => {
        const changed = Object.fromEntries(Object.entries(output['taskDefinition'] ?? {}));
        change(changed);
        output['taskDefinition'] = changed;
      },
    });
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:5', 'web:6', 'web:7']);
    expect(skippedNames(report)).toEqual([`web:4: ${reason}`]);
  });

  test('skips a revision that cannot be described and continues with the rest', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'error',
      code: 'ClientException',
      status: 400,
      when: ({ input }) => input['taskDefinition'] === 'web:4' && Array.isArray(input['include']),
    });
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toHaveLength(6);
    expect(skippedNames(report)[0]).toContain('web:4: checking web:4 once more: ClientException');
  });

  test('holds the rest when DescribeTaskDefinition is denied during the run', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(
      night,
      2,
      () => void night.sandbox.faults.add({ operation: 'DescribeTaskDefinition', kind: 'deny' }),
    );
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2']);
    expect(report.results.stop?.by).toBe('hold');
    expect(report.outcome).toBe('HELD');
  });
});

describe('fresh: an empty answer holds the rest', () => {
  test.each([
    { operation: 'DescribeTaskDefinition', member: 'taskDefinition', reason: 'the answer describes nothing' },
    { operation: 'ListTaskDefinitions', member: 'taskDefinitionArns', reason: 'the answer has no list' },
  ])('$operation', async ({ operation, member, reason }) => {
    const night = await aNight(sevenOld());
    duringDeregistration(
      night,
      2,
      () =>
        void night.sandbox.faults.add({
          operation,
          kind: 'answer',
          change: (output) => delete output[member],
        }),
    );
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2']);
    expect(report.results.stop).toMatchObject({
      by: 'hold',
      reason: `checking web:3 once more: Error: ${reason}`,
    });
    expect(report.outcome).toBe('HELD');
  });
});

describe('fresh: the final check of the family', () => {
  test('skips a revision that became one of the newest because another caller deregistered newer ones', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(night, 1, () =>
      ['web:8', 'web:9', 'web:10'].forEach((name) => night.sandbox.account.deregister(name)),
    );
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4']);
    expect(skippedNames(report)).toEqual([
      'web:5: no longer older than the newest 3 of its family',
      'web:6: no longer older than the newest 3 of its family',
      'web:7: no longer older than the newest 3 of its family',
    ]);
  });

  test('skips the last ACTIVE revision of a family when the list is out of date', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'ListTaskDefinitions',
      kind: 'answer',
      when: ({ input }) => input['familyPrefix'] === 'web',
      change: (output) => (output['taskDefinitionArns'] = [revisionArn('web:10')]),
    });
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toEqual([]);
    expect(skippedNames(report)[0]).toBe('web:1: no longer older than the newest 3 of its family');
  });

  test('counts newer revisions where the list is sorted oldest first', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'ListTaskDefinitions',
      kind: 'answer',
      when: ({ input }) => input['familyPrefix'] === 'web',
      change: (output) => (output['taskDefinitionArns'] = [7, 8, 9, 10].map((n) => revisionArn(`web:${n}`))),
    });
    expect(deregisteredNames(await night.prune(policy))).toEqual([
      'web:1',
      'web:2',
      'web:3',
      'web:4',
      'web:5',
      'web:6',
      'web:7',
    ]);
  });

  test('reads on after an empty page', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'ListTaskDefinitions',
      kind: 'empty-page',
      when: ({ input }) => input['familyPrefix'] === 'web',
      times: 50,
    });
    expect(deregisteredNames(await night.prune(policy))).toHaveLength(7);
  });

  test('skips every revision when the list shows another family', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'ListTaskDefinitions',
      kind: 'answer',
      when: ({ input }) => input['familyPrefix'] === 'web',
      change: (output) => (output['taskDefinitionArns'] = [12, 11, 10].map((n) => revisionArn(`web-admin:${n}`))),
    });
    expect(deregisteredNames(await night.prune(policy))).toEqual([]);
  });

  test('deregisters old revisions when new ones were registered meanwhile', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(night, 1, () => void night.sandbox.account.registerTaskDefinition('web'));
    expect(deregisteredNames(await night.prune(policy))).toHaveLength(7);
  });
});
