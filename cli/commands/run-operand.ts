// Reads the run that an operator answers, by the beginning of its id, as `history` takes it.
import { describeOperands, type RawValues, type ReadOperands } from '../command.ts';
import { checkConsent } from '../consent.ts';
import { commonOptions, consentOptions } from '../options.ts';

export const answerOptions = { ...consentOptions, ...commonOptions };

export function readRunOperand(
  command: string,
  operands: readonly string[],
  values: RawValues,
): ReadOperands<{ readonly run: string }> {
  const [run, ...more] = operands;
  const problems = [...checkConsent(values)];
  const isRun = run !== undefined && more.length === 0 && /^[A-Za-z0-9._-]{1,64}$/.test(run);
  if (isRun) return { problems, operands: { run } };
  const given = operands.length === 0 ? 'nothing' : describeOperands(operands);
  return {
    problems: [...problems, `${command}: given ${given}, allowed: the beginning of a run's id, such as 6f1c0a52`],
  };
}
