// The unresolved references that the settings accept (unresolvedReferences: report), each with what it may resolve to: nothing
// to act on, and never silent.
import { shortName } from '../../plan/rules/referenced.ts';
import type { Plan } from '../../plan/verdict.ts';
import { formatCount, joinList } from '../text/wording.ts';

export function listAcceptedReferences(plan: Plan | undefined): string[] {
  if (plan === undefined || plan.accepted.length === 0) return [];
  const families = plan.families.map(({ family }) => family);
  const any = families.length === 1 ? '' : ` any of ${formatCount(families.length, 'family')}:`;
  return plan.accepted.map(
    ({ referrer, description }) =>
      `${shortName(referrer)} ${description}. It may resolve to${any} ${joinList(families, 3)}; unresolvedReferences: report accepts that`,
  );
}
