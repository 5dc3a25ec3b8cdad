import { defineCommand, readNoOperands } from '../command.ts';
import { choiceOption, type OptionValues } from '../option.ts';

export const ciKinds = ['github', 'gitlab', 'none'] as const;
export type CiKind = (typeof ciKinds)[number];

const options = {
  ci: choiceOption('--ci <kind>', 'a job for github, gitlab or none (default: what this repository uses)', ciKinds),
};
export type InitOptions = OptionValues<typeof options>;

export const init = defineCommand({
  name: 'init',
  operands: '',
  summary: 'Writes pruner.yml, and a CI job that plans on pull requests. Replaces no file.',
  examples: [
    ['init', 'in the folder of a repository'],
    ['init --ci none', 'the settings alone'],
  ],
  options,
  read: readNoOperands('init'),
  run: async (given, context) => (await import('../actions/init.ts')).init(given, context),
});
