// What a reading brings home: plain values that say who names which revision, what could not be read, and when the
// reading began. Reading fills them, deciding and reporting use them; none of these knows how the others work.
import type { Pattern } from './pattern.ts';
import type { ReadProblem } from './problem.ts';
import type { ReferenceTarget, Ranges, Revision } from './revision.ts';

/** What a referrer does with a revision: a stack `holds` what it made; `mentions` is all that is known of a text that spells a
 *  revision. */
export type Relation = 'runs' | 'ran' | 'deploys' | 'rolls back to' | 'starts' | 'holds' | 'mentions';

export interface Reference {
  readonly kind: 'reference';
  readonly source: string;
  /** The ARN of who names it. */
  readonly referrer: string;
  readonly relation: Relation;
  readonly target: Extract<ReferenceTarget, { kind: 'revision' | 'floating' }>;
  /** The text spells it without a whole ARN, as an image and its tag are spelled as well: a reference only to an ACTIVE
   *  revision. */
  readonly isShort?: true;
  /** The way from who to what, as a person walks it in the console: `version 3`, `state RunReport`. */
  readonly via?: readonly string[];
  /** It does so only when somebody switches it on again: `disabled`, `stopped`. */
  readonly paused?: string;
  /** When it will do so next, as its owner wrote it. */
  readonly schedule?: Schedule;
  /** The pattern that this may be what comes out of: `shop-{}-features`. */
  readonly computed?: string;
  /** It is a stack that the ECS console made for this revision, and holds nothing else. */
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
  /** What is known of it, in words that follow on "who": `computes its task definition: web-{}`. Never a whole expression,
   *  which may hold a secret. */
  readonly description: string;
  readonly resolvesTo: PossibleTargets;
  /** Whoever runs it registers it just before. */
  readonly registersFirst?: true;
}

/** What an unresolved reference can resolve to. */
export type PossibleTargets =
  | Pattern
  /** Whatever families these services (ARNs) deploy. */
  | { readonly kind: 'services'; readonly services: readonly string[] };

/** A revision was used at a moment that is past; nothing says that it still is. */
export interface PastUse {
  readonly kind: 'used';
  readonly source: string;
  readonly referrer: string;
  readonly revision: Revision;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A service between two states: it may still start tasks from any revision that it names, or move on to a newer one. */
export interface Rollout {
  readonly kind: 'rollout';
  readonly source: string;
  readonly referrer: string;
  /** The lowest revision that it names of each family. */
  readonly lowest: readonly Revision[];
}

/** A place that holds a reference, perhaps, and that nobody can read: the report lists it, and nothing is held for it. */
export interface UncheckedReferrer {
  readonly kind: 'unchecked';
  readonly source: string;
  readonly referrer: string;
  /** Words that follow on the referrer: `in use, but deleted`. */
  readonly reason: string;
  /** What the operator can do about it. With it this is an action item, without it a note. */
  readonly remedy?: string;
}

/** After this moment nothing that this member of a source says counts: it can start nothing any more. */
export interface EndOfReferrer {
  readonly kind: 'ends';
  readonly source: string;
  readonly referrer: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type Finding = EndOfReferrer | Reference | Rollout | UncheckedReferrer | UnresolvedReference | PastUse;

/** When something happened, by both clocks: a suspended machine stops the monotonic one, a corrected clock moves the wall. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly wall: number;
  /** Milliseconds since some moment in the past, never set back. */
  readonly monotonic: number;
}

/** One part, read to its end or to its fault. */
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

/** When and by whom a revision was registered, which never changes. */
export interface Registration {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** A principal, as AWS says it: a user's or role's ARN, an assumed role's session, or a service's name. */
  readonly by: string | undefined;
}

/** What is known about ages in one family: numbers are issued in order, so two of them bound all others. */
export interface Ages {
  /** Every revision up to this one was registered before the boundary; 0 when none is known to be. */
  readonly oldUpto: number;
  /** This one and all above were registered since; Infinity when none is known to be. */
  readonly youngFrom: number;
  /** The AWS service that registered one of those that were asked about. */
  readonly byAws?: string;
  /** When the newest was registered, in milliseconds since the epoch, and Infinity where AWS does not say; asked only of a
   *  family that nothing else keeps from being retired. */
  readonly newestAt?: number;
}

/** What CloudTrail's event history has told: every call between two moments that could start something was read. */
export interface Usage {
  /** Milliseconds since the epoch. */
  readonly coveredSince: number;
  readonly coveredUntil: number;
  /** Family → number → when it was last used, within the days that the settings ask for. */
  readonly lastUsed: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Family → number → the last call that CloudTrail has of it. Absent in what earlier versions have kept. */
  readonly lastCalls?: ReadonlyMap<string, ReadonlyMap<number, LastCall>>;
  /** Nothing in it once the days that the settings ask for are covered. */
  readonly outlook?: Outlook;
  /** The same for retireFamiliesAfterDays; absent where no family is to be retired. */
  readonly retirementOutlook?: Outlook;
}

/** By which call a revision was used last. */
export interface LastCall {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `RunTask` */
  readonly call: string;
  /** An ARN where the record has one. */
  readonly caller: string;
}

/** When these days will be covered, or what it would take. */
export interface Outlook {
  /** Milliseconds since the epoch, if the coming nights are as this one. */
  readonly coveredBy?: number;
  /** The budget that would do, where a day has more records than the present one reads; Infinity when not even a page of
   *  each call was read. */
  readonly needsSeconds?: number;
  /** A record that says nothing, behind which nothing is known. */
  readonly broken?: { readonly at: number; readonly says: string } | undefined;
}

export interface Evidence {
  /** Milliseconds since the epoch, by the slower of our clock and AWS's. */
  readonly asOf: number;
  /** Every ACTIVE revision. */
  readonly inventory: ReadonlyMap<string, Ranges>;
  /** The revisions that carry a protecting tag, as far as the tag query knows: family → number → the entry of protectTags
   *  that it fits. */
  readonly tagged: ReadonlyMap<string, ReadonlyMap<number, string>>;
  readonly ages: ReadonlyMap<string, Ages>;
  /** Family → number → the principal that registered it, as far as that was read; absent where nothing asks for it. */
  readonly registeredBy?: ReadonlyMap<string, ReadonlyMap<number, string>> | undefined;
  /** Absent where the settings leave usage out. */
  readonly usage: Usage | undefined;
  /** Services, by ARN, to which something deploys and which do not exist any more, in AWS's own words. */
  readonly missingServices?: ReadonlySet<string>;
  /** Sources and parts, in the order in which they were read. */
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
