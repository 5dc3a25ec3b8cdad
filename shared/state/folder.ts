// The state in a folder. A key is a folder with a file a version (`usage.json/7`), of which the highest is the text: a
// version is made whole beside it and then linked to its number, which the file system does for one writer only. So a
// reader never meets half a text, two writers never lose one, and no lock is left behind by a run that was killed.
import { createHash } from 'node:crypto';
import { chmod, link, mkdtemp, open, readdir, readFile, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { assertPrivate, codeOf, makePrivate, UnsafeFolder } from './private-folder.ts';
import { demandKey, MOST_BYTES, type StateStore, StateError } from './store.ts';

/** The newest and two more, for a person who wants to go back. */
const KEPT_VERSIONS = 3;
/** A reader may find that the version it was going to read has just been cleared away, if three newer ones came. */
const ATTEMPTS = 5;

export function folderState(folder: string): StateStore {
  const placeOf = (key: string) => path.join(folder, ...demandKey(key).split('/'));
  let isPrivate = false;
  /** Once: what its owner does to the folder while a run is at work is the owner's. */
  const check = async () => {
    if (!isPrivate) await assertPrivate(folder);
  };

  return {
    where: folder,

    async get(key) {
      const place = placeOf(key);
      return told(`reading ${place}`, async () => {
        await check();
        for (let attempt = 1; ; attempt++) {
          const newest = (await versionsIn(place)).at(-1);
          if (newest === undefined) return undefined;
          try {
            const body = await textOf(path.join(place, `${newest}`));
            return { body, tag: tagOf(newest, body) };
          } catch (error) {
            if (codeOf(error) !== 'ENOENT' || attempt === ATTEMPTS) throw error;
          }
        }
      });
    },

    async put(key, body, over) {
      const place = placeOf(key);
      return told(`writing ${place}`, async () => {
        if (!isPrivate) {
          await assertPrivate(folder);
          await makePrivate(folder);
          await assertPrivate(folder);
          isPrivate = true;
        }
        await makePrivate(place);
        const newest = (await versionsIn(place)).at(-1);
        if (newest === undefined ? over !== 'absent' : over === 'absent') return 'changed';
        if (newest !== undefined && over !== 'absent') {
          const there = await textOf(path.join(place, `${newest}`));
          if (tagOf(newest, there) !== over.tag) return 'changed';
        }
        const next = (newest ?? 0) + 1;
        if (!(await written(place, next, body))) return 'changed';
        const versions = await versionsIn(place);
        // Held up just before the link, we may have put back a number that others had cleared away long since: a past that
        // nobody reads. Whether they went on from ours cannot be seen, so in doubt it has changed.
        if (versions.at(-1) !== next) return 'changed';
        for (const old of versions.slice(0, -KEPT_VERSIONS)) await unlink(path.join(place, `${old}`));
        return 'written';
      });
    },

    async list(prefix) {
      return told(`listing ${folder}`, async () => {
        await check();
        const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(nothingThere);
        const keys = files
          .filter((file) => file.isFile() && NUMBER.test(file.name))
          .map(({ parentPath }) => path.relative(folder, parentPath).split(path.sep).join('/'));
        return [...new Set(keys)].filter((key) => key.startsWith(prefix)).sort();
      });
    },
  };
}

const NUMBER = /^[1-9]\d{0,14}$/;

/** Ascending; what else lies there is not ours. */
async function versionsIn(place: string): Promise<number[]> {
  const names = await readdir(place).catch(nothingThere);
  return names
    .filter((name) => NUMBER.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

async function textOf(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > MOST_BYTES)
    throw new Error(`${file} has ${size} bytes, so it is nothing that a run has written`);
  return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
}

/** Whether this version is now ours; not when somebody else was first. On the disk before it has its number: a machine
 *  that loses power must not wake up with an empty newest version. */
async function written(place: string, version: number, body: string): Promise<boolean> {
  const ours = await mkdtemp(path.join(place, '.draft-'));
  // The umask may have taken the owner's own rights as well.
  await chmod(ours, 0o700);
  const draft = path.join(ours, 'text');
  try {
    await saved(draft, body);
    await link(draft, path.join(place, `${version}`));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(ours, { recursive: true, force: true });
  }
}

async function saved(draft: string, body: string): Promise<void> {
  const file = await open(draft, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The number alone could come a second time, if a person clears the folder. */
function tagOf(version: number, body: string): string {
  return `${version}-${createHash('sha256').update(body).digest('hex').slice(0, 32)}`;
}

function nothingThere(error: unknown): [] {
  if (codeOf(error) === 'ENOENT') return [];
  throw error;
}

async function told<T>(doing: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof UnsafeFolder)
      throw new StateError('denied', { operation: doing, reason: error.message, remedy: error.next }, error);
    const isDenied = ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '');
    const next = isDenied
      ? 'Let the user who runs this read and write there, or give another place with --state.'
      : 'Check the folder that --state, or `state` in the settings, names.';
    throw new StateError(
      isDenied ? 'denied' : 'incomplete',
      { operation: doing, reason: error instanceof Error ? error.message : String(error), remedy: next },
      error,
    );
  }
}
