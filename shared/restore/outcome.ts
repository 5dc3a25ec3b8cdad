// What a restore found, and what became of it: plain values for whoever tells it.
import type { ReadProblem } from '../domain/problem.ts';
import type { Stop } from '../domain/apply-results.ts';
import type { Reference, UnresolvedReference } from '../domain/evidence.ts';
import type { Revision, Target } from '../domain/revision.ts';
import type { Difference } from './compare.ts';

/** One that was asked for, as it is before anything is done. */
export type Item =
  | {
      readonly is: 'gone';
      readonly revision: Revision;
      /** Who has its definition. */
      readonly from: 'journal' | 'AWS';
      /** AWS does not show it any more, so that the journal's entry could be compared with nothing. */
      readonly isUncompared: boolean;
      readonly grants: Grants;
      /** Of its definition and tags: what is registered must be what was looked at. */
      readonly digest: string;
      /** The run that took it. */
      readonly run: string | undefined;
      /** Keys of tags that only AWS may set, so that the copy will not have them. */
      readonly reserved: readonly string[];
    }
  | { readonly is: 'ACTIVE'; readonly revision: Revision }
  /** A restore before this one has registered it again, and that copy is ACTIVE. */
  | { readonly is: 'back'; readonly revision: Revision; readonly as: number; readonly at: number };

/** What its tasks will be given: the operator consents to these. */
export interface Grants {
  readonly images: readonly string[];
  /** `taskRoleArn arn:aws:iam::123456789012:role/web` */
  readonly roles: readonly string[];
  /** What reaches out of the container: `pidMode host`, `container app privileged`. */
  readonly privileges: readonly string[];
}

export interface FamilyLook {
  readonly family: string;
  /** The newest ACTIVE revision; nothing where none is. */
  readonly newest: number | undefined;
  /** The newest before any restore of what was asked for: what floating references started then. */
  readonly former: number | undefined;
  /** Who names the family without a revision, and so starts the newest. */
  readonly floating: readonly Reference[];
  /** Who will start something that could be of this family, and which nobody can tell. */
  readonly unknown: readonly UnresolvedReference[];
}

export interface Look {
  readonly target: Target;
  /** Milliseconds since the epoch. */
  readonly asOf: number;
  /** By family, oldest first. */
  readonly items: readonly Item[];
  readonly families: readonly FamilyLook[];
  /** Who names one of them by its number. */
  readonly named: readonly Reference[];
  /** What could not be read of who names and starts what. */
  readonly faults: readonly ReadProblem[];
}

export type Result = { readonly revision: Revision; readonly onTop: boolean } & (
  | {
      readonly became: 'restored';
      readonly as: number;
      /** By an earlier try, which was cut off. */
      readonly adopted: boolean;
      /** Between what was and what AWS now has. */
      readonly differences: readonly Difference[];
      /** Why they could not be compared. */
      readonly unchecked?: string;
    }
  | { readonly became: 'ACTIVE' }
  | { readonly became: 'back'; readonly as: number; readonly at: number }
  /** AWS does not take this definition any more, or does not let us. */
  | {
      readonly became: 'refused' | 'failed';
      readonly said: string;
      readonly next: string;
      /** Where its input was written, to be edited. */
      readonly file?: string;
    }
  | {
      readonly became: 'left';
      /** One before it in its family is not registered again: copies keep the order of the originals. */
      readonly behind?: Revision;
    }
);

export interface Outcome {
  readonly id: string;
  readonly look: Look;
  readonly results: readonly Result[];
  readonly stop: Stop | undefined;
}
