// Only its owner can use a state folder, and a folder that cannot be created is one clear error.
import { execFile } from 'node:child_process';
import { chmod, lchown, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openFolderStore } from '../../shared/state/folder.ts';
import { StateError } from '../../shared/state/store.ts';

const isRoot = process.getuid?.() === 0;

async function aParent(): Promise<string> {
  const parent = await mkdtemp(path.join(tmpdir(), 'pruner-modes-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  return parent;
}

const modeOf = async (file: string) => ((await stat(file)).mode & 0o7777).toString(8);
const failureOf = async (act: Promise<unknown>) => {
  const error = await act.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof StateError)) throw new Error(`no StateError, but ${String(error)}`);
  return error;
};
/** Every use of the state folder must have the same result. */
const uses = (folder: string) => {
  const open = () => openFolderStore(folder);
  return [() => open().get('a'), () => open().list(''), () => open().put('a', 'x', 'absent')];
};

/** The umask belongs to a process, and a test's worker cannot set its own. */
const writing = `
  import { openFolderStore } from ${JSON.stringify(new URL('../../shared/state/folder.ts', import.meta.url))};
  process.umask(Number(process.argv[1]));
  await openFolderStore(process.argv[2]).put('a/b.json', 'x', 'absent');`;

test.each([0o000, 0o277])('makes folders 0700 and files 0600 under the umask %i', async (umask) => {
  const parent = await aParent();
  const folder = path.join(parent, 'not/yet');
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', writing, `${umask}`, folder]);
  const made = await readdir(parent, { recursive: true, withFileTypes: true });
  const modes = await Promise.all(
    made.map(async (one) => `${one.name} ${await modeOf(path.join(one.parentPath, one.name))}`),
  );
  expect(modes.sort()).toEqual(['1 600', 'a 700', 'b.json 700', 'not 700', 'yet 700']);
});

test('closes a folder that others could read', async () => {
  const folder = path.join(await aParent(), 'open');
  await mkdir(folder);
  await chmod(folder, 0o755);
  expect(await openFolderStore(folder).get('a')).toBeUndefined();
  expect(await modeOf(folder)).toBe('700');
});

test.each([0o775, 0o757, 0o777])('refuses a folder inside one that others can change: mode %o', async (mode) => {
  const parent = await aParent();
  await chmod(parent, mode);
  const folder = path.join(parent, 'state');
  await mkdir(folder);
  for (const use of uses(folder)) {
    const { kind, reason, remedy } = await failureOf(use());
    expect({ kind, reason, remedy }).toEqual({
      kind: 'denied',
      reason: `${parent}, in which state is, can be changed by other users (mode 0${mode.toString(8)})`,
      remedy: `Close it to them, or give another folder with --state: \`chmod go-w ${parent}\``,
    });
  }
});

test.each([0o770, 0o707, 0o1777])('refuses a folder that others can change: mode %o', async (mode) => {
  const folder = path.join(await aParent(), 'state');
  await mkdir(folder);
  await chmod(folder, mode);
  for (const use of uses(folder)) {
    const { kind, reason, remedy } = await failureOf(use());
    const octal = mode.toString(8).padStart(4, '0');
    expect({ kind, reason }).toEqual({
      kind: 'denied',
      reason: `${folder} can be changed by other users (mode ${octal})`,
    });
    expect(remedy).toContain(`\`chmod 0700 ${folder}\``);
  }
  expect(await modeOf(folder)).toBe(mode.toString(8));
});

test('accepts a folder in a sticky one, as /tmp is', async () => {
  const parent = await aParent();
  await chmod(parent, 0o1777);
  expect(await openFolderStore(path.join(parent, 'state')).put('a', 'x', 'absent')).toBe('written');
});

describe.skipIf(!isRoot)('of another user', () => {
  test('refuses the folder', async () => {
    const folder = path.join(await aParent(), 'theirs');
    await mkdir(folder);
    await lchown(folder, 12_345, 12_345);
    for (const use of uses(folder)) {
      const { kind, reason, remedy } = await failureOf(use());
      expect({ kind, reason }).toEqual({
        kind: 'denied',
        reason: `${folder} belongs to the user with the id 12345, and this runs as the user with the id 0`,
      });
      expect(remedy).toContain(`\`sudo chown -hR 0 ${folder}\``);
    }
  });

  test('refuses a link to a folder of ours, and a link of ours to their folder', async () => {
    const parent = await aParent();
    const [ours, theirs] = [path.join(parent, 'ours'), path.join(parent, 'theirs')];
    for (const one of [ours, theirs]) await mkdir(one);
    await symlink(ours, path.join(parent, 'their-link'));
    await symlink(theirs, path.join(parent, 'our-link'));
    for (const one of [theirs, path.join(parent, 'their-link')]) await lchown(one, 12_345, 12_345);
    for (const link of ['their-link', 'our-link'])
      for (const use of uses(path.join(parent, link)))
        expect((await failureOf(use())).reason).toContain('belongs to the user with the id 12345');
  });

  test('refuses a folder of ours in theirs', async () => {
    const parent = path.join(await aParent(), 'theirs');
    await mkdir(path.join(parent, 'state'), { recursive: true });
    await lchown(parent, 12_345, 12_345);
    for (const use of uses(path.join(parent, 'state')))
      expect((await failureOf(use())).reason).toBe(
        `${parent}, in which state is, belongs to the user with the id 12345`,
      );
  });
});

test('accepts a link of ours to a folder of ours', async () => {
  const parent = await aParent();
  await mkdir(path.join(parent, 'state'));
  await symlink(path.join(parent, 'state'), path.join(parent, 'link'));
  expect(await openFolderStore(path.join(parent, 'link')).put('a', 'x', 'absent')).toBe('written');
});

describe('a folder that cannot be created is one error at once', () => {
  test.skipIf(process.platform !== 'linux')('below /proc', async () => {
    const { operation, reason } = await failureOf(openFolderStore('/proc/nowhere/at/all').put('a', 'x', 'absent'));
    expect(operation).toBe('writing /proc/nowhere/at/all/a');
    expect(reason).toContain('ENOENT');
  });

  test('below a file', async () => {
    const file = path.join(await aParent(), 'file');
    await writeFile(file, '');
    for (const use of uses(path.join(file, 'state'))) expect((await failureOf(use())).reason).toContain('ENOTDIR');
  });

  test('with a name that is too long', async () => {
    const folder = path.join(await aParent(), 'x'.repeat(300));
    for (const use of uses(folder)) expect((await failureOf(use())).reason).toContain('ENAMETOOLONG');
  });
});
