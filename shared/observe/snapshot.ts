// Writes the account as a file on which the same settings can be rehearsed.
import type { Target } from '../domain/revision.ts';
import { ageBoundary } from '../plan/rules/rule.ts';
import { takeSnapshot, type SnapshotResult } from '../snapshot/snapshot.ts';
import { Memory } from '../sources/common/memory.ts';
import { type ObserveContext, policyFrom, readerFor, readingPlan, usagePlan } from './context.ts';

/** @throws SnapshotFailed when a part could not be read to its end */
export async function snapshotOf(target: Target, context: ObserveContext, full: boolean): Promise<SnapshotResult> {
  const policy = policyFrom(context.settings);
  return takeSnapshot(readerFor(target, context, new Memory()), {
    ...readingPlan(context),
    usage: usagePlan(context.settings),
    boundary: (family, asOf) => ageBoundary(asOf, policy.of(family).minAgeDays),
    full,
  });
}
