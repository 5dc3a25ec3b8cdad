// The largest accounts and the worst names: mails and results stay within AWS's limits and count
// everything that they omit.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { noResults } from '../../shared/domain/apply-results.ts';
import { buildMessage } from '../../shared/notify/sns.ts';
import { printEmail } from '../../shared/report/mail/email.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import { runEvent, toDocumentWithin } from '../../shared/report/json/run-event.ts';
import { printTerminal } from '../../shared/report/terminal/terminal.ts';
import type { Plan } from '../../shared/plan/verdict.ts';
import { someResults, aPlan, aReference, aReport, denied } from '../support/reports.ts';

/** 10,000 families of 10 revisions with names of 255 characters. */
const families = Object.fromEntries(
  Array.from({ length: 10_000 }, (_, index) => [
    `f${index}`.padEnd(255, '-x'),
    {
      '1-5': 'deregister',
      '6-8': 'deferred',
      '9': 'referenced: service prod/x deploys it',
      '10': 'newest: the newest of its family',
    },
  ]),
);
const plan = aPlan(families);
const done = { ...noResults, deregistered: plan.toDeregister };
const large = aReport({ plan, results: done });
const SNS = 262_144;

/** The message for subscribers other than mail and phones. */
function defaultOf(message: string): unknown {
  const { default: document } = z.object({ default: z.string() }).parse(JSON.parse(message));
  return JSON.parse(document);
}

describe('the outputs for 100,000 revisions in 10,000 families with names of 255 characters', () => {
  test('fit into an SNS message', () => {
    const { Subject, Message, MessageAttributes } = buildMessage(large);
    const size = Buffer.byteLength(Message) + Buffer.byteLength(JSON.stringify(MessageAttributes)) + Subject.length;
    expect(size).toBeLessThan(SNS);
  });

  test('include a mail of less than 30 kB that counts its omissions', () => {
    const { body } = printEmail(large);
    expect(Buffer.byteLength(body)).toBeLessThan(30_000);
    expect(body).toContain('Deregistered: 50,000 revisions of 10,000 families\n');
    expect(body).toContain('  ... and 49,920 revisions of 9,984 families, at the end\n');
    const [, shown = '', left = ''] =
      /Also deregistered: .*\n([^]*?)\n {2}\.\.\. and ([\d,]+) revisions of/u.exec(body) ?? [];
    expect(shown.split(';').length * 5 + Number(left.replace(',', ''))).toBe(49_920);
  });

  test('include a terminal report of at most 3,000 lines', () => {
    expect(printTerminal(large, { width: 80, color: false }).split('\n').length).toBeLessThan(3_000);
  });

  test("include one document within Lambda's limit, with complete counts", () => {
    const document = toDocumentWithin(large, 's3://state/report.json', 5_000_000);
    expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThan(5_000_000);
    expect(document.counts).toMatchObject({
      families: 10_000,
      active: 100_000,
      kept: 20_000,
      deregistered: 50_000,
    });
    expect(document).toHaveProperty('report', 's3://state/report.json');
  });
});

test('a message about fifty thousand ranges, problems and long texts has the event, and counts the items left out', () => {
  const gaps = Array.from({ length: 50_000 }, (_, index) => index * 2 + 1).join(', ');
  const endless = { ...denied, reason: '漢"\\\n'.repeat(5_000) };
  const faults = Array.from({ length: 60 }, (_, index) => ({ ...endless, remedy: `Do ${index}` }));
  const report = aReport({ plan: aPlan({ web: { [gaps]: 'hold' } }, faults) });
  const { Message } = buildMessage(report);
  expect(Buffer.byteLength(Message)).toBeLessThan(SNS);
  expect(Buffer.byteLength(printEmail(report).body)).toBeLessThan(30_000);
  const short = runEvent.parse(defaultOf(Message));
  expect(short.counts.held).toBe(50_000);
  expect(short.attention.length + short.moreAttention).toBe(60);
});

test('a document full of quotes fits inside the JSON of a message', () => {
  const quotes = '"'.repeat(590);
  const notes = Array.from({ length: 160 }, () => quotes);
  const { Message } = buildMessage(aReport({ notes }), 's3://state/report.json');
  expect(Buffer.byteLength(Message)).toBeLessThan(SNS);
  expect(runEvent.parse(defaultOf(Message)).report).toBe('s3://state/report.json');
});

test('the document shows twenty of the thousands of tasks that run one revision', () => {
  const by = Array.from({ length: 5_000 }, (_, index) => aReference('tasks', `arn:${index}`, 'runs', 'web:1'));
  const busy: Plan = {
    ...aPlan({}),
    families: [
      {
        family: 'web',
        newest: 1,
        unresolved: [],
        spans: [
          {
            ranges: [{ from: 1, upto: 1 }],
            verdict: { verdict: 'keep', reasons: [{ rule: 'referenced', text: 'many run it', by }] },
          },
        ],
      },
    ],
  };
  const [reason] = toReportDocument(aReport({ plan: busy })).kept[0]?.spans[0]?.reasons ?? [];
  expect(reason?.by).toHaveLength(20);
  expect(reason?.more).toBe(4_980);
});

describe('the mail of a run with many problems', () => {
  const faults = Array.from({ length: 30 }, (_, index) => ({
    ...denied,
    remedy: `Allow call ${index} in the role.`,
  }));
  const members = Array.from({ length: 40 }, (_, index) => ({
    name: `schedule-${index}`,
    reason: 'left out',
  }));

  test('lists eight action items and counts the others', () => {
    const { body } = printEmail(aReport({ plan: aPlan({ web: { '1': 'hold' } }, faults) }));
    expect(body).toContain('\nAction required: 30 items\n');
    expect(body).toContain('\n8. ');
    expect(body).not.toContain('\n9. ');
    expect(body).toContain('\n ... and 22 more items\n');
  });

  test('lists twenty-four excluded members and counts the others', () => {
    const { body } = printEmail(aReport({ unread: members }));
    expect(body.replaceAll('\n', ' ')).toContain('schedule-23 and 16 more. A revision');
    expect(body).not.toContain('schedule-24');
  });

  test('omits a command that is too long and never shortens it', () => {
    const next = (length: number) => `Leave it out: \`without: [${'x'.repeat(length)}]\``;
    const bodyOf = (length: number) =>
      printEmail(aReport({ plan: aPlan({ web: { '1': 'hold' } }, [{ ...denied, remedy: next(length) }]) })).body;
    expect(bodyOf(1_489)).toContain(`\n    without: [${'x'.repeat(1_489)}]\n`);
    expect(bodyOf(1_490)).toContain('\n    (too long for this report: see its JSON)\n');
  });
});

test('the next run lists notReached and deferred revisions together, with gaps between them', () => {
  const waiting = aPlan({
    web: { '1-3': 'deregister', '4-6, 8': 'deferred', '9': 'newest: the newest of its family' },
  });
  const done = someResults(waiting, {
    notReached: [
      { family: 'web', number: 2 },
      { family: 'web', number: 3 },
    ],
  });
  expect(printEmail(aReport({ plan: waiting, results: done })).body).toContain(
    'Next run: 6 revisions of 1 family\n- web: 2-6, 8\n',
  );
  const gap = someResults(waiting, { notReached: [{ family: 'web', number: 2 }] });
  expect(printEmail(aReport({ plan: waiting, results: gap })).body).toContain('\n- web: 2, 4-6, 8\n');
});
