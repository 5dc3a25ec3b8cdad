// Prints every reason for one revision, or what becomes of a family, with the evidence.
import type { Target } from '../../shared/domain/revision.ts';
import { explainFamily } from '../../shared/observe/explain-family.ts';
import { explainRevision } from '../../shared/observe/explain.ts';
import { Tally } from '../../shared/aws/tally.ts';
import { printFamilyExplanation } from '../../shared/report/explain/family-text.ts';
import { printExplanation } from '../../shared/report/explain/text.ts';
import { toExplainDocument, toExplainFamilyDocument } from '../../shared/report/explain/json.ts';
import type { Screen } from '../../shared/report/text/screen.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { listUnread } from '../../shared/run/report-pieces.ts';
import type { ExplainOptions, ExplainSubject } from '../commands/explain.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodes, Refusal } from '../exit.ts';
import { exitOnInterrupt, joinWithCaller, printAnswer, type Session, withSession } from '../session.ts';

export async function explain(
  { subject, ...options }: ExplainOptions & { readonly subject: ExplainSubject },
  context: ProcessContext,
): Promise<ExitCode> {
  return withSession(options, context, { writes: false }, async ({ observeContext, progress, screen }) => {
    exitOnInterrupt(context, 'explaining');
    const { aws } = observeContext;
    const target = await aws.target(new Tally());
    const { document, text } = await explanationOf(subject, target, observeContext);
    progress.clear();
    printAnswer(options.json, context, document, () => joinWithCaller(text(screen), aws, screen));
    return exitCodes.done;
  });
}

interface Printable {
  readonly document: () => object;
  readonly text: (screen: Screen) => string;
}

/** @throws Refusal where there is no such revision or family */
async function explanationOf(
  subject: ExplainSubject,
  target: Target,
  observeContext: Session['observeContext'],
): Promise<Printable> {
  const unread = listUnread(observeContext.settings);
  const missing = (what: string) =>
    new Refusal(`explain: there is no ${what} in account ${target.account}, ${target.region}.`);
  if ('revision' in subject) {
    const { revision } = subject;
    const explained = await explainRevision(revision, target, observeContext);
    if (explained === undefined) throw missing(nameOf(revision));
    const explanation = { ...explained, unread };
    return {
      document: () => toExplainDocument(explanation),
      text: (screen) => printExplanation(explanation, screen),
    };
  }
  const explained = await explainFamily(subject.family, target, observeContext);
  if (explained === undefined) throw missing(`ACTIVE revision of ${subject.family}`);
  const explanation = { ...explained, unread };
  return {
    document: () => toExplainFamilyDocument(explanation),
    text: (screen) => printFamilyExplanation(explanation, screen),
  };
}
