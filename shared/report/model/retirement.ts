// Describes retired families (retireFamiliesAfterDays): which ones, and what prevents the others.
import type { Retirement } from '../../observe/explanation.ts';
import type { Usage } from '../../domain/evidence.ts';
import { isUsageKnownSince } from '../../plan/retire.ts';
import { ageBoundary, day } from '../../plan/rules/rule.ts';
import { nameOf } from '../../domain/revision.ts';
import type { Report } from './report.ts';
import { clip, formatCount } from '../text/wording.ts';

/** The newest revision of a family is deregistered last, and retires it. */
export function findRetiredFamilies({ run, plan, results }: Pick<Report, 'run' | 'plan' | 'results'>): string[] {
  const deregistered = new Set((run.dryRun ? (plan?.toDeregister ?? []) : results.deregistered).map(nameOf));
  return (plan?.families ?? [])
    .filter(({ isRetired }) => isRetired === true)
    .filter(({ family, newest }) => deregistered.has(nameOf({ family, number: newest })))
    .map(({ family }) => family);
}

export function describeRetirement({ days, since, obstacles }: Retirement): string {
  const setting = `retireFamiliesAfterDays: ${days}`;
  if (obstacles.length === 0)
    return `Its family is retired (${setting}): nothing has referenced, used or registered a revision of it since ${day(since)}. A reference, a use or a registration would keep its newest revisions.`;
  const texts = obstacles.map((one) => clip(one.text, 300)).join('; ');
  const frees = [...new Set(obstacles.map((one) => one.frees))].join(', and ');
  return `Its family is not retired (${setting}): ${texts}. It would be if ${frees}.`;
}

export interface RetirementInput {
  /** Absent where the settings leave usage out. */
  readonly usage: Usage | undefined;
  readonly days: number;
  readonly asOf: number;
  /** Whether the next run can continue reading usage where this one ended. */
  readonly isKept: boolean;
}

/** Says from when on families are retired: none is before usage is known for the days. */
export function listRetirementNotes({ usage, days, asOf, isKept }: RetirementInput): string[] {
  if (days === 0) return [];
  if (usage === undefined)
    return [
      'No family is retired, since the settings leave out usage (without): retireFamiliesAfterDays has no effect',
    ];
  if (isUsageKnownSince(usage.coveredSince, ageBoundary(asOf, days))) return [];
  const known = `usage is known since ${day(usage.coveredSince)}, and retireFamiliesAfterDays needs ${formatCount(days, 'day')}`;
  if (!isKept)
    return [
      `No family is retired: ${known}. Without a state store, each run reads usage from the start: set \`state\`, or raise \`usageSeconds\``,
    ];
  const { coveredBy, needsSeconds } = usage.retirementOutlook ?? {};
  if (coveredBy !== undefined) return [`No family is retired before ${day(coveredBy)}: ${known}`];
  const more = needsSeconds === undefined || !Number.isFinite(needsSeconds) ? '' : ` to ${needsSeconds}`;
  return [`No family is retired: ${known}. Raise \`usageSeconds\`${more}`];
}
