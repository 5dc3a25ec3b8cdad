import type { Revision } from '../../shared/domain/revision.ts';
import { defineCommand, describeOperands } from '../command.ts';
import type { OptionValues } from '../option.ts';
import { commonOptions, policyOptions, sourceOptions, writeOptions } from '../options.ts';

const options = { ...commonOptions, ...policyOptions, ...sourceOptions, ...writeOptions };
export type ExplainOptions = OptionValues<typeof options>;

/** One revision, or a whole family. */
export type ExplainSubject = { readonly revision: Revision } | { readonly family: string };

export const explain = defineCommand({
  name: 'explain',
  operands: '<family[:revision]>',
  summary: 'Shows why one revision stays or not, or what becomes of a family. Changes nothing.',
  examples: [
    ['explain web:41', 'every reason for one revision, and the change that would release it'],
    ['explain web', 'a family: its revisions by verdict, its references and its policy'],
    ['explain web:41 --region eu-west-1 --profile audit', 'in another account and Region'],
  ],
  options,
  read: (operands) => {
    const subject = readSubject(operands);
    if (subject !== undefined) return { problems: [], operands: { subject } };
    const given = describeOperands(operands);
    return { problems: [`explain: given ${given}, allowed: one revision, such as web:41, or one family, such as web`] };
  },
  run: async (given, context) => (await import('../actions/explain.ts')).explain(given, context),
});

function readSubject(operands: readonly string[]): ExplainSubject | undefined {
  const [, family, number] = /^([A-Za-z0-9_-]{1,255})(?::([1-9]\d{0,14}))?$/.exec(operands[0] ?? '') ?? [];
  if (family === undefined || operands.length > 1) return undefined;
  return number === undefined ? { family } : { revision: { family, number: Number(number) } };
}
