// The state store in a folder. Each key is a folder with one file a version (`usage.json/7`), and the highest number is the
// current text. A writer completes a draft and links it to the next number, which the file system grants to one writer only.
// So no reader sees half a text, no write is lost, and a killed run leaves no lock file behind.
import { createHash } from 'node:crypto';
import { chmod, link, mkdtemp, open, readdir, readFile, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { assertPrivate, codeOf, makePrivate, UnsafeFolder } from './private-folder.ts';
import { assertKey, MOST_BYTES, type StateStore, StateError } from './store.ts';

/** The newest and two more, for an operator who wants to go back. */
const KEPT_VERSIONS = 3;
/** Three newer versions may arrive, and remove the one that a reader was about to open. */
const ATTEMPTS = 5;

export function openFolderStore(folder: string): StateStore {
  const pathOf = (key: string) => path.join(folder, ...assertKey(key).split('/'));
  let isPrivate = false;
  /** Only until the first write: its owner may change the folder during a run. */
  const check = async () => {
    if (!isPrivate) await assertPrivate(folder);
  };

  return {
    where: folder,

    async get(key) {
      const place = pathOf(key);
      return withStateErrors(`reading ${place}`, async () => {
        await check();
        for (let attempt = 1; ; attempt++) {
          const newest = (await listVersions(place)).at(-1);
          if (newest === undefined) return undefined;
          try {
            const body = await readText(path.join(place, `${newest}`));
            return { body, tag: tagOf(newest, body) };
          } catch (error) {
            if (codeOf(error) !== 'ENOENT' || attempt === ATTEMPTS) throw error;
          }
        }
      });
    },

    async put(key, body, over) {
      const place = pathOf(key);
      return withStateErrors(`writing ${place}`, async () => {
        if (!isPrivate) {
          await assertPrivate(folder);
          await makePrivate(folder);
          await assertPrivate(folder);
          isPrivate = true;
        }
        await makePrivate(place);
        const newest = (await listVersions(place)).at(-1);
        if (newest === undefined ? over !== 'absent' : over === 'absent') return 'changed';
        if (newest !== undefined && over !== 'absent') {
          const there = await readText(path.join(place, `${newest}`));
          if (tagOf(newest, there) !== over.tag) return 'changed';
        }
        const next = (newest ?? 0) + 1;
        if (!(await writeVersion(place, next, body))) return 'changed';
        const versions = await listVersions(place);
        // After a long pause before the link, we may have re-created a number that others had already removed. Whether a
        // newer version builds on ours cannot be determined, so it counts as changed.
        if (versions.at(-1) !== next) return 'changed';
        for (const old of versions.slice(0, -KEPT_VERSIONS)) await unlink(path.join(place, `${old}`));
        return 'written';
      });
    },

    async list(prefix) {
      return withStateErrors(`listing ${folder}`, async () => {
        await check();
        const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(emptyIfMissing);
        const keys = files
          .filter((file) => file.isFile() && NUMBER.test(file.name))
          .map(({ parentPath }) => path.relative(folder, parentPath).split(path.sep).join('/'));
        return [...new Set(keys)].filter((key) => key.startsWith(prefix)).sort();
      });
    },
  };
}

const NUMBER = /^[1-9]\d{0,14}$/;

/** Ascending. Ignores files with other names. */
async function listVersions(place: string): Promise<number[]> {
  const names = await readdir(place).catch(emptyIfMissing);
  return names
    .filter((name) => NUMBER.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

async function readText(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes, more than any run writes`);
  return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
}

/** Syncs the draft to disk before it links the number: a power failure must not leave an empty newest version.
 *  @returns false when another writer was first */
async function writeVersion(place: string, version: number, body: string): Promise<boolean> {
  const ours = await mkdtemp(path.join(place, '.draft-'));
  // The umask may have removed the owner's own rights.
  await chmod(ours, 0o700);
  const draft = path.join(ours, 'text');
  try {
    await writeDraft(draft, body);
    await link(draft, path.join(place, `${version}`));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(ours, { recursive: true, force: true });
  }
}

async function writeDraft(draft: string, body: string): Promise<void> {
  const file = await open(draft, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Includes a digest, since numbers repeat after an operator empties the folder. */
function tagOf(version: number, body: string): string {
  return `${version}-${createHash('sha256').update(body).digest('hex').slice(0, 32)}`;
}

function emptyIfMissing(error: unknown): [] {
  if (codeOf(error) === 'ENOENT') return [];
  throw error;
}

async function withStateErrors<T>(operation: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof UnsafeFolder)
      throw new StateError('denied', { operation, reason: error.message, remedy: error.remedy }, error);
    const reason = error instanceof Error ? error.message : String(error);
    const isDenied = ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '');
    const remedy = isDenied
      ? 'Let the user who runs this read and write there, or give another place with --state.'
      : 'Check the folder that --state, or `state` in the settings, gives.';
    throw new StateError(isDenied ? 'denied' : 'incomplete', { operation, reason, remedy }, error);
  }
}
