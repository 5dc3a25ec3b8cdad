// Decides: evidence and policy in, a verdict with all reasons for every ACTIVE revision out. Pure: no clock, no SDK, no
// environment.
import { type Evidence, problemsIn } from '../domain/evidence.ts';
import { clipRanges, numbersIn, type Ranges, type Revision } from '../domain/revision.ts';
import { groupByFamily, isUnreadAge, judgeFamilies, type JudgedFamily } from './judge.ts';
import type { Policy } from './policy.ts';
import { ageBoundary } from './rules/rule.ts';
import { holdProblem, isUsageCovered, type ResolvedReferences } from './unresolved.ts';
import type { Hold, Plan, Span } from './verdict.ts';

export function decide(evidence: Evidence, policy: Policy): Plan {
  const found = groupByFamily(evidence, policy);
  const hold = holdOf(evidence, policy, found.unresolved);
  const judged = judgeFamilies(evidence, policy, found);
  const toDeregister = hold === undefined ? selectInTurn(judged, policy.maxDeregistrations) : [];
  // Each family is taken from its oldest upwards, so the last number says which ones are selected.
  const selectedUpto = new Map(toDeregister.map(({ family, number }) => [family, number]));
  const families = judged.map(({ family, newest, spans, unresolved, isRetired }) => {
    const cause = hold?.cause ?? (unresolved.length > 0 ? 'unresolved' : undefined);
    return {
      family,
      newest,
      unresolved,
      ...(isRetired ? { isRetired: true as const } : {}),
      spans: spans.flatMap((span) => withVerdicts(span, cause, selectedUpto.get(family))),
    };
  });
  return {
    asOf: evidence.asOf,
    hold,
    accepted: hold === undefined ? found.unresolved.any : [],
    ...(policy.retireFamiliesAfterDays === 0
      ? {}
      : { retiredSince: ageBoundary(evidence.asOf, policy.retireFamiliesAfterDays) }),
    families,
    toDeregister,
  };
}

/** Fails closed: an unread part may reference anything, so it holds the run. A reference that may resolve to any family does
 *  so as well, unless usage shows what it has started. */
function holdOf(evidence: Evidence, policy: Policy, { any }: ResolvedReferences): Hold | undefined {
  const [first, ...more] = problemsIn(evidence);
  if (first !== undefined) return { cause: 'unreadable', problems: [first, ...more] };
  if (policy.unresolvedReferences === 'report' && isUsageCovered(evidence, policy.usedWithinDays)) return undefined;
  const [unresolved, ...others] = any.map(holdProblem);
  return unresolved === undefined ? undefined : { cause: 'unresolved', problems: [unresolved, ...others] };
}

function selectInTurn(judged: readonly JudgedFamily[], cap: number): Revision[] {
  const free = judged.filter(({ unresolved }) => unresolved.length === 0);
  const queues = free.map(({ family, spans }) => ({
    family,
    ranges: spans.filter(({ reasons }) => reasons.length === 0).flatMap(({ ranges }) => ranges),
  }));
  return takeInTurn(queues, cap);
}

/** Takes the oldest of each family in turn, so that one family with a backlog does not starve the others. */
export function takeInTurn(
  families: readonly { readonly family: string; readonly ranges: Ranges }[],
  cap: number,
): Revision[] {
  const selected: Revision[] = [];
  let waiting = families.map(({ family, ranges }) => ({ family, numbers: numbersIn(ranges) }));
  while (waiting.length > 0)
    waiting = waiting.filter(({ family, numbers }) => {
      if (selected.length >= cap) return false;
      const next = numbers.next();
      if (next.done === true) return false;
      selected.push({ family, number: next.value });
      return true;
    });
  return selected;
}

/** Splits revisions without a reason where the cap ends. In a hold, ages are not read any more, so an unread age is no
 *  reason. */
function withVerdicts(
  { ranges, reasons }: JudgedFamily['spans'][number],
  cause: Hold['cause'] | undefined,
  selectedUpto = 0,
): Span[] {
  if (cause !== undefined && reasons.every(isUnreadAge)) return [{ ranges, verdict: { verdict: 'hold', cause } }];
  const [first, ...more] = reasons;
  if (first !== undefined) return [{ ranges, verdict: { verdict: 'keep', reasons: [first, ...more] } }];
  const parts: Span[] = [
    { ranges: clipRanges(ranges, 0, selectedUpto), verdict: { verdict: 'deregister' } },
    { ranges: clipRanges(ranges, selectedUpto + 1, Infinity), verdict: { verdict: 'deferred' } },
  ];
  return parts.filter((part) => part.ranges.length > 0);
}
