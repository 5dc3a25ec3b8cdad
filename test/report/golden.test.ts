// What the mail and the telephone say for each outcome, held against texts that were typed by hand. There is no command
// that rewrites them: who changes a word of the mail reads all of them again.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { printEmail } from '../../shared/report/mail/email.ts';
import { printSms } from '../../shared/report/mail/sms.ts';
import { nights } from '../support/nights.ts';

const golden = new URL('../golden/', import.meta.url);

describe('the mail', () => {
  test.each(Object.entries(nights))('of the night %s reads as it was typed', (name, report) => {
    const { subject, body } = printEmail(report);
    const typed = readFileSync(new URL(`mail-${name}.txt`, golden), 'utf8');
    expect(`${subject}\n\n${body}`).toBe(typed);
  });

  test('has no golden text without a night', () => {
    const files = readdirSync(golden).filter((file) => file.startsWith('mail-'));
    expect(files.sort()).toEqual(
      Object.keys(nights)
        .map((name) => `mail-${name}.txt`)
        .sort(),
    );
  });

  test.each(Object.entries(nights))('of the night %s fits 40 lines of 72 columns', (_, report) => {
    const lines = printEmail(report).body.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.filter((line) => line.length > 72)).toEqual([]);
  });
});

test.each([
  ['ok', 'OK: 190 of 191 revisions deregistered, account 123456789012 eu-west-1'],
  ['preview', 'PREVIEW: 191 revisions would have gone (dry run), 123456789012 eu-west-1. 191 wait, 1 night'],
  [
    'held-by-a-denied-reading',
    'HELD: nothing done, services could not be read, 123456789012 eu-west-1. 40 wait, 1 night',
  ],
  [
    'failed-by-the-brake',
    'FAILED: stopped after 5 of 191 revisions, account 123456789012 eu-west-1. 186 wait, 1 night',
  ],
  ['backlog', 'OK: 300 revisions deregistered, account 123456789012 eu-west-1. 2,000 wait, 7 nights'],
])('the telephone shows the night %s in one line', (name, line) => {
  const report = nights[name];
  expect(report === undefined ? undefined : printSms(report)).toBe(line);
});
