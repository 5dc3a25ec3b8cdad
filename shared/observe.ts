// One look at the account and what follows from it: evidence, then the plan. A dry run, a run that writes and `explain`
// all begin here, so that what they say about a revision is the same.
import type { Aws } from './aws/connect.ts';
import type { Clock } from './clock.ts';
import { type Evidence, faultsIn, type Reading } from './evidence.ts';
import { decide, type Policy, unaged } from './plan/decide.ts';
import { ageBoundary } from './plan/rules/rule.ts';
import type { Plan } from './plan/verdict.ts';
import { readAges } from './read/ages.ts';
import { readAgain, readEvidence, type ReadingPlan } from './read/evidence.ts';
import type { Reader } from './read/part.ts';
import type { Target } from './revision.ts';
import { policyOf } from './settings/policy.ts';
import type { Settings } from './settings/schema.ts';

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
}

export function policyFrom(settings: Settings): Policy {
  const { protectTag, maxDeregistrations } = settings;
  return { of: (family) => policyOf(family, settings), protectTag, maxDeregistrations };
}

export async function observe(target: Target, surroundings: Surroundings): Promise<Observation> {
  const policy = policyFrom(surroundings.settings);
  const read = await readEvidence(readerFor(target, surroundings), readingPlan(surroundings));
  // Once the run is held no age can change anything.
  if (faultsIn(read).length > 0) return { evidence: read, plan: decide(read, policy), agesUnfinished: false };

  const candidates = unaged(read, policy);
  const boundary = (family: string) => ageBoundary(read.asOf, policy.of(family).minAgeDays);
  const { ages, reading } = await readAges(readerFor(target, surroundings), {
    candidates,
    boundary,
    cap: policy.maxDeregistrations,
  });
  surroundings.progress(reading);
  const evidence = { ...read, ages, readings: [...read.readings, reading] };
  return { evidence, plan: decide(evidence, policy), agesUnfinished: ages.size < candidates.size };
}

/** Reads again whatever has grown too old, and decides anew. */
export async function observeAgain(
  target: Target,
  surroundings: Surroundings,
  last: Evidence,
): Promise<Observation> {
  const evidence = await readAgain(readerFor(target, surroundings), readingPlan(surroundings), last);
  return { evidence, plan: decide(evidence, policyFrom(surroundings.settings)), agesUnfinished: false };
}

function readerFor(target: Target, { aws, clock, outOfTime }: Surroundings): Reader {
  return { aws, target, clock, outOfTime };
}

function readingPlan({ settings, progress }: Surroundings): ReadingPlan {
  return { protectTag: settings.protectTag, without: settings.without, progress };
}
