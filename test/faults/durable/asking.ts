// A night whose run asks for approval, and the checks of what an interrupted one has done, by hand.
import { approvedText } from '../../support/approved-text.ts';
import type { Ended, Moment } from './execution.ts';
import type { Making, Night } from './night.ts';

export const asksFirst = { more: { approval: 'asks' as const } } satisfies Making;

/** The text with which an operator approves the plan of the run that waits. */
export function approvalFor({ witness }: Night): string {
  const find = (name: string) => witness.keys('runs/').findLast((key) => key.endsWith(`/${name}`)) ?? '';
  return approvedText(witness.text(find('question.json')));
}

/** Approves when the run waits, and nothing before. */
export function approves(night: Night): (name: string) => unknown {
  return (name) => (name === 'approval' ? approvalFor(night) : undefined);
}

/** One question and one report, or one of the two twice where it was cut off between the sending and its record. */
export function wrongWithAsking(
  { witness }: Night,
  { status, result }: Pick<Ended, 'status' | 'result'>,
  { gone, twice, outcome }: { gone: readonly string[]; twice: boolean; outcome: string },
): string[] {
  const mails = witness.mails();
  const questions = mails.filter(({ Subject }) => Subject.includes('wait for approval'));
  const reports = mails.filter(({ Subject }) => !Subject.includes('wait for approval'));
  const must: readonly (readonly [string, boolean])[] = [
    [`the execution ended as ${status}: ${JSON.stringify(result)}`, status === 'SUCCEEDED'],
    [`${witness.gone().join(', ')} was deregistered`, witness.gone().toSorted().join() === gone.join()],
    [`there are ${questions.length} questions`, questions.length === 1 || (twice && questions.length === 2)],
    [`there are ${reports.length} reports`, reports.length === 1 || (twice && reports.length === 2)],
    ['a second copy says something else', new Set(mails.map(({ text }) => text)).size === 2],
    [`the report is ${reports[0]?.report.outcome}`, reports[0]?.report.outcome === outcome],
  ];
  return [...witness.wrong({ kept: [], cap: gone.length }), ...must.filter(([, isSo]) => !isSo).map(([what]) => what)];
}

/** Whether a kill at this moment sends a mail twice: between the sending and the next record. */
export function sendsTwice(moments: readonly Moment[]): (index: number) => boolean {
  const spans = moments
    .filter(({ when, what }) => when === 'after' && what === 'sns Publish')
    .map(({ index: sent }) => {
      const recorded = moments.findIndex(
        ({ when, what, index }) => index > sent && when === 'after' && what === 's3 PutObject',
      );
      return [sent, recorded] as const;
    });
  return (index) => spans.some(([sent, recorded]) => sent <= index && index < recorded);
}
