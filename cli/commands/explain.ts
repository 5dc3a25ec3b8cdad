import { explainRevision } from '../../shared/observe/explain.ts';
import { Tally } from '../../shared/aws/tally.ts';
import { printExplanation } from '../../shared/report/explain/text.ts';
import { toExplainDocument } from '../../shared/report/explain/json.ts';
import { nameOf, type Revision } from '../../shared/domain/revision.ts';
import { listUnread } from '../../shared/run/report-pieces.ts';
import { defineCommand, describeOperands } from '../command.ts';
import { exitCodes, Refusal } from '../exit.ts';
import { commonOptions, policyOptions, sourceOptions, writeOptions } from '../options.ts';
import { exitOnInterrupt, joinWithCaller, printAnswer, withSession } from '../session.ts';

export const explain = defineCommand({
  name: 'explain',
  operands: '<family:revision>',
  summary: 'Shows every reason why one revision stays or not, with its evidence. Changes nothing.',
  examples: [
    ['./pruner explain web:41', 'one revision'],
    ['./pruner explain web:41 --region eu-west-1 --profile audit', 'in another account and Region'],
  ],
  options: { ...commonOptions, ...policyOptions, ...sourceOptions, ...writeOptions },
  read: (operands) => {
    const revision = readRevision(operands);
    if (revision !== undefined) return { problems: [], operands: { revision } };
    const given = describeOperands(operands);
    return { problems: [`explain: given ${given}, allowed: one revision with its family, such as web:41`] };
  },
  async run({ revision, ...options }, context) {
    return withSession(options, context, { writes: false }, async ({ observeContext, progress, screen }) => {
      exitOnInterrupt(context, 'explaining');
      const { aws, settings } = observeContext;
      const target = await aws.target(new Tally());
      const explained = await explainRevision(revision, target, observeContext);
      if (explained === undefined)
        throw new Refusal(`explain: there is no ${nameOf(revision)} in account ${target.account}, ${target.region}.`);
      const explanation = { ...explained, unread: listUnread(settings) };
      progress.clear();
      const print = () => joinWithCaller(printExplanation(explanation, screen), aws, screen);
      printAnswer(options.json, context, () => toExplainDocument(explanation), print);
      return exitCodes.done;
    });
  },
});

/** A family alone is not enough: each of its revisions has another answer. */
function readRevision(operands: readonly string[]): Revision | undefined {
  const [, family, number] = /^([A-Za-z0-9_-]{1,255}):([1-9]\d{0,14})$/.exec(operands[0] ?? '') ?? [];
  if (family === undefined || operands.length > 1) return undefined;
  return { family, number: Number(number) };
}
