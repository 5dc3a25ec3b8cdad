// From the arguments to what was asked for, or to what is wrong with them. Touches nothing: no file, no environment, no
// output. What a setting of the same name allows is asked of the settings' schema, so that the two cannot differ.
import * as z from 'zod';
import type { Wanted } from '../shared/restore/restore.ts';
import type { Revision } from '../shared/domain/revision.ts';
import { glob } from '../shared/settings/glob.ts';
import { complaints, type Path } from '../shared/settings/problems.ts';
import { settingsSchema } from '../shared/settings/schema.ts';
import { shown } from '../shared/settings/shown.ts';
import { readArguments, type Surroundings } from './arguments.ts';
import { wantedOf } from './wanted.ts';
import type { CommandName } from './help.ts';

const { keepLatest, minAgeDays, maxDeregistrations, share, writeShare, without, state } =
  settingsSchema.shape;

const optionsSchema = z
  .strictObject({
    settings: text(/./, 'the name of a file'),
    region: text(/^[a-z0-9-]{1,40}$/, 'a Region, such as eu-west-1'),
    profile: text(/./, 'the name of a profile'),
    families: z.array(glob).readonly().optional(),
    keepLatest: keepLatest.unwrap().optional(),
    minAgeDays: minAgeDays.unwrap().optional(),
    maxDeregistrations: maxDeregistrations.unwrap().optional(),
    share: share.unwrap().optional(),
    writeShare: writeShare.unwrap().optional(),
    without: without.unwrap().optional(),
    state: state.unwrap().optional(),
    // A FIFO topic, whose name ends in .fifo, delivers no email and wants a group with every message.
    topic: text(
      /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
      'a standard topic, such as arn:aws:sns:eu-west-1:123456789012:name',
    ),
    json: z.boolean().default(false),
    color: z.boolean(),
    debug: z.boolean().default(false),
    yes: z.boolean().default(false),
    wait: z.boolean().default(true),
    account: text(/^\d{12}$/, 'the twelve digits of an account'),
    onTop: z.boolean().optional(),
    again: z.boolean().optional(),
    full: z.boolean().optional(),
    run: text(/^[A-Za-z0-9._-]{1,64}$/, "the beginning of a run's id, such as 6f1c0a52"),
    limit: z
      .int('a whole number from 1 to 1000')
      .min(1, 'a whole number from 1 to 1000')
      .max(1000, 'a whole number from 1 to 1000')
      .optional(),
    stage: text(/^[A-Za-z0-9-]{1,100}$/, 'the name of a stage, such as prod'),
    policy: z.boolean().optional(),
    live: z.boolean().optional(),
    deploy: z.boolean().optional(),
  })
  .readonly();

/** What was not given is undefined: the settings and the AWS configuration then decide. */
export type Options = z.output<typeof optionsSchema>;

export type CommandLine =
  | { readonly command: 'plan' | 'prune' | 'snapshot' | 'doctor' | 'permissions'; readonly options: Options }
  | { readonly command: 'explain'; readonly options: Options; readonly revision: Revision }
  | { readonly command: 'history'; readonly options: Options; readonly asked: string | undefined }
  | { readonly command: 'restore'; readonly options: Options; readonly wanted: Wanted }
  | { readonly command: 'help'; readonly text: string }
  | { readonly command: 'version'; readonly text: string }
  /** For stderr, and exit code 2. One problem a line. */
  | { readonly command: 'usage'; readonly message: string };

/** @param args what follows the name of the program */
export function parseCommandLine(args: readonly string[], surroundings: Surroundings): CommandLine {
  const given = readArguments(args, surroundings);
  if (given.command === 'help' || given.command === 'version') return given;
  if (given.command === 'misused') return usage([given.problem], given.of);

  const { command, values, operands } = given;
  const problems = complaints(optionsSchema, values).map(
    ({ path, message }) => `${flagOf(path)}: ${message}`,
  );
  if (values['yes'] === true && values['account'] === undefined)
    problems.push('--yes: needs --account with the number of the account that you mean');

  if (values['live'] === true && values['policy'] !== true)
    problems.push('--live: needs --policy; without it everything is shown');
  if (values['deploy'] === true && values['policy'] === true)
    problems.push('--deploy: given beside --policy; only one policy is printed');

  if (command === 'explain') {
    const revision = revisionOf(operands);
    if (revision === undefined)
      problems.push(
        `explain: given ${said(operands)}, allowed: one revision with its family, such as web:41`,
      );
    if (revision === undefined || problems.length > 0) return usage(problems, command);
    return { command, options: optionsSchema.parse(values), revision };
  }
  if (command === 'history') {
    const [asked, ...more] = operands;
    if (more.length > 0 || (asked !== undefined && !/^[A-Za-z0-9._-]{1,255}$/.test(asked)))
      problems.push(
        `history: given ${said(operands)}, allowed: a family, such as web, or the beginning of a run's id`,
      );
    if (asked !== undefined && values['run'] !== undefined)
      problems.push(`--run: given beside ${said(operands)}; only one of them can be meant`);
    if (problems.length > 0) return usage(problems, command);
    return { command, options: optionsSchema.parse(values), asked };
  }
  if (command === 'restore') {
    const wanted = wantedOf(operands, values['run']);
    if (typeof wanted === 'string') problems.push(`restore: ${wanted}`);
    if (typeof wanted === 'string' || problems.length > 0) return usage(problems, command);
    return { command, options: optionsSchema.parse(values), wanted };
  }
  if (operands.length > 0)
    problems.push(`${command}: given ${said(operands)}, allowed: only options; put globs in quotes`);
  return problems.length > 0 ? usage(problems, command) : { command, options: optionsSchema.parse(values) };
}

function usage(problems: readonly string[], of?: CommandName): CommandLine {
  return {
    command: 'usage',
    message: [...problems, `See ./pruner ${of === undefined ? '' : `${of} `}--help`].join('\n'),
  };
}

function text(pattern: RegExp, allowed: string) {
  return z.string().regex(pattern, allowed).optional();
}

/** `--keep-latest`, from keepLatest. */
function flagOf([name]: Path): string {
  return `--${String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A family alone is not enough: it has many revisions, and each has its own answer. */
function revisionOf(operands: readonly string[]): Revision | undefined {
  const [, family, number] = /^([A-Za-z0-9_-]{1,255}):([1-9]\d{0,14})$/.exec(operands[0] ?? '') ?? [];
  if (family === undefined || operands.length > 1) return undefined;
  return { family, number: Number(number) };
}

function said(operands: readonly string[]): string {
  return operands.length > 1 ? `${operands.length} words` : shown(operands[0]);
}
