import { defineCommand, refuseOperands } from '../command.ts';
import { checkConsent } from '../consent.ts';
import { negatedOption, type OptionValues, textOption } from '../option.ts';
import {
  commonOptions,
  consentOptions,
  policyOptions,
  sourceOptions,
  topicOption,
  verboseOption,
  writeOptions,
} from '../options.ts';

const options = {
  plan: {
    ...textOption(
      '--plan <file>',
      'deregister nothing but what a saved plan has, each decided anew; needs the options of that plan',
      /./,
      'the name of a file',
    ),
    suggestions: 'files' as const,
  },
  ...topicOption,
  ...consentOptions,
  wait: negatedOption('--no-wait', 'do not wait out the window before the report'),
  ...verboseOption,
  ...commonOptions,
  ...policyOptions,
  ...sourceOptions,
  ...writeOptions,
};
export type PruneOptions = OptionValues<typeof options>;

export const prune = defineCommand({
  name: 'prune',
  operands: '',
  summary: 'Shows the plan, asks for the number of the account, and deregisters.',
  examples: [
    ['prune --state s3://bucket', 'asks you to type the number of the account'],
    ['prune --state s3://bucket --max-deregistrations 10', 'a careful first time'],
    ['prune --state s3://bucket --plan plan.json', 'at most what plan --out plan.json has saved'],
    ['prune --state s3://bucket --yes --account 123456789012', 'without a terminal'],
  ],
  options,
  read: (operands, values) => ({
    problems: [...checkConsent(values), ...refuseOperands('prune', operands)],
    operands: {},
  }),
  run: async (given, context) => (await import('../actions/prune.ts')).prune(given, context),
});
