// Finds the few revisions whose age decides, since AWS tells ages one call at a time.
import type { Ages, Evidence } from '../domain/evidence.ts';
import { type Ranges, sizeOf } from '../domain/revision.ts';
import { familyState, groupByFamily, isUnreadAge, judgeFamilies } from '../plan/judge.ts';
import type { Policy } from '../plan/policy.ts';
import { type Obstacle, retirementObstaclesOf } from '../plan/retire.ts';

/** The revisions that only their unread age keeps, by family. */
export function candidatesWithoutAge(evidence: Evidence, policy: Policy): Map<string, Ranges> {
  const wanted = new Map<string, Ranges>();
  const young = { ...evidence, ages: onlyNewest(evidence.ages) };
  for (const { family, spans, unresolved } of judgeFamilies(young, policy, groupByFamily(young, policy))) {
    if (unresolved.length > 0) continue;
    const ranges = spans.filter(({ reasons }) => reasons.some(isUnreadAge)).flatMap((span) => span.ranges);
    if (ranges.length > 0) wanted.set(family, ranges);
  }
  return wanted;
}

/** Returns the ages that are known while only the newest revisions have been read. */
function onlyNewest(ages: Evidence['ages']): Map<string, Ages> {
  const known = new Map<string, Ages>();
  for (const [family, { newestAt }] of ages)
    if (newestAt !== undefined) known.set(family, { oldUpto: 0, youngFrom: Infinity, newestAt });
  return known;
}

/** The families that are retired if their newest revision is old enough, each with the number of revisions that this frees. */
export function retirementCandidates(
  evidence: Evidence,
  policy: Policy,
): Map<string, { newest: number; frees: number }> {
  const wanted = new Map<string, { newest: number; frees: number }>();
  if (policy.retireFamiliesAfterDays === 0) return wanted;
  const unknown = { oldUpto: 0, youngFrom: Infinity };
  const ages = new Map(
    Array.from(evidence.inventory.keys(), (family) => [family, { ...unknown, newestAt: -Infinity }] as const),
  );
  const dated = { ...evidence, ages };
  for (const judged of judgeFamilies(dated, policy, groupByFamily(dated, policy))) {
    if (!judged.isRetired) continue;
    const free = judged.spans.filter(({ reasons }) => reasons.every(isUnreadAge)).flatMap(({ ranges }) => ranges);
    if (free.length > 0) wanted.set(judged.family, { newest: judged.newest, frees: sizeOf(free) });
  }
  return wanted;
}

/** Why each of these families is not retired. A retired family has no obstacles. */
export function retirementObstacles(
  families: ReadonlySet<string>,
  evidence: Evidence,
  policy: Policy,
): Map<string, readonly Obstacle[]> {
  const found = groupByFamily(evidence, policy);
  const some = [...evidence.inventory].filter(([family]) => families.has(family));
  return new Map(
    some.map(([family, active]) => [
      family,
      [...retirementObstaclesOf(familyState(family, active, evidence, policy, found))],
    ]),
  );
}
