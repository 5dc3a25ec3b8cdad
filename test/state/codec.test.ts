// The one codec of all records, and the records that a later run has to rely on: what was written comes back whole, and
// whatever is not as a run has written it is refused, never taken for something else.
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { noResults } from '../../shared/domain/apply-results.ts';
import { Damaged, decode, encode, type RecordType } from '../../shared/state/codec.ts';
import { type Entry, journalOf } from '../../shared/state/journal.ts';
import { type RunRecord, loadRunRecord, nameOfRun, saveRunRecord } from '../../shared/state/runs.ts';
import { usageRecord } from '../../shared/state/usage.ts';
import { canaries, foundIn, secretContainer } from '../support/canaries.ts';
import { MemoryState } from '../support/memory-state.ts';
import { sealedAs } from '../support/checksummed.ts';

const target = { account: '123456789012', region: 'eu-west-1', partition: 'aws' };
const web41 = { family: 'web', number: 41 };

const entry: Entry = {
  revision: web41,
  run: 'run-1',
  at: 1_795_000_000_000,
  definition: {
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:41',
    family: 'web',
    revision: 41,
    status: 'ACTIVE',
    // As AWS sends times: seconds, with a fraction.
    registeredAt: 1_790_000_000.123,
    containerDefinitions: [secretContainer],
  },
  tags: [{ key: 'owner', value: canaries.tag }],
  evidence: {
    asOf: 1_795_000_000_000,
    settings: 'abc',
    newest: 57,
    readings: [{ part: 'tasks', began: 1.5, items: 3 }],
  },
};

const ledger: RunRecord = {
  id: 'run-1',
  by: 'function',
  version: '0.1.0',
  settings: 'abc',
  dryRun: false,
  beganAt: 1_795_000_000_000,
  passes: 1,
  started: 2,
  planned: [web41],
  more: true,
  results: {
    ...noResults,
    deregistered: [web41],
    skipped: [{ revision: web41, reason: 'named' }],
    failed: [{ revision: web41, reason: 'refused', answer: 'no' }],
    stop: { by: 'time', reason: 'over', remedy: 'later' },
    lateReferences: [
      {
        kind: 'reference',
        source: 'services',
        referrer: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web',
        relation: 'deploys',
        target: { kind: 'revision', ...web41 },
      },
    ],
  },
  published: false,
};
const name = nameOfRun(target, ledger.id, ledger.beganAt);

/** The journal's and the ledger's text, and how each is read again from a text. */
const kinds = {
  'an entry of the journal': {
    value: entry,
    write: async (state: MemoryState) => journalOf(state, target).write(entry),
    read: async (state: MemoryState): Promise<unknown> => journalOf(state, target).read(web41),
  },
  'a ledger': {
    value: ledger,
    write: async (state: MemoryState) => void (await saveRunRecord(state, name, ledger, undefined)),
    read: async (state: MemoryState): Promise<unknown> => (await loadRunRecord(state, name))?.record,
  },
} as const;

async function written({ write }: (typeof kinds)[keyof typeof kinds]) {
  const state = new MemoryState();
  await write(state);
  const [[key, kept] = ['', { body: '' }]] = [...state.texts];
  return { state, key, body: kept.body };
}

/** What a hand, a disk or a program of another kind can do to a text. */
const damages: Readonly<Record<string, (body: string) => string>> = {
  'cut to nothing': () => '',
  'cut after its first letter': (body) => body.slice(0, 1),
  'cut in the middle': (body) => body.slice(0, body.length / 2),
  'cut before its last brace': (body) => body.trimEnd().slice(0, -1),
  doubled: (body) => body + body,
  'with something behind it': (body) => `${body}x`,
  'with a byte order mark': (body) => `\uFEFF${body}`,
  'in capital letters': (body) => body.toUpperCase(),
  'with one digit changed': (body) => body.replace('1795000000000', '1795000000001'),
  'with a name changed': (body) => body.replace('run-1', 'run-2'),
  'with its digest changed': (body) => body.replace(/"sha256":"./, '"sha256":"x'),
  'without its digest': (body) => body.replace(/"sha256":"[^"]*",/, ''),
  'without its value': (body) => body.replace(/,"value":.*/s, '}'),
  'with its value as text': (body) => rewrapped(body, (value) => JSON.stringify(value)),
  'of format 0': (body) => body.replace(/"format":\d/, '"format":0'),
  'of format 3': (body) => body.replace(/"format":\d/, '"format":3'),
  'of a format in words': (body) => body.replace(/"format":\d/, '"format":"1"'),
  'of the format __proto__': (body) => body.replace(/"format":\d/, '"format":"__proto__"'),
  'without a format': (body) => body.replace(/"format":\d,/, ''),
  'sealed anew with a member too few': (body) => rewrapped(body, (value) => without(value, 'run', 'id')),
  'sealed anew with a member too many': (body) => rewrapped(body, (value) => ({ ...value, more2: 1 })),
  'sealed anew with a member of another kind': (body) =>
    rewrapped(body, (value) => ({ ...value, tags: 'none', passes: -1 })),
  'sealed anew as a list': (body) => rewrapped(body, (value) => [value]),
  'sealed anew with a date after the year 275760': (body) =>
    rewrapped(body, (value) => ({ ...value, at: 8.65e15, beganAt: 8.65e15 })),
  'with a member beside its value': (body) => body.replace('"value":', '"more":1,"value":'),
  'nested 200,000 deep': () => `${'{"value":'.repeat(200_000)}1${'}'.repeat(200_000)}`,
  'nested 200,000 deep inside its value': (body) =>
    body.replace('"value":', `"value":${'['.repeat(200_000)}${']'.repeat(200_000)},"v":`),
  'somebody else’s JSON': () => '{"hello":"world"}',
  'a list': () => '[]',
  'a number': () => '7',
  null: () => 'null',
  'no JSON': () => '<xml/>',
};

function rewrapped(body: string, change: (value: object) => unknown): string {
  const all: unknown = JSON.parse(body);
  const value: unknown = typeof all === 'object' && all !== null && 'value' in all ? all.value : undefined;
  return sealedAs(1, change(typeof value === 'object' && value !== null ? value : {}));
}

function without(value: object, ...names: string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([member]) => !names.includes(member)));
}

describe.each(Object.entries(kinds))('%s', (_, kind) => {
  test('comes back as it was written', async () => {
    const { state } = await written(kind);
    expect(await kind.read(state)).toEqual(kind.value);
  });

  test('that is not there is nothing, and no error', async () => {
    expect(await kind.read(new MemoryState())).toBeUndefined();
  });

  test('may be laid out anew by a person who looks at it', async () => {
    const { state, key, body } = await written(kind);
    state.texts.set(key, { body: JSON.stringify(JSON.parse(body), null, 2), tag: '"x"' });
    expect(await kind.read(state)).toEqual(kind.value);
  });

  test.each(Object.entries(damages))(
    '%s is refused, with its place and what to do, and without its text',
    async (_, damage) => {
      const { state, key, body } = await written(kind);
      const damaged = damage(body);
      expect(damaged).not.toBe(body);
      state.texts.set(key, { body: damaged, tag: '"x"' });
      const error: unknown = await kind.read(state).catch((error: unknown) => error);
      expect(error).toMatchObject({
        name: 'StateError',
        kind: 'incomplete',
        operation: `reading s3://state/${key}`,
        remedy: 'Go back to an earlier version of it, if the folder or bucket has one.',
      });
      expect(foundIn(told(error))).toEqual([]);
    },
  );
});

/** With all that it was caused by, as a log has it. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return `${error.message} ${error.stack} ${JSON.stringify(Object.entries(error))} ${told(error.cause)}`;
}

test('an entry in the place of another one is refused', async () => {
  const { state, key, body } = await written(kinds['an entry of the journal']);
  state.texts.set(key.replace('41.json', '42.json'), { body, tag: '"x"' });
  await expect(journalOf(state, target).read({ family: 'web', number: 42 })).rejects.toMatchObject({
    reason: 'it is of web:41',
  });
});

const anyJson: RecordType<unknown> = {
  name: 'JSON',
  format: 1,
  schemas: { 1: z.unknown() },
  longest: 100_000,
};

test('reads back whatever JSON it has encoded, and refuses it with any letter changed', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), (value, place) => {
      const text = encode(anyJson, value);
      const plain: unknown = JSON.parse(JSON.stringify(value));
      expect(decode(anyJson, text)).toEqual(plain);
      const at = place % (text.length - 1);
      const changed = `${text.slice(0, at)}${text[at] === '7' ? '8' : '7'}${text.slice(at + 1)}`;
      expect(() => decode(anyJson, changed)).toThrow(/^it is (damaged|of a format)/);
    }),
    { numRuns: 200, seed: 41 },
  );
});

test('reads each format by the schema that it was written by', () => {
  const type: RecordType<string> = {
    name: 'text',
    format: 2,
    schemas: { 1: z.string().transform((text) => `old ${text}`), 2: z.string() },
    longest: 1_000,
  };
  expect(decode(type, sealedAs(1, 'a'))).toBe('old a');
  expect(decode(type, encode(type, 'b'))).toBe('b');
  expect(() => decode(type, sealedAs(3, 'c'))).toThrow(
    'it is of a format that this version does not know: 3',
  );
});

describe('bounds', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  test('refuses a value that is nested 200,000 deep within milliseconds, although its checksum fits', () => {
    const value = nested(200_000);
    const sha256 = createHash('sha256').update(value).digest('hex');
    const text = `{"format":1,"sha256":"${sha256}","value":${value}}`;
    const began = performance.now();
    expect(() => decode({ ...anyJson, longest: 1_000_000 }, text)).toThrow(
      'it is damaged: it is nested more than 40 deep',
    );
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test('counts no brackets inside of strings, and none that are closed', () => {
    const value = [nested(1_000), '"\\"', ...Array.from({ length: 1_000 }, () => [{}])];
    expect(decode(anyJson, encode(anyJson, value))).toEqual(value);
    expect(() => encode(anyJson, JSON.parse(nested(40)))).toThrow(Damaged);
    expect(encode(anyJson, JSON.parse(nested(39)))).toContain(nested(39));
  });

  test('refuses a text that is longer than any run writes, before it is parsed', () => {
    expect(() => decode(anyJson, ' '.repeat(100_001))).toThrow(
      'it is damaged: it has 100001 characters, allowed: 100000',
    );
  });

  test('writes nothing that could not be read again', () => {
    const name: RecordType<string> = {
      name: 'name',
      format: 1,
      schemas: { 1: z.string().max(3) },
      longest: 200,
    };
    expect(() => encode(name, 'long')).toThrow('it is damaged: it is no name');
    expect(() => encode(anyJson, 'x'.repeat(100_001))).toThrow(Damaged);
  });
});

describe('refuses an entry, with a checksum that fits, whose definition is', () => {
  const arn = entry.definition['taskDefinitionArn'];
  test.each([
    { what: 'of another family', change: { family: 'payments', taskDefinitionArn: undefined } },
    { what: 'of no family', change: { family: undefined } },
    { what: 'of another number', change: { revision: 42 } },
    { what: 'of another ARN', change: { taskDefinitionArn: String(arn).replace('web:41', 'web:42') } },
    {
      what: 'of another Region',
      change: { taskDefinitionArn: String(arn).replace('eu-west-1', 'us-east-1') },
    },
  ])('$what', async ({ change }) => {
    const { state, key } = await written(kinds['an entry of the journal']);
    const forged = { ...entry, definition: { ...entry.definition, ...change } };
    state.texts.set(key, { body: sealedAs(1, forged), tag: '"x"' });
    await expect(journalOf(state, target).read(web41)).rejects.toMatchObject({
      reason: 'its definition is not one of web:41',
    });
  });
});

test('refuses a record that was copied from another Region, where the record does not say its own', () => {
  const elsewhere = { ...target, region: 'us-east-1' };
  const kinds = [
    usageRecord(target, ledger.beganAt, []),
    usageRecord(elsewhere, ledger.beganAt, []),
  ] as const;
  const usage = { coveredSince: 0, coveredUntil: 1, lastUsed: new Map() };
  const copied = encode(kinds[1], usage);
  expect(decode(kinds[1], copied)).toEqual(usage);
  expect(() => decode(kinds[0], copied)).toThrow('its checksum does not fit');
});

test('refuses a ledger in the place of another run', async () => {
  const { state, body } = await written(kinds['a ledger']);
  const other = nameOfRun(target, 'run-2', ledger.beganAt);
  state.texts.set(`${other.folder}/ledger.json`, { body, tag: '"x"' });
  await expect(loadRunRecord(state, other)).rejects.toMatchObject({ reason: 'it is of another run' });
});

/** Typed by hand: what this version has written once must be read for ever. */
test('a text of format 1 is read as long as there are any', async () => {
  const value =
    '{"revision":{"family":"web","number":41},"run":"run-1","at":1795000000000,"definition":{"family":"web","containerDefinitions":[{"name":"app","image":"app:1"}]},"tags":[{"key":"owner","value":"web"}],"evidence":{"asOf":1795000000000,"settings":"abc","newest":57,"readings":[{"part":"tasks","began":1794999990000,"items":3}]}}';
  const digest = '466afb49e0c7a9db854194ce8212d816917276eb3dd8456e000578f92becbab6';
  const state = new MemoryState();
  const key = '123456789012/eu-west-1/journal/4b5e57f6eb2f42b9039b3d1e13929295/41.json';
  state.texts.set(key, { body: `{"format":1,"sha256":"${digest}","value":${value}}\n`, tag: '"x"' });
  expect(await journalOf(state, target).read(web41)).toMatchObject({
    revision: web41,
    run: 'run-1',
    definition: { family: 'web', containerDefinitions: [{ name: 'app', image: 'app:1' }] },
    tags: [{ key: 'owner', value: 'web' }],
    evidence: { newest: 57 },
  });
  expect(await journalOf(state, target).numbersOf('web')).toEqual([41]);
});
