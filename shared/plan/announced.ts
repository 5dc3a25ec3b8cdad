// Decides what a plan may deregister where runs announce first (announceNights): only what has been planned without a break
// since the report of an earlier run. Pure.
import { intersect, joinRanges, type Ranges, sizeOf, without } from '../domain/revision.ts';
import { takeInTurn } from './decide.ts';
import { splitDeferred } from './limit.ts';
import type { FamilyPlan, Plan } from './verdict.ts';

const NIGHT_MS = 24 * 3_600_000;
/** Nights are not equally long: clocks change by an hour, and a run may read faster than the one before. */
const SHORTER_MS = 4 * 3_600_000;

/** Revisions that every run since then would have deregistered, in milliseconds since the epoch. */
export interface Announcement {
  readonly ranges: Ranges;
  readonly since: number;
}

/** By family. The ranges of a family do not overlap. */
export type Announced = ReadonlyMap<string, readonly Announcement[]>;

/** The announcements after a plan. A revision that left the plan starts again. A held run plans nothing: what it would keep
 *  starts again, and nothing is added.
 *  @param isJudged whether this run judges the family: one of some families says nothing of the others */
export function updateAnnounced(
  earlier: Announced,
  plan: Plan,
  now: number,
  isJudged: (family: string) => boolean,
): Announced {
  const updated = new Map([...earlier].filter(([family]) => !isJudged(family)));
  for (const family of plan.families) {
    if (!isJudged(family.family)) continue;
    const known = earlier.get(family.family) ?? [];
    const planned = plannedIn(family, plan.hold !== undefined);
    const still = known.map(({ ranges, since }) => ({
      ranges: intersect(ranges, planned),
      since: Math.min(since, now),
    }));
    const added = plan.hold === undefined ? without(planned, joined(known)) : [];
    const all = [...still, { ranges: added, since: now }].filter(({ ranges }) => ranges.length > 0);
    if (all.length > 0) updated.set(family.family, all);
  }
  return updated;
}

/** The plan without everything that was not announced long enough. It is deferred, with the time from which it may go.
 *  @param now by the slower clock */
export function withinAnnounced(
  announced: Announced,
  plan: Plan,
  { nights, now, cap }: { readonly nights: number; readonly now: number; readonly cap: number },
): Plan {
  if (plan.hold !== undefined) return plan;
  const boundary = now - nights * NIGHT_MS + SHORTER_MS;
  const families = plan.families.map((family) => {
    const known = announced.get(family.family) ?? [];
    const ripe = joined(known.filter(({ since }) => since <= boundary));
    return { family, known, ripe: intersect(plannedIn(family, false), ripe) };
  });
  const queues = families.map(({ family: { family }, ripe }) => ({ family, ranges: ripe }));
  const toDeregister = takeInTurn(queues, cap);
  const upto = new Map(toDeregister.map(({ family, number }) => [family, number]));
  return {
    ...plan,
    toDeregister,
    families: families.map(({ family, known, ripe }) => {
      const selected = intersect(ripe, [{ from: 1, upto: upto.get(family.family) ?? 0 }]);
      const waiting = known.map(({ ranges, since }) => ({
        ranges: without(ranges, ripe),
        verdict: { verdict: 'deferred' as const, announcedUntil: since + nights * NIGHT_MS },
      }));
      const unknown = { verdict: 'deferred' as const, announcedUntil: now + nights * NIGHT_MS };
      return splitDeferred(
        family,
        [
          { ranges: selected, verdict: { verdict: 'deregister' } },
          { ranges: ripe, verdict: { verdict: 'deferred' } },
          ...waiting,
        ],
        unknown,
      );
    }),
  };
}

/** How many revisions wait, by the time from which they may be deregistered. */
export function countWaiting({ families }: Plan): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { ranges, verdict } of families.flatMap(({ spans }) => spans))
    if (verdict.verdict === 'deferred' && verdict.announcedUntil !== undefined)
      counts.set(verdict.announcedUntil, (counts.get(verdict.announcedUntil) ?? 0) + sizeOf(ranges));
  return counts;
}

function plannedIn({ spans }: FamilyPlan, isHeld: boolean): Ranges {
  return spans
    .filter(
      ({ verdict: { verdict } }) =>
        verdict === 'deregister' || verdict === 'deferred' || (isHeld && verdict === 'hold'),
    )
    .map(({ ranges }) => ranges)
    .reduce(joinRanges, []);
}

function joined(all: readonly Announcement[]): Ranges {
  return all.map(({ ranges }) => ranges).reduce(joinRanges, []);
}
