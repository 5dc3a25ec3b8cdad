// Prints every reason for one revision, with its evidence.
import { explainRevision } from '../../shared/observe/explain.ts';
import { Tally } from '../../shared/aws/tally.ts';
import { printExplanation } from '../../shared/report/explain/text.ts';
import { toExplainDocument } from '../../shared/report/explain/json.ts';
import { nameOf, type Revision } from '../../shared/domain/revision.ts';
import { listUnread } from '../../shared/run/report-pieces.ts';
import type { ExplainOptions } from '../commands/explain.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodes, Refusal } from '../exit.ts';
import { exitOnInterrupt, joinWithCaller, printAnswer, withSession } from '../session.ts';

export async function explain(
  { revision, ...options }: ExplainOptions & { readonly revision: Revision },
  context: ProcessContext,
): Promise<ExitCode> {
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
}
