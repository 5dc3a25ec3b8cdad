// Facts that never change read back as they were written, and a record that no run has written is damaged.
import { expect, test } from 'vitest';
import type { Finding, Registration } from '../../shared/domain/evidence.ts';
import { anyReference } from '../../shared/domain/pattern.ts';
import { carriedMemory } from '../../shared/state/step-records.ts';
import { type CarriedMemory, Memory } from '../../shared/sources/common/memory.ts';
import { DamagedRecord, decode, encode, type RecordType } from '../../shared/state/codec.ts';
import { type ImmutableMember, type ImmutableFacts, immutableFactsRecord } from '../../shared/state/immutable-facts.ts';
import { asOf, referenceTo, rollout, target, used } from '../support/given.ts';
import { rewriteChecksummed } from '../support/checksummed.ts';

const referrer = 'arn:aws:states:eu-west-1:123456789012:stateMachine:reports:3';
const findings: Finding[] = [
  {
    ...referenceTo('service/prod/web', 'web:3', 'starts'),
    via: ['state Run'],
    paused: 'disabled',
    schedule: { expression: 'rate(1 day)', from: 1 },
    isConsoleStack: true,
    isShort: true,
    computed: 'web-{}',
  },
  { kind: 'ends', source: 'schedules', referrer, at: asOf },
  {
    kind: 'unchecked',
    source: 'subscribers',
    referrer,
    reason: 'in use, but deleted',
    remedy: 'Remove it.',
  },
  referenceTo('service/prod/web', 'web', 'rolls back to'),
  {
    kind: 'unresolved',
    source: 'state-machines',
    referrer,
    description: 'computes it',
    resolvesTo: { kind: 'pattern', parts: ['web-', '-x', ''] },
    registersFirst: true,
  },
  {
    kind: 'unresolved',
    source: 'state-machines',
    referrer,
    description: 'computes it',
    resolvesTo: anyReference,
  },
  {
    kind: 'unresolved',
    source: 'codedeploy',
    referrer,
    description: 'keeps it elsewhere',
    resolvesTo: { kind: 'services', services: [referrer] },
  },
  {
    kind: 'unresolved',
    source: 'codedeploy',
    referrer,
    description: 'hides it',
    resolvesTo: { kind: 'pattern', parts: ['web:', ''] },
  },
  rollout('service/prod/web', 'web:3'),
  used('web:4', 3),
];
const carriedType: RecordType<CarriedMemory> = carriedMemory;
const record = immutableFactsRecord(target, '1.0.0');
const { key, merge: join } = record;
const parse = (body: string) => decode(record, body);
const print = (value: ImmutableFacts) => encode(record, value);
const known = (members: Iterable<[string, ImmutableMember]>, registrations: Iterable<[string, Registration]> = []) => ({
  members: new Map(members),
  registrations: new Map(registrations),
});
const missed = [0, 0xffff_ffff];
const member = (of: readonly Finding[]): ImmutableMember => ({
  changed: 'never',
  readAt: asOf,
  findings: of,
  missed,
});

test('reads back every kind of finding', () => {
  const all = known(
    [
      [`state-machines ${referrer}`, member(findings)],
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
test('ignores facts that another version of the program has read', () => {
  const other = rewriteChecksummed(text, (value) => value.replace('1.0.0', '1.0.1'), key);
  expect(parse(other)).toEqual(known([]));
});

test.each([
  { what: 'half of the text', body: text.slice(0, -9) },
  { what: 'a changed letter', body: text.replace('computes it', 'computes At') },
  { what: 'an unknown relation', body: withChange('rolls back to', 'dreams of') },
  { what: 'a revision without a number', body: withChange('"number":3', '"number":"3"') },
  { what: 'an unknown member of a finding', body: withChange('"number":3', '"number":3,"more":1') },
  { what: 'an unknown kind of target', body: withChange('"pattern"', '"all"') },
  { what: 'a pattern without a hole', body: withChange('["",""]', '["web:3"]') },
  { what: 'a digest of more than 32 bits', body: withChange('4294967295', '4294967296') },
  { what: 'a digest that is a string', body: withChange('4294967295', '"web"') },
  {
    what: 'a date after the year 275760',
    body: withChange(`["web:1",[${asOf}`, '["web:1",[8640000000000001'),
  },
  { what: 'an earlier format', body: '{"format":4,"version":"1.0.0","members":[]}' },
  { what: 'another kind of value', body: '[]' },
])('refuses $what', ({ body }) => {
  expect(body).not.toBe(text);
  expect(() => parse(body)).toThrow(DamagedRecord);
});

function withChange(before: string, after: string): string {
  return rewriteChecksummed(text, (value) => value.replace(before, after), key);
}

test('merges the facts of two concurrent runs', () => {
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

test('passes only immutable members that this run met to the next night', () => {
  const memory = new Memory([
    ['old', member(findings)],
    ['met', member(findings)],
  ]);
  expect(memory.recall('met', 'never')).toEqual(findings);
  memory.remember('new', 'never', asOf, []);
  memory.remember('changing', asOf, asOf, []);
  expect([...memory.immutable().keys()].toSorted()).toEqual(['met', 'new']);
});

test('passes unknown and unbounded ages to the next step of a run unchanged', () => {
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
  // JSON turns Infinity into null, which must not become a date long ago.
  const forged = rewriteChecksummed(text, (value) => value.replace('"newestAt":"unknown"', '"newestAt":null'));
  expect(forged).not.toBe(text);
  expect(() => decode(carriedType, forged)).toThrow(DamagedRecord);
});

test('passes the registrations of ACTIVE revisions alone to the next night', () => {
  const memory = new Memory([], [['web:1', { at: asOf, by: 'ci' }]]);
  memory.register({ family: 'web', number: 2 }, { at: asOf, by: undefined });
  memory.register({ family: 'gone', number: 1 }, { at: asOf, by: 'ci' });
  memory.inventory = new Map([['web', [{ from: 1, upto: 5 }]]]);
  expect([...memory.registrations().keys()]).toEqual(['web:1', 'web:2']);
});
