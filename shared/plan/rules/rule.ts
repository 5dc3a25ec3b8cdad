// What a keep rule is given and what it answers. A rule answers "why keep it?" and nothing else: it gets values, gives a
// reason or nothing, and knows no clock, no SDK and no settings file. What cannot be known keeps.
import type { Ages, Reference, Rollout } from '../../domain/evidence.ts';
import type { Revision } from '../../domain/revision.ts';
import type { FamilyPolicy } from '../../settings/policy.ts';

/** All that is known about one family when its revisions are judged. */
export interface FamilyEvidence {
  readonly family: string;
  readonly policy: FamilyPolicy;
  /** Milliseconds since the epoch. */
  readonly asOf: number;
  /** Who names which number. Floating references stand under the newest ACTIVE one, to which ECS resolves them. */
  readonly namings: ReadonlyMap<number, readonly Reference[]>;
  /** Services in the middle of a deployment that name this family, each with the lowest number that it names. */
  readonly rollouts: readonly { readonly rollout: Rollout; readonly lowest: number }[];
  /** The entry of protectTags that a number's tags fit. */
  readonly tagged: ReadonlyMap<number, string>;
  /** Who registered each number, as far as that was read. */
  readonly registeredBy: ReadonlyMap<number, string>;
  /** Globs of principals. */
  readonly protectRegisteredBy: readonly string[];
  readonly ages: Ages | undefined;
  readonly usedWithinDays: number;
  /** When each number was last used, in milliseconds since the epoch, by whoever knows. */
  readonly lastUsed: ReadonlyMap<number, number>;
  /** Since when all use is known; absent where the settings leave usage out. */
  readonly usageSince: number | undefined;
  /** Its newest revisions are not kept for being the newest (retireFamiliesAfterDays). */
  readonly isRetired: boolean;
}

export interface Subject extends Revision {
  /** 1 is the newest ACTIVE revision of the family. */
  readonly rank: number;
  /** The same among those that are known to be old; absent where it is not, since what may be young counts for nothing. */
  readonly oldRank: number | undefined;
  /** A rule before this one keeps it already. */
  readonly kept: boolean;
}

export interface Rule {
  readonly name: string;
  /** What the rule protects from, for the README and `explain`. */
  readonly what: string;
  /** The one change that would take this reason away, in words that follow on "it would go if". */
  readonly frees: string;
  readonly why: (revision: Subject, family: FamilyEvidence) => { rule: string; says: string } | undefined;
}

const DAY_MS = 86_400_000;

/** Registered at or after this moment is young. */
export function ageBoundary(asOf: number, minAgeDays: number): number {
  return asOf - minAgeDays * DAY_MS;
}

/** Made once: making it takes longer than all the rest of judging a revision. */
const inWords = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `12 June 2026`, in UTC, whatever the machine's language and time zone. */
export function day(at: number): string {
  return inWords.format(at);
}
