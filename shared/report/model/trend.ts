// Describes how the number of ACTIVE revisions has changed over the last nights.
import type { Report } from './report.ts';
import { formatCount, formatNumber } from '../text/wording.ts';

/** A month. Older nights tell of another policy. */
const MOST_NIGHTS = 30;

/** `1,204 → 311 ACTIVE revisions in 9 nights, 4 more to go`. Nothing for a first night, and where nothing has changed. The last
 *  night is this run: one with a wrong clock may have left a later night, which tells nothing of this one. */
export function describeTrend({ trend = [], backlog, run }: Pick<Report, 'trend' | 'backlog' | 'run'>): string[] {
  const upto = trend.findIndex(({ id }) => id === run.id);
  const nights = trend.slice(0, upto + 1).slice(-MOST_NIGHTS);
  const [first, last] = [nights[0], nights.at(-1)];
  if (first === undefined || last === undefined || nights.length < 2 || run.dryRun) return [];
  const now = last.active - last.deregistered;
  if (first.active === now) return [];
  const least = backlog.atLeast ? 'at least ' : '';
  const rest = backlog.nights === 0 ? '' : `, ${least}${formatNumber(backlog.nights)} more to go`;
  return [
    `Trend: ${formatNumber(first.active)} → ${formatNumber(now)} ACTIVE revisions in ${formatCount(nights.length, 'night')}${rest}.`,
  ];
}
