/** Every fault of the sandbox, as the SDK's client observes it. */
import {
  AccessDeniedException,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListTaskDefinitionsCommand,
  paginateListTaskDefinitions,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { PublishCommand } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import type { FaultKind } from '../../sandbox/faults.ts';
import { family, prefix, refusal, start } from '../support/sandbox.ts';

const topic = 'arn:aws:sns:eu-west-1:123456789012:topic';
const account = {
  taskDefinitions: [family('web', '1-5', { tags: [{ key: 'k', value: 'v' }] })],
  clusters: [{ clusterName: 'prod' }],
  services: [
    { clusterArn: `${prefix}cluster/prod`, serviceName: 'a' },
    { clusterArn: `${prefix}cluster/prod`, serviceName: 'b' },
  ],
  tasks: [{ taskArn: `${prefix}task/prod/1` }, { taskArn: `${prefix}task/prod/2` }],
  topics: [{ TopicArn: topic }],
};
const list = new ListTaskDefinitionsCommand({});

/** Pages through a list, with an upper bound for endless lists. */
async function readPages(ecs: ECSClient, maxPages = 20): Promise<string[]> {
  const seen: string[] = [];
  let pages = 0;
  for await (const page of paginateListTaskDefinitions({ client: ecs, stopOnSameToken: false }, {})) {
    seen.push(...(page.taskDefinitionArns ?? []).map((arn) => arn.slice(arn.lastIndexOf(':') + 1)));
    pages += 1;
    if (pages === maxPages) return [...seen, '…'];
  }
  return seen;
}

describe('deny', () => {
  test('a denied call fails with each service’s own error', async () => {
    const { sandbox, ecs, tagging, sns, sts } = await start(account);
    sandbox.faults.add({ operation: '*', kind: 'deny' });
    const denied = ecs.send(list);
    await expect(denied).rejects.toBeInstanceOf(AccessDeniedException);
    expect(await refusal(denied)).toEqual({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:iam::123456789012:user/AKIDTEST is not authorized to perform: ecs:ListTaskDefinitions on resource: * because no identity-based policy allows the ecs:ListTaskDefinitions action',
      status: 400,
    });
    expect(await refusal(tagging.send(new GetResourcesCommand({})))).toMatchObject({
      name: 'AccessDeniedException',
      status: 400,
    });
    expect(await refusal(sns.send(new PublishCommand({ TopicArn: topic, Message: 'm' })))).toMatchObject({
      name: 'AuthorizationErrorException',
      status: 403,
    });
    expect(await refusal(sts.send(new GetCallerIdentityCommand({})))).toMatchObject({
      name: 'AccessDenied',
      status: 403,
    });
  });

  test('a denied call has no effect', async () => {
    const { sandbox, ecs } = await start(account);
    sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'deny' });
    await refusal(ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' })));
    expect(sandbox.account.revisions.find('web:1')?.status).toBe('ACTIVE');
  });
});

test('a throttled call fails with each service’s own error and is counted', async () => {
  const { sandbox, ecs, tagging, sns, sts } = await start(account);
  sandbox.faults.add({ operation: '*', kind: 'throttle' });
  const answers = [
    await refusal(ecs.send(list)),
    await refusal(tagging.send(new GetResourcesCommand({}))),
    await refusal(sns.send(new PublishCommand({ TopicArn: topic, Message: 'm' }))),
    await refusal(sts.send(new GetCallerIdentityCommand({}))),
  ];
  expect(answers.map(({ name, status }) => [name, status])).toEqual([
    ['ThrottlingException', 400],
    ['ThrottledException', 400],
    ['ThrottledException', 429],
    ['Throttling', 400],
  ]);
  expect(sandbox.calls.throttled()).toBe(4);
  expect(sandbox.calls.throttled('Publish')).toBe(1);
  expect(sandbox.calls.count()).toBe(4);
});

test.each([
  ['ExpiredTokenException', 400],
  ['UnrecognizedClientException', 400],
  ['ServerException', 500],
  ['ServiceUnavailable', 503],
])('an error fault answers any code, such as %s', async (code, status) => {
  const { sandbox, ecs, sts } = await start(account);
  sandbox.faults.add({ operation: 'ListTaskDefinitions', kind: 'error', code, status, message: 'so it is' });
  expect(await refusal(ecs.send(list))).toEqual({ name: code, message: 'so it is', status });
  const message = 'in XML too: <a> & "b"';
  sandbox.faults.add({ operation: 'GetCallerIdentity', kind: 'error', code, status, message });
  expect(await refusal(sts.send(new GetCallerIdentityCommand({})))).toEqual({ name: code, message, status });
});

describe('fault conditions', () => {
  test('a fault hits only its operation', async () => {
    const { sandbox, ecs } = await start(account);
    sandbox.faults.add({ operation: 'ListClusters', kind: 'deny' });
    await expect(ecs.send(list)).resolves.toBeDefined();
    await expect(ecs.send(new ListClustersCommand({}))).rejects.toThrow(/not authorized/);
  });

  test('a fault hits a number of times after a number of skipped calls', async () => {
    const { sandbox, ecs } = await start(account);
    sandbox.faults.add({ operation: 'ListTaskDefinitions', kind: 'deny', skip: 2, times: 1 });
    const outcomes = [];
    for (let call = 0; call < 5; call += 1)
      outcomes.push(
        await ecs.send(list).then(
          () => 'ok',
          () => 'denied',
        ),
      );
    expect(outcomes).toEqual(['ok', 'ok', 'denied', 'ok', 'ok']);
  });

  test('a fault hits only the calls that its condition matches', async () => {
    const { sandbox, ecs } = await start(account);
    sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'deny',
      when: ({ input }) => input['taskDefinition'] === 'web:2',
    });
    await expect(ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' }))).resolves.toBeDefined();
    await expect(ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:2' }))).rejects.toThrow(
      /not authorized/,
    );
  });

  test('a fault hits until it is removed', async () => {
    const { sandbox, ecs } = await start(account);
    const remove = sandbox.faults.add({ operation: '*', kind: 'deny' });
    sandbox.faults.add({ operation: '*', kind: 'throttle' });
    expect((await refusal(ecs.send(list))).name).toBe('AccessDeniedException');
    remove();
    expect((await refusal(ecs.send(list))).name).toBe('ThrottlingException');
    sandbox.faults.clear();
    await expect(ecs.send(list)).resolves.toBeDefined();
  });

  test('a fault that hits once lets the client’s retry succeed', async () => {
    const { sandbox, ecs } = await start(account, { maxAttempts: 2 });
    sandbox.faults.add({ operation: '*', kind: 'error', code: 'ServerException', status: 500, times: 1 });
    await expect(ecs.send(list)).resolves.toBeDefined();
    expect(sandbox.calls.count()).toBe(2);
  });
});

describe('slow, missing and broken answers', () => {
  test('a slow answer advances a clock that tests move', async () => {
    const { sandbox, ecs, clock } = await start(account);
    sandbox.faults.add({ operation: '*', kind: 'slow', ms: 90_000 });
    const before = clock.now();
    await ecs.send(list);
    expect(clock.now() - before).toBe(90_000);
  });

  test('a slow answer delays the caller under the system’s clock', async () => {
    const { sandbox, ecs } = await start(account, { clock: { now: () => Date.now() } });
    sandbox.faults.add({ operation: '*', kind: 'slow', ms: 40 });
    const began = performance.now();
    await ecs.send(list);
    expect(performance.now() - began).toBeGreaterThan(35);
  });

  test('a hanging call ends when the sandbox closes', async () => {
    const { sandbox, ecs } = await start(account);
    sandbox.faults.add({ operation: '*', kind: 'hang' });
    const call = refusal(ecs.send(list));
    while (sandbox.calls.count() === 0) await new Promise((resolve) => setImmediate(resolve));
    await sandbox.close();
    expect((await call).status).toBe(0);
  });

  test.each([
    ['before', 'ACTIVE'],
    ['after', 'INACTIVE'],
  ] as const)('the connection is reset %s the operation takes effect', async (effect, status) => {
    const { sandbox, ecs } = await start(account);
    sandbox.faults.add({ operation: '*', kind: 'reset', effect });
    const call = refusal(ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' })));
    expect((await call).message).toMatch(/ECONNRESET|socket hang up/);
    expect(sandbox.account.revisions.find('web:1')?.status).toBe(status);
  });

  test('a reset can wait for a later call', async () => {
    const { sandbox, ecs } = await start(account);
    sandbox.faults.add({ operation: '*', kind: 'reset', effect: 'before', skip: 1 });
    sandbox.faults.add({ operation: '*', kind: 'reset', effect: 'after', skip: 1 });
    await expect(ecs.send(list)).resolves.toBeDefined();
    await expect(ecs.send(list)).rejects.toThrow(/ECONNRESET|socket hang up/);
  });

  test('a truncated answer keeps the operation’s effect', async () => {
    const { sandbox, ecs, sns } = await start(account);
    sandbox.faults.add({ operation: '*', kind: 'truncate' });
    await expect(ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' }))).rejects.toThrow(/JSON/);
    expect(sandbox.account.revisions.find('web:1')?.status).toBe('INACTIVE');
    await expect(sns.send(new PublishCommand({ TopicArn: topic, Message: 'm' }))).rejects.toThrow(/parse error/);
    expect(sandbox.account.published).toHaveLength(1);
  });

  test('an answer can have unknown members and lack required ones', async () => {
    const { sandbox, ecs } = await start(account);
    sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'answer',
      change: (output) => {
        Object.assign(output, { taskDefinition: { status: 'ARCHIVED', novelty: 1 } });
      },
    });
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    expect(taskDefinition?.status).toBe('ARCHIVED');
    expect(taskDefinition?.registeredAt).toBeUndefined();
    expect(sandbox.account.revisions.find('web:1')?.status).toBe('ACTIVE');
  });
});

describe('faults of pages', () => {
  const pages: [string, FaultKind, { skip?: number; times?: number }, string][] = [
    ['are unchanged without a fault', { kind: 'slow', ms: 0 }, {}, '1 2 3 4 5'],
    ['can be repeated', { kind: 'repeat-page' }, { skip: 1, times: 1 }, '1 2 3 4 3 4 5'],
    ['can be repeated, including the first and the last', { kind: 'repeat-page' }, { times: 2 }, '1 2 1 2 1 2 3 4 5'],
    ['can be empty in the middle', { kind: 'empty-page' }, { skip: 1, times: 2 }, '1 2 3 4 5'],
    ['can be empty for ever', { kind: 'empty-page' }, { skip: 2 }, '1 2 3 4 …'],
    ['can return the token that was sent', { kind: 'repeat-token' }, { skip: 1 }, '1 2 3 4 3 4 3 4 …'],
    ['can return the first page for ever', { kind: 'repeat-token' }, {}, '1 2 1 2 1 2 1 2 …'],
  ];

  test.each(pages)('pages %s', async (_, kind, how, expected) => {
    const { sandbox, ecs } = await start(account, { pageSize: 2 });
    sandbox.faults.add({ operation: 'ListTaskDefinitions', ...kind, ...how });
    const endless = expected.endsWith('…');
    const seen = await readPages(ecs, endless ? 4 : 20);
    expect(seen.join(' ')).toBe(expected);
  });

  test.each(['repeat-page', 'empty-page'] as const)('pages of kind %s have a new token each time', async (kind) => {
    const { sandbox, ecs } = await start(account, { pageSize: 2 });
    sandbox.faults.add({ operation: 'ListTaskDefinitions', kind });
    const tokens = new Set<string | undefined>();
    let nextToken: string | undefined;
    for (let page = 0; page < 5; page += 1) {
      ({ nextToken } = await ecs.send(new ListTaskDefinitionsCommand({ nextToken })));
      tokens.add(nextToken);
    }
    expect(tokens.size).toBe(5);
  });

  test('a lost page refuses the token of a following page, not the first page', async () => {
    const { sandbox, ecs } = await start(account, { pageSize: 2 });
    sandbox.faults.add({ operation: 'ListTaskDefinitions', kind: 'lose-page' });
    const { nextToken } = await ecs.send(list);
    const second = ecs.send(new ListTaskDefinitionsCommand({ nextToken }));
    expect(await refusal(second)).toMatchObject({ name: 'InvalidParameterException', status: 400 });
  });

  test('pages of the tagging API fail in the same ways', async () => {
    const { sandbox, tagging } = await start(account, { pageSize: 2 });
    sandbox.faults.add({ operation: 'GetResources', kind: 'empty-page', times: 1 });
    const empty = await tagging.send(new GetResourcesCommand({}));
    expect(empty.ResourceTagMappingList).toEqual([]);
    expect(empty.PaginationToken).not.toBe('');
    const first = await tagging.send(new GetResourcesCommand({ PaginationToken: empty.PaginationToken }));
    expect(first.ResourceTagMappingList).toHaveLength(2);
  });
});

describe('failures of a batch', () => {
  const cluster = 'prod';

  test('a failure replaces the first item of a batch', async () => {
    const { sandbox, ecs } = await start(account);
    sandbox.faults.add({
      operation: 'DescribeServices',
      kind: 'failures',
      reason: 'ACCESS',
      detail: 'not yours',
    });
    const { services, failures } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['a', 'b'] }));
    expect(services?.map(({ serviceName }) => serviceName)).toEqual(['b']);
    expect(failures).toEqual([{ arn: `${prefix}service/prod/a`, reason: 'ACCESS', detail: 'not yours' }]);
  });

  test('a failure replaces the item that its condition matches', async () => {
    const { sandbox, ecs } = await start(account);
    const second = `${prefix}task/prod/2`;
    sandbox.faults.add({
      operation: 'DescribeTasks',
      kind: 'failures',
      reason: 'MISSING',
      when: ({ input }) => Array.isArray(input['tasks']) && input['tasks'].includes(second),
    });
    const both = [`${prefix}task/prod/1`, second];
    const { tasks, failures } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: both }));
    expect(tasks?.map(({ taskArn }) => taskArn)).toEqual([`${prefix}task/prod/1`]);
    expect(failures).toEqual([{ arn: second, reason: 'MISSING' }]);
    const other = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [`${prefix}task/prod/1`] }));
    expect(other.failures).toEqual([]);
  });

  test('any batch operation can have failures', async () => {
    const { sandbox, ecs } = await start(account);
    sandbox.faults.add({ operation: '*', kind: 'failures', reason: 'ODD' });
    const { clusters, failures } = await ecs.send(new DescribeClustersCommand({ clusters: ['prod'] }));
    expect(clusters).toEqual([]);
    expect(failures).toEqual([{ arn: `${prefix}cluster/prod`, reason: 'ODD' }]);
  });
});
