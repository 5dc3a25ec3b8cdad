// Compares the mail and the text message of each outcome with hand-typed texts. No command rewrites them, so every change
// is read.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { printEmail } from '../../shared/report/mail/email.ts';
import { printSms } from '../../shared/report/mail/sms.ts';
import { nights } from '../support/nights.ts';

const golden = new URL('../golden/', import.meta.url);

describe('the mail', () => {
  test.each(Object.entries(nights))('of the night %s is the hand-typed text', (name, report) => {
    const { subject, body } = printEmail(report);
    const typed = readFileSync(new URL(`mail-${name}.txt`, golden), 'utf8');
    expect(`${subject}\n\n${body}`).toBe(typed);
  });

  test('has a night for each golden text', () => {
    const files = readdirSync(golden).filter((file) => file.startsWith('mail-'));
    expect(files.sort()).toEqual(
      Object.keys(nights)
        .map((name) => `mail-${name}.txt`)
        .sort(),
    );
  });

  test.each(Object.entries(nights))('of the night %s fits 40 lines', (_, report) => {
    expect(printEmail(report).body.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });
});

test.each([
  ['ok', 'OK: 190 of 191 deregistered, 123456789012 eu-west-1'],
  ['preview', 'PREVIEW: would deregister 191 (dry run), 123456789012 eu-west-1. 191 waiting, 1 night'],
  [
    'held-by-a-denied-reading',
    'HELD: nothing deregistered, services could not be read, 123456789012 eu-west-1. 40 waiting, 1 night',
  ],
  ['aborted', 'FAILED: aborted after 5 of 191 revisions, 123456789012 eu-west-1. 186 waiting, 1 night'],
  ['backlog', 'OK: 300 deregistered, 123456789012 eu-west-1. 2,000 waiting, 7 nights'],
])('a text message shows the night %s in one line', (name, line) => {
  const report = nights[name];
  expect(report === undefined ? undefined : printSms(report)).toBe(line);
});
