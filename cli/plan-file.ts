// Reads and writes the file of a saved plan. A file that is anything else is neither used nor overwritten.
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { program } from '../shared/domain/program.ts';
import { DamagedRecord } from '../shared/state/codec.ts';
import {
  decodeSavedPlan,
  encodeSavedPlan,
  kindOfContent,
  LARGEST_PLAN,
  type SavedPlan,
} from '../shared/state/saved-plan.ts';
import { Refusal } from './exit.ts';

/** @throws Refusal for a file that cannot be read, or that is no intact plan of this format */
export function readPlanFile(file: string): SavedPlan {
  const attempt: Attempt = {
    what: `prune: cannot use ${file}`,
    remedy: `Save a plan, and do not edit it: \`${program()} plan --out ${file}\``,
  };
  const content = contentOf(file, attempt);
  if (content === undefined) throw refusal(attempt, 'there is no such file');
  try {
    return decodeSavedPlan(content);
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
    throw refusal(attempt, error.message, error);
  }
}

interface Attempt {
  readonly what: string;
  readonly remedy: string;
}

function refusal({ what, remedy }: Attempt, reason: string, cause?: unknown): Refusal {
  return new Refusal(`${what}: ${reason}`, { remedy, cause });
}

/** Checks before anything is read from AWS that the plan can be saved there.
 *  @throws Refusal for a file that is anything but a saved plan, or a folder that cannot be written to */
export function requirePlanPlace(file: string): void {
  const attempt: Attempt = {
    what: `plan: cannot save the plan to ${file}`,
    remedy: 'Only a saved plan is overwritten. Give another name in a folder of yours.',
  };
  const content = contentOf(file, attempt);
  if (content !== undefined && kindOfContent(content) !== 'saved plan')
    throw refusal(attempt, 'the file exists and is not a saved plan');
  try {
    accessSync(path.dirname(file), constants.W_OK);
  } catch (error) {
    throw refusal(attempt, reasonOf(error), error);
  }
}

/** Replaces an earlier plan at once, never by half. Only its owner may read it: it lists what an account has.
 *  @throws Refusal */
export function writePlanFile(file: string, plan: SavedPlan): void {
  // Beside the file, so that it can be renamed. Its own name would be too long with an addition, where it is long already.
  const unfinished = path.join(path.dirname(file), `${plan.run}.part`);
  try {
    writeFileSync(unfinished, encodeSavedPlan(plan), { flag: 'wx', mode: 0o600 });
    // Reading an account takes minutes, in which the operator or another program may have put another file there.
    requirePlanPlace(file);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    if (error instanceof Refusal) throw error;
    throw new Refusal(`plan: cannot save the plan to ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Nothing where the file does not exist. @throws Refusal for anything but a file that can be read */
function contentOf(file: string, attempt: Attempt): string | undefined {
  let from: number;
  try {
    // A named pipe without a writer would never open.
    from = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw refusal(attempt, reasonOf(error), error);
  }
  try {
    const about = fstatSync(from);
    if (!about.isFile()) throw refusal(attempt, 'it is not a file');
    if (about.size > LARGEST_PLAN) throw refusal(attempt, `it has ${about.size} bytes, allowed: ${LARGEST_PLAN}`);
    const bytes = Buffer.alloc(about.size);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read)
      read = readSync(from, bytes, length, bytes.length - length, null);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(from);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
