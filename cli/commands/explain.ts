import type { Revision } from '../../shared/domain/revision.ts';
import { defineCommand, describeOperands } from '../command.ts';
import type { OptionValues } from '../option.ts';
import { commonOptions, policyOptions, sourceOptions, writeOptions } from '../options.ts';

const options = { ...commonOptions, ...policyOptions, ...sourceOptions, ...writeOptions };
export type ExplainOptions = OptionValues<typeof options>;

export const explain = defineCommand({
  name: 'explain',
  operands: '<family:revision>',
  summary: 'Shows every reason why one revision stays or not, with its evidence. Changes nothing.',
  examples: [
    ['explain web:41', 'one revision'],
    ['explain web:41 --region eu-west-1 --profile audit', 'in another account and Region'],
  ],
  options,
  read: (operands) => {
    const revision = readRevision(operands);
    if (revision !== undefined) return { problems: [], operands: { revision } };
    const given = describeOperands(operands);
    return { problems: [`explain: given ${given}, allowed: one revision with its family, such as web:41`] };
  },
  run: async (given, context) => (await import('../actions/explain.ts')).explain(given, context),
});

/** A family alone is not enough: each of its revisions has another answer. */
function readRevision(operands: readonly string[]): Revision | undefined {
  const [, family, number] = /^([A-Za-z0-9_-]{1,255}):([1-9]\d{0,14})$/.exec(operands[0] ?? '') ?? [];
  if (family === undefined || operands.length > 1) return undefined;
  return { family, number: Number(number) };
}
