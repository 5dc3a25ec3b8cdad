// One look at the account and what follows from it: evidence, then the plan. A dry run, a run that writes and `explain`
// all begin here, so that what they say about a revision is the same.
import type { Aws } from '../aws/connect.ts';
import { Tally } from '../aws/tally.ts';
import { type Clock, momentOf, msSince } from '../domain/clock.ts';
import { type Evidence, problemsIn, type Moment, type Reading } from '../domain/evidence.ts';
import { decide, obstaclesOf, undated } from '../plan/decide.ts';
import type { Policy } from '../plan/policy.ts';
import { ageBoundary } from '../plan/rules/rule.ts';
import { type DanglingReference, strandedAmong, suspectsIn, targetName } from '../plan/stranded.ts';
import { type Plan, verdictsOf } from '../plan/verdict.ts';
import { describeTaskDefinition } from '../read/describe.ts';
import { Memory } from '../sources/common/memory.ts';
import { readAgain, readEvidence, type ReadingPlan, readUses } from '../read/evidence.ts';
import type { Reader } from '../sources/common/part.ts';
import { readInactive } from '../read/inventory.ts';
import { callNames } from '../read/usage/record.ts';
import { readRegistrars } from '../read/registrars.ts';
import { readStatuses } from '../read/statuses.ts';
import { readRegistered } from './registered.ts';
import { awsRegistrar } from '../domain/registrar.ts';
import type { Explanation } from '../report/explain.ts';
import { arnOf, nameOf, type Revision, type Target } from '../domain/revision.ts';
import { searchPlace } from '../domain/search-place.ts';
import type { UsagePlan } from '../read/usage/usage.ts';
import { policyOf } from '../settings/policy.ts';
import type { Settings } from '../settings/schema.ts';
import { takeSnapshot, type Taken } from '../snapshot/snapshot.ts';
import { countItems, checkCounts, addProblems } from '../state/counts.ts';
import { type EarlierRuns, loadEarlierRuns, saveForNextRun } from '../state/earlier-runs.ts';
import { type ImmutableFacts, mergeImmutableFacts } from '../state/immutable-facts.ts';
import type { StateAccess, StateError } from '../state/store.ts';

export interface ObserveContext {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Says when there is no time left to read on. */
  readonly outOfTime: () => boolean;
  readonly progress: (reading: Reading) => void;
  /** Where runs leave what the next one needs to know; absent where each begins anew. */
  readonly stateAccess?: StateAccess | undefined;
}

export interface Observation {
  readonly evidence: Evidence;
  readonly plan: Plan;
  /** Ages were read only as far as tonight's cap can reach. */
  readonly agesUnfinished: boolean;
  /** Who names what is not ACTIVE any more, found on every run. */
  readonly danglingReferences: readonly DanglingReference[];
  /** What a later look of this run need not read again. */
  readonly memory: Memory;
  /** What could not be left to the next run. */
  readonly unsaved: readonly StateError[];
  /** The memory of earlier runs was damaged, so that all of it was read anew. */
  readonly damage: StateError | undefined;
}

export function policyFrom(settings: Settings): Policy {
  const { protectTags, protectRegisteredBy, maxDeregistrations, usedWithinDays, unresolvedReferences } =
    settings;
  const { retireFamiliesAfterDays } = settings;
  return {
    of: (family) => policyOf(family, settings),
    protectTags,
    protectRegisteredBy,
    maxDeregistrations,
    usedWithinDays,
    retireFamiliesAfterDays,
    unresolvedReferences,
  };
}

/** @param carried what earlier steps of this run have read */
export async function observe(
  target: Target,
  surroundings: ObserveContext,
  carried?: Memory,
): Promise<Observation> {
  const policy = policyFrom(surroundings.settings);
  const { evidence: kept, memory, leave, damage } = await readWithState(target, surroundings, carried);
  const reader = readerFor(target, surroundings, memory);
  const { evidence: read, danglingReferences } = await withStranded(kept, reader, surroundings);
  // Once the run is held no age can change anything.
  if (problemsIn(read).length > 0) {
    const unsaved = await leave();
    const plan = decide(read, policy);
    return { evidence: read, plan, agesUnfinished: false, danglingReferences, memory, unsaved, damage };
  }

  const aged = await readRegistered(reader, read, policy, surroundings.progress);
  const evidence = await withRegistrars(aged.evidence, reader, surroundings, policy);
  // Last, since the dates that were just read need not be read again tomorrow.
  const unsaved = await leave();
  return {
    evidence,
    plan: decide(evidence, policy),
    agesUnfinished: aged.isUnfinished,
    danglingReferences,
    memory,
    unsaved,
    damage,
  };
}

/** Beyond tonight's cap: as many calls as the ages take at most. What is not asked about is asked by the final check. */
const CALLS_FOR_REGISTRARS = 1_000;

/** Who registered what tonight's plan would deregister, where the settings protect by that: what is protected makes room for
 *  others, until the plan holds none. */
async function withRegistrars(
  evidence: Evidence,
  reader: Reader,
  { progress }: ObserveContext,
  policy: Policy,
): Promise<Evidence> {
  if (policy.protectRegisteredBy.length === 0) return evidence;
  let seen: Pick<Evidence, 'registeredBy' | 'readings'> = evidence;
  for (let left = policy.maxDeregistrations + CALLS_FOR_REGISTRARS; left > 0;) {
    const { registeredBy: known, readings } = seen;
    const { toDeregister } = decide({ ...evidence, ...seen }, policy);
    const wanted = toDeregister.filter(({ family, number }) => known?.get(family)?.has(number) !== true);
    if (wanted.length === 0) break;
    const { registeredBy, reading } = await readRegistrars(reader, wanted.slice(0, left), known);
    progress(reading);
    left -= Math.min(left, wanted.length);
    seen = { registeredBy, readings: merged(readings, reading) };
    if (reading.problems.length > 0) break;
  }
  return { ...evidence, ...seen };
}

/** One reading of a part, however often it was read on. */
function merged(readings: readonly Reading[], reading: Reading): Reading[] {
  const before = readings.find(({ part }) => part === reading.part);
  const others = readings.filter((one) => one !== before);
  if (before === undefined) return [...others, reading];
  const { calls, throttled, items } = before;
  return [
    ...others,
    {
      ...reading,
      began: before.began,
      tookMs: before.tookMs + reading.tookMs,
      calls: calls + reading.calls,
      throttled: throttled + reading.throttled,
      items: items + reading.items,
    },
  ];
}

/** Reads on from what earlier runs have left, compares, and leaves to the next one what this one has found out. */
async function readWithState(
  target: Target,
  surroundings: ObserveContext,
  carried: Memory | undefined,
): Promise<Pick<Observation, 'evidence' | 'memory' | 'damage'> & { leave: () => Promise<StateError[]> }> {
  const { stateAccess, clock, settings, aws, progress } = surroundings;
  const began = momentOf(clock);
  const left =
    stateAccess === undefined ? undefined : await loadEarlierRuns(stateAccess, target, aws.asOf(), callNames);
  const state = left === undefined ? undefined : stateReading(left, began, msSince(began, clock));
  if (state !== undefined) progress(state);
  const memory = carried ?? new Memory(left?.immutable.value?.members, left?.immutable.value?.registrations);
  const plan = { ...readingPlan(surroundings), usage: usagePlan(settings, left) };
  const read = await readEvidence(readerFor(target, surroundings, memory), plan);
  const nothing = () => Promise.resolve([]);
  if (stateAccess === undefined || left === undefined || state === undefined)
    return { evidence: read, memory, leave: nothing, damage: undefined };

  const readings = [...read.readings, state];
  const isFull = problemsIn({ ...read, readings }).length === 0;
  const { damage } = left.immutable;
  const judged = checkCounts(left.counts.value, countItems(readings, memory.clusters), read.asOf);
  const evidence = { ...read, readings: isFull ? addProblems(readings, judged.problems) : readings };
  // A record that could not be read may still be mended by a person: it is not written over.
  if (!stateAccess.writes || left.problems.length > 0) return { evidence, memory, leave: nothing, damage };
  const leave = () => {
    const met: ImmutableFacts = { members: memory.immutable(), registrations: memory.registrations() };
    const { value: before = met } = left.immutable;
    return saveForNextRun(stateAccess, target, left, {
      evidence,
      calls: callNames,
      days: usageDays(settings),
      counts: isFull ? judged.history : undefined,
      // A reading that ended early has not met all that is worth stateAccess.
      immutable: isFull ? met : mergeImmutableFacts(met, before),
    });
  };
  return { evidence, memory, leave, damage };
}

function stateReading(left: EarlierRuns, began: Moment, tookMs: number): Reading {
  const records = [left.usage, left.counts, left.immutable];
  const items = records.filter(({ stored: kept }) => kept !== undefined).length;
  const { problems: faults } = left;
  return {
    part: 'state',
    began,
    tookMs,
    calls: records.length,
    throttled: 0,
    items,
    findings: [],
    problems: faults,
  };
}

/** For so many days back it is asked what was used. */
function usageDays({ usedWithinDays, retireFamiliesAfterDays }: Settings): number {
  return Math.max(usedWithinDays, retireFamiliesAfterDays);
}

/** Nothing is read of usage where the settings leave it out, nor where what is known of it cannot be read: the run is held
 *  then. */
function usagePlan(settings: Settings, left?: EarlierRuns): UsagePlan | undefined {
  const {
    without,
    usedWithinDays: days,
    retireFamiliesAfterDays: retireDays,
    usageSeconds: seconds,
  } = settings;
  if (without.includes('usage') || usageDays(settings) === 0 || (left?.problems ?? []).length > 0)
    return undefined;
  return { days, retireDays, seconds, known: left?.usage.value };
}

async function withStranded(
  read: Evidence,
  reader: Reader,
  { progress }: ObserveContext,
): Promise<Pick<Observation, 'evidence' | 'danglingReferences'>> {
  const suspects = suspectsIn(read);
  if (suspects.length === 0) return { evidence: read, danglingReferences: [] };
  const { statuses, reading } = await readStatuses(reader, suspects.map(targetName));
  progress(reading);
  return {
    evidence: { ...read, readings: [...read.readings, reading] },
    danglingReferences: strandedAmong(suspects, statuses, read),
  };
}

/** Reads again whatever has grown too old, or all that is quickly read, and decides anew. */
export async function observeAgain(
  target: Target,
  surroundings: ObserveContext,
  { evidence: last, memory }: Pick<Observation, 'evidence' | 'memory'>,
  extent: 'stale' | 'all',
): Promise<Pick<Observation, 'evidence' | 'plan'>> {
  const reader = readerFor(target, surroundings, memory);
  const evidence = await readAgain(reader, readingPlan(surroundings), last, extent);
  return { evidence, plan: decide(evidence, policyFrom(surroundings.settings)) };
}

/** What is named now, without a plan: everything that can name a revision, or of that only these parts. */
export async function observeUses(
  target: Target,
  surroundings: ObserveContext,
  memory: Memory,
  parts?: ReadonlySet<string>,
): Promise<Reading[]> {
  return readUses(readerFor(target, surroundings, memory), readingPlan(surroundings), parts);
}

/** INACTIVE revisions, whoever deregistered them. */
export async function observeInactive(
  target: Target,
  surroundings: ObserveContext,
): ReturnType<typeof readInactive> {
  const read = await readInactive(readerFor(target, surroundings, new Memory()));
  surroundings.progress(read.reading);
  return read;
}

/** What each of these revisions is now, by its name. */
export async function observeStatuses(
  target: Target,
  surroundings: ObserveContext,
  names: readonly string[],
): ReturnType<typeof readStatuses> {
  return readStatuses(readerFor(target, surroundings, new Memory()), names, names.length);
}

/** Everything that is known of one revision, in any state; nothing when there is no such revision.
 *  @throws what the SDK throws when it may not or cannot be described */
export async function explainRevision(
  revision: Revision,
  target: Target,
  surroundings: ObserveContext,
): Promise<Omit<Explanation, 'unread'> | undefined> {
  const description = await describeTaskDefinition(surroundings.aws.ecs(new Tally()), nameOf(revision));
  if (description === undefined) return undefined;
  const policy = policyFrom(surroundings.settings);
  // Who only asks leaves nothing behind.
  const { stateAccess } = surroundings;
  const asking = stateAccess === undefined ? stateAccess : { ...stateAccess, writes: false };
  const { evidence } = await observe(target, { ...surroundings, stateAccess: asking });
  const aged = await withNewest(
    withAge(evidence, revision, description, policy),
    revision,
    description,
    policy,
    surroundings.aws,
  );
  const plan = decide(aged, policy);
  const namedBy = evidence.readings
    .flatMap(({ findings }) => findings)
    .filter((finding) => finding.kind === 'reference')
    .filter(
      ({ target }) =>
        target.kind === 'revision' && target.family === revision.family && target.number === revision.number,
    );
  const verdict = verdictsOf(plan)(revision);
  const arn = arnOf(revision, target);
  const unknown = plan.families.find(({ family }) => family === revision.family)?.unresolved ?? [];
  const { protectTags } = policy;
  return {
    revision,
    arn,
    protectTags,
    verdict,
    hold: plan.hold,
    unknown,
    namedBy,
    readings: evidence.readings,
    ...(plan.retiredSince === undefined
      ? {}
      : {
          retirement: {
            days: policy.retireFamiliesAfterDays,
            since: plan.retiredSince,
            obstacles: obstaclesOf(new Set([revision.family]), aged, policy).get(revision.family) ?? [],
          },
        }),
    lastCall: evidence.usage?.lastCalls?.get(revision.family)?.get(revision.number),
    ...description,
  };
}

/** The account as a file to rehearse these settings on.
 *  @throws NoSnapshot when a part could not be read to its end */
export async function snapshotOf(
  target: Target,
  surroundings: ObserveContext,
  full: boolean,
): Promise<Taken> {
  const { settings } = surroundings;
  const policy = policyFrom(settings);
  return takeSnapshot(readerFor(target, surroundings, new Memory()), {
    ...readingPlan(surroundings),
    usage: usagePlan(settings),
    boundary: (family, asOf) => ageBoundary(asOf, policy.of(family).minAgeDays),
    full,
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
  const { oldUpto, youngFrom, byAws = awsRegistrar(registeredBy), newestAt } = known;
  const isOld =
    registeredAt !== undefined && registeredAt < ageBoundary(evidence.asOf, policy.of(family).minAgeDays);
  const ages = isOld
    ? { oldUpto: Math.max(oldUpto, number), youngFrom }
    : { oldUpto, youngFrom: Math.min(youngFrom, number) };
  const by = byAws === undefined ? {} : { byAws };
  const at = newestAt === undefined ? {} : { newestAt };
  return { ...evidence, ages: new Map(evidence.ages).set(family, { ...ages, ...by, ...at }) };
}

/** A plan asks for the newest of a family only as far as the cap reaches. */
async function withNewest(
  evidence: Evidence,
  { family, number }: Revision,
  description: Pick<Explanation, 'registeredAt'>,
  policy: Policy,
  aws: Aws,
): Promise<Evidence> {
  const wanted = undated(evidence, policy).get(family);
  const known = evidence.ages.get(family) ?? { oldUpto: 0, youngFrom: Infinity };
  if (wanted === undefined || known.newestAt !== undefined) return evidence;
  const { newest } = wanted;
  const described =
    newest === number
      ? description
      : await describeTaskDefinition(aws.ecs(new Tally()), nameOf({ family, number: newest }));
  const newestAt = described?.registeredAt ?? Infinity;
  const isOld = newestAt < ageBoundary(evidence.asOf, policy.of(family).minAgeDays);
  const ages = { ...known, oldUpto: isOld ? newest : known.oldUpto, newestAt };
  return { ...evidence, ages: new Map(evidence.ages).set(family, ages) };
}

/** `…:function:dispatch:$LATEST`, `…:function:dispatch:7` */
const VERSION = /^(arn:[^:]+:lambda:[^:]*:[^:]*:function:[^:]+):[^:]+$/;

function readerFor(
  target: Target,
  { aws, clock, outOfTime, settings }: ObserveContext,
  memory: Memory,
): Reader {
  const without = new Set(settings.without);
  const usedWithinDays = usageDays(settings);
  const findsFamilies = settings.retireFamiliesAfterDays > 0;
  const search = settings.search.map(searchPlace);
  // A function's versions are left out with it.
  const leftOut = (arn: string) => without.has(arn) || without.has(arn.replace(VERSION, '$1'));
  return { findsFamilies, aws, target, clock, outOfTime, leftOut, memory, usedWithinDays, search };
}

function readingPlan({ settings, progress }: ObserveContext): ReadingPlan {
  return { protectTags: settings.protectTags, without: settings.without, progress };
}
