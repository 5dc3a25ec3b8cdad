// Everything that is known about one revision: its verdict, the evidence for it, and what was not read.
import type { Chain } from '../domain/chain.ts';
import type { LastCall, Reading, Reference, UnresolvedReference } from '../domain/evidence.ts';
import type { Revision } from '../domain/revision.ts';
import type { Hold, Verdict } from '../plan/verdict.ts';
import type { Obstacle } from '../plan/retire.ts';
import type { LastUse } from './last-use.ts';

export interface Explanation {
  readonly revision: Revision;
  readonly arn: string;
  /** The tags that would keep it: a key, or key=value. */
  readonly protectTags: readonly string[];
  readonly status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  /** Absent when it is not ACTIVE: the plan has only ACTIVE revisions. */
  readonly verdict: Verdict | undefined;
  /** The hold of the whole run, also where a rule keeps this revision. */
  readonly hold: Hold | undefined;
  /** Unresolved references that may resolve to its family. */
  readonly unresolved: readonly UnresolvedReference[];
  readonly references: readonly Reference[];
  /** How each reference in another definition comes into use. */
  readonly chains: readonly Chain[];
  /** The settings that apply to its family. */
  readonly limits: DecidingLimits;
  readonly readings: readonly Pick<Reading, 'part' | 'items'>[];
  readonly unread: readonly { readonly name: string; readonly reason: string }[];
  /** Milliseconds since the epoch; absent when it could not be described. */
  readonly registeredAt?: number | undefined;
  readonly registeredBy?: string | undefined;
  /** From CloudTrail, as far as this and earlier runs have read it. */
  readonly lastCall?: LastCall | undefined;
  readonly lastUse?: LastUse | undefined;
  readonly deregisteredAt?: number | undefined;
  /** Absent where no family is ever retired. */
  readonly retirement?: Retirement | undefined;
  readonly tags?: readonly { readonly key: string; readonly value: string }[] | undefined;
}

export interface DecidingLimits {
  readonly keepLatest: number;
  readonly minAgeDays: number;
  readonly usedWithinDays: number;
  /** A use at or after this moment is recent. */
  readonly usedSince: number;
  /** Why the settings protect its family. */
  readonly protectedBy?: string | undefined;
}

export interface Retirement {
  /** retireFamiliesAfterDays. */
  readonly days: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Why the family is not retired; empty where it is. */
  readonly obstacles: readonly Obstacle[];
}
