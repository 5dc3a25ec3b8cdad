// The types of a plan. A kept revision always has a reason, and a revision to deregister never has one.
import type { UnresolvedReference } from '../domain/evidence.ts';
import { once } from '../domain/once.ts';
import type { ReadProblem } from '../domain/problem.ts';
import { indexAt, joinRanges, type Range, type Ranges, type Revision } from '../domain/revision.ts';
import type { Reason } from './rules/rules.ts';

export type { Reason };

/** Why a run may deregister nothing. */
export interface Hold {
  readonly cause: 'unreadable' | 'unresolved';
  readonly problems: readonly [ReadProblem, ...ReadProblem[]];
}

export type Verdict =
  | { readonly verdict: 'keep'; readonly reasons: readonly [Reason, ...Reason[]] }
  /** No rule keeps it, but not everything could be read or resolved. */
  | { readonly verdict: 'hold'; readonly cause: Hold['cause'] }
  /** Over the cap of one run, outside the saved plan that limits it, or announced until then (milliseconds since the epoch). */
  | { readonly verdict: 'deferred'; readonly outsideLimit?: true; readonly announcedUntil?: number }
  | { readonly verdict: 'deregister' };

/** Neighbouring ACTIVE revisions of a family with the same verdict and reasons. */
export interface Span {
  readonly ranges: Ranges;
  readonly verdict: Verdict;
}

export interface FamilyPlan {
  readonly family: string;
  /** The newest ACTIVE revision. */
  readonly newest: number;
  /** Unresolved references that may resolve to this family and hold it. */
  readonly unresolved: readonly UnresolvedReference[];
  /** Its newest revisions are not kept as the newest (retireFamiliesAfterDays). */
  readonly isRetired?: true;
  /** Every ACTIVE revision once, ascending. */
  readonly spans: readonly Span[];
}

export interface Plan {
  readonly asOf: number;
  readonly hold: Hold | undefined;
  /** Unresolved references that may resolve to any family, and that the settings accept (unresolvedReferences: report). */
  readonly accepted: readonly UnresolvedReference[];
  /** Retired families have had no reference, use or registration since then. Absent where no family is ever retired. */
  readonly retiredSince?: number;
  /** By name, in code point order. */
  readonly families: readonly FamilyPlan[];
  /** In the order of the calls: the oldest of each family in turn. */
  readonly toDeregister: readonly Revision[];
}

/** The ranges with one verdict, by family. Families without it are left out. */
export function withVerdict(plan: Plan, verdict: Verdict['verdict']): { family: string; ranges: Ranges }[] {
  return plan.families
    .map(({ family, spans }) => ({
      family,
      ranges: joinRanges(
        spans.filter((span) => span.verdict.verdict === verdict).flatMap(({ ranges }) => ranges),
        [],
      ),
    }))
    .filter(({ ranges }) => ranges.length > 0);
}

/** Neighbouring numbers of a family with the same verdict. */
export interface Piece extends Range {
  readonly verdict: Verdict;
}

/** Ascending and disjoint, while the spans of a narrowed plan may interleave. */
export function piecesOf({ spans }: Pick<FamilyPlan, 'spans'>): Piece[] {
  return spans
    .flatMap(({ ranges, verdict }) => ranges.map(({ from, upto }) => ({ from, upto, verdict })))
    .toSorted((a, b) => a.from - b.from);
}

/** Looks up verdicts. Families are indexed and their pieces halved, since a plan is asked about a hundred thousand revisions,
 *  which may all be of one family. */
export function verdictsOf(plan: Plan): (revision: Revision) => Verdict | undefined {
  const families = new Map(plan.families.map((one) => [one.family, once(() => piecesOf(one))]));
  return ({ family, number }) => {
    const pieces = families.get(family)?.() ?? [];
    const piece = pieces[indexAt(pieces, number)];
    return piece !== undefined && piece.from <= number ? piece.verdict : undefined;
  };
}
