// The source `stacks`: what each state of a stack and of its resources means, what its events add, and what is read again.
import { describe, expect, test } from 'vitest';
import type { AccountFile } from '../../sandbox/account-file.ts';
import { anAccount, daysBefore, revisionArn, stackArn, stackResource } from '../support/account.ts';
import { aNight, asText, keepNewestThree } from '../support/night.ts';
import { aReader, asLines, readSource } from '../support/reader.ts';

type Stack = NonNullable<AccountFile['stacks']>[number];
type Event = NonNullable<Stack['events']>[number];

const shop = stackArn('shop');
const lines = (found: Awaited<ReturnType<typeof readSource>>) =>
  asLines(found.findings).map((line) => line.replace(`${shop} `, ''));
const withStack = (more: Partial<Stack> = {}) => anAccount().family('web', '1-9').stack('shop', { Web: 'web:3' }, more);

async function read(more: Partial<Stack> = {}) {
  const { reader, sandbox } = await aReader(withStack(more));
  const found = await readSource(reader, 'stacks');
  return { found, lines: lines(found), reason: found.problems.map(({ reason }) => reason).join(), sandbox };
}

const own = (status: Event['ResourceStatus']): Event => ({
  Timestamp: daysBefore(2),
  ResourceType: 'AWS::CloudFormation::Stack',
  LogicalResourceId: 'shop',
  PhysicalResourceId: shop,
  ResourceStatus: status,
});
const event = (revision: string, more: Partial<Event> = {}): Event => ({
  Timestamp: daysBefore(2),
  ResourceType: 'AWS::ECS::TaskDefinition',
  LogicalResourceId: 'Web',
  PhysicalResourceId: revision === '' ? '' : revisionArn(revision),
  ResourceStatus: 'UPDATE_IN_PROGRESS',
  ...more,
});

describe('a stack', () => {
  test.each([
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE',
    'ROLLBACK_COMPLETE',
    'IMPORT_COMPLETE',
    'IMPORT_ROLLBACK_COMPLETE',
  ] as const)('that is %s holds its revisions; its events are not asked for', async (StackStatus) => {
    const { lines, sandbox } = await read({ StackStatus, events: [event('web:5')] });
    expect(lines).toEqual(['holds web:3']);
    expect(sandbox.calls.count('DescribeStackEvents')).toBe(0);
  });

  test.each([
    'CREATE_IN_PROGRESS',
    'CREATE_FAILED',
    'ROLLBACK_IN_PROGRESS',
    'ROLLBACK_FAILED',
    'UPDATE_IN_PROGRESS',
    'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'UPDATE_FAILED',
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'UPDATE_ROLLBACK_FAILED',
    'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'IMPORT_IN_PROGRESS',
    'IMPORT_ROLLBACK_IN_PROGRESS',
    'IMPORT_ROLLBACK_FAILED',
    'DELETE_IN_PROGRESS',
    'DELETE_FAILED',
  ] as const)('that is %s holds what its recent events name as well', async (StackStatus) => {
    const { lines } = await read({ StackStatus, events: [event('web:5'), event('web:4')] });
    expect(lines).toEqual(['holds web:3', 'holds web:5', 'holds web:4']);
  });

  test('of a change set that was never carried out holds nothing', async () => {
    const { found, sandbox } = await read({ StackStatus: 'REVIEW_IN_PROGRESS' });
    expect(found).toMatchObject({ findings: [], problems: [] });
    expect(sandbox.calls.count('ListStackResources')).toBe(0);
  });

  test('that was deleted is not even listed', async () => {
    const { found } = await read({ StackStatus: 'DELETE_COMPLETE', DeletionTime: daysBefore(1) });
    expect(found).toMatchObject({ findings: [], problems: [], items: 0 });
  });

  test('in a state of tomorrow is a problem that names the stack and the line that leaves it out', async () => {
    const { reader, sandbox } = await aReader(withStack());
    sandbox.faults.add({
      operation: 'DescribeStacks',
      kind: 'answer',
      change: ({ Stacks }) => {
        if (Array.isArray(Stacks)) Object.assign(Stacks[0], { StackStatus: 'HIBERNATING' });
      },
    });
    const { problems } = await readSource(reader, 'stacks');
    expect(problems).toMatchObject([{ kind: 'incomplete' }]);
    expect(problems[0]?.reason).toContain('StackStatus is HIBERNATING, which this version does not know');
    expect(problems[0]?.remedy).toContain(`\`without: [${shop}]\``);
  });

  test('that the settings leave out is not asked about', async () => {
    const { reader, sandbox } = await aReader(withStack(), { without: [shop] });
    expect(await readSource(reader, 'stacks')).toMatchObject({ findings: [], problems: [] });
    expect(sandbox.calls.count('ListStackResources')).toBe(0);
  });

  test('nested in another is a stack of its own, and of six hundred resources all are read', async () => {
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`R${n}`, `web:${n + 1}`]));
    const nested = stackResource('Nested', 'web:1', {
      ResourceType: 'AWS::CloudFormation::Stack',
      PhysicalResourceId: stackArn('nested'),
    });
    const account = anAccount()
      .stack('shop', {}, { resources: [nested] })
      .stack('nested', many, { ParentId: shop, RootId: shop });
    const { reader } = await aReader(account);
    const { findings, calls } = await readSource(reader, 'stacks');
    expect(findings).toHaveLength(600);
    // One of each for the change sets of both.
    expect(calls).toBe(10);
  });
});

describe('a resource', () => {
  const one = (more: Parameters<typeof stackResource>[2]) => read({ resources: [stackResource('Web', 'web:3', more)] });

  test.each([
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE',
    'UPDATE_FAILED',
    'UPDATE_IN_PROGRESS',
    'DELETE_FAILED',
    'DELETE_SKIPPED',
    'IMPORT_COMPLETE',
  ] as const)('that is %s is held', async (ResourceStatus) => {
    expect(await one({ ResourceStatus })).toMatchObject({ lines: ['holds web:3'], reason: '' });
  });

  test.each(['CREATE_IN_PROGRESS', 'CREATE_FAILED', 'DELETE_IN_PROGRESS'] as const)(
    'that is %s and has no id yet references nothing',
    async (ResourceStatus) => {
      for (const id of [{}, { PhysicalResourceId: '' }]) {
        const { PhysicalResourceId: _, ...resource } = stackResource('Web', 'web:3', { ResourceStatus });
        expect(await read({ resources: [{ ...resource, ...id }] })).toMatchObject({ lines: [], reason: '' });
      }
    },
  );

  test('that was deleted is not held, with or without an id; what AWS still shows stays all the same', async () => {
    const ResourceStatus = 'DELETE_COMPLETE';
    expect(await one({ ResourceStatus })).toMatchObject({ lines: ['mentions web:3'], reason: '' });
    expect(await one({ ResourceStatus, PhysicalResourceId: '' })).toMatchObject({ lines: [], reason: '' });
  });

  test.each([
    { id: '', says: 'Web is "" (CREATE_COMPLETE), which is no revision of this account' },
    { id: 'web', says: 'Web is "web" (CREATE_COMPLETE), which is no revision of this account' },
    {
      id: revisionArn('web:3').replace('123456789012', '999999999999'),
      says: 'which is no revision of this account',
    },
  ])('that exists and has the id "$id" is a problem', async ({ id: PhysicalResourceId, says }) => {
    const { reason: said } = await one({ PhysicalResourceId });
    expect(said).toContain(says);
  });

  test('in a state that is unknown is held by its id, and a problem without one', async () => {
    for (const [id, expected] of [
      [revisionArn('web:3'), { lines: ['holds web:3'], problems: 0 }],
      ['', { lines: [], problems: 1 }],
    ] as const) {
      const { reader, sandbox } = await aReader(withStack());
      sandbox.faults.add({
        operation: 'ListStackResources',
        kind: 'answer',
        change: (answer) => {
          const resource = stackResource('Web', 'web:3', { PhysicalResourceId: id });
          answer['StackResourceSummaries'] = [{ ...resource, ResourceStatus: 'FROZEN' }];
        },
      });
      const found = await readSource(reader, 'stacks');
      expect({ lines: lines(found), problems: found.problems.length }).toEqual(expected);
    }
  });

  test('of another type is none of ours, but for a whole id that is a revision', async () => {
    const { lines } = await one({ ResourceType: 'Custom::Pin' });
    expect(lines).toEqual(['mentions web:3']);
  });
});

describe('a parameter or an output', () => {
  test('that is a revision is held: the next update hands it to the service', async () => {
    const { lines } = await read({
      Parameters: [
        { ParameterKey: 'Image', ParameterValue: 'shop/web:7' },
        { ParameterKey: 'Definition', ParameterValue: revisionArn('web:5') },
        { ParameterKey: 'TaskDefinition', ParameterValue: 'web:6' },
        { ParameterKey: 'ApiTaskDef', ParameterValue: 'web:8' },
        { ParameterKey: 'WebTaskDefinition', ParameterValue: '/web/definition', ResolvedValue: 'web:9' },
        { ParameterKey: 'CacheImage', ParameterValue: 'web:4' },
        { ParameterKey: 'Pinned', ParameterValue: '/web/definition', ResolvedValue: revisionArn('web:7') },
      ],
      Outputs: [
        { OutputKey: 'Web', OutputValue: revisionArn('web:3') },
        { OutputKey: 'Previous', OutputValue: `was ${revisionArn('web:2')}, is another` },
      ],
    });
    expect(lines).toEqual([3, 5, 6, 8, 9, 7, 2].map((number) => `holds web:${number}`));
  });

  test.each(['', '****', '<TASK_DEFINITION>', '{{resolve:ssm:/web/definition}}'])(
    'that says "%s" says nothing',
    async (ParameterValue) => {
      const Parameters = [{ ParameterKey: 'TaskDefinition', ParameterValue }];
      expect(await read({ Parameters })).toMatchObject({ lines: ['holds web:3'], reason: '' });
    },
  );
});

describe('events', () => {
  const stuck = (events: readonly Event[]) => read({ StackStatus: 'UPDATE_ROLLBACK_FAILED', events });

  test('tell back to when the stack was last at rest, through failed updates and rollbacks', async () => {
    const { lines } = await stuck([
      own('UPDATE_ROLLBACK_FAILED'),
      event('web:3'),
      own('UPDATE_ROLLBACK_IN_PROGRESS'),
      event('web:5'),
      own('UPDATE_IN_PROGRESS'),
      own('UPDATE_FAILED'),
      event('web:4'),
      own('UPDATE_IN_PROGRESS'),
      own('UPDATE_COMPLETE'),
      event('web:1'),
    ]);
    expect(lines).toEqual(['holds web:3', 'holds web:5', 'holds web:4', 'mentions web:1']);
  });

  test('are not read on when the stack was at rest a page ago', async () => {
    const { sandbox } = await stuck([
      own('UPDATE_ROLLBACK_FAILED'),
      own('UPDATE_COMPLETE'),
      ...Array.from({ length: 300 }, () => event('web:1')),
    ]);
    expect(sandbox.calls.count('DescribeStackEvents')).toBe(1);
  });

  test('show what a service was given', async () => {
    const ResourceProperties = JSON.stringify({ Cluster: 'prod', TaskDefinition: revisionArn('web:6') });
    const { lines } = await stuck([
      event('', { ResourceType: 'AWS::ECS::Service', ResourceProperties }),
      event('', { ResourceProperties: '{"Family":"web"}' }),
      event('', { ResourceProperties: 'not JSON' }),
    ]);
    expect(lines).toEqual(['holds web:3', 'holds web:6']);
  });

  test('without end are a problem', async () => {
    const { reader, sandbox } = await aReader(
      withStack({ StackStatus: 'UPDATE_FAILED', events: Array.from({ length: 20 }, () => event('web:4')) }),
      { pageSize: 1 },
    );
    sandbox.faults.add({ operation: 'DescribeStackEvents', kind: 'repeat-token' });
    const { problems } = await readSource(reader, 'stacks');
    expect(problems).toMatchObject([{ kind: 'incomplete' }]);
  });
});

describe.each(['DescribeStacks', 'DescribeStackEvents'])('pages of %s', (operation) => {
  const account = () =>
    withStack({ StackStatus: 'UPDATE_FAILED', events: [event('web:4'), event('web:5')] }).stack('till', {});

  test.each(['lose-page', 'repeat-token'] as const)('%s: a problem', async (kind) => {
    const { reader, sandbox } = await aReader(account(), { pageSize: 1 });
    sandbox.faults.add({ operation, kind });
    expect((await readSource(reader, 'stacks')).problems).toMatchObject([{ kind: 'incomplete' }]);
  });

  test.each(['empty-page', 'repeat-page'] as const)('%s: changes nothing', async (kind) => {
    const { reader, sandbox } = await aReader(account(), { pageSize: 1 });
    sandbox.faults.add({ operation, kind, times: 2 });
    const found = await readSource(reader, 'stacks');
    expect(found.problems).toEqual([]);
    expect(lines(found)).toEqual(['holds web:3', 'holds web:4', 'holds web:5']);
  });

  test('cut short, or of another kind of answer: a problem', async () => {
    for (const strike of [
      { kind: 'truncate' as const },
      {
        kind: 'answer' as const,
        change: (answer: Record<string, unknown>) =>
          void Object.keys(answer).map((key) => Reflect.deleteProperty(answer, key)),
      },
    ]) {
      const { reader, sandbox } = await aReader(account());
      sandbox.faults.add({ operation, ...strike });
      const { problems } = await readSource(reader, 'stacks');
      expect(problems).toHaveLength(1);
    }
  });
});

describe('read again', () => {
  const twice = async (more: Partial<Stack>, between: (account: Sandboxed) => void = () => undefined) => {
    const { reader, sandbox } = await aReader(withStack(more));
    await readSource(reader, 'stacks');
    sandbox.calls.clear();
    between(sandbox.account);
    const found = await readSource(reader, 'stacks');
    return { lines: lines(found), asked: sandbox.calls.count('ListStackResources') };
  };
  type Sandboxed = Awaited<ReturnType<typeof aReader>>['sandbox']['account'];

  test.each<{ stack: string; more: Partial<Stack> }>([
    { stack: 'one that was never updated', more: {} },
    {
      stack: 'one whose update is over',
      more: { StackStatus: 'UPDATE_COMPLETE', LastUpdatedTime: daysBefore(9) },
    },
  ])('$stack is remembered', async ({ more }) => {
    expect(await twice(more)).toEqual({ lines: ['holds web:3'], asked: 0 });
  });

  test.each<{ stack: string; more: Partial<Stack> }>([
    { stack: 'one that does not say when it was updated', more: { StackStatus: 'UPDATE_COMPLETE' } },
    {
      stack: 'one that was updated a moment ago',
      more: { StackStatus: 'UPDATE_COMPLETE', LastUpdatedTime: '2026-11-24T02:29:55Z' },
    },
    {
      stack: 'one into which something was imported',
      more: { StackStatus: 'IMPORT_COMPLETE', LastUpdatedTime: daysBefore(9) },
    },
    {
      stack: 'one that is stuck',
      more: {
        StackStatus: 'UPDATE_ROLLBACK_FAILED',
        LastUpdatedTime: daysBefore(9),
        events: [own('UPDATE_ROLLBACK_FAILED')],
      },
    },
  ])('$stack is not', async ({ more }) => {
    expect(await twice(more)).toEqual({ lines: ['holds web:3'], asked: 1 });
  });

  test('what an update changed is seen, during the update and after it under the same date', async () => {
    const { reader, sandbox, clock } = await aReader(withStack());
    await readSource(reader, 'stacks');
    sandbox.account.beginStackUpdate('shop', { Web: 'web:9' });
    expect(lines(await readSource(reader, 'stacks'))).toEqual(['holds web:9', 'holds web:3']);
    await clock.sleep(600_000);
    sandbox.account.endStackUpdate('shop', 'UPDATE_ROLLBACK_COMPLETE');
    expect(lines(await readSource(reader, 'stacks'))).toContain('holds web:3');
  });
});

describe('between two calls', () => {
  test('an update begins: what a rollback would go back to is still held', async () => {
    const { reader, sandbox } = await aReader(withStack());
    const remove = sandbox.before(({ operation }) => {
      if (operation !== 'ListStackResources') return;
      remove();
      sandbox.account.beginStackUpdate('shop', { Web: 'web:9' });
    });
    expect(lines(await readSource(reader, 'stacks'))).toEqual(['holds web:9', 'holds web:3']);
  });

  test('an update is rolled back to its end: what it has brought back is still held', async () => {
    const { reader, sandbox } = await aReader(withStack());
    sandbox.account.beginStackUpdate('shop', { Web: 'web:9' });
    const remove = sandbox.before(({ operation }) => {
      if (operation !== 'DescribeStackEvents') return;
      remove();
      sandbox.account.endStackUpdate('shop', 'UPDATE_ROLLBACK_COMPLETE');
    });
    expect(lines(await readSource(reader, 'stacks'))).toEqual(['holds web:9', 'holds web:3']);
  });

  test('a stack is deleted: it holds nothing, and that is no problem', async () => {
    const { reader, sandbox } = await aReader(withStack().stack('till', { Till: 'web:6' }));
    const remove = sandbox.before(({ operation }) => {
      if (operation !== 'ListStackResources') return;
      remove();
      sandbox.account.deleteStack('shop');
    });
    const found = await readSource(reader, 'stacks');
    expect(found.problems).toEqual([]);
    expect(asLines(found.findings)).toContain(`${stackArn('till')} holds web:6`);
  });

  test('a stack that is listed and for ever said not to exist is a problem', async () => {
    const { reader, sandbox } = await aReader(withStack());
    sandbox.faults.add({
      operation: 'ListStackResources',
      kind: 'error',
      code: 'ValidationError',
      status: 400,
    });
    expect((await readSource(reader, 'stacks')).problems).toMatchObject([{ kind: 'incomplete' }]);
  });
});

test('a night keeps the revision that only a stack holds', async () => {
  const account = anAccount().family('web', '1-10').service('prod/web', 'web:10').stack('shop', { Web: 'web:2' });
  const { plan } = await (await aNight(account)).plan({ ...keepNewestThree, without: ['usage'] });
  expect(asText(plan)).toEqual([
    'web  1  deregister',
    'web  2  keep  referenced',
    'web  3-7  deregister',
    'web  8-9  keep  keep-latest',
    'web  10  keep  referenced, newest, keep-latest',
  ]);
});
