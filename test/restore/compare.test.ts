// Which definitions count as equal, and that a difference states its path and never its value.
import { expect, test } from 'vitest';
import { compareDefinitions } from '../../shared/restore/compare.ts';

const container = {
  name: 'app',
  image: 'app:1',
  cpu: 0,
  command: ['sh', '-c', 'run'],
  environment: [
    { name: 'B', value: '2' },
    { name: 'A', value: '1' },
  ],
  secrets: [{ name: 'TOKEN', valueFrom: 'arn:token' }],
  dockerLabels: { team: 'shop' },
  portMappings: [{ containerPort: 80 }, { containerPort: 81 }],
};
const definition = {
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:41',
  revision: 41,
  status: 'ACTIVE',
  registeredAt: 1764000000.5,
  registeredBy: 'arn:aws:iam::123456789012:user/ci',
  family: 'web',
  cpu: '256',
  containerDefinitions: [container],
};
const tags = [
  { key: 'team', value: 'shop' },
  { key: 'env', value: '' },
];
const was = { definition, tags };
const isWith = (more: object) => ({ definition: { ...definition, ...more }, tags });
const withContainer = (more: object) => isWith({ containerDefinitions: [{ ...container, ...more }] });

test('ignores another number, date and registrar', () => {
  const is = isWith({
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:57',
    revision: 57,
    status: 'INACTIVE',
    registeredAt: 1764990000,
    registeredBy: 'arn:aws:iam::123456789012:user/me',
    requiresAttributes: [{ name: 'x' }],
    compatibilities: ['EC2'],
    deregisteredAt: 1764990001,
  });
  expect(compareDefinitions(was, is)).toEqual([]);
});

test.each<{ what: string; is: typeof was; found: string[] }>([
  { what: 'nothing', is: was, found: [] },
  { what: 'an added empty list', is: withContainer({ systemControls: [] }), found: [] },
  { what: 'an added null', is: isWith({ pidMode: null }), found: [] },
  { what: 'tags in another order', is: { ...was, tags: tags.toReversed() }, found: [] },
  {
    what: 'an added tag of AWS',
    is: { ...was, tags: [...tags, { key: 'aws:ecs:x', value: 'y' }] },
    found: [],
  },
  {
    what: 'the environment in another order',
    is: withContainer({ environment: container.environment.toReversed() }),
    found: [],
  },
  {
    what: 'a value',
    is: withContainer({
      environment: [
        { name: 'A', value: '9' },
        { name: 'B', value: '2' },
      ],
    }),
    found: ['changed containerDefinitions[0].environment[0].value'],
  },
  {
    what: 'an image',
    is: withContainer({ image: 'app:2' }),
    found: ['changed containerDefinitions[0].image'],
  },
  {
    what: 'a number instead of a string',
    is: isWith({ cpu: 256 }),
    found: ['changed cpu'],
  },
  {
    what: 'a command in another order',
    is: withContainer({ command: ['-c', 'sh', 'run'] }),
    found: ['changed containerDefinitions[0].command[0]', 'changed containerDefinitions[0].command[1]'],
  },
  {
    what: 'ports in another order',
    is: withContainer({ portMappings: [{ containerPort: 81 }, { containerPort: 80 }] }),
    found: [
      'changed containerDefinitions[0].portMappings[0].containerPort',
      'changed containerDefinitions[0].portMappings[1].containerPort',
    ],
  },
  {
    what: 'a removed label',
    is: withContainer({ dockerLabels: {} }),
    found: ['lost containerDefinitions[0].dockerLabels.team'],
  },
  { what: 'an added member', is: isWith({ pidMode: 'task' }), found: ['added pidMode'] },
  {
    what: 'an added container',
    is: isWith({ containerDefinitions: [container, { name: 'two' }] }),
    found: ['added containerDefinitions[1]'],
  },
  {
    what: 'a removed list',
    is: withContainer({ secrets: [] }),
    found: ['lost containerDefinitions[0].secrets'],
  },
  {
    what: 'another tag',
    is: { ...was, tags: [{ key: 'team', value: 'ops' }] },
    found: ['changed tags.team', 'lost tags.env'],
  },
  {
    what: 'an object instead of a list',
    is: withContainer({ command: {} }),
    found: ['changed containerDefinitions[0].command'],
  },
])('$what: $found', ({ is, found }) => {
  expect(compareDefinitions(was, is).map(({ path, is: how }) => `${how} ${path}`)).toEqual(found);
});

test('compares the order of two entries with the same name', () => {
  const twice = (first: string, second: string) =>
    withContainer({
      environment: [
        { name: 'A', value: first },
        { name: 'A', value: second },
      ],
    });
  expect(compareDefinitions(twice('1', '2'), twice('1', '2'))).toEqual([]);
  expect(compareDefinitions(twice('1', '2'), twice('2', '1'))).toHaveLength(2);
});
