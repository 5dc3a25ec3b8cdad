// What never changes is kept whole, and whatever is odd about it is as if it were not there.
import { expect, test } from 'vitest';
import type { Finding, Registration } from '../../shared/evidence.ts';
import { anyReference } from '../../shared/pattern.ts';
import { Memory } from '../../shared/read/memory.ts';
import { type Immutable, memoryRecord } from '../../shared/state/memory.ts';
import { asOf, naming, rollout, target, used } from '../plan/given.ts';

const who = 'arn:aws:states:eu-west-1:123456789012:stateMachine:reports:3';
const findings: Finding[] = [
  {
    ...naming('service/prod/web', 'web:3', 'starts'),
    via: ['state Run'],
    paused: 'disabled',
    schedule: { expression: 'rate(1 day)', from: 1 },
  },
  naming('service/prod/web', 'web', 'rolls back to'),
  {
    kind: 'unknown',
    source: 'state-machines',
    who,
    says: 'computes it',
    means: { kind: 'pattern', parts: ['web-', '-x', ''] },
    registersFirst: true,
  },
  { kind: 'unknown', source: 'state-machines', who, says: 'computes it', means: anyReference },
  {
    kind: 'unknown',
    source: 'codedeploy',
    who,
    says: 'keeps it elsewhere',
    means: { kind: 'services', services: [who] },
  },
  {
    kind: 'unknown',
    source: 'codedeploy',
    who,
    says: 'hides it',
    means: { kind: 'pattern', parts: ['web:', ''] },
  },
  rollout('service/prod/web', 'web:3'),
  used('web:4', 3),
];
const { key, parse, print, join } = memoryRecord(target, '1.0.0');
const known = (
  members: Iterable<[string, Immutable]>,
  registrations: Iterable<[string, Registration]> = [],
) => ({
  members: new Map(members),
  registrations: new Map(registrations),
});
const missed = [0, 0xffff_ffff];
const member = (of: readonly Finding[]): Immutable => ({
  changed: 'never',
  readAt: asOf,
  findings: of,
  missed,
});

test('every kind of finding comes back as it was', () => {
  const all = known(
    [
      [`state-machines ${who}`, member(findings)],
      ['empty', member([])],
    ],
    [
      ['web:1', { at: asOf, by: 'arn:aws:iam::123456789012:role/ci' }],
      ['web:2', { at: asOf, by: undefined }],
      ['__proto__:3', { at: asOf, by: 'arn:aws:iam::123456789012:role/ci' }],
    ],
  );
  expect(parse(print(all))).toEqual(all);
  expect(key).toBe('123456789012/eu-west-1/immutable.json');
});

const text = print(known([['a', member(findings)]], [['web:1', { at: asOf, by: 'ci' }]]));
test.each([
  { what: 'half of it', body: text.slice(0, -9) },
  { what: 'another version’s', body: text.replace('1.0.0', '1.0.1') },
  { what: 'a use that nobody knows', body: text.replace('rolls back to', 'dreams of') },
  { what: 'a revision without a number', body: text.replace('"number":3', '"number":"3"') },
  { what: 'a meaning that nobody knows', body: text.replace('"pattern"', '"all"') },
  { what: 'a pattern without a hole', body: text.replace('["",""]', '["web:3"]') },
  { what: 'the format before this one', body: text.replace('"format":4,', '') },
  { what: 'another format', body: text.replace('"format":4', '"format":3') },
  { what: 'a digest of more than 32 bits', body: text.replace('4294967295', '4294967296') },
  { what: 'a digest that is a text', body: text.replace('4294967295', '"web"') },
  { what: 'something else', body: '[]' },
])('$what is nothing', ({ body }) => {
  expect(body).not.toBe(text);
  expect(parse(body)).toEqual(known([]));
});

test('two runs at once have learnt what both have learnt', () => {
  const [a, b] = [member([]), member(findings)];
  const first: Registration = { at: asOf, by: 'ci' };
  expect(
    join(
      known(
        [
          ['x', a],
          ['y', a],
        ],
        [['web:1', first]],
      ),
      known(
        [
          ['y', b],
          ['z', b],
        ],
        [['web:2', first]],
      ),
    ),
  ).toEqual(
    known(
      [
        ['x', a],
        ['y', a],
        ['z', b],
      ],
      [
        ['web:2', first],
        ['web:1', first],
      ],
    ),
  );
});

test('what never changes and was met goes on to the next night, and nothing else', () => {
  const memory = new Memory([
    ['old', member(findings)],
    ['met', member(findings)],
  ]);
  expect(memory.recall('met', 'never')).toEqual(findings);
  memory.remember('new', 'never', asOf, []);
  memory.remember('changing', asOf, asOf, []);
  expect([...memory.immutable().keys()].toSorted()).toEqual(['met', 'new']);
});

test('of the dates of registration those of ACTIVE revisions go on to the next night', () => {
  const memory = new Memory([], [['web:1', { at: asOf, by: 'ci' }]]);
  memory.register({ family: 'web', number: 2 }, { at: asOf, by: undefined });
  memory.register({ family: 'gone', number: 1 }, { at: asOf, by: 'ci' });
  memory.inventory = new Map([['web', [{ from: 1, upto: 5 }]]]);
  expect([...memory.registrations().keys()]).toEqual(['web:1', 'web:2']);
});
