// One look at the account and what follows from it: evidence, then the plan. A dry run, a run that writes and `explain`
// all begin here, so that what they say about a revision is the same.
import type { Aws } from './aws/connect.ts';
import { Tally } from './aws/tally.ts';
import type { Clock } from './clock.ts';
import { type Evidence, faultsIn, type Reading } from './evidence.ts';
import { decide, type Policy, unaged } from './plan/decide.ts';
import { ageBoundary } from './plan/rules/rule.ts';
import { type Stranded, strandedAmong, suspectsIn, whatOf } from './plan/stranded.ts';
import { type Plan, verdictsOf } from './plan/verdict.ts';
import { readAges } from './read/ages.ts';
import { describeTaskDefinition } from './read/describe.ts';
import { Memory } from './read/memory.ts';
import { readAgain, readEvidence, type ReadingPlan } from './read/evidence.ts';
import type { Reader } from './read/part.ts';
import { readStatuses } from './read/statuses.ts';
import { awsRegistrar } from './registrar.ts';
import type { Explanation } from './report/explain.ts';
import { arnOf, nameOf, type Revision, type Target } from './revision.ts';
import { policyOf } from './settings/policy.ts';
import type { Settings } from './settings/schema.ts';
import { takeSnapshot, type Taken } from './snapshot/snapshot.ts';

export interface Surroundings {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Says when there is no time left to read on. */
  readonly outOfTime: () => boolean;
  readonly progress: (reading: Reading) => void;
}

export interface Observation {
  readonly evidence: Evidence;
  readonly plan: Plan;
  /** Ages were read only as far as tonight's cap can reach. */
  readonly agesUnfinished: boolean;
  /** Who names what is not ACTIVE any more, found on every run. */
  readonly stranded: readonly Stranded[];
  /** What a later look of this run need not read again. */
  readonly memory: Memory;
}

export function policyFrom(settings: Settings): Policy {
  const { protectTag, maxDeregistrations, usedWithinDays, unknownReferences } = settings;
  return {
    of: (family) => policyOf(family, settings),
    protectTag,
    maxDeregistrations,
    usedWithinDays,
    unknownReferences,
  };
}

export async function observe(target: Target, surroundings: Surroundings): Promise<Observation> {
  const policy = policyFrom(surroundings.settings);
  const memory = new Memory();
  const reader = readerFor(target, surroundings, memory);
  const { evidence: read, stranded } = await withStranded(
    await readEvidence(reader, readingPlan(surroundings)),
    reader,
    surroundings,
  );
  // Once the run is held no age can change anything.
  if (faultsIn(read).length > 0)
    return { evidence: read, plan: decide(read, policy), agesUnfinished: false, stranded, memory };

  const candidates = unaged(read, policy);
  const boundary = (family: string) => ageBoundary(read.asOf, policy.of(family).minAgeDays);
  const { ages, reading } = await readAges(reader, {
    candidates,
    boundary,
    cap: policy.maxDeregistrations,
  });
  surroundings.progress(reading);
  const evidence = { ...read, ages, readings: [...read.readings, reading] };
  return {
    evidence,
    plan: decide(evidence, policy),
    agesUnfinished: ages.size < candidates.size,
    stranded,
    memory,
  };
}

async function withStranded(
  read: Evidence,
  reader: Reader,
  { progress }: Surroundings,
): Promise<Pick<Observation, 'evidence' | 'stranded'>> {
  const suspects = suspectsIn(read);
  if (suspects.length === 0) return { evidence: read, stranded: [] };
  const { statuses, reading } = await readStatuses(reader, suspects.map(whatOf));
  progress(reading);
  return {
    evidence: { ...read, readings: [...read.readings, reading] },
    stranded: strandedAmong(suspects, statuses, read),
  };
}

/** Reads again whatever has grown too old, or all that is quickly read, and decides anew. */
export async function observeAgain(
  target: Target,
  surroundings: Surroundings,
  { evidence: last, memory }: Pick<Observation, 'evidence' | 'memory'>,
  extent: 'stale' | 'all',
): Promise<Pick<Observation, 'evidence' | 'plan'>> {
  const reader = readerFor(target, surroundings, memory);
  const evidence = await readAgain(reader, readingPlan(surroundings), last, extent);
  return { evidence, plan: decide(evidence, policyFrom(surroundings.settings)) };
}

/** Everything that is known of one revision, in any state; nothing when there is no such revision.
 *  @throws what the SDK throws when it may not or cannot be described */
export async function explainRevision(
  revision: Revision,
  target: Target,
  surroundings: Surroundings,
): Promise<Omit<Explanation, 'unread'> | undefined> {
  const description = await describeTaskDefinition(surroundings.aws.ecs(new Tally()), nameOf(revision));
  if (description === undefined) return undefined;
  const policy = policyFrom(surroundings.settings);
  const { evidence } = await observe(target, surroundings);
  const plan = decide(withAge(evidence, revision, description, policy), policy);
  const namedBy = evidence.readings
    .flatMap(({ findings }) => findings)
    .filter((finding) => finding.kind === 'reference')
    .filter(
      ({ what }) =>
        what.kind === 'revision' && what.family === revision.family && what.number === revision.number,
    );
  const verdict = verdictsOf(plan)(revision);
  const arn = arnOf(revision, target);
  const { protectTag } = policy;
  return {
    revision,
    arn,
    protectTag,
    verdict,
    hold: plan.hold,
    namedBy,
    readings: evidence.readings,
    ...description,
  };
}

/** The account as a file to rehearse these settings on.
 *  @throws NoSnapshot when a part could not be read to its end */
export async function snapshotOf(target: Target, surroundings: Surroundings, full: boolean): Promise<Taken> {
  const { aws, settings, progress } = surroundings;
  const policy = policyFrom(settings);
  return takeSnapshot(readerFor(target, surroundings, new Memory()), {
    protectTag: settings.protectTag,
    without: settings.without,
    boundary: (family) => ageBoundary(aws.asOf(), policy.of(family).minAgeDays),
    full,
    progress,
  });
}

/** A plan reads ages only where they decide; who asks about one revision wants to know about its age all the same, and about
 *  who registered it. */
function withAge(
  evidence: Evidence,
  { family, number }: Revision,
  { registeredAt, registeredBy }: Pick<Explanation, 'registeredAt' | 'registeredBy'>,
  policy: Policy,
): Evidence {
  const known = evidence.ages.get(family) ?? { oldUpto: 0, youngFrom: Infinity };
  const { oldUpto, youngFrom, byAws = awsRegistrar(registeredBy) } = known;
  const isOld =
    registeredAt !== undefined && registeredAt < ageBoundary(evidence.asOf, policy.of(family).minAgeDays);
  const ages = isOld
    ? { oldUpto: Math.max(oldUpto, number), youngFrom }
    : { oldUpto, youngFrom: Math.min(youngFrom, number) };
  const by = byAws === undefined ? {} : { byAws };
  return { ...evidence, ages: new Map(evidence.ages).set(family, { ...ages, ...by }) };
}

function readerFor(
  target: Target,
  { aws, clock, outOfTime, settings }: Surroundings,
  memory: Memory,
): Reader {
  const without = new Set(settings.without);
  const { usedWithinDays } = settings;
  return { aws, target, clock, outOfTime, leftOut: (arn) => without.has(arn), memory, usedWithinDays };
}

function readingPlan({ settings, progress }: Surroundings): ReadingPlan {
  return { protectTag: settings.protectTag, without: settings.without, progress };
}
