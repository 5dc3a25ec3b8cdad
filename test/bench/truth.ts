// Counts of a generated account, taken while it is generated. The least number of calls is computed from them.
export type Calls = Readonly<Record<string, number>>;

/** The number of members in each list of the account file. */
export type Counts = Readonly<Record<string, number>>;

/** One family as it was generated. */
export interface FamilyTruth {
  readonly family: string;
  /** Numbered from 1 without a gap. */
  readonly revisions: number;
  /** How many days ago each was registered, by its number. */
  readonly ageDays: (number: number) => number;
  /** Referenced by something that is read, or tagged. */
  readonly kept: ReadonlySet<number>;
  /** Referenced by something that is read, or the newest. */
  readonly inUse: ReadonlySet<number>;
}

/** How many members each cluster has. */
export interface ClusterTruth {
  readonly services: number;
  readonly running: number;
  readonly stopped: number;
}

export interface Truth {
  readonly families: readonly FamilyTruth[];
  readonly clusters: readonly ClusterTruth[];
  readonly tagged: number;
  /** Of the other lists of the account file. */
  readonly members: Counts;
}
