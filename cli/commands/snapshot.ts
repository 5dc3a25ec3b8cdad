import { defineCommand, readNoOperands } from '../command.ts';
import { flagOption, type OptionValues } from '../option.ts';
import { commonOptions, sourceOptions } from '../options.ts';

const options = {
  full: flagOption('--full', 'describe every revision, for exact ages: one call for each'),
  ...commonOptions,
  ...sourceOptions,
};
export type SnapshotOptions = OptionValues<typeof options>;

export const snapshot = defineCommand({
  name: 'snapshot',
  operands: '',
  summary: 'Prints the account as a file for rehearsals, without secrets. Changes nothing.',
  examples: [
    ['snapshot > account.json', 'a file for npm start, which rehearses a policy on it'],
    ['snapshot --full > account.json', 'with the exact age of every revision'],
  ],
  options,
  read: readNoOperands('snapshot'),
  run: async (given, context) => (await import('../actions/snapshot.ts')).snapshot(given, context),
});
