// The approval that a run waits for, and what became of it.

export interface Approval {
  /** The digest of the proposed plan. */
  readonly plan: string;
  /** How many revisions the plan deregisters. */
  readonly revisions: number;
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly askedAt: number;
  readonly until: number;
  readonly answer?: ApprovalAnswer | undefined;
}

/** Only `approved` lets the run go on. `expired`: no answer came in time. `refused`: the answer was not valid for this run. */
export interface ApprovalAnswer {
  readonly outcome: 'approved' | 'declined' | 'expired' | 'refused';
  /** The ARN of the caller, and the time, as the command that answered states them. CloudTrail has the proof. */
  readonly by?: string | undefined;
  readonly at?: number | undefined;
  /** Why an answer was refused: continues `the answer was refused: `. */
  readonly reason?: string | undefined;
  /** When the run received it, by AWS's clock. */
  readonly seenAt: number;
}

/** A run continues at the latest this long after the end of its wait: Lambda starts it, and its clock may differ. */
export const GRACE_MS = 15 * 60_000;

/** Whether a run without an end waits for its approval. It holds no lock then. */
export function isWaiting(
  { endedAt, approval }: { readonly endedAt?: number | undefined; readonly approval?: Approval | undefined },
  now: number,
): boolean {
  if (endedAt !== undefined || approval === undefined || approval.answer !== undefined) return false;
  return now < approval.until + GRACE_MS;
}
