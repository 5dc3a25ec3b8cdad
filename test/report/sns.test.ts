// Tests the messages that subscribers receive, through the SDK's own client over HTTP, and which reports are sent.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { buildMessage, publish, isWorthSending } from '../../shared/notify/sns.ts';
import { printEmail } from '../../shared/report/mail/email.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import { start } from '../support/sandbox.ts';
import { nights } from '../support/nights.ts';
import { aReport } from '../support/reports.ts';

const topic = 'arn:aws:sns:eu-west-1:123456789012:reports';

test.each(Object.entries(nights))('the night %s reaches its topic, in words and as JSON', async (_, report) => {
  const { sandbox, sns } = await start({ topics: [{ TopicArn: topic }] });
  const id = await publish(sns, topic, report);
  const [published, ...more] = sandbox.account.published;
  expect(more).toEqual([]);
  expect(published?.MessageId).toBe(id);
  expect(published?.Subject).toBe(printEmail(report).subject);
  const bodies = z.record(z.string(), z.string()).parse(JSON.parse(published?.Message ?? '{}'));
  expect(Object.keys(bodies)).toEqual(['default', 'email', 'sms']);
  expect(bodies['email']).toBe(printEmail(report).body);
  expect(JSON.parse(bodies['default'] ?? '{}')).toEqual(toReportDocument(report));
});

test('a subscriber can filter by outcome, need, dry run, account and Region', () => {
  const values = (report: Parameters<typeof buildMessage>[0]) =>
    Object.entries(buildMessage(report).MessageAttributes).map(
      ([name, { DataType, StringValue }]) => `${name} ${DataType ?? ''} ${StringValue ?? ''}`,
    );
  expect(values(aReport({ run: { dryRun: true } }))).toEqual([
    'outcome String PREVIEW',
    'needsAction String false',
    'dryRun String true',
    'account String 123456789012',
    'region String eu-west-1',
  ]);
  expect(values(aReport({ target: undefined, unmatched: [], clockAheadMs: 9e9 }))).toEqual([
    'outcome String ACTION',
    'needsAction String true',
    'dryRun String false',
    'account String unknown',
    'region String unknown',
  ]);
});

describe('worth sending', () => {
  test.each([
    { night: 'ok', always: true, changes: true, action: false },
    { night: 'preview', always: true, changes: true, action: false },
    { night: 'nothing-to-do', always: true, changes: false, action: false },
    { night: 'no-ecs', always: true, changes: false, action: false },
    { night: 'time-over', always: true, changes: true, action: false },
    { night: 'action', always: true, changes: true, action: true },
    { night: 'held-by-a-denied-reading', always: true, changes: true, action: true },
    { night: 'failed-before-reading', always: true, changes: true, action: true },
  ])('the night $night: always $always, changes $changes, action $action', ({ night, ...expected }) => {
    const report = nights[night] ?? aReport();
    const answers = {
      always: isWorthSending(report, 'always'),
      changes: isWorthSending(report, 'changes'),
      action: isWorthSending(report, 'action'),
    };
    expect(answers).toEqual(expected);
  });
});
