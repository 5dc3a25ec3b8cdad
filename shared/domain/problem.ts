// The common form of all problems: what was attempted, why it failed, and what the operator can do.

export const problemKinds = [
  'denied',
  'throttled',
  'credentials',
  'unreachable',
  'incomplete',
  'unresolved',
  'collapsed',
  'unknown',
] as const;
export type ProblemKind = (typeof problemKinds)[number];

export interface Problem {
  /** The attempted operation and its object: `reading services: ListServices in arn:aws:ecs:...:cluster/prod`. */
  readonly operation: string;
  /** Why it failed, in AWS's own words where AWS answered. */
  readonly reason: string;
  /** Sentences for the operator, which may end with one command or settings line between backquotes. */
  readonly remedy: string;
}

/** A problem with one part of the account. It holds the run. */
export interface ReadProblem extends Problem {
  /** The name of a source, or `inventory`, `tags`, `ages`, `state`. */
  readonly part: string;
  readonly kind: ProblemKind;
}
