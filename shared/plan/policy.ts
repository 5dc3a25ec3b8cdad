// The part of the settings that decides.
import type { FamilyPolicy } from '../settings/policy.ts';

export interface Policy {
  readonly of: (family: string) => FamilyPolicy;
  /** Tags that protect: a key, or key=value. */
  readonly protectTags: readonly string[];
  /** Globs of principals. Revisions that they registered are protected. */
  readonly protectRegisteredBy: readonly string[];
  /** With 0, no family is retired. */
  readonly retireFamiliesAfterDays: number;
  /** The most revisions that one run deregisters. */
  readonly maxDeregistrations: number;
  readonly usedWithinDays: number;
  /** Whether a reference that may resolve to any family holds the run, or is only reported. */
  readonly unresolvedReferences: 'hold' | 'report';
}
