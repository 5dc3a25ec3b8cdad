// Parses the command line: which command, with which options and operands, or the problems with them. Options that commands
// share may come before the command as well as after it.
import { Command as Parser, CommanderError, Help, type Option } from 'commander';
import { keysOf } from '../shared/domain/objects.ts';
import { program } from '../shared/domain/program.ts';
import { meant } from '../shared/settings/nearest.ts';
import { printable, shown } from '../shared/settings/shown.ts';
import type { Command, Prepared } from './command.ts';
import { commandNames, commands } from './commands.ts';
import { exitCodes } from './exit.ts';
import { flagOf, Misuse, type OptionDefinition, type OptionGroup, toCommanderOption } from './option.ts';
import { commonOptions, policyOptions, sourceOptions, writeOptions } from './options.ts';

export type CommandLine =
  | ({ readonly command: string } & Extract<Prepared, { run: unknown }>)
  | { readonly command: 'help' | 'version'; readonly text: string }
  /** For standard error, and exit code 2. One problem a line. */
  | { readonly command: 'usage'; readonly message: string };

export interface ParseContext {
  readonly version: string;
  /** The width of help. */
  readonly columns: number;
}

/** Parsed before and after the command; each command still refuses those that are not its own. */
const sharedOptions: OptionGroup = { ...commonOptions, ...policyOptions, ...sourceOptions, ...writeOptions };

/** @param args the arguments after the name of the program */
export function parseCommandLine(args: readonly string[], context: ParseContext): CommandLine {
  const help: string[] = [];
  let called: { parser: Parser; command: Command } | undefined;
  const whole = createProgram(context, help, (parser, command) => {
    called = { parser, command };
  });
  // Words after `--` are operands, also those that begin with a dash.
  const end = args.indexOf('--');
  const words = end === -1 ? [] : args.slice(end + 1);
  try {
    whole.parse(end === -1 ? args : args.slice(0, end), { from: 'user' });
  } catch (error) {
    return handleParseError(error, args, help, context);
  }
  if (called === undefined) {
    const [first] = whole.args;
    const problem = first === undefined ? `no command given; ${meant('', commandNames)}` : describeUnknown(first);
    return refuse([problem]);
  }
  const { parser, command } = called;
  const operands = [...parser.args, ...words];
  const unknown = parser.args.find((word) => /^-./.test(word));
  if (unknown !== undefined) return refuse([describeUnknown(unknown, command)], command);
  // A negated option, such as --no-color, has a value also where it is not given.
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(parser.optsWithGlobals()).filter(
      ([name]) => name in command.options || whole.getOptionValueSource(name) !== 'default',
    ),
  );
  const foreign = Object.keys(values).filter((name) => !(name in command.options));
  if (foreign.length > 0)
    return refuse(
      foreign.flatMap((name) => {
        const option = sharedOptions[name];
        return option === undefined ? [] : [describeOwners(flagOf(option), command)];
      }),
      command,
    );
  const prepared = command.prepare(values, operands);
  return 'problems' in prepared ? refuse(prepared.problems, command) : { command: command.name, ...prepared };
}

function createProgram(
  { version, columns }: ParseContext,
  help: string[],
  call: (parser: Parser, command: Command) => void,
): Parser {
  const whole = new Parser(program())
    .description('Deregisters the ECS task definition revisions that nothing uses any more.')
    .usage('<command> [options]')
    .version(version, '--version', 'print the version')
    .addHelpText('after', `\nThe options of a command: ${program()} <command> --help\n\n${printExitCodes()}`)
    .action(() => undefined); // no known command
  const addOptions = (parser: Parser, options: readonly OptionDefinition[]) => {
    for (const option of options) parser.addOption(toCommanderOption(option));
    // Unknown options are reported below, with a suggestion.
    parser.helpOption('-h, --help', 'print this').allowUnknownOption().allowExcessArguments();
  };
  whole.helpCommand('help [command]', 'Prints the help of a command.').exitOverride();
  whole.createHelp = () => new CommandHelp();
  whole.configureOutput({
    writeOut: (text) => help.push(text),
    writeErr: () => undefined, // problems are phrased below
    getOutHelpWidth: () => columns,
    getOutHasColors: () => false,
  });
  addOptions(whole, Object.values(sharedOptions));
  for (const command of commands) {
    const parser = whole.command(command.name).description(command.summary);
    parser.createHelp = () => new CommandHelp(command);
    parser.usage([command.operands, '[options]'].filter(Boolean).join(' '));
    parser.addHelpText('after', `\n${printExamples(command)}\n\n${printExitCodes()}`);
    parser.action(() => call(parser, command));
    const own = Object.entries(command.options).filter(([name]) => !(name in sharedOptions));
    addOptions(
      parser,
      own.map(([, option]) => option),
    );
  }
  return whole;
}

/** Lists all options of a command together; the program itself lists those of every command. */
class CommandHelp extends Help {
  readonly #command: Command | undefined;

  constructor(command?: Command) {
    super();
    this.#command = command;
  }

  override visibleOptions(parser: Parser): Option[] {
    if (this.#command === undefined) {
      const hidden = new Set(Object.keys(sharedOptions).filter((name) => !(name in commonOptions)));
      return super.visibleOptions(parser).filter((option) => !hidden.has(option.attributeName()));
    }
    const shared = Object.entries(this.#command.options).filter(([name]) => name in sharedOptions);
    const own = super.visibleOptions(parser);
    const help = own.pop();
    return [...own, ...shared.map(([, option]) => toCommanderOption(option)), ...(help === undefined ? [] : [help])];
  }

  /** Without `[options]`, which would leave no room for the summary. */
  override subcommandTerm(parser: Parser): string {
    const usage = parser.usage().replace(/ ?\[options\]$/, '');
    return usage === '' || usage.startsWith('[command]') ? parser.name() : `${parser.name()} ${usage}`;
  }
}

function handleParseError(
  error: unknown,
  args: readonly string[],
  help: readonly string[],
  { version }: ParseContext,
): CommandLine {
  if (error instanceof Misuse) return refuse([error.message]);
  if (!(error instanceof CommanderError)) throw error;
  if (error.code === 'commander.version') return { command: 'version', text: `${version}\n` };
  if (error.exitCode === 0) return { command: 'help', text: help.join('') };
  // Commander finds two problems itself, both with the last word: `help nothing`, and `--settings` without a value.
  const last = args.at(-1) ?? '';
  return refuse([last.startsWith('-') ? `${last}: needs a value` : describeUnknown(last)]);
}

function refuse(problems: readonly string[], command?: Command): CommandLine {
  const see = `See ${program()} ${command === undefined ? '' : `${command.name} `}--help`;
  return { command: 'usage', message: [...problems, see].join('\n') };
}

function describeUnknown(word: string, command?: Command): string {
  if (!word.startsWith('-')) return `unknown command ${shown(word)}; ${meant(word, commandNames)}`;
  const [flag = ''] = word.split('=');
  const known = listFlags(command?.options ?? sharedOptions);
  if (known.includes(flag)) return `${flag}: takes no value`;
  return commands.some(({ options }) => listFlags(options).includes(flag))
    ? describeOwners(flag, command)
    : `${printable(flag)}: unknown option; ${meant(flag, known)}`;
}

/** `--yes: an option of prune and restore, not of plan` */
function describeOwners(flag: string, command?: Command): string {
  const owners = commands.filter(({ options }) => listFlags(options).includes(flag)).map(({ name }) => name);
  const list = new Intl.ListFormat('en-GB').format(owners);
  return `${flag}: an option of ${list}${command === undefined ? '; it belongs after the command' : `, not of ${command.name}`}`;
}

function listFlags(options: OptionGroup): string[] {
  return Object.values(options).map(flagOf);
}

/** At most 72 characters a line: with the code before it a line fits 80 columns. */
const exitCodeHelp: Record<keyof typeof exitCodes, string> = {
  done: 'done; also with nothing to do, a family on hold, or the cap reached',
  failed:
    'failed: AWS not reached, a call refused, a report not sent; or something\n       began to use a revision after it was deregistered',
  usage: 'not begun: wrong options, settings, account, revision or saved plan',
  held: 'held or paused: something could not be read; nothing was done after that',
  interrupted: 'interrupted',
};

function printExamples({ examples }: Command): string {
  return ['Examples:', ...examples.map(([line, purpose]) => `  # ${purpose}\n  ${program()} ${line}`)].join('\n');
}

function printExitCodes(): string {
  const lines = keysOf(exitCodeHelp).map((name) => `  ${String(exitCodes[name]).padEnd(3)}  ${exitCodeHelp[name]}`);
  return ['Exit codes:', ...lines].join('\n');
}
