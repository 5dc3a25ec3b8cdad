// What never changes is kept whole, and whatever is odd about it is damage, never data.
import { expect, test } from 'vitest';
import type { Finding, Registration } from '../../shared/domain/evidence.ts';
import { anyReference } from '../../shared/domain/pattern.ts';
import { carriedMemory } from '../../shared/state/step-records.ts';
import { type CarriedMemory, Memory } from '../../shared/sources/common/memory.ts';
import { Damaged, decode, encode, type RecordType } from '../../shared/state/codec.ts';
import { type Immutable, type Known, memoryRecord } from '../../shared/state/immutable-facts.ts';
import { asOf, naming, rollout, target, used } from '../support/given.ts';
import { sealed } from '../support/checksummed.ts';

const who = 'arn:aws:states:eu-west-1:123456789012:stateMachine:reports:3';
const findings: Finding[] = [
  {
    ...naming('service/prod/web', 'web:3', 'starts'),
    via: ['state Run'],
    paused: 'disabled',
    schedule: { expression: 'rate(1 day)', from: 1 },
    isConsoleStack: true,
    isShort: true,
    computed: 'web-{}',
  },
  { kind: 'ends', source: 'schedules', referrer: who, at: asOf },
  {
    kind: 'unchecked',
    source: 'subscribers',
    referrer: who,
    reason: 'in use, but deleted',
    remedy: 'Remove it.',
  },
  naming('service/prod/web', 'web', 'rolls back to'),
  {
    kind: 'unresolved',
    source: 'state-machines',
    referrer: who,
    description: 'computes it',
    resolvesTo: { kind: 'pattern', parts: ['web-', '-x', ''] },
    registersFirst: true,
  },
  {
    kind: 'unresolved',
    source: 'state-machines',
    referrer: who,
    description: 'computes it',
    resolvesTo: anyReference,
  },
  {
    kind: 'unresolved',
    source: 'codedeploy',
    referrer: who,
    description: 'keeps it elsewhere',
    resolvesTo: { kind: 'services', services: [who] },
  },
  {
    kind: 'unresolved',
    source: 'codedeploy',
    referrer: who,
    description: 'hides it',
    resolvesTo: { kind: 'pattern', parts: ['web:', ''] },
  },
  rollout('service/prod/web', 'web:3'),
  used('web:4', 3),
];
const carriedType: RecordType<CarriedMemory> = carriedMemory;
const record = memoryRecord(target, '1.0.0');
const { key, join } = record;
const parse = (body: string) => decode(record, body);
const print = (value: Known) => encode(record, value);
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
test('knows nothing of what another version has read', () => {
  const other = sealed(text, (value) => value.replace('1.0.0', '1.0.1'), key);
  expect(parse(other)).toEqual(known([]));
});

test.each([
  { what: 'half of it', body: text.slice(0, -9) },
  { what: 'a changed letter', body: text.replace('computes it', 'computes At') },
  { what: 'a use that nobody knows', body: resealed('rolls back to', 'dreams of') },
  { what: 'a revision without a number', body: resealed('"number":3', '"number":"3"') },
  { what: 'a member of a finding that nobody knows', body: resealed('"number":3', '"number":3,"more":1') },
  { what: 'a meaning that nobody knows', body: resealed('"pattern"', '"all"') },
  { what: 'a pattern without a hole', body: resealed('["",""]', '["web:3"]') },
  { what: 'a digest of more than 32 bits', body: resealed('4294967295', '4294967296') },
  { what: 'a digest that is a text', body: resealed('4294967295', '"web"') },
  { what: 'a date after the year 275760', body: resealed(`["web:1",[${asOf}`, '["web:1",[8640000000000001') },
  { what: 'the format before this one', body: '{"format":4,"version":"1.0.0","members":[]}' },
  { what: 'something else', body: '[]' },
])('$what is damage', ({ body }) => {
  expect(body).not.toBe(text);
  expect(() => parse(body)).toThrow(Damaged);
});

function resealed(before: string, after: string): string {
  return sealed(text, (value) => value.replace(before, after), key);
}

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

test('a newest revision of unknown age, and a family without a young one, are the same for the next step of a run', () => {
  const memory = new Memory();
  const ages = new Map([
    ['unknown', { oldUpto: 0, youngFrom: 1, newestAt: Infinity }],
    ['old', { oldUpto: 7, youngFrom: Infinity, newestAt: asOf }],
    ['unread', { oldUpto: 7, youngFrom: Infinity }],
  ]);
  memory.ages = ages;
  const text = encode(carriedType, memory.carried());
  expect(text).not.toContain('null');
  expect(Memory.from(decode(carriedType, text)).ages).toEqual(ages);
  // What JSON makes of Infinity is damage, and no date long ago.
  const forged = sealed(text, (value) => value.replace('"newestAt":"unknown"', '"newestAt":null'));
  expect(forged).not.toBe(text);
  expect(() => decode(carriedType, forged)).toThrow(Damaged);
});

test('of the dates of registration those of ACTIVE revisions go on to the next night', () => {
  const memory = new Memory([], [['web:1', { at: asOf, by: 'ci' }]]);
  memory.register({ family: 'web', number: 2 }, { at: asOf, by: undefined });
  memory.register({ family: 'gone', number: 1 }, { at: asOf, by: 'ci' });
  memory.inventory = new Map([['web', [{ from: 1, upto: 5 }]]]);
  expect([...memory.registrations().keys()]).toEqual(['web:1', 'web:2']);
});
