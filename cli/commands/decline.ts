import { defineCommand } from '../command.ts';
import { answerOptions, readRunOperand } from './run-operand.ts';

export const decline = defineCommand({
  name: 'decline',
  operands: '<run>',
  summary: 'Declines the plan of a run that waits for approval, so that the run ends and deregisters nothing.',
  examples: [['decline 6f1c0a52 --state s3://bucket', 'one run, by the beginning of its id']],
  options: answerOptions,
  read: (operands, values) => readRunOperand('decline', operands, values),
  run: async (given, context) => (await import('../actions/answer.ts')).answer('decline', given, context),
});
