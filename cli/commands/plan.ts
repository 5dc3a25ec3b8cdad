import { defineCommand, readNoOperands } from '../command.ts';
import { flagOption, type OptionValues } from '../option.ts';
import { commonOptions, policyOptions, sourceOptions, topicOption, writeOptions } from '../options.ts';

const options = {
  ...topicOption,
  detailedExitcode: flagOption(
    '--detailed-exitcode',
    'exit with 2 if something would be deregistered, 0 if nothing, 1 for wrong usage',
  ),
  ...commonOptions,
  ...policyOptions,
  ...sourceOptions,
  ...writeOptions,
};
export type PlanOptions = OptionValues<typeof options>;

export const plan = defineCommand({
  name: 'plan',
  operands: '',
  summary: 'Shows what would be deregistered, and why the rest stays. Changes nothing.',
  examples: [
    ['plan', 'the whole account'],
    ["plan --families 'web*,batch-*' --keep-latest 3", 'some families, by a stricter policy'],
    ['plan --json > plan.json', 'for a script'],
    ['plan --detailed-exitcode', 'for a job in CI'],
  ],
  options,
  read: readNoOperands('plan'),
  run: async (given, context) => (await import('../actions/plan.ts')).plan(given, context),
});
