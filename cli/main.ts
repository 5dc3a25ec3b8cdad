// The command line, from its arguments to its exit code. A command is a file beside this one; this one only chooses, and
// sees to it that whatever goes wrong is said on standard error in words, with the right code.
import manifest from '../package.json' with { type: 'json' };
import { SettingsError } from '../shared/settings/problems.ts';
import { type ExitCode, exitCodes, Refusal } from './exit.ts';
import { explainCommand } from './explain.ts';
import { historyCommand } from './history.ts';
import { parseCommandLine } from './options.ts';
import { permissionsCommand } from './permissions.ts';
import { planCommand } from './plan.ts';
import { pruneCommand } from './prune.ts';
import { restoreCommand } from './restore.ts';
import { snapshotCommand } from './snapshot.ts';
import { safeLines } from '../shared/safe-text.ts';
import { processWorld, type World } from './world.ts';

export async function main(args: readonly string[], given: World): Promise<ExitCode> {
  // Whatever an error repeats, of a name or of AWS, is safe on the terminal; progress draws by itself.
  const world: World = { ...given, err: (text) => given.err(safeLines(text)), draw: given.err };
  const asked = parseCommandLine(args, { version: manifest.version, columns: world.width });
  try {
    switch (asked.command) {
      case 'help':
      case 'version':
        world.out(`${asked.text.trimEnd()}\n`);
        return exitCodes.done;
      case 'usage':
        world.err(`${asked.message.trimEnd()}\n`);
        return exitCodes.usage;
      case 'plan':
        return await planCommand(asked.options, world);
      case 'prune':
        return await pruneCommand(asked.options, world);
      case 'explain':
        return await explainCommand(asked.revision, asked.options, world);
      case 'history':
        return await historyCommand(asked.asked, asked.options, world);
      case 'restore':
        return await restoreCommand(asked.wanted, asked.options, world);
      case 'snapshot':
        return await snapshotCommand(asked.options, world);
      case 'permissions':
        return permissionsCommand(asked.options, world);
    }
  } catch (error) {
    // Anything else is a fault of ours: let it show with its stack.
    if (!(error instanceof Refusal || error instanceof SettingsError)) throw error;
    world.err(`${error.message}\n`);
    return exitCodes.usage;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), processWorld());
