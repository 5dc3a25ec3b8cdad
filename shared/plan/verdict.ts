// What can be decided about a revision, and the whole of a plan. A reason is never missing from what is kept, and what
// may go carries none: the types say so.
import type { ReadProblem } from '../domain/problem.ts';
import type { UnresolvedReference } from '../domain/evidence.ts';
import { isAmong, type Ranges, type Revision } from '../domain/revision.ts';
import type { Reason } from './rules/rules.ts';

export type { Reason };

/** Nothing may be done, about the whole run, until the cause is gone. */
export interface Hold {
  readonly cause: 'unreadable' | 'unresolved';
  readonly problems: readonly [ReadProblem, ...ReadProblem[]];
}

export type Verdict =
  | { readonly verdict: 'keep'; readonly reasons: readonly [Reason, ...Reason[]] }
  /** No rule keeps it, but not enough could be read, or understood, to let it go. */
  | { readonly verdict: 'hold'; readonly cause: Hold['cause'] }
  /** May go, but not within tonight's cap. */
  | { readonly verdict: 'deferred' }
  | { readonly verdict: 'deregister' };

/** Neighbouring ACTIVE revisions of a family that share a verdict with all its reasons. */
export interface Span {
  readonly ranges: Ranges;
  readonly verdict: Verdict;
}

export interface FamilyPlan {
  readonly family: string;
  /** The newest ACTIVE revision. */
  readonly newest: number;
  /** Unresolved references that may resolve to this family, and hold it: only what a rule keeps is certain. */
  readonly unresolved: readonly UnresolvedReference[];
  /** No revision of it is kept for being among the newest (retireFamiliesAfterDays). */
  readonly isRetired?: true;
  /** Every ACTIVE revision once, ascending. */
  readonly spans: readonly Span[];
}

export interface Plan {
  readonly asOf: number;
  readonly hold: Hold | undefined;
  /** Unresolved references that may resolve to any family, and that the settings accept (unresolvedReferences: report). */
  readonly accepted: readonly UnresolvedReference[];
  /** The families that are retired have had no reference, use or registration since; absent where none is ever retired. */
  readonly retiredSince?: number;
  /** By name, in code point order. */
  readonly families: readonly FamilyPlan[];
  /** What goes tonight, in the order in which it goes: the oldest of each family in turn. */
  readonly toDeregister: readonly Revision[];
}

/** The ranges of one verdict, family by family; families without it are left out. */
export function withVerdict(plan: Plan, verdict: Verdict['verdict']): { family: string; ranges: Ranges }[] {
  return plan.families
    .map(({ family, spans }) => ({
      family,
      ranges: spans.filter((span) => span.verdict.verdict === verdict).flatMap(({ ranges }) => ranges),
    }))
    .filter(({ ranges }) => ranges.length > 0);
}

/** Looks up verdicts; a family is found at once, so that a plan can be asked about each of thousands. */
export function verdictsOf(plan: Plan): (revision: Revision) => Verdict | undefined {
  const families = new Map(plan.families.map((one) => [one.family, one.spans]));
  return ({ family, number }) => families.get(family)?.find(({ ranges }) => isAmong(number, ranges))?.verdict;
}
