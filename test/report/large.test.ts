// The largest accounts and the worst names: what is sent and returned stays within what AWS takes, and nothing that is
// left out goes uncounted.
import { describe, expect, test } from 'vitest';
import { nothingDone } from '../../shared/apply/done.ts';
import { message } from '../../shared/notify/sns.ts';
import { email } from '../../shared/report/email.ts';
import { json } from '../../shared/report/json.ts';
import { terminal } from '../../shared/report/terminal.ts';
import { aPlan, aReport, denied } from './reports.ts';

/** 10,000 families of 10 revisions with names of 255 characters. */
const families = Object.fromEntries(
  Array.from({ length: 10_000 }, (_, index) => [
    `f${index}`.padEnd(255, '-x'),
    {
      '1-5': 'deregister',
      '6-8': 'later',
      '9': 'referenced: service prod/x deploys it',
      '10': 'newest: the newest of its family',
    },
  ]),
);
const plan = aPlan(families);
const done = { ...nothingDone, deregistered: plan.going };
const large = aReport({ plan, done });
const SNS = 262_144;

describe('100,000 revisions in 10,000 families of 255 characters', () => {
  test('fit into a message of SNS', () => {
    const { Subject, Message, MessageAttributes } = message(large);
    const size =
      Buffer.byteLength(Message) + Buffer.byteLength(JSON.stringify(MessageAttributes)) + Subject.length;
    expect(size).toBeLessThan(SNS);
    expect(size).toBeGreaterThan(SNS / 3);
  });

  test('make a mail of less than 30 kB that counts what it leaves out', () => {
    const { body } = email(large);
    expect(Buffer.byteLength(body)).toBeLessThan(30_000);
    expect(body).toContain('Removed: 50,000 revisions of 10,000 families\n');
    expect(body).toContain('  ... and 49,920 revisions of 9,984 families, at the end\n');
    const [, shown = '', left = ''] =
      /Removed as well: .*\n([^]*?)\n {2}\.\.\. and ([\d,]+) revisions of/u.exec(body) ?? [];
    expect(shown.split(';').length * 5 + Number(left.replace(',', ''))).toBe(49_920);
  });

  test('make a terminal report of at most 3,000 lines', () => {
    expect(terminal(large, { width: 80, color: false }).split('\n').length).toBeLessThan(3_000);
  });

  test("are one document within Lambda's limit, with whole counts", () => {
    const document = json(large, { bytes: 5_000_000 });
    expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThan(5_000_000);
    expect(document.counts).toMatchObject({
      families: 10_000,
      active: 100_000,
      kept: 20_000,
      deregistered: 50_000,
    });
    expect(document.shortened).toEqual([
      'revisions one by one: see the ranges',
      'kept: 20,000 revisions of 10,000 families',
      'texts after 600 characters',
      'ranges after 1,000 a family',
      'plan: 9,000 more',
      'deregistered: 9,000 more',
      'later: 9,000 more',
    ]);
  });
});

test.each([
  { limit: Infinity, revisions: ['web:1', 'web:2'], kept: 1, shortened: [] },
  { limit: 3_000, revisions: undefined, kept: 1, shortened: ['revisions one by one: see the ranges'] },
])('a limit of $limit bytes leaves out $shortened', ({ limit, revisions, kept, shortened }) => {
  const small = aPlan({
    web: { '1-2': 'deregister', '3-200': 'later', '201': 'newest: the newest of its family' },
  });
  const document = json(aReport({ plan: small, unread: [] }), { bytes: limit });
  expect(document.plan).toEqual([
    revisions === undefined
      ? { family: 'web', ranges: ['1-2'] }
      : { family: 'web', ranges: ['1-2'], revisions },
  ]);
  expect(document.kept).toHaveLength(kept);
  expect(document.shortened).toEqual(shortened);
});

test('a hundred thousand ranges, faults and endless texts fit as well', () => {
  const gaps = Array.from({ length: 50_000 }, (_, index) => index * 2 + 1).join(', ');
  const endless = { ...denied, said: '漢"\\\n'.repeat(5_000) };
  const faults = Array.from({ length: 60 }, (_, index) => ({ ...endless, next: `Do ${index}` }));
  const report = aReport({ plan: aPlan({ web: { [gaps]: 'hold' } }, faults) });
  const { Message } = message(report);
  expect(Buffer.byteLength(Message)).toBeLessThan(SNS);
  expect(Buffer.byteLength(email(report).body)).toBeLessThan(30_000);
  expect(json(report, { bytes: 100_000 }).counts.held).toBe(50_000);
});
