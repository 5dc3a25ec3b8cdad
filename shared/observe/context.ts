// The context of observing an account, and the parts of it that the settings decide.
import type { Aws } from '../aws/connect.ts';
import type { Clock } from '../domain/clock.ts';
import type { Reading } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { searchPlace } from '../domain/search-place.ts';
import type { Policy } from '../plan/policy.ts';
import type { ReadingPlan } from '../read/evidence.ts';
import type { UsagePlan } from '../read/usage/usage.ts';
import { policyOf } from '../settings/policy.ts';
import type { Settings } from '../settings/schema.ts';
import type { Memory } from '../sources/common/memory.ts';
import type { ReadContext } from '../sources/common/reader.ts';
import type { EarlierRuns } from '../state/earlier-runs.ts';
import type { StateAccess } from '../state/store.ts';

export interface ObserveContext {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Whether no time is left to read more. */
  readonly outOfTime: () => boolean;
  readonly onReading: (reading: Reading) => void;
  /** Receives the progress of each part while it is read. */
  readonly onCall?: ReadContext['onCall'];
  /** The state store, where earlier runs leave what the next one needs. Absent where each run starts from nothing. */
  readonly stateAccess?: StateAccess | undefined;
}

export function policyFrom(settings: Settings): Policy {
  const { protectTags, protectRegisteredBy, maxDeregistrations } = settings;
  const { usedWithinDays, unresolvedReferences, retireFamiliesAfterDays } = settings;
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

/** How many days of usage the settings ask for. */
export function usageDays({ usedWithinDays, retireFamiliesAfterDays }: Settings): number {
  return Math.max(usedWithinDays, retireFamiliesAfterDays);
}

/** Nothing where the settings leave usage out. Nothing either where earlier usage cannot be read, since the run is held. */
export function usagePlan(settings: Settings, earlier?: EarlierRuns): UsagePlan | undefined {
  const { without, usedWithinDays: days, retireFamiliesAfterDays: retireDays, usageSeconds: seconds } = settings;
  if (without.includes('usage') || usageDays(settings) === 0 || (earlier?.problems ?? []).length > 0) return undefined;
  return { days, retireDays, seconds, known: earlier?.usage.value };
}

/** `...:function:dispatch:$LATEST`, `...:function:dispatch:7` */
const FUNCTION_VERSION = /^(arn:[^:]+:lambda:[^:]*:[^:]*:function:[^:]+):[^:]+$/;

export function readerFor(
  target: Target,
  { aws, clock, outOfTime, settings, onCall }: ObserveContext,
  memory: Memory,
): ReadContext {
  const without = new Set(settings.without);
  return {
    aws,
    target,
    clock,
    outOfTime,
    memory,
    onCall,
    findsFamilies: settings.retireFamiliesAfterDays > 0,
    usedWithinDays: usageDays(settings),
    search: settings.search.map(searchPlace),
    // The versions of a function are left out with it.
    leftOut: (arn) => without.has(arn) || without.has(arn.replace(FUNCTION_VERSION, '$1')),
  };
}

export function readingPlan({ settings, onReading: progress }: ObserveContext): ReadingPlan {
  return { protectTags: settings.protectTags, without: settings.without, progress };
}
