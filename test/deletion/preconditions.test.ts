// Each precondition of a deletion alone: all others are met, and nothing is deleted.
import { ECSClient } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { type DeleteContext, rehearseDeletions } from '../../shared/deletion/delete.ts';
import type { Stop } from '../../shared/domain/apply-results.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { REGION } from '../support/account.ts';
import { policy } from '../support/given.ts';
import { changeDescription } from '../support/acting.ts';
import {
  deleteCalls,
  asOf,
  deletedNames,
  deregisteredAt,
  keptNames,
  startDeletion,
  revisions,
  seven,
  without,
} from '../support/deleting.ts';

const DAY_MS = 86_400_000;
const stop: Stop = { by: 'hold', reason: 'no', remedy: 'Look.' };
const over: Stop = { by: 'time', reason: 'the time is over', remedy: 'Later.' };

test('checks every precondition of a revision in order, the freshness last, and then calls', async () => {
  const old = await startDeletion();
  await old.runDeletion(1);
  expect(old.order).toEqual([
    'stopRequested',
    'waitForTurn',
    'objectionsTo',
    'entryOf',
    'DescribeTaskDefinition',
    'lossWith',
    'recordRequest',
    'checkLock',
    'isFresh',
    'DeleteTaskDefinitions',
  ]);
});

test('checks every precondition again for the next ten revisions', async () => {
  const old = await startDeletion();
  await old.runDeletion(11);
  for (const name of ['stopRequested', 'waitForTurn', 'objectionsTo', 'recordRequest', 'checkLock', 'isFresh'])
    expect(old.order.filter((one) => one === name)).toHaveLength(2);
});

test('does not begin the next ten revisions once the run is stopped', async () => {
  const old = await startDeletion();
  const deletions = await old.runDeletion(20, 100, {
    stopRequested: () => (deleteCalls(old).length > 0 ? over : undefined),
  });
  expect(deletedNames(deletions)).toHaveLength(10);
  expect(deletions.stop).toEqual(over);
  expect(deleteCalls(old)).toHaveLength(1);
});

test('does not begin another batch after the last revision', async () => {
  const old = await startDeletion();
  expect(deletedNames(await old.runDeletion(10))).toHaveLength(10);
  expect(old.order.filter((one) => one === 'stopRequested')).toHaveLength(1);
});

test('does not begin the next ten revisions after a stop', async () => {
  const old = await startDeletion();
  old.sandbox.faults.add({ operation: 'DeleteTaskDefinitions', kind: 'deny' });
  const deletions = await old.runDeletion(20);
  expect(deletions.stop?.by).toBe('abort');
  expect(deleteCalls(old)).toHaveLength(1);
});

test('checks nothing and calls nothing when the cap is 0', async () => {
  const old = await startDeletion();
  expect(await old.runDeletion(7, 0)).toEqual({
    deleted: [],
    alreadyDeleted: [],
    kept: [],
    failed: [],
    stop: undefined,
  });
  expect(old.order).toEqual([]);
});

test('does not call when every revision is kept', async () => {
  const old = await startDeletion();
  const keeps = new Map(seven.map((name) => [name, 'service prod/web deploys it']));
  const deletions = await old.runDeletion(7, 100, { objectionsTo: () => Promise.resolve({ keep: keeps }) });
  expect(deletions.kept).toHaveLength(7);
  expect(old.order).toEqual(['stopRequested', 'waitForTurn']);
});

describe('the freshness of the evidence', () => {
  test('is checked after each final check, which repeats when the evidence has expired', async () => {
    const old = await startDeletion();
    let tries = 0;
    expect(deletedNames(await old.runDeletion(1, 100, { isFresh: () => ++tries === 3 }))).toEqual(['web:1']);
    expect(old.order.filter((one) => one === 'DescribeTaskDefinition')).toHaveLength(3);
  });

  test('is not checked a fourth time', async () => {
    const old = await startDeletion();
    let tries = 0;
    const deletions = await old.runDeletion(1, 100, { isFresh: () => ++tries === 4 });
    expect(deletions).toMatchObject({ deleted: [], stop: { by: 'hold' } });
    expect(deletions.stop?.reason).toBe('the evidence expired before it could be used');
    expect(tries).toBe(3);
  });
});

describe('a throttled call', () => {
  const throttle = { operation: 'DeleteTaskDefinitions', kind: 'throttle' } as const;

  test('doubles each pause and repeats the final check', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add({ ...throttle, times: 4 });
    expect(deletedNames(await old.runDeletion(1))).toEqual(['web:1']);
    expect(old.pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(old.order.filter((one) => one === 'DescribeTaskDefinition')).toHaveLength(5);
  });

  test('is not repeated when the run stops during the pause', async () => {
    const old = await startDeletion();
    old.sandbox.faults.add(throttle);
    const deletions = await old.runDeletion(1, 100, {
      stopRequested: () => (old.pauses.length > 0 ? over : undefined),
    });
    expect(deletions).toEqual({ deleted: [], alreadyDeleted: [], kept: [], failed: [], stop: over });
    expect(deleteCalls(old)).toHaveLength(1);
    expect(old.order.filter((one) => one === 'waitForTurn')).toHaveLength(1);
  });
});

describe('keeps a revision just before the call when', () => {
  test.each<{ what: string; change: (one: Record<string, unknown>) => void; reason: string }>([
    {
      what: 'AWS describes it without an ARN',
      change: (one) => delete one['taskDefinitionArn'],
      reason: 'the answer describes nothing',
    },
    {
      what: 'it was deregistered exactly at the boundary of deleteAfterDays',
      change: (one) => (one['deregisteredAt'] = (asOf - 90 * DAY_MS) / 1000),
      reason: 'deregistered since 26 August 2026',
    },
    {
      what: 'a protected principal registered it',
      change: (one) => (one['registeredBy'] = 'arn:aws:iam::123456789012:user/anna'),
      reason: 'registered by *anna',
    },
  ])('$what', async ({ change, reason }) => {
    const old = await startDeletion();
    old.sandbox.faults.add(changeDescription('web:4', change));
    const context = {
      policy: policy({ protectRegisteredBy: ['*anna'] }),
      // The entry has the same time as AWS.
      entryOf: () => Promise.resolve({ at: asOf - 90 * DAY_MS - 1_000, definition: {}, tags: [] }),
    };
    const wide = reason.startsWith('deregistered') ? context : { policy: context.policy };
    const deletions = await old.runDeletion(4, 100, wide);
    expect(keptNames(deletions)).toContain(`web:4: ${reason}`);
    expect(deleteCalls(old).flat()).not.toContain('web:4');
  });

  test('its entry in the journal differs from the definition in AWS', async () => {
    const old = await startDeletion();
    let given: unknown;
    const deletions = await old.runDeletion(1, 100, {
      lossWith: (entry, now) => {
        given = { entry, family: now.definition['family'], tags: now.tags };
        return 'its cpu differs from the journal';
      },
    });
    expect(given).toEqual({
      entry: { at: deregisteredAt - 1_000, definition: {}, tags: [] },
      family: 'web',
      tags: [{ key: 'team', value: 'a' }],
    });
    expect(keptNames(deletions)).toEqual(['web:1: its cpu differs from the journal']);
    expect(deleteCalls(old)).toEqual([]);
  });
});

test('keeps a revision with an empty description', async () => {
  const old = await startDeletion();
  old.sandbox.faults.add({
    ...changeDescription('web:4', () => undefined),
    kind: 'answer',
    change: (output) => delete output['taskDefinition'],
  });
  expect(keptNames(await old.runDeletion(7))).toEqual(['web:4: the answer describes nothing']);
  expect(deleteCalls(old)).toEqual([without('web:4')]);
});

test.each([
  { sent: undefined, tags: [] },
  {
    sent: [{ key: 'team' }, { value: 'a' }],
    tags: [
      { key: 'team', value: '' },
      { key: '', value: 'a' },
    ],
  },
])('compares the tags $tags where AWS sends $sent', async ({ sent, tags }) => {
  const old = await startDeletion();
  old.sandbox.faults.add({
    operation: 'DescribeTaskDefinition',
    kind: 'answer',
    change: (output) => {
      if (sent === undefined) delete output['tags'];
      else output['tags'] = sent;
    },
  });
  let compared: unknown;
  await old.runDeletion(1, 100, {
    lossWith: (_, now) => {
      compared = now.tags;
      return undefined;
    },
  });
  expect(compared).toEqual(tags);
});

describe('a revision that another caller deregistered', () => {
  const damaged = { damaged: 'its entry is damaged' };

  /** deleteScope: all. The journal has no entry until this run writes one. */
  async function others(more: Partial<DeleteContext> = {}) {
    const old = await startDeletion();
    const written: string[] = [];
    const adopt: DeleteContext['adopt'] = (revision) => {
      old.order.push('adopt');
      written.push(nameOf(revision));
      return Promise.resolve(undefined);
    };
    const entryOf: DeleteContext['entryOf'] = (revision) => {
      old.order.push('entryOf');
      const isWritten = written.includes(nameOf(revision));
      return Promise.resolve(isWritten ? { at: asOf, definition: {}, tags: [] } : undefined);
    };
    const go = (count = 1, also: Partial<DeleteContext> = {}) =>
      old.runDeletion(count, 100, { scope: 'all', adopt, entryOf, ...more, ...also });
    return { old, written, go };
  }

  test('is journaled, read back and compared before it is deleted', async () => {
    const { old, written, go } = await others();
    expect(deletedNames(await go())).toEqual(['web:1']);
    expect(written).toEqual(['web:1']);
    expect(old.order).toEqual([
      'stopRequested',
      'waitForTurn',
      'objectionsTo',
      'entryOf',
      'DescribeTaskDefinition',
      'adopt',
      'entryOf',
      'lossWith',
      'recordRequest',
      'checkLock',
      'isFresh',
      'DeleteTaskDefinitions',
    ]);
  });

  test('is journaled with the definition from AWS', async () => {
    let seen: unknown;
    const { go } = await others({
      adopt: (_, { definition, tags }) => {
        seen = { family: definition['family'], revision: definition['revision'], tags };
        return Promise.resolve(stop);
      },
    });
    expect((await go()).stop).toEqual(stop);
    expect(seen).toEqual({ family: 'web', revision: 1, tags: [{ key: 'team', value: 'a' }] });
  });

  test('is compared with its new entry by the definition from AWS', async () => {
    let compared: unknown;
    const { go } = await others({
      lossWith: (_, now) => {
        compared = { family: now.definition['family'], tags: now.tags };
        return undefined;
      },
    });
    await go();
    expect(compared).toEqual({ family: 'web', tags: [{ key: 'team', value: 'a' }] });
  });

  test('is not journaled again when the journal has an entry', async () => {
    const { old, written, go } = await others({
      entryOf: () => Promise.resolve({ at: asOf, definition: {}, tags: [] }),
    });
    expect(deletedNames(await go())).toEqual(['web:1']);
    expect(written).toEqual([]);
    expect(old.order).not.toContain('adopt');
  });

  test('is kept when the raw answer cannot be read', async () => {
    const { old, written, go } = await others();
    const credentials = { accessKeyId: 'TEST', secretAccessKey: 'secret' };
    const deaf = new ECSClient({ endpoint: old.sandbox.url, region: REGION, credentials });
    const deletions = await go(1, { reader: deaf });
    deaf.destroy();
    expect(keptNames(deletions)).toEqual(['web:1: its definition could not be read as AWS sent it']);
    expect(written).toEqual([]);
    expect(deleteCalls(old)).toEqual([]);
  });

  test.each<{ what: string; context: Partial<DeleteContext>; reason: string }>([
    {
      what: 'the journal lacks the new entry',
      context: { adopt: () => Promise.resolve(undefined) },
      reason: 'the journal has no entry for it',
    },
    {
      what: 'the new entry differs from the definition in AWS',
      context: { lossWith: () => 'its cpu differs from the journal' },
      reason: 'its cpu differs from the journal',
    },
  ])('is kept when $what', async ({ context, reason }) => {
    const { old, go } = await others(context);
    expect(keptNames(await go())).toEqual([`web:1: ${reason}`]);
    expect(deleteCalls(old)).toEqual([]);
  });

  test('is kept when its new entry cannot be read back', async () => {
    let reads = 0;
    const { old, go } = await others({
      entryOf: () => Promise.resolve(++reads === 1 ? undefined : damaged),
    });
    expect(keptNames(await go())).toEqual(['web:1: its entry is damaged']);
    expect(deleteCalls(old)).toEqual([]);
  });

  test('is kept and the run stops when it cannot be journaled', async () => {
    const { old, go } = await others({ adopt: () => Promise.resolve(stop) });
    expect(await go()).toEqual({ deleted: [], alreadyDeleted: [], kept: [], failed: [], stop });
    expect(deleteCalls(old)).toEqual([]);
  });

  test.each<{ what: string; change: (one: Record<string, unknown>) => void; reason: string }>([
    {
      what: 'an AWS service registered it',
      change: (one) => (one['registeredBy'] = 'batch.amazonaws.com'),
      reason: 'registered by AWS Batch',
    },
    {
      what: 'it has a member that this version does not know',
      change: (one) => (one['moonPhase'] = 'full'),
      reason: 'this version does not know its member moonPhase',
    },
    {
      what: 'it could not be registered again',
      change: (one) => (one['containerDefinitions'] = [{ name: 'app', image: 'app:1', memory: '512' }]),
      reason: 'its containerDefinitions[0].memory could not be registered again',
    },
  ])('is kept without an entry when $what', async ({ change, reason }) => {
    const { old, written, go } = await others();
    old.sandbox.faults.add(changeDescription('web:4', change));
    expect(keptNames(await go(7))).toEqual([`web:4: ${reason}`]);
    expect(written.toSorted()).toEqual(without('web:4'));
    expect(deleteCalls(old)).toEqual([without('web:4')]);
  });

  test('is planned and not journaled by a dry run', async () => {
    const { context, order, sandbox } = await startDeletion();
    const { adopt: _, ...readOnly } = context;
    const deletions = await rehearseDeletions(revisions(2), 100, {
      ...readOnly,
      scope: 'all',
      entryOf: () => Promise.resolve(undefined),
    });
    expect(deletedNames(deletions)).toEqual(['web:1', 'web:2']);
    expect(sandbox.calls.count('DeleteTaskDefinitions')).toBe(0);
    expect(order).not.toContain('recordRequest');
  });
});

describe('a dry run', () => {
  test('plans no deletion when a final check fails', async () => {
    const { context, sandbox } = await startDeletion();
    sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'deny',
      when: ({ input }) => input['taskDefinition'] === 'web:4',
    });
    const deletions = await rehearseDeletions(revisions(7), 100, context);
    expect(deletions).toMatchObject({ deleted: [], stop: { by: 'hold' } });
  });

  test('plans no more than the cap', async () => {
    const { context } = await startDeletion();
    expect(deletedNames(await rehearseDeletions(revisions(40), 23, context))).toHaveLength(23);
  });
});
