// Whether a revision could be registered again as it was: what this cannot say of one keeps that one ACTIVE.
import { RegisterTaskDefinitionRequest$, TaskDefinition$ } from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { expect, test } from 'vitest';
import { registrable } from '../../shared/aws/registrable.ts';

const containers = [
  {
    name: 'app',
    image: 'app:1',
    cpu: 0,
    essential: true,
    environment: [{ name: 'PASSWORD', value: '' }],
    dockerLabels: { anyLabel: 'is fine' },
    mountPoints: [],
  },
];
const input = {
  family: 'web',
  containerDefinitions: containers,
  volumes: [{ name: 'data', host: {} }],
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  enableFaultInjection: false,
};
const answer = {
  ...input,
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1',
  revision: 1,
  status: 'INACTIVE',
  requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.task-iam-role' }],
  compatibilities: ['EC2', 'FARGATE'],
  registeredAt: 1764000000.123,
  registeredBy: 'arn:aws:sts::123456789012:assumed-role/deploy/ci',
  deregisteredAt: 1764000001,
  deleteRequestedAt: 1764000002,
};

test('what AWS writes by itself is dropped, and all the rest is registered as it came', () => {
  expect(registrable(answer, undefined)).toEqual({ input, reserved: [] });
});

test('tags go with it; those that only AWS may set do not, and are named', () => {
  const tags = [
    { key: 'team', value: 'shop' },
    { key: 'aws:cloudformation:stack-name', value: 'shop' },
    { key: 'AWS:x', value: '' },
    { key: 'awsome' },
    { key: 'my-aws:x' },
    { value: 'without a key' },
  ];
  expect(registrable(answer, tags)).toEqual({
    input: {
      ...input,
      tags: [{ key: 'team', value: 'shop' }, { key: 'awsome' }, { key: 'my-aws:x' }, { value: 'without a key' }],
    },
    reserved: ['aws:cloudformation:stack-name', 'AWS:x'],
  });
});

test('no tags are no member: setting some needs a permission of its own', () => {
  const made = registrable(answer, [{ key: 'aws:x', value: '1' }]);
  expect(made).toEqual({ input, reserved: ['aws:x'] });
});

const withContainer = (more: object) => ({ ...answer, containerDefinitions: [{ name: 'app', ...more }] });

test.each<{ what: string; definition: unknown; tags?: unknown; leftover: string }>([
  { what: 'nothing', definition: undefined, leftover: 'all of it' },
  { what: 'null', definition: null, leftover: 'all of it' },
  { what: 'a text', definition: 'web', leftover: 'all of it' },
  { what: 'a list', definition: [answer], leftover: 'all of it' },
  { what: 'no family', definition: { containerDefinitions: containers }, leftover: 'all of it' },
  { what: 'no containers', definition: { ...answer, containerDefinitions: null }, leftover: 'all of it' },
  { what: 'a member of tomorrow', definition: { ...answer, moonPhase: 'full' }, leftover: 'moonPhase' },
  { what: 'one that every object has', definition: { ...answer, toString: 'x' }, leftover: 'toString' },
  {
    what: 'one in a container',
    definition: withContainer({ moonPhase: {} }),
    leftover: 'containerDefinitions[0].moonPhase',
  },
  {
    what: 'one in a list in a container',
    definition: withContainer({ portMappings: [{ containerPort: 80 }, { tide: 'low' }] }),
    leftover: 'containerDefinitions[0].portMappings[1].tide',
  },
  {
    what: 'an object where a text belongs',
    definition: { ...answer, cpu: { vcpus: 1 } },
    leftover: 'cpu',
  },
  {
    what: 'a text where a number belongs',
    definition: withContainer({ memory: '512' }),
    leftover: 'containerDefinitions[0].memory',
  },
  {
    what: 'an object where a list belongs',
    definition: withContainer({ command: { 0: 'sleep' } }),
    leftover: 'containerDefinitions[0].command',
  },
  {
    what: 'a list where a map belongs',
    definition: withContainer({ dockerLabels: ['a'] }),
    leftover: 'containerDefinitions[0].dockerLabels',
  },
  {
    what: 'nothing in a list, which would move its neighbours',
    definition: withContainer({ command: ['sleep', null] }),
    leftover: 'containerDefinitions[0].command[1]',
  },
  {
    what: 'a text where yes or no belongs',
    definition: { ...answer, enableFaultInjection: 'yes' },
    leftover: 'enableFaultInjection',
  },
  { what: 'yes or no where a text belongs', definition: { ...answer, cpu: true }, leftover: 'cpu' },
  { what: 'a number where a text belongs', definition: { ...answer, cpu: 256 }, leftover: 'cpu' },
  {
    what: 'a text where an object belongs',
    definition: withContainer({ logConfiguration: 'awslogs' }),
    leftover: 'containerDefinitions[0].logConfiguration',
  },
  { what: 'a tag that is a text', definition: answer, tags: ['aws:x'], leftover: 'tags[0]' },
  { what: 'a tag that is null', definition: answer, tags: [null], leftover: 'tags[0]' },
  {
    what: 'a tag with a list for a key',
    definition: answer,
    tags: [{ key: ['aws:x'] }],
    leftover: 'tags[0].key',
  },
  { what: 'a tag with a number for a key', definition: answer, tags: [{ key: 5 }], leftover: 'tags[0].key' },
  { what: 'a tag of tomorrow', definition: answer, tags: [{ key: 'a', hue: 1 }], leftover: 'tags[0].hue' },
  { what: 'tags that are no list', definition: answer, tags: 'team', leftover: 'tags' },
])('$what is left over as $leftover', ({ definition, tags, leftover }) => {
  expect(registrable(definition, tags)).toEqual({ leftover });
});

test('a member of a container that is nought is no member', () => {
  const made = registrable(withContainer({ moonPhase: null, healthCheck: null }), undefined);
  expect('leftover' in made).toBe(false);
});

test('a member that is nought is no member', () => {
  expect(registrable({ ...answer, moonPhase: null, pidMode: null }, null)).toEqual({ input, reserved: [] });
});

test('handles every member of an answer that no request can set', () => {
  const members = (schema: typeof TaskDefinition$) =>
    [...NormalizedSchema.of(schema).structIterator()].map(([name]) => name);
  const settable = new Set(members(RegisterTaskDefinitionRequest$));
  const left = members(TaskDefinition$)
    .filter((name) => !settable.has(name))
    .filter((name) => 'leftover' in registrable({ ...input, [name]: 'x' }, undefined));
  expect(left).toEqual([]);
});
