// The evidence of a decision as plain values: references, past uses, problems, and when each was read. Reading creates them,
// deciding and reporting use them.
import type { Pattern } from './pattern.ts';
import type { ReadProblem } from './problem.ts';
import type { ReferenceTarget, Ranges, Revision } from './revision.ts';

/** How a referrer uses a revision. A stack `holds` a revision that it created. A text `mentions` a revision. */
export type Relation = 'runs' | 'ran' | 'deploys' | 'rolls back to' | 'starts' | 'holds' | 'mentions';

export interface Reference {
  readonly kind: 'reference';
  readonly source: string;
  /** An ARN. */
  readonly referrer: string;
  readonly relation: Relation;
  readonly target: Extract<ReferenceTarget, { kind: 'revision' | 'floating' }>;
  /** Written as `family:number` instead of an ARN, like an image and its tag: a reference only to an ACTIVE revision. */
  readonly isShort?: true;
  /** The path to it in the console: `version 3`, `state RunReport`. */
  readonly via?: readonly string[];
  /** Set when it starts nothing until a caller enables it again: `disabled`, `stopped`. */
  readonly paused?: string;
  /** When it starts the target, as its owner wrote it. */
  readonly schedule?: Schedule;
  /** The pattern of a computed reference that can resolve to this target: `shop-{}-features`. */
  readonly computed?: string;
  /** The referrer is a stack that the ECS console created for this revision alone. */
  readonly isConsoleStack?: true;
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
export interface Schedule {
  /** `cron(0 3 * * ? *)`, `rate(1 day)`, `at(2026-12-24T18:00:00)` */
  readonly expression: string;
  /** An IANA name; UTC when absent. */
  readonly timeZone?: string;
  /** Milliseconds since the epoch. */
  readonly from?: number;
  readonly until?: number;
}

/** An unresolved reference: it exists, but its target is computed at run time, encrypted, or kept elsewhere. */
export interface UnresolvedReference {
  readonly kind: 'unresolved';
  readonly source: string;
  readonly referrer: string;
  /** Continues a sentence after the referrer: `computes its task definition: web-{}`. Never a whole expression, which may
   *  contain a secret. */
  readonly description: string;
  readonly resolvesTo: PossibleTargets;
  /** The caller registers the revision just before it runs it. */
  readonly registersFirst?: true;
}

export type PossibleTargets =
  | Pattern
  /** Any family that these services (ARNs) deploy. */
  | { readonly kind: 'services'; readonly services: readonly string[] };

/** A revision was used at a past moment, and need not be in use any more. */
export interface PastUse {
  readonly kind: 'used';
  readonly source: string;
  readonly referrer: string;
  readonly revision: Revision;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A service in a deployment: it may still start tasks from any revision that it references, or from a newer one. */
export interface Rollout {
  readonly kind: 'rollout';
  readonly source: string;
  readonly referrer: string;
  /** The lowest revision of each family that it references. */
  readonly lowest: readonly Revision[];
}

/** A place that may contain a reference and cannot be read. The report lists it, and it holds nothing. */
export interface UncheckedReferrer {
  readonly kind: 'unchecked';
  readonly source: string;
  readonly referrer: string;
  /** Continues a sentence after the referrer: `in use, but deleted`. */
  readonly reason: string;
  /** With a remedy, the finding is an action item; without one, a note. */
  readonly remedy?: string;
}

/** After this moment the referrer can start nothing, so its references no longer count. */
export interface EndOfReferrer {
  readonly kind: 'ends';
  readonly source: string;
  readonly referrer: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type Finding = EndOfReferrer | Reference | Rollout | UncheckedReferrer | UnresolvedReference | PastUse;

/** A moment by both clocks: a suspended machine stops the monotonic clock, and a correction moves the wall clock. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly wall: number;
  /** Milliseconds since a moment in the past, never set back. */
  readonly monotonic: number;
}

/** The reading of one part, complete or up to its problem. */
export interface Reading {
  readonly part: string;
  readonly began: Moment;
  readonly tookMs: number;
  readonly calls: number;
  readonly throttled: number;
  readonly items: number;
  readonly findings: readonly Finding[];
  readonly problems: readonly ReadProblem[];
}

/** Never changes. */
export interface Registration {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** A principal: the ARN of a user or role, the session of an assumed role, or the name of a service. */
  readonly by: string | undefined;
}

/** The ages of one family. AWS issues numbers in order, so two of them bound all others. */
export interface Ages {
  /** Every revision up to this one was registered before the boundary. 0 when none is known. */
  readonly oldUpto: number;
  /** This one and all above were registered since the boundary. Infinity when none is known. */
  readonly youngFrom: number;
  /** The AWS service that registered one of the revisions described. */
  readonly byAws?: string;
  /** When the newest was registered, in milliseconds since the epoch. Infinity where AWS does not say. Read only for a family
   *  that nothing else keeps from being retired. */
  readonly newestAt?: number;
}

/** Past uses in CloudTrail's event history, complete between two moments. */
export interface Usage {
  /** Milliseconds since the epoch. */
  readonly coveredSince: number;
  readonly coveredUntil: number;
  /** Family → number → when it was last used, within the days that the settings ask for. */
  readonly lastUsed: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Family → number → its last call in CloudTrail. Absent in records of earlier versions. */
  readonly lastCalls?: ReadonlyMap<string, ReadonlyMap<number, LastCall>>;
  /** Empty once the days that the settings ask for are covered. */
  readonly outlook?: Outlook;
  /** The same for retireFamiliesAfterDays. Absent where no family can be retired. */
  readonly retirementOutlook?: Outlook;
}

/** The last call that used a revision. */
export interface LastCall {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `RunTask` */
  readonly call: string;
  /** An ARN where the event has one. */
  readonly caller: string;
}

/** When the days will be covered, or which budget they need. */
export interface Outlook {
  /** Milliseconds since the epoch, if the coming nights read as much as this one. */
  readonly coveredBy?: number;
  /** The sufficient budget, where a day has more events than the present budget reads. Infinity when this run did not read a
   *  page for each call. */
  readonly needsSeconds?: number;
  /** An unreadable event, before which nothing was read. */
  readonly broken?: { readonly at: number; readonly text: string } | undefined;
}

export interface Evidence {
  /** Milliseconds since the epoch: the earlier of the local clock and AWS's. */
  readonly asOf: number;
  /** Every ACTIVE revision. */
  readonly inventory: ReadonlyMap<string, Ranges>;
  /** The revisions with a protecting tag that the tag query found: family → number → the matching entry of protectTags. */
  readonly tagged: ReadonlyMap<string, ReadonlyMap<number, string>>;
  readonly ages: ReadonlyMap<string, Ages>;
  /** Family → number → the principal that registered it, as far as it was read. Absent where no setting needs it. */
  readonly registeredBy?: ReadonlyMap<string, ReadonlyMap<number, string>> | undefined;
  /** Absent where the settings exclude usage. */
  readonly usage: Usage | undefined;
  /** ARNs of services that are still deployed to although AWS says that they do not exist. */
  readonly missingServices?: ReadonlySet<string>;
  /** In reading order. */
  readonly readings: readonly Reading[];
}

export function problemsIn(evidence: Evidence): readonly ReadProblem[] {
  return evidence.readings.flatMap(({ problems }) => problems);
}

/** Two readings of one part as one: the second continues the first. */
export function mergeReadings(first: Reading, second: Reading): Reading {
  return {
    ...second,
    began: first.began,
    tookMs: first.tookMs + second.tookMs,
    calls: first.calls + second.calls,
    throttled: first.throttled + second.throttled,
    items: first.items + second.items,
    findings: [...first.findings, ...second.findings],
    problems: [...first.problems, ...second.problems],
  };
}
