// What one run of many left, for the trend: how many revisions were ACTIVE, and how many of them the run deregistered.
export interface Night {
  /** The ID of the run. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  /** ACTIVE revisions when the run began. */
  readonly active: number;
  readonly deregistered: number;
  /** Revisions that wait for a later run. */
  readonly waiting: number;
  readonly outcome: string;
}
