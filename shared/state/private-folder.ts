// Keeps a folder to its owner: the journal in it holds secrets, and whoever could write the records could make a run
// deregister what is used.
import { chmod, lstat, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** The folder, or the folder that it is in, is in the hands of others. */
export class UnsafeFolder extends Error {
  override readonly name = 'UnsafeFolder';
  readonly next: string;
  constructor(says: string, next: string) {
    super(says);
    this.next = next;
  }
}

const PRIVATE = 0o700;
const OF_OTHERS = 0o077;
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;
const ROOT = 0;
/** No file system allows a path of so many levels. */
const DEEPEST = 1_000;

/** Makes the folder, and those above it that do not exist, for its owner alone, whatever the umask. Level by level: Node's
 *  own recursive mkdir never ends where the system answers ENOENT for a folder that cannot be made, as below /proc.
 *  @throws UnsafeFolder; what the file system says */
export async function makePrivate(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !(await exists(at)); at = path.dirname(at)) {
    missing.push(at);
    if (missing.length > DEEPEST)
      throw new UnsafeFolder(`${folder} has no folder above it`, 'Give another folder with --state.');
  }
  for (const one of missing.toReversed()) {
    // Another run may be making the same one.
    await mkdir(one, { mode: PRIVATE }).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    await chmod(one, PRIVATE);
  }
  if (missing.length === 0) await close(folder);
}

/** Refuses a folder that others can change or replace, and closes one that they can read. Nothing is asked of a folder
 *  that does not exist yet.
 *  @throws UnsafeFolder; what the file system says */
export async function assertPrivate(folder: string): Promise<void> {
  const me = process.getuid?.();
  // Windows has no such modes: the rights that a user's folders inherit decide there.
  if (me === undefined || !(await exists(folder))) return;
  const real = await realpath(folder);
  // The link, if it is one, and what it leads to.
  for (const one of new Set([path.resolve(folder), real])) {
    const { uid } = await lstat(one);
    if (uid !== me)
      throw new UnsafeFolder(
        `${one} belongs to the user with the id ${uid}, and this runs as the user with the id ${me}`,
        `Give a folder of your own with --state, or make this one yours: \`sudo chown -hR ${me} ${quoted(one)}\``,
      );
    await assertParent(path.dirname(one), one, me);
  }
  await assertUnwritten(real);
  await close(real);
}

/** Whoever may rename the folder can put another in its place. In a sticky folder, as /tmp is, only its owner may. */
async function assertParent(parent: string, folder: string, me: number): Promise<void> {
  const { uid, mode } = await stat(parent);
  if (uid !== me && uid !== ROOT)
    throw new UnsafeFolder(
      `${parent}, in which ${path.basename(folder)} is, belongs to the user with the id ${uid}`,
      'Give a folder below your home folder with --state.',
    );
  if ((mode & WRITABLE_BY_OTHERS) !== 0 && (mode & STICKY) === 0)
    throw new UnsafeFolder(
      `${parent}, in which ${path.basename(folder)} is, can be changed by other users (mode ${octal(mode)})`,
      `Close it to them, or give another folder with --state: \`chmod go-w ${quoted(parent)}\``,
    );
}

/** Closing it now would keep what others have put into it while they could. */
async function assertUnwritten(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & WRITABLE_BY_OTHERS) !== 0)
    throw new UnsafeFolder(
      `${folder} can be changed by other users (mode ${octal(mode)})`,
      `Give another folder with --state, or look through this one for what others have put there, and close it to them: \`chmod 0700 ${quoted(folder)}\``,
    );
}

async function close(folder: string): Promise<void> {
  if (process.getuid === undefined) return;
  const { mode } = await stat(folder);
  if ((mode & OF_OTHERS) !== 0) await chmod(folder, PRIVATE);
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

async function exists(folder: string): Promise<boolean> {
  try {
    await lstat(folder);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./:@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
