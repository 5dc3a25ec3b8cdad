// A resource that is deleted between two calls is no problem. Any other missing answer is one, because absence must never
// be concluded from a name that does not resolve.
import { describe, expect, test } from 'vitest';
import { assertAllDescribed, assertUnlisted } from '../../shared/sources/common/assert-described.ts';
import type { SourceName } from '../../shared/sources/catalogue.ts';
import { anAccount } from '../support/account.ts';
import { aReader, arn, asLines, readSource } from '../support/reader.ts';

const account = () =>
  anAccount()
    .cluster('leaving')
    .service('prod/web', 'web:7')
    .task('prod', 'web:8')
    .service('prod/api', 'api:1')
    .task('prod', 'api:2');

const both: readonly { source: SourceName; list: string; describes: string; members: string }[] = [
  { source: 'services', list: 'ListServices', describes: 'DescribeServices', members: 'services' },
  { source: 'tasks', list: 'ListTasks', describes: 'DescribeTasks', members: 'tasks' },
];

describe.each(both)('$source', ({ source, list, describes, members }) => {
  test('of a cluster that was deleted meanwhile are none, and the others are read', async () => {
    const { reader, sandbox } = await aReader(account());
    const remove = sandbox.before(({ operation, input }) => {
      if (operation !== list || input['cluster'] !== arn('cluster/leaving')) return;
      remove();
      sandbox.account.deleteCluster('leaving');
    });
    const { problems, items } = await readSource(reader, source);
    expect({ problems, items }).toEqual({ problems: [], items: 2 });
    expect(sandbox.calls.count('DescribeClusters')).toBe(1);
  });

  test('of a cluster that AWS no longer knows at all are none either', async () => {
    const { reader, sandbox } = await aReader(account());
    sandbox.faults.add({
      operation: list,
      kind: 'error',
      code: 'ClusterNotFoundException',
      status: 400,
      when: ({ input }) => input['cluster'] === arn('cluster/leaving'),
    });
    sandbox.faults.add({ operation: 'DescribeClusters', kind: 'failures', reason: 'MISSING' });
    // Each reading of the source lists the clusters first; the listing that follows a MISSING has lost it.
    sandbox.faults.add({
      operation: 'ListClusters',
      kind: 'answer',
      skip: 1,
      change: (output) => Object.assign(output, { clusterArns: [arn('cluster/prod')] }),
    });
    expect((await readSource(reader, source)).problems).toEqual([]);
  });

  test('of a cluster that is MISSING and still listed are a problem', async () => {
    const { reader, sandbox } = await aReader(account());
    sandbox.faults.add({
      operation: list,
      kind: 'error',
      code: 'ClusterNotFoundException',
      status: 400,
      when: ({ input }) => input['cluster'] === arn('cluster/leaving'),
    });
    sandbox.faults.add({ operation: 'DescribeClusters', kind: 'failures', reason: 'MISSING' });
    const { problems } = await readSource(reader, source);
    expect(problems).toMatchObject([{ part: source, kind: 'incomplete' }]);
    expect(problems[0]?.reason).toContain('ClusterNotFoundException');
  });

  test.each([
    { cluster: 'is there all the same', change: {} },
    { cluster: 'is neither described nor missing', change: { clusters: [] } },
    {
      cluster: 'is missing by another name',
      change: { clusters: [], failures: [{ arn: arn('cluster/other'), reason: 'MISSING' }] },
    },
    {
      cluster: 'may not be asked about',
      change: { clusters: [], failures: [{ arn: arn('cluster/leaving'), reason: 'ACCESS_DENIED' }] },
    },
    {
      cluster: 'is another',
      change: { clusters: [{ clusterArn: arn('cluster/other'), status: 'INACTIVE' }] },
    },
  ])('of a cluster that is said not to be found, and $cluster, are a problem', async ({ change }) => {
    const { reader, sandbox } = await aReader(account());
    sandbox.faults.add({
      operation: list,
      kind: 'error',
      code: 'ClusterNotFoundException',
      status: 400,
      when: ({ input }) => input['cluster'] === arn('cluster/leaving'),
    });
    sandbox.faults.add({
      operation: 'DescribeClusters',
      kind: 'answer',
      change: (output) => Object.assign(output, change),
    });
    const { problems } = await readSource(reader, source);
    expect(problems).toMatchObject([{ part: source, kind: 'incomplete' }]);
    expect(problems[0]?.reason).toContain('ClusterNotFoundException');
  });

  test('that are MISSING when they are described, and no longer listed, are no problem', async () => {
    const { reader, sandbox } = await aReader(account());
    sandbox.faults.add({ operation: describes, kind: 'failures', reason: 'MISSING', times: 1 });
    sandbox.faults.add({
      operation: list,
      kind: 'answer',
      skip: 1,
      times: 1,
      when: ({ input }) => input['cluster'] === arn('cluster/prod'),
      change: (output) => {
        const member = Object.keys(output).find((name) => name.endsWith('Arns'));
        const listed: unknown = member === undefined ? undefined : output[member];
        if (member !== undefined && Array.isArray(listed)) output[member] = listed.slice(1);
      },
    });
    const { problems, items } = await readSource(reader, source);
    expect({ problems, items }).toEqual({ problems: [], items: 1 });
  });

  test('that are MISSING when they are described, and still listed, are a problem', async () => {
    const { reader, sandbox } = await aReader(account());
    sandbox.faults.add({ operation: describes, kind: 'failures', reason: 'MISSING', times: 1 });
    const { problems } = await readSource(reader, source);
    expect(problems).toMatchObject([
      { kind: 'incomplete', operation: `reading ${source}: ${list} (${arn('cluster/prod')})` },
    ]);
    expect(problems[0]?.reason).toMatch(/(service|task)\/prod\/\S+ is listed, but AWS says that it does not exist$/);
  });

  test('that are MISSING and whose second listing is denied are a problem', async () => {
    const { reader, sandbox } = await aReader(account());
    sandbox.faults.add({ operation: describes, kind: 'failures', reason: 'MISSING', times: 1 });
    sandbox.faults.add({
      operation: list,
      kind: 'deny',
      skip: 1,
      when: ({ input }) => input['cluster'] === arn('cluster/prod'),
    });
    expect((await readSource(reader, source)).problems).toMatchObject([{ part: source, kind: 'denied' }]);
  });

  test('that fail for any other reason are a problem in AWS’s words', async () => {
    const { reader, sandbox } = await aReader(account());
    sandbox.faults.add({
      operation: describes,
      kind: 'failures',
      reason: 'ACCESS_DENIED',
      detail: 'no such luck',
    });
    const { problems } = await readSource(reader, source);
    expect(problems).toMatchObject([
      { kind: 'incomplete', operation: `reading ${source}: ${describes} (${arn('cluster/prod')})` },
    ]);
    expect(problems[0]?.reason).toContain('ACCESS_DENIED (no such luck)');
  });

  test('that are asked for and not answered are a problem', async () => {
    const { reader, sandbox } = await aReader(account());
    sandbox.faults.add({
      operation: describes,
      kind: 'answer',
      change: (output) => {
        const all: unknown = output[members];
        if (Array.isArray(all)) output[members] = all.slice(1);
      },
    });
    const { problems, findings } = await readSource(reader, source);
    expect(problems[0]?.reason).toContain('was requested, but is neither described nor missing');
    // The references in the answer count all the same.
    expect(asLines(findings)).toEqual([expect.stringMatching(/ api:\d$/)]);
  });

  test('without a list in the answer are a problem', async () => {
    const { reader, sandbox } = await aReader(account());
    sandbox.faults.add({
      operation: describes,
      kind: 'answer',
      change: (output) => {
        delete output[members];
        delete output['failures'];
      },
    });
    expect((await readSource(reader, source)).problems).toMatchObject([{ kind: 'incomplete' }]);
  });
});

describe('what was asked for must come back', () => {
  const asked = ['a', 'b', 'c'];

  test.each([
    { answer: 'all described', described: ['c', 'b', 'a'], failures: [] },
    {
      answer: 'described or missing',
      described: ['a'],
      failures: [
        { arn: 'b', reason: 'MISSING' },
        { arn: 'c', reason: 'MISSING' },
      ],
    },
    { answer: 'more than that', described: ['a', 'b', 'c', 'd'], failures: [] },
  ])('$answer: whole', ({ described, failures }) => {
    const missing = failures.map(({ arn }) => arn);
    expect(assertAllDescribed(asked, described, failures)).toEqual(missing);
  });

  test('what is MISSING is listed once more, and nothing is where nothing is MISSING', async () => {
    let listings = 0;
    const list = async function* () {
      listings++;
      yield* await Promise.resolve(['a', 'b']);
    };
    await assertUnlisted([], list);
    expect(listings).toBe(0);
    await assertUnlisted(['c'], list);
    await expect(assertUnlisted(['c', 'b'], list)).rejects.toThrow('b is listed, but AWS says');
    expect(listings).toBe(2);
  });

  test.each([
    { answer: 'one silent', described: ['a', 'c'], failures: [], reason: 'b was requested, but is neither' },
    {
      answer: 'one without an ARN',
      described: ['a', 'b', undefined],
      failures: [],
      reason: 'c was requested, but is neither',
    },
    {
      answer: 'a failure without an ARN',
      described: ['a', 'b'],
      failures: [{ reason: 'MISSING' }],
      reason: 'c was requested, but is neither',
    },
    {
      answer: 'a failure without a reason',
      described: ['a', 'b'],
      failures: [{ arn: 'c' }],
      reason: /^c: no reason$/,
    },
    {
      answer: 'another reason',
      described: ['a', 'b'],
      failures: [{ arn: 'c', reason: 'missing' }],
      reason: /^c: missing$/,
    },
    {
      answer: 'described, and failed too',
      described: ['a', 'b', 'c'],
      failures: [{ arn: 'c', reason: 'INTERNAL' }],
      reason: 'c: INTERNAL',
    },
    {
      answer: 'a reason without an ARN',
      described: ['a', 'b', 'c'],
      failures: [{ reason: 'INTERNAL' }],
      reason: 'a member: INTERNAL',
    },
  ])('$answer: a problem', ({ described, failures, reason: said }) => {
    expect(() => {
      assertAllDescribed(asked, described, failures);
    }).toThrow(said);
  });
});
