// The preview and the results of a restore, as plain values for reports.
import type { Stop } from '../domain/apply-results.ts';
import type { Reference, UnresolvedReference } from '../domain/evidence.ts';
import type { ReadProblem } from '../domain/problem.ts';
import type { Revision, Target } from '../domain/revision.ts';
import type { Difference } from './compare.ts';

export type RestoreItem =
  | {
      readonly state: 'restorable';
      readonly revision: Revision;
      /** The origin of its definition. */
      readonly from: 'journal' | 'AWS';
      /** AWS no longer shows the revision, so the journal entry could not be compared with it. */
      readonly isUncompared: boolean;
      readonly grants: Grants;
      /** Of definition and tags: the restore registers exactly what the operator saw. */
      readonly digest: string;
      /** The run that deregistered it. */
      readonly run: string | undefined;
      /** Keys of tags that only AWS may set. The copy does not have them. */
      readonly reserved: readonly string[];
    }
  | { readonly state: 'ACTIVE'; readonly revision: Revision }
  /** An earlier restore registered it again, and that copy is ACTIVE. */
  | { readonly state: 'restored'; readonly revision: Revision; readonly as: number; readonly at: number };

/** The images, roles and privileges that the operator consents to. */
export interface Grants {
  readonly images: readonly string[];
  /** `taskRoleArn arn:aws:iam::123456789012:role/web` */
  readonly roles: readonly string[];
  /** Access outside the container: `pidMode host`, `container app privileged`. */
  readonly privileges: readonly string[];
}

export interface FamilyPreview {
  readonly family: string;
  /** The newest ACTIVE revision. Undefined where there is none. */
  readonly newest: number | undefined;
  /** The newest revision before any restore of the requested revisions: the target of floating references until then. */
  readonly former: number | undefined;
  readonly floating: readonly Reference[];
  readonly unresolved: readonly UnresolvedReference[];
}

export interface RestorePreview {
  readonly target: Target;
  /** Milliseconds since the epoch. */
  readonly asOf: number;
  /** By family, oldest first. */
  readonly items: readonly RestoreItem[];
  readonly families: readonly FamilyPreview[];
  /** References to the number of a restorable revision. */
  readonly pinned: readonly Reference[];
  readonly problems: readonly ReadProblem[];
}

export type RestoreResult = { readonly revision: Revision; readonly onTop: boolean } & (
  | {
      readonly became: 'restored';
      readonly as: number;
      /** An earlier, interrupted restore had registered the copy. */
      readonly adopted: boolean;
      /** Between the original and the copy. */
      readonly differences: readonly Difference[];
      /** Why they could not be compared. */
      readonly unchecked?: string;
    }
  | { readonly became: 'ACTIVE' }
  /** An earlier restore had registered it again. */
  | { readonly became: 'restored before'; readonly as: number; readonly at: number }
  /** `refused`: AWS does not accept this definition. `failed`: any other error. */
  | {
      readonly became: 'refused' | 'failed';
      readonly reason: string;
      readonly remedy: string;
      /** The file with the refused input, for the operator to edit. */
      readonly file?: string | undefined;
    }
  | {
      readonly became: 'not reached';
      /** An earlier revision of the family was not registered: copies keep the order of the originals. */
      readonly behind?: Revision | undefined;
    }
);

export interface RestoreOutcome {
  readonly id: string;
  readonly preview: RestorePreview;
  readonly results: readonly RestoreResult[];
  readonly stop: Stop | undefined;
}
