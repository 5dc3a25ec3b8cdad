import { explainRevision } from '../../shared/observe/explain.ts';
import { printCaller } from '../../shared/report/sections/caller.ts';
import { printExplanation } from '../../shared/report/explain/text.ts';
import { toExplainDocument } from '../../shared/report/explain/json.ts';
import { nameOf, type Revision } from '../../shared/domain/revision.ts';
import { listUnread } from '../../shared/run/report-pieces.ts';
import { defineCommand, describeOperands } from '../command.ts';
import { exitCodes, Refusal } from '../exit.ts';
import { toRefusal } from '../failure.ts';
import { commonOptions, policyOptions, sourceOptions, writeOptions } from '../options.ts';
import { exitOnInterrupt, openSession, readTarget } from '../session.ts';

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
    return {
      problems: [`explain: given ${given}, allowed: one revision with its family, such as web:41`],
    };
  },
  async run({ revision, ...options }, context) {
    const session = await openSession(options, context, { writes: false });
    const { surroundings, progress, screen } = session;
    exitOnInterrupt(context, 'explaining', exitCodes.interrupted);
    const { aws, settings } = surroundings;
    try {
      const target = await readTarget(session, options);
      const explained = await explainRevision(revision, target, surroundings);
      if (explained === undefined)
        throw new Refusal(`explain: there is no ${nameOf(revision)} in account ${target.account}, ${target.region}.`);
      const explanation = { ...explained, unread: listUnread(settings) };
      progress.clear();
      context.out(
        options.json
          ? `${JSON.stringify(toExplainDocument(explanation))}\n`
          : `${printExplanation(explanation, screen).trimEnd()}\n\n${printCaller(aws.caller, screen.width).join('\n')}\n`,
      );
      return exitCodes.done;
    } catch (error) {
      progress.clear();
      throw toRefusal(error, { profile: options.profile, region: await aws.region() });
    } finally {
      aws.close();
    }
  },
});

/** A family alone is not enough: each of its revisions has another answer. */
function readRevision(operands: readonly string[]): Revision | undefined {
  const [, family, number] = /^([A-Za-z0-9_-]{1,255}):([1-9]\d{0,14})$/.exec(operands[0] ?? '') ?? [];
  if (family === undefined || operands.length > 1) return undefined;
  return { family, number: Number(number) };
}
