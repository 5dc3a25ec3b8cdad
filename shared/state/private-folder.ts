// Restricts a folder to its owner. The journal contains secrets, and another user who could change the records could make a
// run deregister revisions that are in use.
import { chmod, lstat, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** Other users can change or replace the folder. */
export class UnsafeFolder extends Error {
  override readonly name = 'UnsafeFolder';
  readonly remedy: string;
  constructor(reason: string, remedy: string) {
    super(reason);
    this.remedy = remedy;
  }
}

const PRIVATE = 0o700;
const OF_OTHERS = 0o077;
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;
const ROOT = 0;
/** No file system allows a path of so many levels. */
const DEEPEST = 1_000;

/** Creates the folder, and missing folders above it, for its owner alone, regardless of the umask. Level by level: Node's
 *  recursive mkdir never ends where the system answers ENOENT for a folder that cannot be created, for example below /proc.
 *  @throws UnsafeFolder; errors of the file system */
export async function makePrivate(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !(await exists(at)); at = path.dirname(at)) {
    missing.push(at);
    if (missing.length > DEEPEST)
      throw new UnsafeFolder(`${folder} has no folder above it`, 'Give another folder with --state.');
  }
  for (const one of missing.toReversed()) {
    // Another run may be creating the same folder.
    await mkdir(one, { mode: PRIVATE }).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    await chmod(one, PRIVATE);
  }
  if (missing.length === 0) await restrictToOwner(folder);
}

/** Refuses a folder that other users can change or replace, and restricts one that they can read. Accepts a folder that does
 *  not exist yet.
 *  @throws UnsafeFolder; errors of the file system */
export async function assertPrivate(folder: string): Promise<void> {
  const me = process.getuid?.();
  // Windows has no such modes. The inherited rights of the user's folders decide there.
  if (me === undefined || !(await exists(folder))) return;
  const real = await realpath(folder);
  // Both the link and its target, where it is a link.
  for (const one of new Set([path.resolve(folder), real])) {
    const { uid } = await lstat(one);
    if (uid !== me)
      throw new UnsafeFolder(
        `${one} belongs to the user with the id ${uid}, and this runs as the user with the id ${me}`,
        `Give a folder of your own with --state, or make this one yours: \`sudo chown -hR ${me} ${quoted(one)}\``,
      );
    await assertParent(path.dirname(one), one, me);
  }
  await assertNotWritableByOthers(real);
  await restrictToOwner(real);
}

/** A user who can rename the folder can replace it. In a sticky folder, for example /tmp, only its owner can. */
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

/** Does not restrict it silently: other users may already have changed its content. */
async function assertNotWritableByOthers(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & WRITABLE_BY_OTHERS) !== 0)
    throw new UnsafeFolder(
      `${folder} can be changed by other users (mode ${octal(mode)})`,
      `Give another folder with --state, or look through this one for what others have put there, and close it to them: \`chmod 0700 ${quoted(folder)}\``,
    );
}

async function restrictToOwner(folder: string): Promise<void> {
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

/** For a shell command. */
function quoted(text: string): string {
  return /^[\w./:@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
