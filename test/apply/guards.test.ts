// The guard `fresh`, its last part: what the last look at a revision and its family shows keeps it.
import { describe, expect, test } from 'vitest';
import { aNight, duringDeregistration, gone, newestThree as policy, sevenOld, spared } from '../support/night.ts';
import { anAccount, revisionArn } from '../support/account.ts';

describe('fresh: the revision itself', () => {
  test('tagged since the plan was made', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(night, 1, () =>
      night.sandbox.account.tagTaskDefinition('web:4', { 'ecs-revision-pruner:keep': '' }),
    );
    const report = await night.prune(policy);
    expect(gone(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:5', 'web:6', 'web:7']);
    expect(spared(report)).toEqual(['web:4: tagged ecs-revision-pruner:keep']);
  });

  test('tagged since the plan was made with a value that the settings name, and no other', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(night, 1, () => {
      night.sandbox.account.tagTaskDefinition('web:4', { team: 'payments' });
      night.sandbox.account.tagTaskDefinition('web:5', { team: 'search' });
      night.sandbox.account.tagTaskDefinition('web:6', { stay: 'x' });
    });
    const report = await night.prune({ ...policy, protectTags: ['stay', 'team=payments'] });
    expect(gone(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:5', 'web:7']);
    expect(spared(report)).toEqual(['web:4: tagged team=payments', 'web:6: tagged stay']);
  });

  test('the tag query is left out: the fresh look alone keeps what is tagged', async () => {
    const night = await aNight(
      anAccount()
        .family('web', '1-3', { tags: { 'ecs-revision-pruner:keep': 'yes' } })
        .family('web', '4-10'),
    );
    const report = await night.prune({ ...policy, without: ['tags'] });
    expect(gone(report)).toEqual(['web:4', 'web:5', 'web:6', 'web:7']);
    expect(spared(report)).toHaveLength(3);
    expect(night.sandbox.calls.count('GetResources')).toBe(0);
    expect(report.unread.find(({ name }) => name === 'tags')?.reason).toBe('left out by the settings (without)');
  });

  test('the tag query calls it tagged, the fresh look shows no tags: kept', async () => {
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
    expect(gone(await night.prune(policy))).toEqual(['web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7']);
  });

  test.each([
    {
      what: 'a date that is missing',
      change: (one: Record<string, unknown>) => delete one['registeredAt'],
      reason: 'its age could not be read',
    },
    {
      what: 'a date beyond all dates',
      change: (one: Record<string, unknown>) => (one['registeredAt'] = 1e20),
      reason: 'its age could not be read',
    },
    {
      what: 'a date within the days',
      change: (one: Record<string, unknown>) => (one['registeredAt'] = Date.parse('2026-11-20T00:00:00Z') / 1000),
      reason: 'registered since 25 October 2026',
    },
    {
      what: 'a state that this version does not know',
      change: (one: Record<string, unknown>) => (one['status'] = 'FROZEN'),
      reason: 'its status is FROZEN',
    },
    {
      what: 'no state',
      change: (one: Record<string, unknown>) => delete one['status'],
      reason: 'its status is missing',
    },
    {
      what: 'another revision',
      change: (one: Record<string, unknown>) => (one['taskDefinitionArn'] = revisionArn('web:40')),
      reason: `the answer describes ${revisionArn('web:40')}`,
    },
  ])('the last look shows $what: kept', async ({ change, reason }) => {
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
    expect(gone(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:5', 'web:6', 'web:7']);
    expect(spared(report)).toEqual([`web:4: ${reason}`]);
  });

  test('it cannot be described any more: kept, and the rest goes on', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'error',
      code: 'ClientException',
      status: 400,
      when: ({ input }) => input['taskDefinition'] === 'web:4' && Array.isArray(input['include']),
    });
    const report = await night.prune(policy);
    expect(gone(report)).toHaveLength(6);
    expect(spared(report)[0]).toContain('web:4: checking web:4 once more: ClientException');
  });

  test('looking is denied half-way: the rest is held', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(
      night,
      2,
      () => void night.sandbox.faults.add({ operation: 'DescribeTaskDefinition', kind: 'deny' }),
    );
    const report = await night.prune(policy);
    expect(gone(report)).toEqual(['web:1', 'web:2']);
    expect(report.results.stop?.by).toBe('hold');
    expect(report.outcome).toBe('HELD');
  });
});

describe('fresh: an answer about nothing is no look, and holds the rest', () => {
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
    expect(gone(report)).toEqual(['web:1', 'web:2']);
    expect(report.results.stop).toMatchObject({
      by: 'hold',
      reason: `checking web:3 once more: Error: ${reason}`,
    });
    expect(report.outcome).toBe('HELD');
  });
});

describe('fresh: the family', () => {
  test('newer ones were deregistered by somebody else: it is among the newest now', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(night, 1, () =>
      ['web:8', 'web:9', 'web:10'].forEach((name) => night.sandbox.account.deregister(name)),
    );
    const report = await night.prune(policy);
    expect(gone(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4']);
    expect(spared(report)).toEqual([
      'web:5: no longer older than the newest 3 of its family',
      'web:6: no longer older than the newest 3 of its family',
      'web:7: no longer older than the newest 3 of its family',
    ]);
  });

  test('the whole newer part of the family is gone: the last one stays, whatever the listing says', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'ListTaskDefinitions',
      kind: 'answer',
      when: ({ input }) => input['familyPrefix'] === 'web',
      change: (output) => (output['taskDefinitionArns'] = [revisionArn('web:10')]),
    });
    const report = await night.prune(policy);
    expect(gone(report)).toEqual([]);
    expect(spared(report)[0]).toBe('web:1: no longer older than the newest 3 of its family');
  });

  test('the listing comes oldest first: the newer ones are counted all the same', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'ListTaskDefinitions',
      kind: 'answer',
      when: ({ input }) => input['familyPrefix'] === 'web',
      change: (output) => (output['taskDefinitionArns'] = [7, 8, 9, 10].map((n) => revisionArn(`web:${n}`))),
    });
    expect(gone(await night.prune(policy))).toEqual(['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7']);
  });

  test('pages without anything are no end of a list', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'ListTaskDefinitions',
      kind: 'empty-page',
      when: ({ input }) => input['familyPrefix'] === 'web',
      times: 50,
    });
    expect(gone(await night.prune(policy))).toHaveLength(7);
  });

  test('the listing answers for another family: nothing of this one goes', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.faults.add({
      operation: 'ListTaskDefinitions',
      kind: 'answer',
      when: ({ input }) => input['familyPrefix'] === 'web',
      change: (output) => (output['taskDefinitionArns'] = [12, 11, 10].map((n) => revisionArn(`web-admin:${n}`))),
    });
    expect(gone(await night.prune(policy))).toEqual([]);
  });

  test('new revisions registered meanwhile change nothing for the old ones', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(night, 1, () => void night.sandbox.account.registerTaskDefinition('web'));
    expect(gone(await night.prune(policy))).toHaveLength(7);
  });
});
