// The type of a keep rule: a pure function from values to a reason to keep a revision, or nothing. An unknown value keeps.
import type { Ages, Reference, Rollout } from '../../domain/evidence.ts';
import { once } from '../../domain/once.ts';
import type { Ranges, Revision } from '../../domain/revision.ts';
import type { FamilyPolicy } from '../../settings/policy.ts';

/** The evidence about one family. */
export interface FamilyEvidence {
  readonly family: string;
  readonly policy: FamilyPolicy;
  readonly active: Ranges;
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
  /** Every number at which `why` may answer differently than for the number before, with the answers of the other rules
   *  left aside. Between two of them one revision is asked for all, so a family of a million costs no more than a small one. */
  readonly changesAt: (family: FamilyEvidence) => Iterable<number>;
  readonly why: (revision: Subject, family: FamilyEvidence) => { rule: string; text: string } | undefined;
}

/** The changes of an answer that is different for these numbers alone. */
export function* around(numbers: Iterable<number>): Generator<number, void> {
  for (const number of numbers) {
    yield number;
    yield number + 1;
  }
}

/** The highest number that is known to be old. */
export function oldUptoOf({ policy, ages }: Pick<FamilyEvidence, 'policy' | 'ages'>): number {
  return policy.minAgeDays === 0 ? Infinity : (ages?.oldUpto ?? 0);
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
