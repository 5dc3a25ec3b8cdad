// A command of the command line: its options, help, examples, the parsing of its arguments, and its run.
import * as z from 'zod';
import { complaints, type Path } from '../shared/settings/problems.ts';
import { shown } from '../shared/settings/shown.ts';
import type { ProcessContext } from './context.ts';
import type { ExitCode } from './exit.ts';
import type { OptionGroup, OptionValues } from './option.ts';

export type RawValues = Readonly<Record<string, unknown>>;

interface CommandText {
  /** The operands, as `<family:revision>`. */
  readonly operands: string;
  /** The allowed words, for completion in a shell. Absent where any word is allowed. */
  readonly operandValues?: readonly string[];
  readonly summary: string;
  /** Without the name of the program. */
  readonly examples: readonly (readonly [line: string, purpose: string])[];
}

export interface ReadOperands<Operands extends object> {
  readonly problems: readonly string[];
  /** Absent where they cannot be read. */
  readonly operands?: Operands | undefined;
}

interface CommandDefinition<Group extends OptionGroup, Operands extends object> extends CommandText {
  readonly name: string;
  readonly options: Group;
  /** Reads the operands, and checks them and combinations of options. */
  readonly read: (operands: readonly string[], values: RawValues) => ReadOperands<Operands>;
  readonly run: (input: OptionValues<Group> & Operands, context: ProcessContext) => ExitCode | Promise<ExitCode>;
}

export type Prepared =
  | { readonly problems: readonly string[] }
  | { readonly input: object; readonly run: (context: ProcessContext) => ExitCode | Promise<ExitCode> };

export interface Command extends CommandText {
  readonly name: string;
  readonly options: OptionGroup;
  /** Checks the arguments. Touches nothing: no file, no environment, no output. */
  readonly prepare: (values: RawValues, operands: readonly string[]) => Prepared;
}

export function defineCommand<Group extends OptionGroup, Operands extends object>({
  read,
  run,
  ...definition
}: CommandDefinition<Group, Operands>): Command {
  const schema = z.strictObject(
    Object.fromEntries(Object.entries(definition.options).map(([name, { schema }]) => [name, schema])),
  );
  return {
    ...definition,
    prepare(values, operands) {
      const given = read(operands, values);
      const problems = [
        ...complaints(schema, values).map(({ path, message }) => `${flagOfPath(path)}: ${message}`),
        ...given.problems,
      ];
      if (problems.length > 0 || given.operands === undefined) return { problems };
      const options = schema.parse(values);
      if (!fitsGroup(definition.options, options)) throw new Error(`options of ${definition.name}`);
      const input = { ...options, ...given.operands };
      return { input, run: (context) => run(input, context) };
    },
  };
}

function fitsGroup<Group extends OptionGroup>(group: Group, values: object): values is OptionValues<Group> {
  const given = new Map<string, unknown>(Object.entries(values));
  return Object.entries(group).every(([name, { schema }]) => schema.safeParse(given.get(name)).success);
}

/** `--keep-latest`, from keepLatest. */
function flagOfPath([name]: Path): string {
  return `--${String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export function refuseOperands(command: string, operands: readonly string[]): readonly string[] {
  if (operands.length === 0) return [];
  return [`${command}: given ${describeOperands(operands)}, allowed: only options; put globs in quotes`];
}

export function describeOperands(operands: readonly string[]): string {
  return operands.length > 1 ? `${operands.length} words` : shown(operands[0]);
}

/** For a command without operands whose options combine freely. */
export function readNoOperands(command: string) {
  return (operands: readonly string[]): ReadOperands<object> => ({
    problems: refuseOperands(command, operands),
    operands: {},
  });
}
