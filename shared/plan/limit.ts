// The upper limit of a run: an earlier plan. A run deregisters only what its limit and the present plan agree on. The first
// plan of a run is the limit of its later passes, and a saved plan is the limit of the whole run.
import type { KeptRevision } from '../domain/apply-results.ts';
import { byName, intersect, type Ranges, rangesOf, type Revision, sizeOf, without } from '../domain/revision.ts';
import { type FamilyPlan, type Plan, type Span, type Verdict, verdictsOf } from './verdict.ts';

export interface Limit {
  /** In the order of the calls. */
  readonly toDeregister: readonly Revision[];
  /** The families that the earlier plan retires. */
  readonly retired: ReadonlySet<string>;
}

export function limitOf(plan: Plan): Limit {
  return { toDeregister: plan.toDeregister, retired: retiredIn(plan) };
}

/** The revisions of the limit that the present plan allows as well, and why not the others.
 *  @param isDone whether the run has come to a revision already */
export function allowedByBoth(
  limit: Limit,
  present: Plan,
  isDone: (revision: Revision) => boolean = () => false,
): { allowed: Revision[]; kept: KeptRevision[] } {
  const verdicts = verdictsOf(present);
  const alive = retiredOnlyIn(limit, present);
  const allowed: Revision[] = [];
  const kept: KeptRevision[] = [];
  for (const revision of limit.toDeregister) {
    if (isDone(revision)) continue;
    const reason =
      objectionIn(verdicts(revision)) ??
      (alive.has(revision.family) ? 'its family is not retired any more' : undefined);
    if (reason === undefined) allowed.push(revision);
    else kept.push({ revision, reason });
  }
  return { allowed, kept };
}

/** The reason of a later verdict to keep a planned revision. */
export function objectionIn(verdict: Verdict | undefined): string | undefined {
  if (verdict?.verdict === 'keep') return verdict.reasons[0].text;
  // It left the plan since, and came back.
  if (verdict?.verdict === 'deferred' && verdict.announcedUntil !== undefined) return 'it is not announced long enough';
  return verdict?.verdict === 'hold' ? 'it may be referenced dynamically' : undefined;
}

/** The families that a limit retires and a later plan does not. All their remaining revisions stay. */
export function retiredOnlyIn({ retired }: Limit, later: Plan): Set<string> {
  return new Set(retired).difference(retiredIn(later));
}

export function retiredIn({ families }: Plan): Set<string> {
  return new Set(families.filter(({ isRetired }) => isRetired === true).map(({ family }) => family));
}

/** Revisions of the limit that the present plan does not deregister. */
export interface LimitChange {
  readonly family: string;
  readonly ranges: Ranges;
  /** Continues a sentence after the revisions: `kept now: service prod/web deploys it`. */
  readonly change: string;
}

export interface NarrowedPlan {
  readonly plan: Plan;
  readonly changes: readonly LimitChange[];
  /** How many revisions that no rule keeps are outside the limit. They stay. */
  readonly outside: number;
}

/** The present plan without everything outside the limit. What no rule keeps is deferred there. In a hold nothing is
 *  deregistered, so nothing is compared. */
export function narrowPlan(limit: Limit, present: Plan, cap: number): NarrowedPlan {
  if (present.hold !== undefined) return { plan: present, changes: [], outside: 0 };
  const { allowed, kept } = allowedByBoth(limit, present);
  const verdicts = verdictsOf(present);
  const active = allowed.filter((revision) => verdicts(revision) !== undefined);
  const inactive = allowed.filter((revision) => verdicts(revision) === undefined);
  const toDeregister = active.slice(0, cap);
  const changes = [
    ...kept.map(({ revision, reason }) => {
      const word = verdicts(revision)?.verdict === 'hold' ? 'on hold' : 'kept';
      return { revision, change: `${word} now: ${reason}` };
    }),
    ...inactive.map((revision) => ({ revision, change: 'not ACTIVE any more' })),
    ...active.slice(cap).map((revision) => ({ revision, change: 'over the cap now' })),
  ];
  const selected = rangesByFamily(toDeregister);
  const inLimit = rangesByFamily(limit.toDeregister);
  const families = present.families.map((one) => narrowFamily(one, selected.get(one.family), inLimit.get(one.family)));
  const outside = families
    .flatMap(({ spans }) => spans)
    .filter(({ verdict }) => verdict.verdict === 'deferred' && verdict.outsideLimit === true)
    .reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
  return { plan: { ...present, families, toDeregister }, changes: groupChanges(changes), outside };
}

function rangesByFamily(revisions: readonly Revision[]): Map<string, Ranges> {
  const families = Map.groupBy(revisions, ({ family }) => family);
  return new Map(Array.from(families, ([family, all]) => [family, rangesOf(all.map(({ number }) => number))]));
}

function narrowFamily(family: FamilyPlan, selected: Ranges = [], inLimit: Ranges = []): FamilyPlan {
  const parts: Span[] = [
    { ranges: selected, verdict: { verdict: 'deregister' } },
    { ranges: inLimit, verdict: { verdict: 'deferred' } },
  ];
  return splitDeferred(family, parts, { verdict: 'deferred', outsideLimit: true });
}

/** Gives what no rule keeps the verdict of the first part that has it.
 *  @param other the verdict of what no part has */
export function splitDeferred(family: FamilyPlan, parts: readonly Span[], other: Verdict): FamilyPlan {
  const spans = family.spans.flatMap(({ ranges, verdict }): Span[] => {
    if (verdict.verdict !== 'deregister' && verdict.verdict !== 'deferred') return [{ ranges, verdict }];
    if (verdict.verdict === 'deferred' && verdict.announcedUntil !== undefined) return [{ ranges, verdict }];
    let rest = ranges;
    const found = parts.map((part) => {
      const inside = intersect(rest, part.ranges);
      rest = without(rest, inside);
      return { ranges: inside, verdict: part.verdict };
    });
    return [...found, { ranges: rest, verdict: other }].filter((part) => part.ranges.length > 0);
  });
  return { ...family, spans: spans.toSorted((a, b) => (a.ranges[0]?.from ?? 0) - (b.ranges[0]?.from ?? 0)) };
}

function groupChanges(changes: readonly { revision: Revision; change: string }[]): LimitChange[] {
  const groups = Map.groupBy(changes, ({ revision: { family }, change }) => JSON.stringify([family, change]));
  return Array.from(groups.values(), (all) => ({
    family: all[0]?.revision.family ?? '',
    ranges: rangesOf(all.map(({ revision }) => revision.number)),
    change: all[0]?.change ?? '',
  })).toSorted((a, b) => byName(a.family, b.family) || (a.ranges[0]?.from ?? 0) - (b.ranges[0]?.from ?? 0));
}
