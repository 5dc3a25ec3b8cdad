// Each precondition of a deregistration alone: all others are met, and nothing is deregistered.
import { describe, expect, test } from 'vitest';
import type { ApplyContext } from '../../shared/apply/deregister.ts';
import type { Stop } from '../../shared/domain/apply-results.ts';
import { taskDefinitionIn } from '../../shared/aws/describe.ts';
import { nameOf, type Revision } from '../../shared/domain/revision.ts';
import { startApply, deregisterCalls, changeDescription, revisionOf } from '../support/acting.ts';
import { asOf, policy } from '../support/given.ts';

const DAY_MS = 86_400_000;
const stop: Stop = { by: 'hold', reason: 'no', remedy: 'Look.' };
const over: Stop = { by: 'time', reason: 'the time is over', remedy: 'Later.' };

test('checks every precondition of a revision in order, the freshness last, and then calls', async () => {
  const night = await startApply();
  const done = await night.deregister(['web:1']);
  expect(night.order).toEqual([
    'stopRequested',
    'waitForTurn',
    'objectionTo',
    'DescribeTaskDefinition',
    'ListTaskDefinitions',
    'journal',
    'checkLock',
    'isFresh',
    'DeregisterTaskDefinition',
  ]);
  expect(done).toEqual({
    deregistered: [{ family: 'web', number: 1 }],
    alreadyInactive: [],
    skipped: [],
    failed: [],
    notReached: [],
    stop: undefined,
    lateReferences: [],
  });
});

test('checks every precondition again for the next revision', async () => {
  const night = await startApply();
  const taken: string[] = [];
  const progress: string[] = [];
  await night.deregister(['web:1', 'web:2'], {
    objectionTo: (revision, gone) => {
      taken.push(`${nameOf(revision)} after ${gone.map(nameOf).join()}`);
      return Promise.resolve(undefined);
    },
    onProgress: (revision, became) => void progress.push(`${nameOf(revision)} ${became}`),
  });
  expect(deregisterCalls(night)).toEqual(['web:1', 'web:2']);
  expect(taken).toEqual(['web:1 after ', 'web:2 after web:1']);
  expect(progress).toEqual(['web:1 deregistered', 'web:2 deregistered']);
  for (const name of ['stopRequested', 'waitForTurn', 'journal', 'checkLock', 'isFresh'])
    expect(night.order.filter((one) => one === name)).toHaveLength(2);
});

describe('deregisters nothing and stops', () => {
  test.each<{ when: string; context: Partial<ApplyContext>; reason: Stop }>([
    { when: 'the run is stopped', context: { stopRequested: () => over }, reason: over },
    {
      when: 'the latest evidence holds the run',
      context: { objectionTo: () => Promise.resolve({ stop }) },
      reason: stop,
    },
    {
      when: 'the journal cannot be written',
      context: { journal: () => Promise.resolve(stop) },
      reason: stop,
    },
    { when: 'the lock is lost', context: { checkLock: () => Promise.resolve(stop) }, reason: stop },
    {
      when: 'the evidence is too old at every attempt',
      context: { isFresh: () => false },
      reason: {
        by: 'hold',
        reason: 'the evidence expired before it could be used',
        remedy: 'Run again at a quieter time. If this repeats, raise `share`.',
      },
    },
  ])('when $when', async ({ context, reason }) => {
    const night = await startApply();
    expect(await night.deregister(['web:1', 'web:2'], context)).toEqual({
      deregistered: [],
      alreadyInactive: [],
      skipped: [],
      failed: [],
      notReached: [revisionOf('web:1'), revisionOf('web:2')],
      stop: reason,
      lateReferences: [],
    });
    expect(deregisterCalls(night)).toEqual([]);
  });
});

test('skips a revision that the latest evidence references and continues with the next', async () => {
  const night = await startApply();
  const done = await night.deregister(['web:1', 'web:2'], {
    objectionTo: ({ number }) => Promise.resolve(number === 1 ? { keep: 'service prod/web deploys it' } : undefined),
  });
  expect(done.skipped).toEqual([{ revision: revisionOf('web:1'), reason: 'service prod/web deploys it' }]);
  expect(done.notReached).toEqual([]);
  expect(deregisterCalls(night)).toEqual(['web:2']);
});

test('checks again when the evidence expires just before the call', async () => {
  const night = await startApply();
  let tries = 0;
  const done = await night.deregister(['web:1'], { isFresh: () => ++tries === 3 });
  expect(done.deregistered).toEqual([revisionOf('web:1')]);
  expect(night.order).toEqual([
    'stopRequested',
    ...Array.from({ length: 3 }, () => [
      'waitForTurn',
      'objectionTo',
      'DescribeTaskDefinition',
      'ListTaskDefinitions',
      'journal',
      'checkLock',
    ]).flat(),
    'DeregisterTaskDefinition',
  ]);
});

test('does not check a fourth time after the evidence expired three times', async () => {
  const night = await startApply();
  let tries = 0;
  const done = await night.deregister(['web:1'], { isFresh: () => ++tries === 4 });
  expect(done.notReached).toEqual([revisionOf('web:1')]);
  expect(tries).toBe(3);
});

test('writes the definition and the tags from AWS into the journal before the call', async () => {
  const night = await startApply();
  night.sandbox.account.tagTaskDefinition('web:1', { team: 'shop' });
  let written: unknown;
  await night.deregister(['web:1'], {
    journal: (revision, seen) => {
      written = { revision, taskDefinitionArn: seen.definition['taskDefinitionArn'], tags: seen.tags };
      expect(deregisterCalls(night)).toEqual([]);
      return Promise.resolve(undefined);
    },
  });
  expect(written).toEqual({
    revision: { family: 'web', number: 1 },
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1',
    tags: [{ key: 'team', value: 'shop' }],
  });
});

describe('a throttled call', () => {
  const throttle = { operation: 'DeregisterTaskDefinition', kind: 'throttle' } as const;

  test('doubles each pause and checks every precondition again', async () => {
    const night = await startApply();
    night.sandbox.faults.add({ ...throttle, times: 4 });
    const done = await night.deregister(['web:1']);
    expect(done.deregistered).toEqual([revisionOf('web:1')]);
    expect(night.pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(night.order.filter((one) => one === 'isFresh')).toHaveLength(5);
  });

  test('leaves the rest to the next run after five tries', async () => {
    const night = await startApply();
    night.sandbox.faults.add(throttle);
    const done = await night.deregister(['web:1', 'web:2']);
    expect(done).toMatchObject({
      failed: [],
      notReached: [revisionOf('web:1'), revisionOf('web:2')],
      stop: { by: 'throttled', remedy: 'The next run continues.' },
    });
    expect(deregisterCalls(night)).toEqual(Array(5).fill('web:1'));
  });

  test('does not call again when the run stops during the pause', async () => {
    const night = await startApply();
    night.sandbox.faults.add(throttle);
    const done = await night.deregister(['web:1'], {
      stopRequested: () => (night.pauses.length > 0 ? over : undefined),
    });
    expect(done).toMatchObject({ notReached: [revisionOf('web:1')], stop: over });
    expect(deregisterCalls(night)).toEqual(['web:1']);
  });
});

describe('skips a revision just before the call when', () => {
  const inDays = policy({ minAgeDays: 30 });

  test.each<{
    what: string;
    change: (one: Record<string, unknown>) => void;
    reason: string;
    context?: Partial<ApplyContext>;
  }>([
    {
      what: 'AWS describes another family',
      change: (one) => (one['taskDefinitionArn'] = String(one['taskDefinitionArn']).replace('web:', 'api:')),
      reason: 'the answer describes arn:aws:ecs:eu-west-1:123456789012:task-definition/api:1',
    },
    {
      what: 'AWS describes another number',
      change: (one) => (one['taskDefinitionArn'] = String(one['taskDefinitionArn']).replace('web:1', 'web:2')),
      reason: 'the answer describes arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2',
    },
    {
      what: 'AWS describes the same name in another Region',
      change: (one) => (one['taskDefinitionArn'] = String(one['taskDefinitionArn']).replace('eu-west-1', 'eu-west-2')),
      reason: 'the answer describes arn:aws:ecs:eu-west-2:123456789012:task-definition/web:1',
    },
    {
      what: 'AWS describes it without an ARN',
      change: (one) => delete one['taskDefinitionArn'],
      reason: 'the answer describes something without ARN',
    },
    { what: 'it has no status', change: (one) => delete one['status'], reason: 'its status is missing' },
    {
      what: 'it has another status',
      change: (one) => (one['status'] = 'FROZEN'),
      reason: 'its status is FROZEN',
    },
    {
      what: 'AWS Batch registered it',
      change: (one) => (one['registeredBy'] = 'batch.amazonaws.com'),
      reason: 'registered by AWS Batch',
    },
    {
      what: 'a protected principal registered it',
      change: (one) => (one['registeredBy'] = 'arn:aws:iam::123456789012:user/anna'),
      reason: 'registered by *anna',
      context: { policy: policy({ protectRegisteredBy: ['*anna'] }) },
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
    {
      what: 'it is younger than minAgeDays',
      change: (one) => (one['registeredAt'] = (asOf - 29 * DAY_MS) / 1000),
      reason: 'registered since 25 October 2026',
      context: { policy: inDays },
    },
    {
      what: 'it was registered exactly at the boundary of minAgeDays',
      change: (one) => (one['registeredAt'] = (asOf - 30 * DAY_MS) / 1000),
      reason: 'registered since 25 October 2026',
      context: { policy: inDays },
    },
    {
      what: 'it has no date',
      change: (one) => delete one['registeredAt'],
      reason: 'its age could not be read',
      context: { policy: inDays },
    },
    {
      what: 'it has an impossible date',
      change: (one) => (one['registeredAt'] = 1e20),
      reason: 'its age could not be read',
      context: { policy: inDays },
    },
  ])('$what', async ({ change, reason, context }) => {
    const night = await startApply();
    night.sandbox.faults.add(changeDescription('web:1', change));
    const done = await night.deregister(['web:1', 'web:2'], context);
    expect(done.skipped).toEqual([{ revision: revisionOf('web:1'), reason }]);
    expect(deregisterCalls(night)).toEqual(['web:2']);
  });

  test('it has a protecting tag', async () => {
    const night = await startApply();
    night.sandbox.account.tagTaskDefinition('web:1', { keep: '' });
    const done = await night.deregister(['web:1', 'web:2']);
    expect(done.skipped).toEqual([{ revision: revisionOf('web:1'), reason: 'tagged keep' }]);
    expect(deregisterCalls(night)).toEqual(['web:2']);
  });

  test.each(['INACTIVE', 'DELETE_IN_PROGRESS'])('it reads %s: counts it as already inactive', async (status) => {
    const night = await startApply();
    night.sandbox.faults.add(changeDescription('web:1', (one) => (one['status'] = status)));
    const done = await night.deregister(['web:1', 'web:2']);
    expect(done.alreadyInactive).toEqual([revisionOf('web:1')]);
    expect(done.skipped).toEqual([]);
    expect(deregisterCalls(night)).toEqual(['web:2']);
    // Only the family of web:2 was listed.
    expect(night.sandbox.calls.count('ListTaskDefinitions')).toBe(1);
  });
});

describe('the final check allows a revision', () => {
  test('registered a millisecond before the boundary of minAgeDays', async () => {
    const night = await startApply();
    night.sandbox.faults.add(
      changeDescription('web:1', (one) => (one['registeredAt'] = (asOf - 30 * DAY_MS - 1) / 1000)),
    );
    const done = await night.deregister(['web:1'], { policy: policy({ minAgeDays: 30 }) });
    expect(done.skipped).toEqual([]);
    expect(deregisterCalls(night)).toEqual(['web:1']);
  });

  test('without a date where minAgeDays is 0', async () => {
    const night = await startApply();
    night.sandbox.faults.add(changeDescription('web:1', (one) => delete one['registeredAt']));
    await night.deregister(['web:1'], { policy: policy({ minAgeDays: 0 }) });
    expect(deregisterCalls(night)).toEqual(['web:1']);
  });
});

test.each([
  { sent: undefined, tags: [] },
  {
    sent: [{ key: 'team' }, { value: 'shop' }],
    tags: [
      { key: 'team', value: '' },
      { key: '', value: 'shop' },
    ],
  },
])('writes the tags $tags into the journal where AWS sends $sent', async ({ sent, tags }) => {
  const night = await startApply();
  night.sandbox.faults.add({
    operation: 'DescribeTaskDefinition',
    kind: 'answer',
    change: (output) => {
      if (sent === undefined) delete output['tags'];
      else output['tags'] = sent;
    },
  });
  let written: unknown;
  await night.deregister(['web:1'], {
    journal: (_, seen) => {
      written = seen.tags;
      return Promise.resolve(undefined);
    },
  });
  expect(written).toEqual(tags);
});

const bytes = (text: string) => ({ body: new TextEncoder().encode(text) });

test.each<{ what: string; response: unknown; read: unknown }>([
  { what: 'a definition', response: bytes('{"taskDefinition":{"cpu":"1"}}'), read: { cpu: '1' } },
  { what: 'nothing', response: undefined, read: undefined },
  { what: 'null', response: null, read: undefined },
  { what: 'a text', response: 'x', read: undefined },
  { what: 'no body', response: {}, read: undefined },
  { what: 'a body that was not read', response: { body: 'x' }, read: undefined },
  { what: 'the body null', response: bytes('null'), read: undefined },
  { what: 'a body with a text', response: bytes('"taskDefinition"'), read: undefined },
  { what: 'a body with an empty object', response: bytes('{}'), read: undefined },
  { what: 'a definition that is null', response: bytes('{"taskDefinition":null}'), read: undefined },
  { what: 'a definition that is a text', response: bytes('{"taskDefinition":"x"}'), read: undefined },
])('reads $read from a raw answer with $what', ({ response, read }) => {
  expect(taskDefinitionIn(response)).toEqual(read);
});

test('requests the tags in DescribeTaskDefinition', async () => {
  const night = await startApply();
  await night.deregister(['web:1']);
  const look = night.sandbox.calls.list().find(({ operation }) => operation === 'DescribeTaskDefinition');
  expect(look?.input).toEqual({ taskDefinition: 'web:1', include: ['TAGS'] });
});

test('reports the newest revision of each family', async () => {
  const night = await startApply();
  const newest: Revision[] = [];
  await night.deregister(['web:1', 'web:2'], { onNewest: (one) => void newest.push(one) });
  expect(newest.map(nameOf)).toEqual(['web:10', 'web:10']);
});
