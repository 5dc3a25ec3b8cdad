// The groups of options that several commands share. The settings' schema defines the values of options that replace a setting.
import * as z from 'zod';
import { glob } from '../shared/settings/glob.ts';
import { leavable, settingsSchema } from '../shared/settings/schema.ts';
import {
  flagOption,
  negatedOption,
  numberOption,
  type OptionValues,
  readList,
  readQuotedList,
  textOption,
  valueOption,
} from './option.ts';

const { keepLatest, minAgeDays, maxDeregistrations, share, writeShare, without, state } = settingsSchema.shape;

/** For every command. */
export const commonOptions = {
  settings: {
    ...textOption('--settings <file>', 'the settings file (default: pruner.yml)', /./, 'the name of a file'),
    suggestions: 'files' as const,
  },
  region: textOption(
    '--region <region>',
    'instead of the Region of your AWS configuration',
    /^[a-z0-9-]{1,40}$/,
    'a Region, such as eu-west-1',
  ),
  profile: textOption('--profile <profile>', 'a profile of your AWS configuration', /./, 'the name of a profile'),
  state: {
    ...valueOption('--state <place>', 'the state store: s3://bucket/prefix, or a folder', state.unwrap()),
    suggestions: 'folders' as const,
  },
  share: numberOption('--share <share>', 'instead of share in the settings, up to 1', share),
  json: flagOption('--json', 'print one JSON document and nothing else'),
  color: negatedOption('--no-color', 'print without colours'),
  debug: flagOption('--debug', 'print the stack trace of an unexpected failure'),
};
export type CommonOptions = OptionValues<typeof commonOptions>;

export const sourceOptions = {
  without: {
    ...valueOption(
      '--without <sources>',
      'sources to leave out as well, such as tags',
      without.unwrap(),
      readQuotedList,
    ),
    suggestions: leavable,
  },
};

export const policyOptions = {
  families: valueOption(
    '--families <globs>',
    "only these families, as 'web*,batch-*'",
    z.array(glob).readonly(),
    readList,
  ),
  keepLatest: numberOption(
    '--keep-latest <n>',
    'instead of keepLatest in the settings, from 1; overrides keep theirs',
    keepLatest,
  ),
  minAgeDays: numberOption(
    '--min-age-days <days>',
    'instead of minAgeDays in the settings, 0 for none; overrides keep theirs',
    minAgeDays,
  ),
  maxDeregistrations: numberOption(
    '--max-deregistrations <n>',
    'instead of maxDeregistrations in the settings',
    maxDeregistrations,
  ),
};

export const writeOptions = {
  writeShare: numberOption('--write-share <share>', 'instead of writeShare in the settings, up to 1', writeShare),
};

export const verboseOption = {
  verbose: flagOption('--verbose', 'show what was read with how many calls, and the facts of the run, too'),
};

export const topicOption = {
  // A FIFO topic, whose name ends in .fifo, delivers no email and needs a group for every message.
  topic: textOption(
    '--topic <arn>',
    'publish the report to this SNS topic, too',
    /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    'a standard topic, such as arn:aws:sns:eu-west-1:123456789012:name',
  ),
};

export const pageOption = {
  html: {
    ...textOption('--html <file>', 'write one HTML page as well, which replaces the file', /./, 'the name of a file'),
    suggestions: 'files' as const,
  },
};

export const consentOptions = {
  yes: flagOption('--yes', 'do not ask; needs --account'),
  account: textOption(
    '--account <number>',
    'the account that you mean; any other is refused',
    /^\d{12}$/,
    'the twelve digits of an account',
  ),
};
export type ConsentOptions = OptionValues<typeof consentOptions>;

export function runOption(help: string) {
  return textOption('--run <id>', help, /^[A-Za-z0-9._-]{1,64}$/, "the beginning of a run's id, such as 6f1c0a52");
}
