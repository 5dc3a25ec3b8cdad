// What a run keeps between runs: nothing without a place, and nothing is written where only reading is allowed.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openKeeping } from '../../shared/state/open-store.ts';
import { aReader } from '../support/reader.ts';
import { anAccount } from '../support/account.ts';

test('without a place nothing is kept', async () => {
  const { aws } = await aReader(anAccount());
  expect(await openKeeping('', aws, { writes: true, version: '1' })).toBeUndefined();
});

test('a state that is only read refuses a write, and still reads and lists', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pruner-keeping-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { aws } = await aReader(anAccount());
  const written = await openKeeping(folder, aws, { writes: true, version: '1' });
  expect(await written?.state.put('a.json', 'text', 'absent')).toBe('written');
  const read = await openKeeping(folder, aws, { writes: false, version: '1' });
  expect(read).toMatchObject({ writes: false, state: { where: folder } });
  await expect(read?.state.put('b.json', 'text', 'absent')).rejects.toThrow('writes nothing');
  expect((await read?.state.get('a.json'))?.body).toBe('text');
  expect(await read?.state.list('')).toEqual(['a.json']);
  expect(await readdir(folder)).toEqual(['a.json']);
});
