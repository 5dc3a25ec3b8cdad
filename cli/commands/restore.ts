import { defineCommand } from '../command.ts';
import { checkConsent } from '../consent.ts';
import { flagOption, type OptionValues } from '../option.ts';
import { commonOptions, consentOptions, runOption, sourceOptions, writeOptions } from '../options.ts';
import { readRestoreOperands } from './restore-operands.ts';

const options = {
  run: runOption('all that this run deregistered, by the beginning of its id'),
  onTop: flagOption('--on-top', 'register the former newest again after it, so that it stays the newest'),
  again: flagOption('--again', 'repeat an earlier restore of the same revision'),
  ...consentOptions,
  ...commonOptions,
  ...sourceOptions,
  ...writeOptions,
};
export type RestoreOptions = OptionValues<typeof options>;

export const restore = defineCommand({
  name: 'restore',
  operands: '[family:revisions...]',
  summary: 'Registers revisions again, under new numbers, and lists the references to update.',
  examples: [
    ['restore web:41 --state s3://bucket', 'one revision, from the journal there'],
    ['restore web:41-45 api:3,7 --on-top --state s3://bucket', 'several, below the newest one'],
    ['restore --run 4f1c --state s3://bucket', 'all that one run deregistered'],
  ],
  options,
  read: (operands, values) => {
    const wanted = readRestoreOperands(operands, values['run']);
    return typeof wanted === 'string'
      ? { problems: [...checkConsent(values), `restore: ${wanted}`] }
      : { problems: checkConsent(values), operands: { wanted } };
  },
  run: async (given, context) => (await import('../actions/restore.ts')).restore(given, context),
});
