// The families of which nothing is left, since their last revisions were deregistered as well (retireFamiliesAfterDays): a line
// of the report, and a note as long as none can be retired.
import type { Usage } from '../../domain/evidence.ts';
import { isUsageKnownSince, type Obstacle } from '../../plan/retire.ts';
import { ageBoundary, day } from '../../plan/rules/rule.ts';
import { nameOf } from '../../domain/revision.ts';
import type { Report } from './report.ts';
import type { Section } from '../sections/sections.ts';
import { clip, formatCount, joinList } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';

/** The newest revision is deregistered last, so that a family is retired once that is; by name. */
export function findRetiredFamilies({
  run,
  plan,
  results,
}: Pick<Report, 'run' | 'plan' | 'results'>): string[] {
  const gone = new Set((run.dryRun ? (plan?.toDeregister ?? []) : results.deregistered).map(nameOf));
  return (plan?.families ?? [])
    .filter(({ isRetired }) => isRetired === true)
    .filter(({ family, newest }) => gone.has(nameOf({ family, number: newest })))
    .map(({ family }) => family);
}

/** The list of what went has them all. */
const MOST_NAMES = 6;

export function printRetired(report: Report, width: number): Section {
  const families = findRetiredFamilies(report);
  const since = report.plan?.retiredSince;
  if (families.length === 0 || since === undefined) return [];
  const heading = report.run.dryRun ? 'Would be retired' : 'Retired';
  const names = joinList(
    families.map((family) => clip(family, 80)),
    MOST_NAMES,
  );
  const what = `${formatCount(families.length, 'family')} that nothing has referenced, used or registered for since ${day(since)}`;
  return wrap(`${heading}: ${what}: ${names}`, { width, rest: '  ' });
}

export interface Retirement {
  readonly days: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Why the family is not retired; empty where it is. */
  readonly obstacles: readonly Obstacle[];
}

/** For `explain`. */
export function describeRetirement({ days, since, obstacles }: Retirement): string {
  const setting = `retireFamiliesAfterDays: ${days}`;
  if (obstacles.length === 0)
    return `Its family is retired (${setting}): nothing has referenced, used or registered for it since ${day(since)}. A reference, a use or a registration would keep its newest revisions.`;
  const says = obstacles.map((one) => clip(one.text, 300)).join('; ');
  const frees = [...new Set(obstacles.map((one) => one.frees))].join(', and ');
  return `Its family is not retired (${setting}): ${says}. It would be if ${frees}.`;
}

export interface RetirementInput {
  /** Absent where the settings leave usage out. */
  readonly usage: Usage | undefined;
  /** retireFamiliesAfterDays. */
  readonly days: number;
  readonly asOf: number;
  /** Whether the next run can go on where this one ended. */
  readonly isKept: boolean;
}

/** From when on families are retired, or what it would take: until usage covers the days, none is. */
export function listRetirementNotes({ usage, days, asOf, isKept }: RetirementInput): string[] {
  if (days === 0) return [];
  if (usage === undefined)
    return [
      'No family is retired, since the settings leave out usage (without): retireFamiliesAfterDays has no effect',
    ];
  if (isUsageKnownSince(usage.coveredSince, ageBoundary(asOf, days))) return [];
  const known = `usage is known since ${day(usage.coveredSince)}, and retireFamiliesAfterDays asks for ${formatCount(days, 'day')}`;
  if (!isKept)
    return [
      `No family is retired: ${known}. No state is kept, so that the next run begins anew: keep one by \`state\`, or raise \`usageSeconds\``,
    ];
  const { coveredBy, needsSeconds } = usage.retirementOutlook ?? {};
  if (coveredBy !== undefined) return [`No family is retired before ${day(coveredBy)}: ${known}`];
  const more = needsSeconds === undefined || !Number.isFinite(needsSeconds) ? '' : ` to ${needsSeconds}`;
  return [`No family is retired: ${known}. Raise \`usageSeconds\`${more}`];
}
