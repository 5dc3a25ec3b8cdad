// The contract of the state store, for a folder and for a bucket over HTTP.
import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Pacer } from '../../shared/aws/pacer.ts';
import { openStore } from '../../shared/state/open-store.ts';
import { type StateStore, StateError } from '../../shared/state/store.ts';
import { anAccount } from '../support/account.ts';
import { TestClock } from '../support/clock.ts';
import { aNight, connectTo } from '../support/night.ts';

interface Place {
  readonly state: StateStore;
  /** Writes a file as another program would. */
  readonly plant: (key: string, bytes: string | Uint8Array) => Promise<void>;
}

async function aFolder(): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pruner-state-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const state = await openStore(folder, unusedAws);
  const plant = async (key: string, bytes: string | Uint8Array) => {
    await mkdir(path.join(folder, path.dirname(key)), { recursive: true });
    await writeFile(path.join(folder, key), bytes);
  };
  return { state, plant };
}

async function aBucket() {
  const { sandbox, clock } = await aNight(anAccount().bucket('kept').bucket('far', { BucketRegion: 'us-west-2' }));
  const aws = connectTo(sandbox, clock, new Pacer(clock, 0.5));
  onTestFinished(() => {
    aws.close();
  });
  const open = (where: string) => openStore(where, aws);
  return { sandbox, open, state: await open('s3://kept/of/pruner/') };
}

/** A folder needs no AWS. */
const unusedAws = connectTo({ url: 'http://127.0.0.1:9' }, new TestClock(), new Pacer(new TestClock(), 1));

const failureOf = async (act: Promise<unknown>) => {
  const error = await act.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof StateError)) throw new Error(`no StateError, but ${String(error)}`);
  return error;
};

describe.each([
  { where: 'a folder', open: async () => (await aFolder()).state },
  { where: 'a bucket', open: async () => (await aBucket()).state },
])('$where', ({ open }) => {
  test('reads undefined for a key that was never written', async () => {
    const state = await open();
    expect(await state.get('a/usage.json')).toBeUndefined();
    expect(await state.list('')).toEqual([]);
  });

  test('reads back a text, with a tag to replace it', async () => {
    const state = await open();
    expect(await state.put('a/usage.json', '{"grün":"€"}', 'absent')).toBe('written');
    const first = await state.get('a/usage.json');
    expect(first?.body).toBe('{"grün":"€"}');
    expect(await state.put('a/usage.json', 'second', { tag: first?.tag ?? '' })).toBe('written');
    expect((await state.get('a/usage.json'))?.body).toBe('second');
  });

  test('stores an empty text', async () => {
    const state = await open();
    await state.put('a', '', 'absent');
    expect((await state.get('a'))?.body).toBe('');
  });

  test('does not create a key that exists', async () => {
    const state = await open();
    await state.put('a', 'first', 'absent');
    expect(await state.put('a', 'second', 'absent')).toBe('changed');
    expect((await state.get('a'))?.body).toBe('first');
  });

  test('does not replace a version that another writer has replaced', async () => {
    const state = await open();
    await state.put('a', 'first', 'absent');
    const tag = (await state.get('a'))?.tag ?? '';
    await state.put('a', 'theirs', { tag });
    expect(await state.put('a', 'ours', { tag })).toBe('changed');
    expect((await state.get('a'))?.body).toBe('theirs');
  });

  test('does not replace a key that does not exist', async () => {
    const state = await open();
    expect(await state.put('a', 'ours', { tag: '"d41d8cd98f00b204e9800998ecf8427e"' })).toBe('changed');
    expect(await state.get('a')).toBeUndefined();
  });

  test('lets exactly one of many concurrent writers write', async () => {
    const state = await open();
    const first = await Promise.all(['a', 'b', 'c', 'd'].map((body) => state.put('key', body, 'absent')));
    expect(first.filter((one) => one === 'written')).toHaveLength(1);
    const tag = (await state.get('key'))?.tag ?? '';
    const second = await Promise.all(['e', 'f', 'g'].map((body) => state.put('key', body, { tag })));
    expect(second.filter((one) => one === 'written')).toHaveLength(1);
  });

  test('replaces a text any number of times', async () => {
    const state = await open();
    await state.put('a', '1', 'absent');
    for (const body of ['2', '3', '4', '5', '6', '7'])
      expect(await state.put('a', body, { tag: (await state.get('a'))?.tag ?? '' })).toBe('written');
    expect((await state.get('a'))?.body).toBe('7');
  });

  test('reads back a text of a megabyte', async () => {
    const state = await open();
    const body = 'häufig '.repeat(150_000);
    await state.put('a', body, 'absent');
    expect((await state.get('a'))?.body).toBe(body);
  });

  test('lists keys by prefix, in order', async () => {
    const state = await open();
    for (const key of ['a/b.json', 'a/a.json', 'ab/c.json', 'b.json']) await state.put(key, 'x', 'absent');
    expect(await state.list('a/')).toEqual(['a/a.json', 'a/b.json']);
    expect(await state.list('')).toEqual(['a/a.json', 'a/b.json', 'ab/c.json', 'b.json']);
  });

  test.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'grün', 'a b', 'a\\b', '.a', 'a/.b', 'x'.repeat(201)])(
    'refuses the key %j',
    async (key) => {
      const state = await open();
      await expect(state.get(key)).rejects.toThrow(TypeError);
      await expect(state.put(key, 'x', 'absent')).rejects.toThrow(TypeError);
    },
  );
});

describe('a folder', () => {
  test('keeps the two versions before the newest, and no drafts', async () => {
    const { state } = await aFolder();
    await state.put('a', '1', 'absent');
    for (const body of ['2', '3', '4', '5']) await state.put('a', body, { tag: (await state.get('a'))?.tag ?? '' });
    expect((await readdir(path.join(state.where, 'a'))).sort()).toEqual(['3', '4', '5']);
  });

  test('ignores files that no run has written', async () => {
    const { state, plant } = await aFolder();
    await state.put('a', 'ours', 'absent');
    await plant('a/readme.txt', 'hello');
    await plant('a/.draft-x/text', 'half');
    await plant('a/02', 'no number');
    await plant('notes.md', 'hello');
    expect((await state.get('a'))?.body).toBe('ours');
    expect(await state.list('')).toEqual(['a']);
  });

  test('fails on a text that is not UTF-8', async () => {
    const { state, plant } = await aFolder();
    await plant('a/1', new Uint8Array([0xff, 0xfe]));
    expect(await failureOf(state.get('a'))).toMatchObject({ kind: 'incomplete' });
  });

  test('fails where a file is in the place of a folder', async () => {
    const { state, plant } = await aFolder();
    await plant('a', 'a file');
    const { operation, remedy } = await failureOf(state.get('a'));
    expect(operation).toBe(`reading ${path.join(state.where, 'a')}`);
    expect(remedy).toContain('--state');
    expect(await failureOf(state.put('a', 'x', 'absent'))).toMatchObject({ kind: 'incomplete' });
  });

  test('creates a missing folder at the first write', async () => {
    const { state } = await aFolder();
    const deeper = await openStore(path.join(state.where, 'not', 'yet'), unusedAws);
    expect(await deeper.get('a')).toBeUndefined();
    expect(await deeper.list('')).toEqual([]);
    expect(await deeper.put('a', 'x', 'absent')).toBe('written');
  });
});

describe('a bucket', () => {
  test('stores texts below the prefix, or at the top without one', async () => {
    const { sandbox, open, state } = await aBucket();
    await state.put('a/b.json', 'x', 'absent');
    await (await open('s3://kept')).put('c', 'x', 'absent');
    expect(sandbox.account.storage.find('kept')?.keys()).toEqual(['c', 'of/pruner/a/b.json']);
    expect([state.where, (await open('s3://kept')).where]).toEqual(['s3://kept/of/pruner', 's3://kept']);
  });

  test('may be in another Region', async () => {
    const { sandbox, open } = await aBucket();
    const state = await open('s3://far/x');
    expect(await state.put('a', 'text', 'absent')).toBe('written');
    expect((await state.get('a'))?.body).toBe('text');
    expect(sandbox.account.storage.find('far')?.keys()).toEqual(['x/a']);
  });

  test.each([
    {
      fault: { kind: 'deny' },
      kind: 'denied',
      get: /^Allow s3:GetObject and s3:ListBucket on the bucket/,
      put: /^Allow s3:PutObject on the bucket/,
    },
    { fault: { kind: 'throttle' }, kind: 'throttled', get: /^Run again/, put: /^Run again/ },
    {
      fault: { kind: 'error', code: 'InternalError', status: 500 },
      kind: 'unreachable',
      get: /^Run again/,
      put: /^Run again/,
    },
    {
      fault: { kind: 'error', code: 'ExpiredToken', status: 400 },
      kind: 'credentials',
      get: /^Renew/,
      put: /^Renew/,
    },
    {
      fault: { kind: 'error', code: 'Teapot', status: 418 },
      kind: 'incomplete',
      get: /^Check the bucket/,
      put: /^Check the bucket/,
    },
    { fault: { kind: 'reset', effect: 'before' }, kind: 'unreachable', get: /^Run again/, put: /^Run again/ },
  ] as const)('fails on $kind with a remedy, and never reads undefined', async ({ fault, kind, get, put }) => {
    const { sandbox, state } = await aBucket();
    sandbox.faults.add({ operation: '*', ...fault });
    const reading = await failureOf(state.get('a/b.json'));
    expect(reading).toMatchObject({ kind, operation: 'reading s3://kept/of/pruner/a/b.json' });
    expect(reading.remedy).toMatch(get);
    const writing = await failureOf(state.put('a/b.json', 'x', 'absent'));
    expect(writing).toMatchObject({ kind, operation: 'writing s3://kept/of/pruner/a/b.json' });
    expect(writing.remedy).toMatch(put);
    expect(await failureOf(state.list(''))).toMatchObject({
      kind,
      operation: 'listing s3://kept/of/pruner',
    });
  });

  test('neither reads nor writes a bucket of another account, even where it is allowed', async () => {
    const { sandbox, state } = await aBucket();
    await state.put('a', 'x', 'absent');
    const bucket = sandbox.account.storage.find('kept');
    if (bucket !== undefined) bucket.owner = '999999999999';
    const uses = [() => state.get('a'), () => state.put('b', 'x', 'absent'), () => state.list('')];
    for (const use of uses) {
      const { kind, remedy } = await failureOf(use());
      expect(kind).toBe('denied');
      expect(remedy).toContain('The bucket must belong to the account that this runs in.');
    }
    expect(bucket?.keys()).toEqual(['of/pruner/a']);
  });

  test('names the parameter that allows an operator where access is denied', async () => {
    const { sandbox, state } = await aBucket();
    sandbox.faults.add({ operation: '*', kind: 'deny' });
    const { remedy } = await failureOf(state.put('a', 'x', 'absent'));
    expect(remedy).toContain("to the stack's parameter `OperatorRoleArns`, and deploy");
  });

  test('reports a bucket that does not exist', async () => {
    const { open } = await aBucket();
    const { kind, remedy } = await failureOf((await open('s3://nobodys')).get('a'));
    expect({ kind, remedy }).toEqual({
      kind: 'incomplete',
      remedy:
        'There is no such bucket: check the name that --state, `state` in the settings, or --hub gives, and the account.',
    });
  });

  test('fails on a text that is truncated in transit', async () => {
    const { sandbox, state } = await aBucket();
    await state.put('a', '0123456789', 'absent');
    sandbox.faults.add({ operation: 'GetObject', kind: 'truncate' });
    expect(await failureOf(state.get('a'))).toMatchObject({
      kind: 'incomplete',
      operation: 'reading s3://kept/of/pruner/a',
    });
  });

  test('reports changed when S3 refuses one of two concurrent writes', async () => {
    const { sandbox, state } = await aBucket();
    sandbox.faults.add({
      operation: 'PutObject',
      kind: 'error',
      code: 'ConditionalRequestConflict',
      status: 409,
    });
    expect(await state.put('a', 'x', 'absent')).toBe('changed');
  });

  test('reports changed, with a whole text, when the answer of a write is lost', async () => {
    const { sandbox, state } = await aBucket();
    sandbox.faults.add({ operation: 'PutObject', kind: 'reset', effect: 'after', times: 1 });
    expect(await state.put('a', 'ours', 'absent')).toBe('changed'); // The SDK's second attempt finds the text of the first.
    expect((await state.get('a'))?.body).toBe('ours');
  });
});
