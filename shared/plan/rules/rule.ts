// The type of a keep rule: a pure function from values to a reason to keep a revision, or nothing. An unknown value keeps.
import type { Ages, Reference, Rollout } from '../../domain/evidence.ts';
import { once } from '../../domain/once.ts';
import type { Revision } from '../../domain/revision.ts';
import type { FamilyPolicy } from '../../settings/policy.ts';

/** The evidence about one family. */
export interface FamilyEvidence {
  readonly family: string;
  readonly policy: FamilyPolicy;
  /** Milliseconds since the epoch. */
  readonly asOf: number;
  /** Floating references are under the newest ACTIVE revision, to which ECS resolves them. */
  readonly referencesByNumber: ReadonlyMap<number, readonly Reference[]>;
  /** Services with a deployment in progress that reference the family, each with the lowest number that it references. */
  readonly rollouts: readonly { readonly rollout: Rollout; readonly lowest: number }[];
  /** The entry of protectTags that the tags of a revision match. */
  readonly tagged: ReadonlyMap<number, string>;
  /** The principal that registered a revision, as far as that was read. */
  readonly registeredBy: ReadonlyMap<number, string>;
  /** Globs of principals. */
  readonly protectRegisteredBy: readonly string[];
  readonly ages: Ages | undefined;
  readonly usedWithinDays: number;
  /** When a revision was last used, in milliseconds since the epoch, from all sources. */
  readonly lastUsed: ReadonlyMap<number, number>;
  /** From when on all usage is known; absent where the settings leave usage out. */
  readonly usageSince: number | undefined;
  /** Whether its newest revisions are no longer kept as the newest (retireFamiliesAfterDays). */
  readonly isRetired: boolean;
}

export interface Subject extends Revision {
  /** 1 is the newest ACTIVE revision of the family. */
  readonly rank: number;
  /** The rank among the revisions that are known to be old; absent where this one is not. */
  readonly oldRank: number | undefined;
  /** Whether an earlier rule keeps it. */
  readonly kept: boolean;
}

export interface Rule {
  readonly name: string;
  /** Which revisions it keeps, for the documents. */
  readonly description: string;
  /** The change that would lift the reason, in words that follow on "it would be deregistered if". */
  readonly frees: string;
  readonly why: (revision: Subject, family: FamilyEvidence) => { rule: string; text: string } | undefined;
}

const DAY_MS = 86_400_000;

/** A revision that was registered at or after this moment is young. */
export function ageBoundary(asOf: number, minAgeDays: number): number {
  return asOf - minAgeDays * DAY_MS;
}

/** Made once, since making it takes longer than judging a revision. */
const dayFormat = once(
  () => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }),
);

/** `12 June 2026`, in UTC. */
export function day(at: number): string {
  return dayFormat().format(at);
}
