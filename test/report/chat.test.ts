// The report as a custom notification of Amazon Q Developer in chat applications.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printChat } from '../../shared/report/chat/chat.ts';
import { codeSpan, escapeMarkdown } from '../../shared/report/chat/markdown.ts';
import { anyReport } from '../support/any-report.ts';
import { nights } from '../support/nights.ts';
import { aReport } from '../support/reports.ts';

const chatOf = (night: string, at?: string) => printChat(nights[night] ?? aReport(), at);

test('a night that requires action says what, with the commands, then what happened and what is next', () => {
  const { content, metadata } = chatOf('action', 's3://state/123456789012/eu-west-1/runs/1/report.json');
  expect(content.title).toBe('[123456789012 eu-west-1] ACTION: 2 required, 190 of 191 deregistered');
  expect(content.description.split('\n')).toEqual([
    '190 of 191 revisions were deregistered in account 123456789012, eu-west-1. As of 02:42 UTC, nothing had started to use any of them. 2 actions required.',
    '',
    '• Globs in the settings match no family: overrides[1] "legcy-∗".',
    '→ Correct or remove them. The families of this account:',
    '`aws ecs list-task-definition-families --status ACTIVE --region eu-west-1`',
    "• The local clock is 12 minutes behind AWS's. Ages were calculated with the earlier of the two.",
    '→ Correct the local clock. It shows:',
    '`date -u`',
    '',
    'Deregistered: 190 revisions of 3 families: web 137, batch-nightly 47 and api 6',
    '',
    'Kept: 44 revisions: 30 protected, 9 keep-latest, 2 min-age, 2 referenced and 1 newest',
  ]);
  expect(content.nextSteps).toEqual([
    'Undo: `./pruner restore --run 6f1c0a52 --region eu-west-1 --state s3://ecs-revision-pruner-prod-statebucket-1q2w3e4r5t6y`',
    'Report: `s3://state/123456789012/eu-west-1/runs/1/report.json`',
  ]);
  expect(content.keywords).toEqual(['ACTION', '123456789012', 'eu-west-1']);
  expect(metadata).toEqual({
    threadId: 'ecs-revision-pruner-123456789012-eu-west-1',
    summary: 'ACTION: 2 required, 190 of 191 deregistered',
    eventType: 'ecs-revision-pruner-ACTION',
    additionalContext: {
      outcome: 'ACTION',
      account: '123456789012',
      region: 'eu-west-1',
      run: '6f1c0a52-98d7-4a35-8a1e-2a4d3a6b7c80',
      dryRun: 'false',
    },
  });
});

test('a backlog and the way to go live are next steps', () => {
  expect(chatOf('preview').content.nextSteps).toEqual([
    'Backlog: 191 revisions, 1 night of live runs (at most 300 a night)',
    'To go live: deploy the stack with its parameter DryRun set to false.',
  ]);
});

test('a run without an account has a thread of its own, and no empty list of next steps', () => {
  const { content, metadata } = chatOf('failed-before-reading');
  expect(metadata.threadId).toBe('ecs-revision-pruner-unknown-unknown');
  expect(content).not.toHaveProperty('nextSteps');
});

test('the first three items are shown, and the others counted', () => {
  const asks = Array.from({ length: 5 }, (_, index) => ({ problem: `problem ${index + 1}`, remedy: 'Run: `repair`' }));
  const { description } = printChat(aReport({ asks })).content;
  expect(description.split('\n').slice(2, 12)).toEqual([
    '• Problem 1.',
    '→ Run:',
    '`repair`',
    '• Problem 2.',
    '→ Run:',
    '`repair`',
    '• Problem 3.',
    '→ Run:',
    '`repair`',
    '... and 2 more items',
  ]);
});

test('a command that is too long is left out as a whole', () => {
  const asks = [{ problem: 'problem', remedy: `Leave it out: \`without: [${'x'.repeat(400)}]\`` }];
  const { description } = printChat(aReport({ asks })).content;
  expect(description.split('\n').at(-1)).toBe('→ Leave it out: (see the mail)');
  expect(description).not.toContain('xxx');
});

/** https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html */
test('every report is within the limits of AWS, and within a message of SNS', () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      const { content } = printChat(report, `s3://${'b'.repeat(400)}/report.json`);
      expect(content.title.length).toBeLessThanOrEqual(250);
      expect(content.description.length).toBeLessThanOrEqual(8_000);
      expect(content.description).not.toBe('');
      for (const step of content.nextSteps ?? []) expect(step.length).toBeLessThanOrEqual(350);
      for (const keyword of content.keywords) expect(keyword.length).toBeLessThanOrEqual(75);
      expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThan(100_000);
    }),
    { seed: 1, numRuns: 100 },
  );
});

test.each(Object.keys(nights))('the night %s fits a phone', (night) => {
  expect(chatOf(night).content.description.length).toBeLessThan(1_500);
});

describe('a text of others', () => {
  test.each([
    ['*bold* _slanted_ ~gone~ `code`', '∗bold∗ ＿slanted＿ ∼gone∼ ˋcodeˋ'],
    ['my_web_app __init__', 'my_web_app ＿＿init＿＿'],
    ['<!channel> <@U012>', '&lt;!channel&gt; &lt;@U012&gt;'],
    ['<https://evil.example|bank>', '&lt;https://evil.example|bank&gt;'],
    ['@here jane@here.example', '＠here jane@here.example'],
    ['[bank](https://evil.example)', '[bank] (https://evil.example)'],
    [':boom: and arn:aws:iam::123456789012:role/x', '∶boom: and arn:aws:iam::123456789012:role/x'],
    ['a & b &lt; \\*', 'a &amp; b &amp;lt; ∖∗'],
    ['web:41', 'web:41'],
  ])('%s is written as %s', (text, written) => {
    expect(escapeMarkdown(text)).toBe(written);
  });

  test('in a command keeps all but the end of its code span', () => {
    expect(codeSpan("plan 'batch-*' --x <a> `b`")).toBe("`plan 'batch-*' --x &lt;a&gt; ˋbˋ`");
  });
});
