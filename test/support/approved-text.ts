// The text of an approval, made of the question that a run has stored.
import * as z from 'zod';
import { type Answer, encodeAnswer } from '../../shared/state/approval.ts';
import { ACCOUNT, REGION } from './account.ts';

export const OPERATOR = `arn:aws:iam::${ACCOUNT}:user/ops`;

/** The text by which an operator answers. */
export function anAnswer(given: Partial<Answer> & Pick<Answer, 'run' | 'plan'>): string {
  const at = '2026-11-24T08:00:00.000Z';
  return encodeAnswer({ answer: 'approve', account: ACCOUNT, region: REGION, by: OPERATOR, at, ...given });
}

const question = z.object({ value: z.object({ run: z.string(), plan: z.string() }) });

/** @param stored the content of `question.json` */
export function approvedText(stored: string): string {
  const { run, plan } = question.parse(JSON.parse(stored)).value;
  return anAnswer({ run, plan });
}
