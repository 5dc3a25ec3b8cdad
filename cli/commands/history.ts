import * as z from 'zod';
import { defineCommand, describeOperands } from '../command.ts';
import { type OptionValues, readNumber, valueOption } from '../option.ts';
import { commonOptions, pageOption, runOption } from '../options.ts';

/** Three weeks of nights, on one screen. */
export const LIMIT = 20;
const LIMITS = 'a whole number from 1 to 1000';

const options = {
  run: runOption('a run, by the beginning of its id, also if a family has that name'),
  limit: valueOption(
    '--limit <n>',
    `the number of runs (default: ${LIMIT})`,
    z.int(LIMITS).min(1, LIMITS).max(1000, LIMITS),
    readNumber,
  ),
  ...pageOption,
  ...commonOptions,
};
export type HistoryOptions = OptionValues<typeof options>;

export const history = defineCommand({
  name: 'history',
  operands: '[family|run]',
  summary: 'Shows the runs, what one of them did, or the history of a family. Changes nothing.',
  examples: [
    ['history', 'the last runs'],
    ['history --html history.html', 'the last runs as a page for a browser'],
    ['history 6f1c0a52', 'one run, by the beginning of its id'],
    ['history web', 'which revisions of a family were deregistered, and their status now'],
  ],
  options,
  read: (operands, values) => {
    const [asked, ...more] = operands;
    const problems: string[] = [];
    if (more.length > 0 || (asked !== undefined && !/^[A-Za-z0-9._-]{1,255}$/.test(asked)))
      problems.push(
        `history: given ${describeOperands(operands)}, allowed: a family, such as web, or the beginning of a run's id`,
      );
    if (asked !== undefined && values['run'] !== undefined)
      problems.push(`--run: given beside ${describeOperands(operands)}; give only one of them`);
    if (values['html'] !== undefined && (asked ?? values['run']) !== undefined)
      problems.push('--html: allowed only for the list of all runs; leave out the family or run');
    return { problems, operands: { asked } };
  },
  run: async (given, context) => (await import('../actions/history.ts')).history(given, context),
});
