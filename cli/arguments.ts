// Which command was called and with which options: what commander makes of the arguments, as values that nobody has
// checked yet. Options that all commands have may stand before the command as well as behind it.
import { Command, CommanderError, Option } from 'commander';
import { meant } from '../shared/settings/nearest.ts';
import { printable, shown } from '../shared/settings/shown.ts';
import { commandHelp, commandNames, examplesText, exitCodesText, type CommandName } from './help.ts';

/** Help and version are answers; `misused` is for stderr. */
export type Given =
  | {
      readonly command: CommandName;
      readonly values: Readonly<Record<string, unknown>>;
      readonly operands: readonly string[];
    }
  | { readonly command: 'help'; readonly text: string }
  | { readonly command: 'version'; readonly text: string }
  | { readonly command: 'misused'; readonly problem: string; readonly of?: CommandName };

export type Surroundings = {
  readonly version: string;
  /** How wide help may be. */
  readonly columns: number;
};

const everyCommand = () => [
  valued('--settings <file>', 'the settings file (default: pruner.yml)'),
  valued('--region <region>', 'instead of the Region of your AWS configuration'),
  valued('--profile <profile>', 'a profile of your AWS configuration'),
  valued('--families <globs>', "only these families, as 'web*,batch-*'", listed),
  valued(
    '--keep-latest <n>',
    'instead of keepLatest in the settings, from 1; overrides keep theirs',
    counted,
  ),
  valued(
    '--min-age-days <days>',
    'instead of minAgeDays in the settings, 0 for none; overrides keep theirs',
    counted,
  ),
  valued('--max-deregistrations <n>', 'instead of maxDeregistrations in the settings', counted),
  valued('--share <share>', 'instead of share in the settings, up to 1', counted),
  valued('--write-share <share>', 'instead of writeShare in the settings, up to 1', counted),
  valued('--state <place>', 'where runs keep what they know: s3://bucket/prefix, or a folder'),
  valued('--without <sources>', 'sources not to read either, such as tags', listedQuoted),
  new Option('--json', 'print one JSON document and nothing else'),
  new Option('--no-color', 'print without colours'),
  new Option('--debug', 'print the stack trace of an unexpected failure'),
];

const topic = () => valued('--topic <arn>', 'publish the report to this SNS topic, too');

const consent = () => [
  new Option('--yes', 'do not ask; needs --account'),
  valued('--account <number>', 'the account that you mean; any other is refused'),
];

const ownOptions: Record<CommandName, () => Option[]> = {
  plan: () => [topic()],
  prune: () => [
    topic(),
    ...consent(),
    new Option('--no-wait', 'do not wait out the window before the report'),
  ],
  explain: () => [],
  history: () => [
    valued('--run <id>', 'a run, by the beginning of its id, also where a family is called so'),
    valued('--limit <n>', 'how many runs at most (default: 20)', counted),
  ],
  restore: () => [
    valued('--run <id>', 'all that this run deregistered; the beginning of its id will do'),
    new Option('--on-top', 'register the former newest again after it, so that it stays the newest'),
    new Option('--again', 'once more what an earlier restore has brought back'),
    ...consent(),
  ],
  snapshot: () => [new Option('--full', 'describe every revision, for exact ages: a call for each')],
  doctor: () => [
    topic(),
    valued('--stage <stage>', 'a deployed stage, whose stack, schedule and topic are checked as well'),
  ],
  permissions: () => [
    new Option('--policy', 'print an IAM policy document for reading'),
    new Option('--live', 'with --policy: for deregistering as well'),
    new Option('--deploy', 'print the IAM policy document that deploying the stack needs'),
  ],
};

export function readArguments(args: readonly string[], { version, columns }: Surroundings): Given {
  const help: string[] = [];
  let called: { command: Command; name: CommandName } | undefined;

  const program = new Command('./pruner')
    .description('Deregisters the ECS task definition revisions that nothing names any more.')
    .usage('<command> [options]')
    .version(version, '--version', 'print the version')
    .addHelpText('after', `\n${exitCodesText()}`)
    .action(() => undefined); // no command that we know
  const offer = (command: Command, options: readonly Option[]) => {
    for (const option of options) command.addOption(option);
    // What is unknown is looked for below, where it can be named together with what was probably meant.
    command.helpOption('-h, --help', 'print this').allowUnknownOption().allowExcessArguments();
  };
  program.helpCommand('help [command]', 'Shows what a command takes.').exitOverride();
  program.configureHelp({
    showGlobalOptions: true,
    subcommandTerm: (command) => `${command.name()} ${command.usage()}`,
  });
  program.configureOutput({
    writeOut: (text) => help.push(text),
    writeErr: () => undefined, // it is said in our own words
    getOutHelpWidth: () => columns,
    getOutHasColors: () => false,
  });
  offer(program, everyCommand());
  for (const name of commandNames) {
    const command = program.command(name).description(commandHelp[name].does);
    command.usage(`${commandHelp[name].takes}[options]`);
    command.addHelpText('after', `\n${examplesText(name)}\n\n${exitCodesText()}`);
    command.action(() => {
      called = { command, name };
    });
    offer(command, ownOptions[name]());
  }

  // What stands behind `--` is a name, whatever it begins with. An option takes no value that begins with two dashes.
  const end = args.indexOf('--');
  const names = end === -1 ? [] : args.slice(end + 1);
  try {
    program.parse(end === -1 ? args : args.slice(0, end), { from: 'user' });
  } catch (error) {
    if (error instanceof Misuse) return { command: 'misused', problem: error.message };
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.version') return { command: 'version', text: `${version}\n` };
    if (error.exitCode === 0) return { command: 'help', text: help.join('') };
    // Two faults are commander's own to find, and both are about the last word: `help nothing`, `--settings` and no more.
    const last = args.at(-1) ?? '';
    return {
      command: 'misused',
      problem: last.startsWith('-') ? `${last}: needs a value` : unknownWord(last),
    };
  }
  if (called === undefined) {
    const [first] = program.args;
    return {
      command: 'misused',
      problem: first === undefined ? `no command given; ${meant('', commandNames)}` : unknownWord(first),
    };
  }
  const { command, name } = called;
  const unknown = command.args.find((word) => /^-./.test(word));
  if (unknown !== undefined) return { command: 'misused', problem: unknownWord(unknown, name), of: name };
  return { command: name, values: command.optsWithGlobals(), operands: [...command.args, ...names] };
}

class Misuse extends Error {}

/** An option with a value. Twice is refused: the two may contradict each other, and either could be the one meant. */
function valued(flags: string, does: string, read: (text: string) => unknown = (text) => text): Option {
  const [flag] = flags.split(' ');
  return new Option(flags, does).argParser((text, previous) => {
    if (previous !== undefined) throw new Misuse(`${flag}: given twice`);
    if (text.startsWith('--')) throw new Misuse(`${flag}: needs a value; ${shown(text)} is the next option`);
    return read(text);
  });
}

/** What is no plain decimal number (1e3, 0x10, ' 5', nothing) stays text, which no check of a number lets through. */
function counted(text: string): number | string {
  return /^-?(?:\d{1,15}(?:\.\d{1,15})?|\.\d{1,15})$/.test(text) ? Number(text) : text;
}

/** The commas in {a,b} belong to the glob. */
function listed(text: string): string[] {
  return text.split(/,(?![^{]*\})/).map((entry) => entry.trim());
}

/** An ARN may have commas in its name, so one in double quotes is one entry. Without them `arn:…:app/g,tags` could mean the
 *  group `g` and the source `tags`, or the group `g,tags`: that is refused. */
function listedQuoted(text: string): string[] {
  const entries = Array.from(
    text.matchAll(/\s*(?:"([^"]*)"\s*(?=,|$)|([^,]*))(?:,|$)/g),
    ([, quoted, plain]) => ({
      quoted,
      plain: (plain ?? '').trim(),
    }),
  ).slice(0, /,\s*$/.test(text) || text === '' ? undefined : -1);
  const unclear = entries.findIndex(
    ({ quoted, plain }, at) =>
      quoted === undefined && !plain.startsWith('arn:') && entries[at - 1]?.plain.startsWith('arn:') === true,
  );
  if (unclear > 0)
    throw new Misuse(
      `--without: ${shown(entries[unclear]?.plain)} may be a source, or part of the ARN before it: put sources first, or the ARN in double quotes`,
    );
  return entries.map(({ quoted, plain }) => quoted ?? plain);
}

function unknownWord(word: string, of?: CommandName): string {
  if (!word.startsWith('-')) return `unknown command ${shown(word)}; ${meant(word, commandNames)}`;
  const [flag = ''] = word.split('=');
  const known = flagsOf([...everyCommand(), ...(of === undefined ? [] : ownOptions[of]())]);
  if (known.includes(flag)) return `${flag}: takes no value`;
  const owning = commandNames.filter((name) => flagsOf(ownOptions[name]()).includes(flag));
  const owners = new Intl.ListFormat('en-GB').format(owning);
  if (owners === '') return `${printable(flag)}: unknown option; ${meant(flag, known)}`;
  return `${flag}: an option of ${owners}${of === undefined ? '; it stands behind the command' : `, not of ${of}`}`;
}

function flagsOf(options: readonly Option[]): string[] {
  return options.map(({ long }) => long ?? '');
}
