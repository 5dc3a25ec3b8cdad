// The retired families: the deregistered list has all of their revisions.
import { day } from '../../plan/rules/rule.ts';
import { findRetiredFamilies } from '../model/retirement.ts';
import type { Report } from '../model/report.ts';
import { clip, formatCount, joinList } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import type { Section } from './section.ts';

const MOST_NAMES = 6;

export function printRetired(report: Report, width: number): Section {
  const families = findRetiredFamilies(report);
  const since = report.plan?.retiredSince;
  if (families.length === 0 || since === undefined) return [];
  const names = joinList(
    families.map((family) => clip(family, 80)),
    MOST_NAMES,
  );
  const heading = report.run.dryRun ? 'Would be retired' : 'Retired';
  return wrap(
    `${heading}: ${formatCount(families.length, 'family')} without references, use or registrations since ${day(since)}: ${names}`,
    { width, rest: '  ' },
  );
}
