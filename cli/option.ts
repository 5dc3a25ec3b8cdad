// Defines options of the command line: flags, help, how text becomes a value, and the values that are allowed.
import { Option } from 'commander';
import * as z from 'zod';
import { shown } from '../shared/settings/shown.ts';

export interface OptionDefinition<Value = unknown> {
  readonly flags: string;
  readonly help: string;
  /** From text to a value, which the schema then checks. Absent for a flag without a value. */
  readonly read?: (text: string) => unknown;
  readonly schema: z.ZodType<Value>;
  /** For completion in a shell. */
  readonly suggestions?: Suggestions;
}

export type Suggestions = 'files' | 'folders' | readonly string[];

/** By the member of the parsed options: `keepLatest` for `--keep-latest`. */
export type OptionGroup = Readonly<Record<string, OptionDefinition>>;
export type OptionValues<Group extends OptionGroup> = {
  readonly [Name in keyof Group]: z.output<Group[Name]['schema']>;
};

/** The arguments contradict each other, or cannot be split into options and values. */
export class Misuse extends Error {}

export function valueOption<Value>(
  flags: string,
  help: string,
  schema: z.ZodType<Value>,
  read: (text: string) => unknown = (text) => text,
): OptionDefinition<Value | undefined> {
  return { flags, help, schema: schema.optional(), read };
}

/** @param setting the schema of the setting that the option replaces */
export function numberOption(flags: string, help: string, setting: z.ZodDefault<z.ZodType<number>>) {
  return valueOption(flags, help, setting.unwrap(), readNumber);
}

export function textOption(flags: string, help: string, pattern: RegExp, allowed: string) {
  return valueOption(flags, help, z.string().regex(pattern, allowed));
}

export function flagOption(flags: string, help: string): OptionDefinition<boolean> {
  return { flags, help, schema: z.boolean().default(false) };
}

/** `--no-wait` sets `wait` to false. */
export function negatedOption(flags: string, help: string): OptionDefinition<boolean> {
  return { flags, help, schema: z.boolean().default(true) };
}

/** An option may be given once, since two values could contradict each other. */
export function toCommanderOption({ flags, help, read }: OptionDefinition): Option {
  const option = new Option(flags, help);
  if (read === undefined) return option;
  const [flag] = flags.split(' ');
  return option.argParser((text, previous) => {
    if (previous !== undefined) throw new Misuse(`${flag}: given twice`);
    if (text.startsWith('--')) throw new Misuse(`${flag}: needs a value; ${shown(text)} is the next option`);
    return read(text);
  });
}

/** `--keep-latest` */
export function flagOf({ flags }: OptionDefinition): string {
  return flags.split(' ')[0] ?? '';
}

/** One of a few words. */
export function choiceOption<Choice extends string>(flags: string, help: string, choices: readonly Choice[]) {
  return { ...valueOption(flags, help, z.enum(choices, `one of ${choices.join(', ')}`)), suggestions: choices };
}

/** Anything but a plain decimal number (1e3, 0x10, ' 5') stays text, which no number's schema allows. */
export function readNumber(text: string): number | string {
  return /^-?(?:\d{1,15}(?:\.\d{1,15})?|\.\d{1,15})$/.test(text) ? Number(text) : text;
}

/** Splits at commas, but not inside {a,b}. */
export function readList(text: string): string[] {
  return text.split(/,(?![^{]*\})/).map((entry) => entry.trim());
}

/** Splits at commas, but not inside double quotes: an ARN may contain commas. Without quotes `arn:…:app/g,tags` is ambiguous
 *  and refused, since it may be one ARN, or an ARN and the source `tags`. */
export function readQuotedList(text: string): string[] {
  const entries = Array.from(text.matchAll(/\s*(?:"([^"]*)"\s*(?=,|$)|([^,]*))(?:,|$)/g), ([, quoted, plain]) => ({
    quoted,
    plain: (plain ?? '').trim(),
  })).slice(0, /,\s*$/.test(text) || text === '' ? undefined : -1);
  const ambiguous = entries.findIndex(
    ({ quoted, plain }, at) =>
      quoted === undefined && !plain.startsWith('arn:') && entries[at - 1]?.plain.startsWith('arn:') === true,
  );
  if (ambiguous > 0)
    throw new Misuse(
      `--without: ${shown(entries[ambiguous]?.plain)} may be a source, or part of the ARN before it: put sources first, or the ARN in double quotes`,
    );
  return entries.map(({ quoted, plain }) => quoted ?? plain);
}
