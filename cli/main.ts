// The command line, from its arguments to its exit code. A command is a file beside this one; this one only chooses, and
// prints whatever ends a command early: on standard error in words, and with --json as a document on standard output.
import manifest from '../package.json' with { type: 'json' };
import type { ErrorDocument } from '../shared/report/json/error.ts';
import { safe, safeLines } from '../shared/domain/safe-text.ts';
import { SettingsError } from '../shared/settings/problems.ts';
import { Declined, type ExitCode, exitCodes, Interrupted, Refusal } from './exit.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { historyCommand } from './commands/history.ts';
import { type CommandLine, parseCommandLine } from './options.ts';
import { permissionsCommand } from './commands/permissions.ts';
import { planCommand } from './commands/plan.ts';
import { pruneCommand } from './commands/prune.ts';
import { restoreCommand } from './commands/restore.ts';
import { snapshotCommand } from './commands/snapshot.ts';
import { createProcessContext, type ProcessContext } from './context.ts';

export async function main(args: readonly string[], given: ProcessContext): Promise<ExitCode> {
  // Errors repeat names and AWS's texts, so standard error is sanitised; progress draws directly.
  const world: ProcessContext = { ...given, err: (text) => given.err(safeLines(text)), draw: given.err };
  try {
    return await call(
      parseCommandLine(args, { version: manifest.version, columns: world.width }),
      args,
      world,
    );
  } catch (error) {
    return ended(error, args, world);
  }
}

async function call(asked: CommandLine, args: readonly string[], world: ProcessContext): Promise<ExitCode> {
  switch (asked.command) {
    case 'help':
    case 'version':
      world.out(`${asked.text.trimEnd()}\n`);
      return exitCodes.done;
    case 'usage':
      return ended(new Refusal(asked.message), args, world);
    case 'plan':
      return planCommand(asked.options, world);
    case 'prune':
      return pruneCommand(asked.options, world);
    case 'explain':
      return explainCommand(asked.revision, asked.options, world);
    case 'history':
      return historyCommand(asked.asked, asked.options, world);
    case 'restore':
      return restoreCommand(asked.wanted, asked.options, world);
    case 'snapshot':
      return snapshotCommand(asked.options, world);
    case 'doctor':
      return doctorCommand(asked.options, world);
    case 'permissions':
      return permissionsCommand(asked.options, world);
  }
}

/** Prints what ended a command before it did anything, and says with which code. */
function ended(error: unknown, args: readonly string[], world: ProcessContext): ExitCode {
  if (error instanceof Interrupted) {
    world.err(`\nInterrupted; ${error.message}.\n`);
    return exitCodes.interrupted;
  }
  if (error instanceof Declined) {
    world.err(`${error.message}\n`);
    return exitCodes.usage;
  }
  const { message, remedy, code } = refusalOf(error);
  world.err(`error: ${message.trimEnd()}\n${remedy === undefined ? '' : `${remedy}\n`}`);
  const origin = error instanceof Refusal && error.cause instanceof Error ? error.cause : error;
  if (args.includes('--debug') && origin instanceof Error) world.err(`${origin.stack ?? ''}\n`);
  if (args.includes('--json')) {
    const document: ErrorDocument = {
      error: { reason: message, ...(remedy === undefined ? {} : { remedy }), exitCode: code },
    };
    world.out(`${JSON.stringify(safe(document))}\n`);
  }
  return code;
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof SettingsError) return new Refusal(error.message);
  return new Refusal(`unexpected failure: ${error instanceof Error ? error.message : String(error)}`, {
    remedy: 'This is a fault of ecs-revision-pruner. `--debug` prints where it happened; please report it.',
    code: exitCodes.failed,
  });
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), createProcessContext());
