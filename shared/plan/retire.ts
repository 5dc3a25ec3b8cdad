// Decides whether a family is retired, so that its last revisions are deregistered as well (retireFamiliesAfterDays). It must
// have no reference and no rollout, and no use or registration within those days. Anything unknown is an obstacle.
import type { Reference, UnresolvedReference } from '../domain/evidence.ts';
import { awsFamily } from '../domain/registrar.ts';
import { isAmong, type Ranges } from '../domain/revision.ts';
import { shortName } from './rules/referenced.ts';
import { ageBoundary, day, type FamilyEvidence } from './rules/rule.ts';

export interface FamilyState extends Omit<
  FamilyEvidence,
  'referencesByNumber' | 'tagged' | 'isRetired' | 'registeredBy' | 'protectRegisteredBy'
> {
  readonly retireFamiliesAfterDays: number;
  readonly references: readonly Reference[];
  /** Unresolved references that may resolve to this family, and those that may resolve to any. */
  readonly unresolved: readonly (readonly UnresolvedReference[])[];
}

/** Why a family is not retired. */
export interface Obstacle {
  /** Follows on "not retired:". */
  readonly text: string;
  /** The change that would remove it. Follows on "it would be if". */
  readonly frees: string;
}

/** CloudTrail's ninety days lose their last hour while they are read, and the plan counts its days from a later moment. So
 *  the first two hours of ninety days may be unknown.
 *  https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
const UNREADABLE_MS = 2 * 3_600_000;

export function isUsageKnownSince(usageSince: number | undefined, boundary: number): boolean {
  return usageSince !== undefined && usageSince <= boundary + UNREADABLE_MS;
}

export function isRetired(family: FamilyState): boolean {
  return family.retireFamiliesAfterDays > 0 && retirementObstaclesOf(family).next().done === true;
}

/** Every obstacle, one by one: a plan needs only the first. */
export function* retirementObstaclesOf(family: FamilyState): Generator<Obstacle, void> {
  let isKept = false;
  for (const obstacle of signsOfLife(family)) {
    isKept = true;
    yield obstacle;
  }
  // The age of the newest revision is not read where anything else keeps the family.
  if (!isKept || family.ages?.newestAt !== undefined) yield* recentRegistration(family);
}

function* signsOfLife(family: FamilyState): Generator<Obstacle, void> {
  yield* references(family);
  yield* protection(family);
  yield* recentUse(family);
}

function* references({ references, rollouts, unresolved, active }: FamilyState): Generator<Obstacle, void> {
  const counting = references.filter((one) => keepsFamily(one, active));
  const [first] = counting;
  if (first !== undefined) {
    const more = new Set(counting.map(({ referrer }) => referrer)).size - 1;
    const text = `${shortName(first.referrer)} references it${more > 0 ? `, and ${more} more` : ''}`;
    yield { text, frees: 'nothing referenced any of its revisions' };
  }
  const [deploying] = rollouts;
  if (deploying !== undefined)
    yield {
      text: `${shortName(deploying.rollout.referrer)} is in a deployment of it`,
      frees: 'that deployment had ended',
    };
  for (const [open] of unresolved)
    if (open !== undefined)
      yield {
        text: `${shortName(open.referrer)} may resolve to it: it ${open.description}`,
        frees: 'that referenced its task definition by name, or were left out by the settings (without)',
      };
}

/** A reference to an INACTIVE revision starts nothing. But a task that runs it, or a service that deploys it, shows that the
 *  family is in use. */
function keepsFamily({ target, relation, isShort }: Reference, active: Ranges): boolean {
  if (target.kind === 'floating' || isAmong(target.number, active)) return true;
  return isShort === undefined && SIGNS_OF_LIFE.has(relation);
}

const SIGNS_OF_LIFE: ReadonlySet<Reference['relation']> = new Set(['runs', 'ran', 'deploys', 'rolls back to']);

function* protection({ family, policy, ages }: FamilyState): Generator<Obstacle, void> {
  if (policy.protectedBy !== undefined)
    yield { text: `protected: ${policy.protectedBy}`, frees: 'no setting protected it' };
  const service = ages?.byAws ?? awsFamily(family);
  if (service !== undefined)
    yield { text: `it belongs to ${service}`, frees: 'that AWS service did not register in it' };
}

function* recentUse({
  asOf,
  retireFamiliesAfterDays: days,
  usageSince,
  lastUsed,
}: FamilyState): Generator<Obstacle, void> {
  const boundary = ageBoundary(asOf, days);
  let last = -Infinity;
  for (const at of lastUsed.values()) last = Math.max(last, at);
  if (last >= boundary)
    yield { text: `used on ${day(last)}`, frees: `it were unused for ${days} days, which time will see to` };
  if (isUsageKnownSince(usageSince, boundary)) return;
  yield {
    text: usageSince === undefined ? 'usage is not read' : `usage is known since ${day(usageSince)}`,
    frees: `usage were known for ${days} days`,
  };
}

function* recentRegistration({ asOf, retireFamiliesAfterDays: days, ages }: FamilyState): Generator<Obstacle, void> {
  const at = ages?.newestAt;
  if (at === undefined)
    yield {
      text: 'the age of its newest revision was not read',
      frees: 'it were read, which a later run does once others are retired',
    };
  else if (!(at < ageBoundary(asOf, days)))
    yield {
      text: Number.isFinite(at)
        ? `its newest revision was registered on ${day(at)}`
        : 'AWS does not say when its newest revision was registered',
      frees: `nothing were registered for ${days} days, which time will see to`,
    };
}
