// Opening the state store: without a place there is none, and a read-only one refuses writes.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStateAccess } from '../../shared/state/open-store.ts';
import { aReader } from '../support/reader.ts';
import { anAccount } from '../support/account.ts';

test('opens no state store without a place', async () => {
  const { aws } = await aReader(anAccount());
  expect(await openStateAccess('', aws, { writes: true, version: '1' })).toBeUndefined();
});

test('refuses a write to a read-only state store, and still reads and lists', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pruner-state-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { aws } = await aReader(anAccount());
  const written = await openStateAccess(folder, aws, { writes: true, version: '1' });
  expect(await written?.state.put('a.json', 'text', 'absent')).toBe('written');
  const read = await openStateAccess(folder, aws, { writes: false, version: '1' });
  expect(read).toMatchObject({ writes: false, state: { where: folder } });
  await expect(read?.state.put('b.json', 'text', 'absent')).rejects.toThrow('writes nothing');
  expect((await read?.state.get('a.json'))?.body).toBe('text');
  expect(await read?.state.list('')).toEqual(['a.json']);
  expect(await readdir(folder)).toEqual(['a.json']);
});
