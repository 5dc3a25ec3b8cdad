// Runs a command and prints the error that ended it early: in words on standard error, and with --json as a document on
// standard output.
import manifest from '../package.json' with { type: 'json' };
import type { ErrorDocument } from '../shared/report/json/error.ts';
import { safe, safeLines } from '../shared/domain/safe-text.ts';
import { SettingsError } from '../shared/settings/problems.ts';
import { createProcessContext, type ProcessContext } from './context.ts';
import { Declined, type ExitCode, exitCodes, Interrupted, isDetailed, Refusal } from './exit.ts';
import { parseCommandLine } from './parse.ts';

export async function main(args: readonly string[], given: ProcessContext): Promise<ExitCode> {
  // Errors contain names and AWS's texts, so standard error is sanitized; progress draws directly.
  const context: ProcessContext = { ...given, err: (text) => given.err(safeLines(text)), draw: given.err };
  try {
    const commandLine = parseCommandLine(args, { version: manifest.version, columns: context.width });
    if ('run' in commandLine) return await commandLine.run(context);
    if (commandLine.command === 'usage') throw new Refusal(commandLine.message);
    context.out(`${commandLine.text.trimEnd()}\n`);
    return exitCodes.done;
  } catch (error) {
    return printError(error, args, context);
  }
}

function printError(error: unknown, args: readonly string[], context: ProcessContext): ExitCode {
  if (error instanceof Interrupted) {
    context.err(`\nInterrupted; ${error.message}.\n`);
    return exitCodes.interrupted;
  }
  if (error instanceof Declined) {
    context.err(`${error.message}\n`);
    return exitCodes.usage;
  }
  const { message, remedy, code: usual } = toRefusal(error);
  const code = isDetailed(args) && usual === exitCodes.usage ? exitCodes.failed : usual;
  context.err(`error: ${message.trimEnd()}\n${remedy === undefined ? '' : `${remedy}\n`}`);
  const origin = error instanceof Refusal && error.cause instanceof Error ? error.cause : error;
  if (args.includes('--debug') && origin instanceof Error) context.err(`${origin.stack ?? ''}\n`);
  if (args.includes('--json')) {
    const document: ErrorDocument = {
      error: { reason: message, ...(remedy === undefined ? {} : { remedy }), exitCode: code },
    };
    context.out(`${JSON.stringify(safe(document))}\n`);
  }
  return code;
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof SettingsError) return new Refusal(error.message);
  return new Refusal(`unexpected failure: ${error instanceof Error ? error.message : String(error)}`, {
    remedy: 'This is a bug in ecs-revision-pruner. `--debug` prints where it happened; please report it.',
    code: exitCodes.failed,
  });
}

// `node cli/main.ts` in a checkout, without a bundle.
if (import.meta.main) process.exitCode = await main(process.argv.slice(2), createProcessContext());
