/** Task definitions as ECS documents them, called through the SDK's client. */
import {
  ClientException,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { family, prefix, refusal, start } from '../support/sandbox.ts';

const web = 'web';

async function listArns(ecs: ECSClient, input: object = {}): Promise<string[]> {
  const arns: string[] = [];
  for await (const page of paginateListTaskDefinitions({ client: ecs }, input))
    arns.push(...(page.taskDefinitionArns ?? []));
  return arns.map((arn) => arn.replace(`${prefix}task-definition/`, ''));
}

describe('lists', () => {
  const names = {
    taskDefinitions: [family(web, '8-11'), family('web2', '1'), family('web-2', '1'), family('Zoo', '1')],
  };

  test('lists sort families by code point and revisions by number, newest last', async () => {
    const { ecs } = await start(names);
    expect(await listArns(ecs)).toEqual(['Zoo:1', 'web:8', 'web:9', 'web:10', 'web:11', 'web-2:1', 'web2:1']);
  });

  test('DESC reverses families and revisions', async () => {
    const { ecs } = await start(names);
    expect(await listArns(ecs, { sort: 'DESC' })).toEqual([
      'web2:1',
      'web-2:1',
      'web:11',
      'web:10',
      'web:9',
      'web:8',
      'Zoo:1',
    ]);
  });

  test('the order holds over pages that end within or at the end of a family', async () => {
    const { ecs } = await start(names, { pageSize: 2 });
    expect(await listArns(ecs)).toEqual(['Zoo:1', 'web:8', 'web:9', 'web:10', 'web:11', 'web-2:1', 'web2:1']);
  });

  test('ListTaskDefinitions uses familyPrefix as a whole name', async () => {
    const { ecs } = await start(names);
    expect(await listArns(ecs, { familyPrefix: 'web' })).toEqual(['web:8', 'web:9', 'web:10', 'web:11']);
    expect(await listArns(ecs, { familyPrefix: 'we' })).toEqual([]);
  });

  test('ListTaskDefinitionFamilies uses familyPrefix as a prefix', async () => {
    const { ecs } = await start(names);
    const { families } = await ecs.send(new ListTaskDefinitionFamiliesCommand({ familyPrefix: 'we' }));
    expect(families).toEqual(['web', 'web-2', 'web2']);
  });

  test('ListTaskDefinitions lists ACTIVE revisions unless another status is requested', async () => {
    const { ecs, sandbox } = await start({ taskDefinitions: [family(web, '1-3')] });
    sandbox.account.deregister('web:2');
    expect(await listArns(ecs)).toEqual(['web:1', 'web:3']);
    expect(await listArns(ecs, { status: 'INACTIVE' })).toEqual(['web:2']);
    expect(await listArns(ecs, { status: 'DELETE_IN_PROGRESS' })).toEqual([]);
  });

  test('a family’s status follows from its ACTIVE and INACTIVE revisions', async () => {
    const gone = family('gone', '1-2', { status: 'INACTIVE', deregisteredAt: '2026-01-01T00:00:00Z' });
    const { ecs } = await start({ taskDefinitions: [family(web, '1'), gone] });
    const families = async (status?: 'ACTIVE' | 'INACTIVE' | 'ALL') =>
      (await ecs.send(new ListTaskDefinitionFamiliesCommand({ status }))).families;
    expect(await families()).toEqual(['gone', 'web']);
    expect(await families('ACTIVE')).toEqual(['web']);
    expect(await families('INACTIVE')).toEqual(['gone']);
    expect(await families('ALL')).toEqual(['gone', 'web']);
  });
});

describe('pages', () => {
  test('a page has 100 items unless fewer are requested', async () => {
    const { ecs } = await start({ taskDefinitions: [family(web, '1-101')] });
    const first = await ecs.send(new ListTaskDefinitionsCommand({}));
    expect(first.taskDefinitionArns).toHaveLength(100);
    const second = await ecs.send(new ListTaskDefinitionsCommand({ nextToken: first.nextToken }));
    expect(second.taskDefinitionArns).toHaveLength(1);
    expect(second.nextToken).toBeUndefined();
    const few = await ecs.send(new ListTaskDefinitionsCommand({ maxResults: 7 }));
    expect(few.taskDefinitionArns).toHaveLength(7);
  });

  test('the sandbox’s page size limits every page', async () => {
    const { ecs, sandbox } = await start({ taskDefinitions: [family(web, '1-7')] }, { pageSize: 3 });
    expect(await listArns(ecs)).toHaveLength(7);
    expect(sandbox.calls.byOperation()).toEqual({ ListTaskDefinitions: 3 });
  });

  test.each([0, 101])('a page of %i items is refused', async (maxResults) => {
    const { ecs } = await start();
    const { name } = await refusal(ecs.send(new ListTaskDefinitionsCommand({ maxResults })));
    expect(name).toBe('InvalidParameterException');
  });

  test('a token is valid only for its own request', async () => {
    const { ecs } = await start({ taskDefinitions: [family(web, '1-7')] }, { pageSize: 3 });
    const { nextToken } = await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'web' }));
    for (const input of [{ nextToken }, { nextToken, familyPrefix: 'web', sort: 'DESC' as const }, { nextToken: 'x' }])
      expect(await refusal(ecs.send(new ListTaskDefinitionsCommand(input)))).toMatchObject({
        name: 'InvalidParameterException',
        status: 400,
      });
  });

  test('the page size may change between pages', async () => {
    const { ecs } = await start({ taskDefinitions: [family(web, '1-7')] });
    const { nextToken } = await ecs.send(new ListTaskDefinitionsCommand({ maxResults: 2 }));
    const rest = await ecs.send(new ListTaskDefinitionsCommand({ nextToken, maxResults: 100 }));
    expect(rest.taskDefinitionArns).toHaveLength(5);
  });

  test('deregistering between two pages shifts the following page', async () => {
    const { ecs, sandbox } = await start({ taskDefinitions: [family(web, '1-4')] }, { pageSize: 2 });
    const { nextToken } = await ecs.send(new ListTaskDefinitionsCommand({}));
    sandbox.account.deregister('web:1');
    const second = await ecs.send(new ListTaskDefinitionsCommand({ nextToken }));
    expect(second.taskDefinitionArns).toEqual([`${prefix}task-definition/web:4`]);
  });
});

describe('DescribeTaskDefinition', () => {
  test('DescribeTaskDefinition resolves a bare family to its newest ACTIVE revision', async () => {
    const { ecs, sandbox } = await start({ taskDefinitions: [family(web, '1-3')] });
    sandbox.account.deregister('web:3');
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: web }));
    expect(taskDefinition?.revision).toBe(2);
  });

  test('DescribeTaskDefinition returns times as Date, and tags only on request', async () => {
    const { ecs } = await start({
      taskDefinitions: [family(web, '1-3', { tags: [{ key: 'team', value: 'shop' }] })],
    });
    const plain = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:2' }));
    expect(plain.taskDefinition?.registeredAt).toEqual(new Date('2026-11-19T00:00:00Z'));
    expect(plain.tags).toBeUndefined();
    const tagged = await ecs.send(
      new DescribeTaskDefinitionCommand({
        taskDefinition: `${prefix}task-definition/web:2`,
        include: ['TAGS'],
      }),
    );
    expect(tagged.tags).toEqual([{ key: 'team', value: 'shop' }]);
  });

  test.each([
    'web:9',
    'unknown',
    'web:x',
    'web:01',
    'web:1e0',
    'web:',
    'arn:aws:ecs:us-east-1:123456789012:task-definition/web:1',
  ])('DescribeTaskDefinition refuses %s as a revision that does not exist', async (taskDefinition) => {
    const { ecs } = await start({ taskDefinitions: [family(web, '1-3')] });
    const call = ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    await expect(call).rejects.toBeInstanceOf(ClientException);
    expect(await refusal(call)).toMatchObject({
      message: 'Unable to describe task definition.',
      status: 400,
    });
  });
});

describe('RegisterTaskDefinition', () => {
  const containerDefinitions = [{ name: 'app', image: 'app:2', memory: 128 }];

  test('RegisterTaskDefinition uses the next number, even after all revisions were deleted', async () => {
    const { ecs, sandbox } = await start({
      taskDefinitions: [family(web, '1-3')],
      deletedTaskDefinitions: { old: 12 },
    });
    for (const revision of ['web:3', 'web:1', 'web:2']) sandbox.account.deregister(revision);
    const again = await ecs.send(new RegisterTaskDefinitionCommand({ family: web, containerDefinitions }));
    expect(again.taskDefinition).toMatchObject({
      revision: 4,
      status: 'ACTIVE',
      registeredAt: new Date(sandbox.account.now()),
    });
    const old = await ecs.send(new RegisterTaskDefinitionCommand({ family: 'old', containerDefinitions }));
    expect(old.taskDefinition?.revision).toBe(13);
  });

  test('RegisterTaskDefinition stores and returns tags and the registrar', async () => {
    const { ecs } = await start();
    const tags = [{ key: 'a', value: 'b' }];
    const answer = await ecs.send(new RegisterTaskDefinitionCommand({ family: web, containerDefinitions, tags }));
    expect(answer.tags).toEqual(tags);
    expect(answer.taskDefinition?.registeredBy).toBe('arn:aws:iam::123456789012:user/AKIDTEST');
  });

  test.each(['', 'a b', 'web:1', 'x'.repeat(256)])(
    'RegisterTaskDefinition refuses the family name "%s"',
    async (name) => {
      const { ecs } = await start();
      const call = ecs.send(new RegisterTaskDefinitionCommand({ family: name, containerDefinitions }));
      expect(await refusal(call)).toMatchObject({ name: 'ClientException', status: 400 });
    },
  );
});

describe('DeregisterTaskDefinition', () => {
  test('DeregisterTaskDefinition makes a revision INACTIVE and describable, and returns no tags', async () => {
    const { ecs, clock } = await start({ taskDefinitions: [family(web, '1-3')] });
    clock.advance(5_000);
    const answer = await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:2' }));
    expect(answer.taskDefinition).toMatchObject({
      status: 'INACTIVE',
      deregisteredAt: new Date('2026-11-24T02:30:05Z'),
    });
    const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:2' }));
    expect(described.taskDefinition?.status).toBe('INACTIVE');
  });

  test('deregistering a revision again changes nothing', async () => {
    const { ecs, clock } = await start({ taskDefinitions: [family(web, '1-3')] });
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:2' }));
    clock.advance(60_000);
    const again = await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:2' }));
    expect(again.taskDefinition?.deregisteredAt).toEqual(new Date('2026-11-24T02:30:00Z'));
  });

  test.each([
    ['web', 'Invalid revision number. Number:'],
    ['web:9', 'The specified task definition does not exist.'],
  ])('DeregisterTaskDefinition refuses %s', async (taskDefinition, message) => {
    const { ecs } = await start({ taskDefinitions: [family(web, '1-3')] });
    const call = ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    expect(await refusal(call)).toEqual({ name: 'ClientException', message, status: 400 });
  });
});

describe('DeleteTaskDefinitions', () => {
  test('DeleteTaskDefinitions accepts only INACTIVE revisions and reports a reason for each other one', async () => {
    const { ecs, sandbox } = await start({ taskDefinitions: [family(web, '1-3')] });
    sandbox.account.deregister('web:1');
    const answer = await ecs.send(
      new DeleteTaskDefinitionsCommand({ taskDefinitions: ['web:1', 'web:2', 'web:9', 'web'] }),
    );
    expect(answer.taskDefinitions?.map(({ revision, status }) => [revision, status])).toEqual([
      [1, 'DELETE_IN_PROGRESS'],
    ]);
    expect(answer.failures?.map(({ arn }) => arn)).toEqual([`${prefix}task-definition/web:2`, 'web:9', 'web']);
    expect(await listArns(ecs, { status: 'DELETE_IN_PROGRESS' })).toEqual(['web:1']);
  });

  test('a DELETE_IN_PROGRESS revision is returned unchanged and describable until its deletion', async () => {
    const { ecs, sandbox } = await start({ taskDefinitions: [family(web, '1-3')] });
    sandbox.account.deregister('web:1');
    const twice = new DeleteTaskDefinitionsCommand({ taskDefinitions: ['web:1'] });
    const [first, second] = [await ecs.send(twice), await ecs.send(twice)];
    expect(second).toMatchObject({ taskDefinitions: first.taskDefinitions, failures: [] });
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' });
    const { taskDefinition } = await ecs.send(command);
    expect(taskDefinition?.status).toBe('DELETE_IN_PROGRESS');
    expect(taskDefinition?.deleteRequestedAt).toBeInstanceOf(Date);
    expect(taskDefinition?.deregisteredAt).toBeInstanceOf(Date);
    sandbox.account.finishDeletions();
    expect((await refusal(ecs.send(command))).message).toBe('Unable to describe task definition.');
  });

  test('a fault fails one revision of a call, and the others are deleted', async () => {
    const { ecs, sandbox } = await start({ taskDefinitions: [family(web, '1-4')] });
    for (const name of ['web:1', 'web:2', 'web:3']) sandbox.account.deregister(name);
    const fault = { operation: 'DeleteTaskDefinitions', kind: 'failures', reason: 'INTERNAL' } as const;
    sandbox.faults.add({
      ...fault,
      when: ({ input }) => [input['taskDefinitions']].flat().includes('web:2'),
    });
    const taskDefinitions = ['web:1', 'web:2', 'web:3'];
    const answer = await ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }));
    expect(answer.taskDefinitions?.map(({ revision }) => revision)).toEqual([1, 3]);
    expect(answer.failures).toEqual([{ arn: 'web:2', reason: 'INTERNAL' }]);
    expect(await listArns(ecs, { status: 'INACTIVE' })).toEqual(['web:2']);
  });

  test('DeleteTaskDefinitions requires a revision', async () => {
    const { ecs } = await start();
    const call = ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [] }));
    expect((await refusal(call)).name).toBe('InvalidParameterException');
  });

  test('DeleteTaskDefinitions accepts at most ten revisions a call', async () => {
    const { ecs } = await start();
    const taskDefinitions = Array.from({ length: 11 }, (_, index) => `web:${index + 1}`);
    expect((await refusal(ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions })))).name).toBe(
      'InvalidParameterException',
    );
  });
});

test('a page costs only its own items, anywhere among a hundred thousand revisions', async () => {
  const many = Array.from({ length: 100 }, (_, index) => family(`family-${index}`, '1-1000'));
  const { ecs, sandbox } = await start({ taskDefinitions: many });
  const list = sandbox.account.revisions.list('ACTIVE', undefined, false);
  const began = performance.now();
  let seen = 0;
  for (let from = 0; from < 100_000; from += 100) seen += list(from, 100).length;
  // The pages take some ten milliseconds. Quadratic work would take minutes.
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(seen).toBe(100_000);
  expect(await listArns(ecs, { familyPrefix: 'family-99' })).toHaveLength(1_000);
});
