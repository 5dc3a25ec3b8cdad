// The facts that the catalogue holds about each source and each other part of a run. Every member that has no question
// mark must be stated, so a forgotten fact does not compile.

/** A token bucket that AWS keeps for each account and Region. It holds at most `burst` tokens and regains `perSecond`. */
export interface Quota {
  readonly burst: number;
  readonly perSecond: number;
}

export interface Bucket extends Quota {
  /** The operations that draw on it, or the SDK client all of whose calls do: `Pipes` of PipesClient. */
  readonly calls: readonly string[] | string;
}

interface PartFacts {
  /** Whether the setting `without` can leave it out. */
  readonly optional: boolean;
  /** All IAM actions that it needs. */
  readonly permissions: readonly string[];
  /** Why it is needed, as a sentence for the documents and `pruner permissions`. */
  readonly why: string;
  /** The token buckets that it draws on and that no earlier entry declares. */
  readonly buckets?: Readonly<Record<string, Bucket>>;
}

export interface SourceFacts extends PartFacts {
  /** References travel from starters to services, their deployments and tasks, so sources are read in this order. The
   *  definitions of all that is in use come last. */
  readonly wave: 'starters' | 'services' | 'deployments' | 'tasks' | 'definitions';
  /** The setting that lists what to read. While it is empty, the source is not read and needs no permission. */
  readonly setting?: 'search';
  /** Its blind spot, as a sentence for the documents. */
  readonly blindTo: string;
  /** `live` within a minute of each deregistration, `stale` after five minutes, `always` at the end of each reading. */
  readonly reread: 'live' | 'stale' | 'always';
  /** A second reading is at least this many times faster than the first, since unchanged members are remembered. */
  readonly rereadSpeedup?: number;
  /** Whether a sharp fall in its number of members holds the run (`collapsed`). */
  readonly isCounted: boolean;
  /** How the operator makes a dangling reference point at another revision: by one command that shared/report renders, by
   *  this advice, or in the way that its owner knows. */
  readonly repair: Repair;
  /** The lists of an account file that a snapshot fills from its answers. */
  readonly lists: Readonly<Record<string, SnapshotList>>;
}

export type Repair =
  'service' | 'rule' | 'schedule' | 'pipe' | 'state machine' | 'by its owner' | { readonly advice: string };

/** `composed` of several answers by shared/snapshot; otherwise the answers of one operation, once for each value of `id`. */
export type SnapshotList = 'composed' | { readonly operation: string; readonly id: string };

export interface OtherFacts extends PartFacts {
  /** All commands read. `reading-state` reads the state store, `recording` writes it. Only an operator restores and approves. */
  readonly purpose:
    'reading' | 'reading-state' | 'recording' | 'deregistering' | 'deleting' | 'reporting' | 'approving' | 'restoring';
  readonly blindTo?: string;
  /** The setting that turns it on. While it is empty, nothing is read and no permission is needed. */
  readonly setting?: 'pauseParameter' | 'changeCalendar';
  readonly reread: 'stale' | 'never';
}
