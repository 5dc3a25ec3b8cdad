// The words that a completion script offers, from the definitions of the commands.
import type { Command } from '../command.ts';
import { flagOf, type OptionDefinition, type OptionGroup, type Suggestions } from '../option.ts';
import { commonOptions } from '../options.ts';

/** In a shell the command of a checkout, `./pruner`, has its last part as its name. */
export const names = ['ecs-revision-pruner', 'pruner'];

export interface OptionWords {
  /** `--keep-latest` */
  readonly flag: string;
  readonly help: string;
  /** `n` of `--keep-latest <n>`; absent for a flag without a value. */
  readonly value: string | undefined;
  readonly suggestions: Suggestions | undefined;
}

export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionWords[];
  readonly operands: readonly string[];
}

export interface CommandLineWords {
  readonly commands: readonly CommandWords[];
  /** Before a command. */
  readonly options: readonly OptionWords[];
  /** Every option that takes a value, once. */
  readonly valueOptions: readonly OptionWords[];
}

const help: OptionWords = { flag: '--help', help: 'print this', value: undefined, suggestions: undefined };
const version: OptionWords = { ...help, flag: '--version', help: 'print the version' };

export function describeCommandLine(commands: readonly Command[]): CommandLineWords {
  const described = commands.map(({ name, summary, options, operandValues = [] }) => ({
    name,
    summary,
    options: [...wordsOf(options), help],
    operands: operandValues,
  }));
  const options = [...wordsOf(commonOptions), version, help];
  const valueOptions = new Map(
    [...options, ...described.flatMap((command) => command.options)].flatMap((option) =>
      option.value === undefined ? [] : [[option.flag, option] as const],
    ),
  );
  return { commands: described, options, valueOptions: [...valueOptions.values()] };
}

function wordsOf(group: OptionGroup): OptionWords[] {
  return Object.values(group).map((option: OptionDefinition) => ({
    flag: flagOf(option),
    help: option.help,
    value: /<(.+)>/.exec(option.flags)?.[1],
    suggestions: option.suggestions,
  }));
}
