// Prints one line for phones: 140 characters of the GSM alphabet always fit one message.
import { safe } from '../../domain/safe-text.ts';
import { printSubject } from '../sections/headline.ts';
import type { Report } from '../model/report.ts';
import { formatCount, formatNumber } from '../text/wording.ts';

const LONGEST = 140;

/** ASCII that costs one place in the GSM alphabet: no brackets, braces, backslash, caret, tilde, bar or backquote. */
const NOT_GSM = /[^A-Za-z0-9 @$_!"#%&'()*+,\-./:;<=>?]/gu;

export function printSms(given: Report): string {
  const report = safe(given);
  const { revisions, nights } = report.backlog;
  const backlog = revisions === 0 ? '' : `. ${formatNumber(revisions)} waiting, ${formatCount(nights, 'night')}`;
  return `${printSubject(report)}${backlog}`.replace(NOT_GSM, '?').slice(0, LONGEST);
}
