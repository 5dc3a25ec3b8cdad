// The codec of all records, with the journal entry and the run record as examples: a record reads back as it was written, and
// a record that no run has written is refused.
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { noResults } from '../../shared/domain/apply-results.ts';
import { DamagedRecord, decode, encode, type RecordType } from '../../shared/state/codec.ts';
import { type JournalEntry, openJournal } from '../../shared/state/journal.ts';
import { type RunRecord, loadRunRecord, makeRunName, saveRunRecord } from '../../shared/state/run-records.ts';
import { usageRecord } from '../../shared/state/usage.ts';
import { canaries, foundIn, secretContainer } from '../support/canaries.ts';
import { MemoryState } from '../support/memory-state.ts';
import { checksummed } from '../support/checksummed.ts';

const target = { account: '123456789012', region: 'eu-west-1', partition: 'aws' };
const web41 = { family: 'web', number: 41 };

const entry: JournalEntry = {
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

const runRecord: RunRecord = {
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
    skipped: [{ revision: web41, reason: 'referenced' }],
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
const name = makeRunName(target, runRecord.id, runRecord.beganAt);

const kinds = {
  'a journal entry': {
    value: entry,
    write: async (state: MemoryState) => openJournal(state, target).write(entry),
    read: async (state: MemoryState): Promise<unknown> => openJournal(state, target).read(web41),
  },
  'a run record': {
    value: runRecord,
    write: async (state: MemoryState) => void (await saveRunRecord(state, name, runRecord, undefined)),
    read: async (state: MemoryState): Promise<unknown> => (await loadRunRecord(state, name))?.record,
  },
} as const;

async function written({ write }: (typeof kinds)[keyof typeof kinds]) {
  const state = new MemoryState();
  await write(state);
  const [[key, stored] = ['', { body: '' }]] = [...state.texts];
  return { state, key, body: stored.body };
}

/** Changes that an operator, a disk or another program can make to a text. */
const damages: Readonly<Record<string, (body: string) => string>> = {
  emptied: () => '',
  'cut after its first letter': (body) => body.slice(0, 1),
  'cut in the middle': (body) => body.slice(0, body.length / 2),
  'cut before its last brace': (body) => body.trimEnd().slice(0, -1),
  doubled: (body) => body + body,
  'with a character appended': (body) => `${body}x`,
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
  'checksummed again with a member too few': (body) => rewrapped(body, (value) => without(value, 'run', 'id')),
  'checksummed again with a member too many': (body) => rewrapped(body, (value) => ({ ...value, more2: 1 })),
  'checksummed again with a member of another kind': (body) =>
    rewrapped(body, (value) => ({ ...value, tags: 'none', passes: -1 })),
  'checksummed again as a list': (body) => rewrapped(body, (value) => [value]),
  'checksummed again with a date after the year 275760': (body) =>
    rewrapped(body, (value) => ({ ...value, at: 8.65e15, beganAt: 8.65e15 })),
  'with another member beside its value': (body) => body.replace('"value":', '"more":1,"value":'),
  'nested 200,000 deep': () => `${'{"value":'.repeat(200_000)}1${'}'.repeat(200_000)}`,
  'nested 200,000 deep inside its value': (body) =>
    body.replace('"value":', `"value":${'['.repeat(200_000)}${']'.repeat(200_000)},"v":`),
  'JSON of another program': () => '{"hello":"world"}',
  'a JSON list': () => '[]',
  'a JSON number': () => '7',
  'JSON null': () => 'null',
  'not JSON': () => '<xml/>',
};

function rewrapped(body: string, change: (value: object) => unknown): string {
  const all: unknown = JSON.parse(body);
  const value: unknown = typeof all === 'object' && all !== null && 'value' in all ? all.value : undefined;
  return checksummed(1, change(typeof value === 'object' && value !== null ? value : {}));
}

function without(value: object, ...names: string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([member]) => !names.includes(member)));
}

describe.each(Object.entries(kinds))('%s', (_, kind) => {
  test('reads back as it was written', async () => {
    const { state } = await written(kind);
    expect(await kind.read(state)).toEqual(kind.value);
  });

  test('is undefined where it does not exist', async () => {
    expect(await kind.read(new MemoryState())).toBeUndefined();
  });

  test('may be reformatted by an operator', async () => {
    const { state, key, body } = await written(kind);
    state.texts.set(key, { body: JSON.stringify(JSON.parse(body), null, 2), tag: '"x"' });
    expect(await kind.read(state)).toEqual(kind.value);
  });

  test.each(Object.entries(damages))(
    '%s is refused with its key and a remedy, and without its text',
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
      expect(foundIn(printError(error))).toEqual([]);
    },
  );
});

/** With all causes, as in a log. */
function printError(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return `${error.message} ${error.stack} ${JSON.stringify(Object.entries(error))} ${printError(error.cause)}`;
}

test('refuses a journal entry under the key of another revision', async () => {
  const { state, key, body } = await written(kinds['a journal entry']);
  state.texts.set(key.replace('41.json', '42.json'), { body, tag: '"x"' });
  await expect(openJournal(state, target).read({ family: 'web', number: 42 })).rejects.toMatchObject({
    reason: 'it belongs to web:41',
  });
});

const anyJson: RecordType<unknown> = {
  name: 'JSON',
  format: 1,
  schemas: { 1: z.unknown() },
  maxLength: 100_000,
};

test('reads back any JSON that it has encoded, and refuses it with any letter changed', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), (value, place) => {
      const text = encode(anyJson, value);
      const plain: unknown = JSON.parse(JSON.stringify(value));
      expect(decode(anyJson, text)).toEqual(plain);
      const at = place % (text.length - 1);
      const changed = `${text.slice(0, at)}${text[at] === '7' ? '8' : '7'}${text.slice(at + 1)}`;
      expect(() => decode(anyJson, changed)).toThrow(/^(it is damaged|this version does not know its format)/);
    }),
    { numRuns: 200, seed: 41 },
  );
});

test('reads each format with its own schema', () => {
  const type: RecordType<string> = {
    name: 'text',
    format: 2,
    schemas: { 1: z.string().transform((text) => `old ${text}`), 2: z.string() },
    maxLength: 1_000,
  };
  expect(decode(type, checksummed(1, 'a'))).toBe('old a');
  expect(decode(type, encode(type, 'b'))).toBe('b');
  expect(() => decode(type, checksummed(3, 'c'))).toThrow('this version does not know its format: 3');
});

describe('bounds', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  test('refuse a value that is nested 200,000 deep within milliseconds, although its checksum matches', () => {
    const value = nested(200_000);
    const sha256 = createHash('sha256').update(value).digest('hex');
    const text = `{"format":1,"sha256":"${sha256}","value":${value}}`;
    const began = performance.now();
    expect(() => decode({ ...anyJson, maxLength: 1_000_000 }, text)).toThrow(
      'it is damaged: it is nested more than 40 levels deep',
    );
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test('count open brackets outside strings only', () => {
    const value = [nested(1_000), '"\\"', ...Array.from({ length: 1_000 }, () => [{}])];
    expect(decode(anyJson, encode(anyJson, value))).toEqual(value);
    expect(() => encode(anyJson, JSON.parse(nested(40)))).toThrow(DamagedRecord);
    expect(encode(anyJson, JSON.parse(nested(39)))).toContain(nested(39));
  });

  test('refuse a text that is longer than any run writes, before it is parsed', () => {
    expect(() => decode(anyJson, ' '.repeat(100_001))).toThrow(
      'it is damaged: it has 100001 characters, allowed: 100000',
    );
  });

  test('refuse to encode a value that could not be decoded', () => {
    const name: RecordType<string> = {
      name: 'name',
      format: 1,
      schemas: { 1: z.string().max(3) },
      maxLength: 200,
    };
    expect(() => encode(name, 'long')).toThrow('it is damaged: it is not a valid name');
    expect(() => encode(anyJson, 'x'.repeat(100_001))).toThrow(DamagedRecord);
  });
});

describe('refuses a journal entry with a matching checksum whose definition belongs to', () => {
  const arn = entry.definition['taskDefinitionArn'];
  test.each([
    { what: 'another family', change: { family: 'payments', taskDefinitionArn: undefined } },
    { what: 'no family', change: { family: undefined } },
    { what: 'another number', change: { revision: 42 } },
    { what: 'another ARN', change: { taskDefinitionArn: String(arn).replace('web:41', 'web:42') } },
    {
      what: 'another Region',
      change: { taskDefinitionArn: String(arn).replace('eu-west-1', 'us-east-1') },
    },
  ])('$what', async ({ change }) => {
    const { state, key } = await written(kinds['a journal entry']);
    const forged = { ...entry, definition: { ...entry.definition, ...change } };
    state.texts.set(key, { body: checksummed(1, forged), tag: '"x"' });
    await expect(openJournal(state, target).read(web41)).rejects.toMatchObject({
      reason: 'its definition does not belong to web:41',
    });
  });
});

test('refuses a record without a Region of its own that was copied from another Region', () => {
  const elsewhere = { ...target, region: 'us-east-1' };
  const kinds = [usageRecord(target, runRecord.beganAt, []), usageRecord(elsewhere, runRecord.beganAt, [])] as const;
  const usage = { coveredSince: 0, coveredUntil: 1, lastUsed: new Map() };
  const copied = encode(kinds[1], usage);
  expect(decode(kinds[1], copied)).toEqual(usage);
  expect(() => decode(kinds[0], copied)).toThrow('its checksum does not match');
});

test('refuses a run record under the key of another run', async () => {
  const { state, body } = await written(kinds['a run record']);
  const other = makeRunName(target, 'run-2', runRecord.beganAt);
  state.texts.set(`${other.folder}/ledger.json`, { body, tag: '"x"' });
  await expect(loadRunRecord(state, other)).rejects.toMatchObject({ reason: 'it belongs to another run' });
});
