import { defineCommand } from '../command.ts';
import type { OptionValues } from '../option.ts';
import { answerOptions, readRunOperand } from './run-operand.ts';

export type AnswerOptions = OptionValues<typeof answerOptions>;

export const approve = defineCommand({
  name: 'approve',
  operands: '<run>',
  summary: 'Approves the plan of a run that waits for approval (approval: required).',
  examples: [
    ['approve 6f1c0a52 --state s3://bucket', 'asks you to type the number of the account'],
    ['approve 6f1c0a52 --state s3://bucket --yes --account 123456789012', 'without a terminal'],
  ],
  options: answerOptions,
  read: (operands, values) => readRunOperand('approve', operands, values),
  run: async (given, context) => (await import('../actions/answer.ts')).answer('approve', given, context),
});
