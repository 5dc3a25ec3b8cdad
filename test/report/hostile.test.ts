// Tests every format of a report with texts that attack what shows them.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { buildMessage } from '../../shared/notify/sns.ts';
import { sanitize } from '../../shared/domain/safe-text.ts';
import { printChat } from '../../shared/report/chat/chat.ts';
import { parseReport } from '../../shared/report/json/parse-report.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import { toRunEvent } from '../../shared/report/json/run-event.ts';
import { printEmail } from '../../shared/report/mail/email.ts';
import { printSms } from '../../shared/report/mail/sms.ts';
import { printPlan } from '../../shared/report/terminal/plan.ts';
import { printTerminal } from '../../shared/report/terminal/terminal.ts';
import { hostileFamilies, hostileHold, hostileReport, hostileReports } from '../support/hostile.ts';

/** Characters that move a cursor, change the direction, have no width or are half a character. */
const UNSEEN = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\u2028\u2029\u00AD\u3164]/u;
const screen = { width: 200, color: false };
const oneLine = (text: string) => text.replaceAll(/\s+/gu, ' ');

/** The texts of a notification, as a chat shows them. */
function seenIn({ content }: ReturnType<typeof printChat>): string {
  return [content.title, content.description, ...(content.nextSteps ?? []), ...content.keywords].join('\n');
}

const LOOKALIKES = { '∗': '*', '∼': '~', ˋ: '`', '∖': '\\', '＿': '_', '∶': ':', '＠': '@', '] (': '](' };
const ENTITIES = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/** With the characters in whose place others stand. */
function replaceAll(text: string, written: Readonly<Record<string, string>>): string {
  return Object.entries(written).reduce((whole, [one, meant]) => whole.replaceAll(one, meant), text);
}

describe.each(hostileReports)('%s', (_, text) => {
  const report = hostileReport(text);
  const held = hostileHold(text);
  const shown = oneLine(sanitize(text)).trim();

  test('is shown in the mail as what it is, on lines of ours', () => {
    const { subject, body } = printEmail(report);
    expect(oneLine(body)).toContain(`A note of ${shown}.`);
    expect(oneLine(printEmail(held).body)).toContain(shown);
    expect(subject).toMatch(/^[ -~]{6,99}$/);
    for (const one of [body, printEmail(held).body]) expect(one).not.toMatch(UNSEEN);
    expect(body.split('\n')).not.toContain('No action required.');
  });

  test('is shown on a terminal as what it is, and moves no cursor', () => {
    const run = printTerminal(report, screen);
    expect(oneLine(run)).toContain(`A note of ${shown}.`);
    for (const one of [run, printPlan(report, screen, {}), printTerminal(held, screen)])
      expect(one).not.toMatch(UNSEEN);
  });

  test('is a member of the JSON document that is read back', () => {
    const document = toReportDocument(report);
    expect(document.notes).toEqual([`A note of ${sanitize(text)}.`]);
    expect(parseReport(JSON.parse(JSON.stringify(document)))).toEqual(document);
    const messages = [document, toRunEvent(report, undefined)].map((one) => JSON.stringify(one));
    for (const message of messages) expect(message).not.toMatch(UNSEEN);
  });

  test('leaves a phone one line of its alphabet', () => {
    for (const one of [report, held]) expect(printSms(one)).toMatch(/^[A-Za-z0-9 @$_!"#%&'()*+,\-./:;<=>?]{1,140}$/);
  });

  test('is shown in a chat as what it is, without a format, link or mention', () => {
    const read = replaceAll(replaceAll(seenIn(printChat(report)), ENTITIES), LOOKALIKES);
    expect(read).toContain(`The problem of ${replaceAll(shown, LOOKALIKES)}`);
    for (const one of [report, held]) {
      const seen = seenIn(printChat(one, 's3://state/report.json'));
      // Commands of ours stand in code spans, which end on their line.
      const prose = seen.replaceAll(/`[^`\n]+`/gu, '');
      expect(prose).not.toMatch(/[*~`<>\\]|\]\(|(?<![\w])@(?:here|channel|everyone)\b/u);
      expect(prose.replaceAll(/&(?:amp|lt|gt);/gu, '')).not.toContain('&');
      expect(seen).not.toMatch(UNSEEN);
    }
  });

  test('fits a message of SNS, whose parts are JSON', () => {
    const { Message, Subject } = buildMessage(report);
    expect(Object.keys(z.record(z.string(), z.string()).parse(JSON.parse(Message)))).toEqual([
      'default',
      'email',
      'sms',
    ]);
    expect(Subject).toMatch(/^[!-~][ -~]{0,98}$/);
  });
});

test.each(hostileFamilies)('the family %s is named in every format', (family) => {
  const report = hostileReport('x', family);
  const { plan, kept } = toReportDocument(report);
  expect(plan).toEqual([{ family, ranges: ['1-3'], revisions: [`${family}:1`, `${family}:2`, `${family}:3`] }]);
  expect(kept[0]?.family).toBe(family);
  const name = family.slice(0, 40);
  expect(printEmail(report).body).toContain(`- ${name}`);
  expect(printPlan(report, screen, {})).toContain(name);
  expect(printChat(report).content.description.replaceAll('＿', '_')).toContain(`: ${name}`);
});
