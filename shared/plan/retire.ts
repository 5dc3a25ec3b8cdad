// Whether a family is dead, so that its last revisions are deregistered as well (retireFamiliesAfterDays): nothing references
// it, no rollout touches it, and nothing has used it or registered for it within the days. Each obstacle by itself keeps the
// newest revisions, and what is not known is an obstacle.
import type { Reference, Unknown } from '../domain/evidence.ts';
import { awsFamily } from '../domain/registrar.ts';
import { isAmong, type Ranges } from '../domain/revision.ts';
import { shortName } from './rules/referenced.ts';
import { ageBoundary, day, type FamilyEvidence } from './rules/rule.ts';

export interface FamilyToRetire extends Omit<
  FamilyEvidence,
  'namings' | 'tagged' | 'isRetired' | 'registeredBy' | 'protectRegisteredBy'
> {
  readonly retireFamiliesAfterDays: number;
  readonly active: Ranges;
  readonly references: readonly Reference[];
  /** Unresolved references that may resolve to this family, and those that may resolve to any. */
  readonly unresolved: readonly (readonly Unknown[])[];
}

export interface Obstacle {
  /** Words that follow on "not retired:". */
  readonly says: string;
  /** The change that would take it away, in words that follow on "it would be if". */
  readonly frees: string;
}

/** CloudTrail's ninety days lose their last hour while they are read, and the plan counts its days from a later moment: a
 *  family may be retired although its use in these two hours, ninety days ago, is not known.
 *  https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
const UNREADABLE_MS = 2 * 3_600_000;

export function isUsageKnownSince(usageSince: number | undefined, boundary: number): boolean {
  return usageSince !== undefined && usageSince <= boundary + UNREADABLE_MS;
}

export function isRetired(family: FamilyToRetire): boolean {
  return family.retireFamiliesAfterDays > 0 && obstaclesTo(family).next().done === true;
}

/** Every reason why a family is not retired, one by one, so that the first is enough for a plan. */
export function* obstaclesTo(family: FamilyToRetire): Generator<Obstacle, void> {
  let isKept = false;
  for (const obstacle of signsOfLife(family)) {
    isKept = true;
    yield obstacle;
  }
  // The age of its newest revision is not asked for then.
  if (!isKept || family.ages?.newestAt !== undefined) yield* registeredLately(family);
}

function* signsOfLife(family: FamilyToRetire): Generator<Obstacle, void> {
  yield* inUse(family);
  yield* protectedFamily(family);
  yield* usedLately(family);
}

function* inUse({ references, rollouts, unresolved, active }: FamilyToRetire): Generator<Obstacle, void> {
  const counting = references.filter((one) => keepsFamily(one, active));
  const [first] = counting;
  if (first !== undefined) {
    const more = new Set(counting.map(({ who }) => who)).size - 1;
    const says = `${shortName(first.who)} references it${more > 0 ? `, and ${more} more` : ''}`;
    yield { says, frees: 'nothing referenced any of its revisions' };
  }
  const [moving] = rollouts;
  if (moving !== undefined)
    yield {
      says: `${shortName(moving.rollout.who)} is in a deployment of it`,
      frees: 'that deployment had ended',
    };
  for (const [open] of unresolved)
    if (open !== undefined)
      yield {
        says: `${shortName(open.who)} may resolve to it: it ${open.says}`,
        frees: 'that named its task definition, or were left out by the settings (without)',
      };
}

/** A reference to a revision that is not ACTIVE starts nothing any more. A task that runs it, or a service that deploys it,
 *  shows all the same that the family is alive. */
function keepsFamily({ what, use, isShort }: Reference, active: Ranges): boolean {
  if (what.kind === 'floating' || isAmong(what.number, active)) return true;
  return isShort === undefined && ALIVE.has(use);
}

const ALIVE: ReadonlySet<Reference['use']> = new Set(['runs', 'ran', 'deploys', 'rolls back to']);

function* protectedFamily({ family, policy, ages }: FamilyToRetire): Generator<Obstacle, void> {
  if (policy.protectedBy !== undefined)
    yield { says: `protected: ${policy.protectedBy}`, frees: 'no setting protected it' };
  const maker = ages?.byAws ?? awsFamily(family);
  if (maker !== undefined)
    yield { says: `it belongs to ${maker}`, frees: 'that AWS service did not register in it' };
}

function* usedLately({
  asOf,
  retireFamiliesAfterDays: days,
  usageSince,
  lastUsed,
}: FamilyToRetire): Generator<Obstacle, void> {
  const boundary = ageBoundary(asOf, days);
  let last = -Infinity;
  for (const at of lastUsed.values()) last = Math.max(last, at);
  if (last >= boundary)
    yield { says: `used on ${day(last)}`, frees: `it were unused for ${days} days, which time will see to` };
  if (isUsageKnownSince(usageSince, boundary)) return;
  yield {
    says: usageSince === undefined ? 'what was used is not read' : `usage is known since ${day(usageSince)}`,
    frees: `usage were known for ${days} days`,
  };
}

function* registeredLately({
  asOf,
  retireFamiliesAfterDays: days,
  ages,
}: FamilyToRetire): Generator<Obstacle, void> {
  const at = ages?.newestAt;
  if (at === undefined)
    yield {
      says: 'the age of its newest revision was not read',
      frees: 'it were read, which a later run does once others are retired',
    };
  else if (!(at < ageBoundary(asOf, days)))
    yield {
      says: Number.isFinite(at)
        ? `its newest revision was registered on ${day(at)}`
        : 'AWS does not say when its newest revision was registered',
      frees: `nothing were registered for ${days} days, which time will see to`,
    };
}
