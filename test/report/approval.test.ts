// The mail, the subject and the document of a run that asks for approval, and of one that was answered.
import { expect, test } from 'vitest';
import { printChat } from '../../shared/report/chat/chat.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import { printEmail } from '../../shared/report/mail/email.ts';
import { printSms } from '../../shared/report/mail/sms.ts';
import { noResults } from '../../shared/domain/apply-results.ts';
import { aPlan, aReport, began } from '../support/reports.ts';

const HOUR_MS = 3_600_000;
const plan = aPlan({ web: { '1-5': 'deregister', '6': 'deferred', '7-9': 'newest: the newest of its family' } });
const approval = { plan: 'a'.repeat(64), revisions: 5, askedAt: began + 60_000, until: began + 20 * HOUR_MS };
const run = { where: 's3://state' };

test('the question names the plan, the deadline and the one command, and is an action item everywhere', () => {
  const question = aReport({ plan, approval, run });
  const { subject, body } = printEmail(question);
  expect(subject).toBe('[123456789012 eu-west-1] ACTION: 1 required, 5 wait for approval');
  expect(
    body.startsWith(`\
5 revisions wait for approval in account 123456789012, eu-west-1, and nothing was deregistered. 1 action required.

Action required: 1 item

1. The run asks for approval to deregister 5 revisions. It waits until 24 November 2026, 22:30 UTC; without an answer it deregisters nothing.
Approve, or write decline in place of approve:
    ./pruner approve 6f1c0a52 --region eu-west-1 --state s3://state

Would deregister: 5 revisions of 1 family
- web: 1-5
`),
  ).toBe(true);
  expect(printSms(question)).toContain('ACTION: 1 required, 5 wait for approval, 123456789012 eu-west-1');
  expect(JSON.stringify(printChat(question))).toContain('./pruner approve 6f1c0a52');
  expect(toReportDocument(question)).toMatchObject({
    outcome: 'ACTION',
    deregistered: [],
    approval: { plan: 'a'.repeat(64), revisions: 5, until: '2026-11-24T22:30:00.000Z', answer: null },
  });
});

test('one revision waits in the singular', () => {
  const one = aReport({ plan: aPlan({ web: { '1': 'deregister' } }), approval: { ...approval, revisions: 1 } });
  expect(printEmail(one).subject).toContain('1 required, 1 waits for approval');
  expect(printEmail(one).body).toContain('1 revision waits for approval in account');
});

test('an approval is a note with the caller and the time, as the command states them', () => {
  const by = 'arn:aws:sts::123456789012:assumed-role/ops/anna';
  const answer = { outcome: 'approved' as const, by, at: began + HOUR_MS, seenAt: began + HOUR_MS };
  const report = aReport({
    plan,
    approval: { ...approval, answer },
    results: { ...noResults, deregistered: plan.toDeregister },
  });
  expect(report.outcome).toBe('OK');
  expect(printEmail(report).body).toContain(
    `Note: ${by} approved the plan on 24 November 2026, 03:30 UTC, as the command that answered says.`,
  );
  expect(toReportDocument(report).approval?.answer).toEqual({
    outcome: 'approved',
    by,
    at: '2026-11-24T03:30:00.000Z',
    reason: null,
  });
});

test('a refused answer is an action item, and a decline or an expired wait is none', () => {
  const of = (outcome: 'refused' | 'declined' | 'expired') =>
    aReport({
      plan,
      approval: {
        ...approval,
        answer: { outcome, reason: outcome === 'refused' ? 'it is for run x' : undefined, seenAt: 0 },
      },
      results: { ...noResults, stop: { by: 'unapproved', reason: 'not approved', remedy: 'The next run asks again.' } },
    });
  expect([of('refused').outcome, of('declined').outcome, of('expired').outcome]).toEqual(['ACTION', 'OK', 'OK']);
  expect(of('refused').actionItems[0]?.problem).toBe('Not approved: the answer was refused: it is for run x');
  expect(printEmail(of('expired')).subject).toContain('OK: not approved, 0 of 5 deregistered');
});
