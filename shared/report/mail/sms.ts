// Prints one line for phones: 140 characters of the GSM alphabet always fit one message.
import { safe } from '../../domain/safe-text.ts';
import { printOutcome } from '../sections/headline.ts';
import type { Report } from '../model/report.ts';
import { formatCount, formatNumber } from '../text/wording.ts';

const LONGEST = 140;

/** ASCII that costs one place in the GSM alphabet: no brackets, braces, backslash, caret, tilde, bar or backquote. */
const NOT_GSM = /[^A-Za-z0-9 @$_!"#%&'()*+,\-./:;<=>?]/gu;

export function printSms(given: Report): string {
  const report = safe(given);
  const { target, backlog } = report;
  const where = target === undefined ? '' : `, ${target.account} ${target.region}`;
  const waiting =
    backlog.revisions === 0
      ? ''
      : `. ${formatNumber(backlog.revisions)} waiting, ${formatCount(backlog.nights, 'night')}`;
  const room = LONGEST - where.length - waiting.length;
  return `${printOutcome(report, room)}${where}${waiting}`.replace(NOT_GSM, '?').slice(0, LONGEST);
}
