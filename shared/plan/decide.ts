// The decision: evidence and policy in, a verdict with all its reasons for every ACTIVE revision out. Pure: no clock, no
// SDK, no environment; the same values give the same plan, tonight and in a test.
import { isDeepStrictEqual } from 'node:util';
import {
  type Ages,
  type Evidence,
  problemsIn,
  type Reference,
  type Rollout,
  type UnresolvedReference,
  type PastUse,
} from '../domain/evidence.ts';
import { byName, numbersIn, type Ranges, rangesOf, type Revision, sizeOf } from '../domain/revision.ts';
import type { FamilyPolicy } from '../settings/policy.ts';
import { ageBoundary, type FamilyEvidence, type Subject } from './rules/rule.ts';
import { type FamilyToRetire, isRetired, type Obstacle, obstaclesTo } from './retire.ts';
import { type Reason, rules } from './rules/rules.ts';
import { faultOf, isUsageCovered, resolve, type Resolved, unknownIn, type UnknownPolicy } from './unknown.ts';
import type { Hold, Plan, Span, Verdict } from './verdict.ts';

/** The part of the settings that decides. */
export interface Policy extends UnknownPolicy {
  readonly of: (family: string) => FamilyPolicy;
  /** The tags that protect: a key, or key=value. */
  readonly protectTags: readonly string[];
  /** Globs of principals: what they registered is protected. */
  readonly protectRegisteredBy: readonly string[];
  /** 0: no family is ever retired. */
  readonly retireFamiliesAfterDays: number;
  /** At most this many revisions a run. */
  readonly maxDeregistrations: number;
}

export function decide(evidence: Evidence, policy: Policy): Plan {
  const found = byFamily(evidence, policy);
  const hold = holdOf(evidence, policy, found.unresolved);
  const judged = judge(evidence, policy, found);
  const going = hold === undefined ? inTurn(judged, policy.maxDeregistrations) : [];
  const tonight = new Map<string, Set<number>>();
  for (const { family, number } of going) tonight.set(family, (tonight.get(family) ?? new Set()).add(number));
  const families = judged.map(({ family, newest, spans, unknown, isRetired }) => {
    const cause = hold?.cause ?? (unknown.length > 0 ? 'unresolved' : undefined);
    return {
      family,
      newest,
      unresolved: unknown,
      ...(isRetired ? { isRetired: true as const } : {}),
      spans: spans.flatMap((span) => settle(span, cause, tonight.get(family))),
    };
  });
  return {
    asOf: evidence.asOf,
    hold,
    accepted: hold === undefined ? found.unresolved.any : [],
    ...(policy.retireFamiliesAfterDays === 0
      ? {}
      : { retiredSince: ageBoundary(evidence.asOf, policy.retireFamiliesAfterDays) }),
    families,
    toDeregister: going,
  };
}

/** What no rule keeps but for its age that was not read yet: the only revisions whose age is worth asking for. */
export function unaged(evidence: Evidence, policy: Policy): Map<string, number[]> {
  const wanted = new Map<string, number[]>();
  const young = { ...evidence, ages: onlyNewest(evidence.ages) };
  for (const { family, spans, unknown } of judge(young, policy, byFamily(young, policy))) {
    if (unknown.length > 0) continue;
    const numbers = spans.filter(({ reasons }) => reasons.some(isUnread));
    if (numbers.length > 0) wanted.set(family, [...numbersIn(numbers.flatMap(({ ranges }) => ranges))]);
  }
  return wanted;
}

/** The families that would be retired if their newest revision is old enough: the only ones of which its age is worth asking
 *  for, each with how many revisions that would let go. */
export function undated(evidence: Evidence, policy: Policy): Map<string, { newest: number; frees: number }> {
  const wanted = new Map<string, { newest: number; frees: number }>();
  if (policy.retireFamiliesAfterDays === 0) return wanted;
  const never = { oldUpto: 0, youngFrom: Infinity };
  const ages = new Map(
    Array.from(evidence.inventory.keys(), (family) => [family, { ...never, newestAt: -Infinity }] as const),
  );
  const dated = { ...evidence, ages };
  for (const { family, newest, isRetired, spans } of judge(dated, policy, byFamily(dated, policy))) {
    if (!isRetired) continue;
    const free = spans.filter(({ reasons }) => reasons.every(isUnread)).flatMap(({ ranges }) => ranges);
    if (free.length > 0) wanted.set(family, { newest, frees: sizeOf(free) });
  }
  return wanted;
}

/** Why each of these families is not retired; nothing where it is. */
export function obstaclesOf(
  families: ReadonlySet<string>,
  evidence: Evidence,
  policy: Policy,
): Map<string, readonly Obstacle[]> {
  const found = byFamily(evidence, policy);
  const some = [...evidence.inventory].filter(([family]) => families.has(family));
  return new Map(
    some.map(([family, active]) => [
      family,
      [...obstaclesTo(toRetire(family, active, evidence, policy, found))],
    ]),
  );
}

/** What is known of ages once only the newest of a family was asked for. */
function onlyNewest(ages: Evidence['ages']): Map<string, Ages> {
  const known = new Map<string, Ages>();
  for (const [family, { newestAt }] of ages)
    if (newestAt !== undefined) known.set(family, { oldUpto: 0, youngFrom: Infinity, newestAt });
  return known;
}

/** Fail closed: whatever could not be read holds the whole run, since anything in the account may be named there; and so
 *  does what will name something that nobody can tell, as long as usage does not show what it has started. */
function holdOf(evidence: Evidence, policy: Policy, { any }: Resolved): Hold | undefined {
  const [first, ...more] = problemsIn(evidence);
  if (first !== undefined) return { cause: 'unreadable', problems: [first, ...more] };
  if (policy.unresolvedReferences === 'report' && isUsageCovered(evidence, policy.usedWithinDays))
    return undefined;
  const [unknown, ...others] = any.map(faultOf);
  return unknown === undefined ? undefined : { cause: 'unresolved', problems: [unknown, ...others] };
}

interface Judged {
  readonly family: string;
  readonly newest: number;
  /** What could mean it, and holds it. */
  readonly unknown: readonly UnresolvedReference[];
  readonly isRetired: boolean;
  readonly spans: readonly { readonly ranges: Ranges; readonly reasons: readonly Reason[] }[];
}

/** Asks every rule about every ACTIVE revision; neighbours with the same reasons become one span. */
function judge(evidence: Evidence, policy: Policy, found: ReturnType<typeof byFamily>): Judged[] {
  return [...evidence.inventory]
    .filter(([, ranges]) => ranges.length > 0)
    .sort(([a], [b]) => byName(a, b))
    .map(([family, active]) => {
      const newest = newestOf(active);
      const whole = toRetire(family, active, evidence, policy, found);
      const retired = isRetired(whole);
      const known: FamilyEvidence = {
        ...whole,
        namings: namings(whole.references, newest),
        tagged: evidence.tagged.get(family) ?? new Map(),
        isRetired: retired,
        registeredBy: evidence.registeredBy?.get(family) ?? new Map(),
        protectRegisteredBy: policy.protectRegisteredBy,
      };
      const unknown = found.unresolved.holding.get(family) ?? [];
      return { family, newest, unknown, isRetired: retired, spans: spansOf(active, known) };
    });
}

function newestOf(active: Ranges): number {
  return active.at(-1)?.upto ?? 0;
}

/** All that is known of one family as a whole. */
function toRetire(
  family: string,
  active: Ranges,
  evidence: Evidence,
  policy: Policy,
  { references, rollouts, used, unresolved }: ReturnType<typeof byFamily>,
): FamilyToRetire {
  return {
    family,
    active,
    policy: policy.of(family),
    asOf: evidence.asOf,
    references: references.get(family) ?? [],
    rollouts: rollouts.get(family) ?? [],
    unresolved: [unresolved.holding.get(family) ?? [], unresolved.any],
    ages: evidence.ages.get(family),
    usedWithinDays: policy.usedWithinDays,
    retireFamiliesAfterDays: policy.retireFamiliesAfterDays,
    lastUsed: lastUses(evidence.usage?.lastUsed.get(family), used.get(family)),
    usageSince: evidence.usage?.coveredSince,
  };
}

function spansOf(active: Ranges, known: FamilyEvidence): Judged['spans'] {
  const spans: { numbers: number[]; reasons: readonly Reason[] }[] = [];
  const oldUpto = known.policy.minAgeDays === 0 ? Infinity : (known.ages?.oldUpto ?? 0);
  let rank = sizeOf(active);
  let old = sizeUpto(active, oldUpto);
  for (const number of numbersIn(active)) {
    const ranks = { rank: rank--, oldRank: number <= oldUpto ? old-- : undefined };
    const reasons = reasonsFor({ family: known.family, number, ...ranks }, known);
    const last = spans.at(-1);
    // Words alone do not make reasons the same: a service names two neighbours in one sentence, but with two namings.
    if (isDeepStrictEqual(last?.reasons, reasons)) last?.numbers.push(number);
    else spans.push({ numbers: [number], reasons });
  }
  return spans.map(({ numbers, reasons }) => ({ ranges: rangesOf(numbers), reasons }));
}

function sizeUpto(active: Ranges, upto: number): number {
  return sizeOf(
    active.flatMap((range) => (range.from > upto ? [] : { ...range, upto: Math.min(range.upto, upto) })),
  );
}

function reasonsFor(revision: Omit<Subject, 'kept'>, known: FamilyEvidence): Reason[] {
  const reasons: Reason[] = [];
  for (const rule of rules) {
    const reason = rule.why({ ...revision, kept: reasons.length > 0 }, known);
    if (reason !== undefined) reasons.push(reason);
  }
  return reasons;
}

/** The oldest of each family in turn, so that one family's backlog does not starve the others. */
function inTurn(judged: readonly Judged[], cap: number): Revision[] {
  const free = judged.filter(({ unknown }) => unknown.length === 0);
  const queues = free.map(({ family, spans }) => ({
    family,
    numbers: numbersIn(spans.filter(({ reasons }) => reasons.length === 0).flatMap(({ ranges }) => ranges)),
  }));
  const going: Revision[] = [];
  for (let waiting = queues; waiting.length > 0;) {
    waiting = waiting.filter(({ family, numbers }) => {
      if (going.length >= cap) return false;
      const next = numbers.next();
      if (next.done === true) return false;
      going.push({ family, number: next.value });
      return true;
    });
  }
  return going;
}

/** The verdict on a span; what may go is split where tonight's cap ends. What is held has no ages read any more, so
 *  that an unread one is no reason then: nobody knows whether the revision is young. */
function settle(
  { ranges, reasons }: Judged['spans'][number],
  cause: Hold['cause'] | undefined,
  tonight?: Set<number>,
): Span[] {
  if (cause !== undefined && reasons.every(isUnread))
    return [{ ranges, verdict: { verdict: 'hold', cause } }];
  const [first, ...more] = reasons;
  if (first !== undefined) return [{ ranges, verdict: { verdict: 'keep', reasons: [first, ...more] } }];
  const [now, deferred]: [number[], number[]] = [[], []];
  for (const number of numbersIn(ranges)) (tonight?.has(number) === true ? now : deferred).push(number);
  const parts: [Verdict, number[]][] = [
    [{ verdict: 'deregister' }, now],
    [{ verdict: 'deferred' }, deferred],
  ];
  return parts
    .filter(([, numbers]) => numbers.length > 0)
    .map(([verdict, numbers]) => ({ ranges: rangesOf(numbers), verdict }));
}

function isUnread(reason: Reason): boolean {
  return 'unread' in reason;
}

/** One walk over all findings instead of one a family: an account has thousands of both. */
function byFamily(evidence: Evidence, policy: Policy) {
  const references = new Map<string, Reference[]>();
  const rollouts = new Map<string, { rollout: Rollout; lowest: number }[]>();
  const used = new Map<string, PastUse[]>();
  const deployed = new Map<string, Set<string>>();
  for (const finding of evidence.readings.flatMap(({ findings }) => findings)) {
    if (finding.kind === 'reference') {
      push(references, finding.target.family, finding);
      if (finding.source === 'services')
        deployed.set(
          finding.referrer,
          (deployed.get(finding.referrer) ?? new Set()).add(finding.target.family),
        );
    } else if (finding.kind === 'rollout')
      for (const { family, number } of finding.lowest)
        push(rollouts, family, { rollout: finding, lowest: number });
    else if (finding.kind === 'used') push(used, finding.revision.family, finding);
  }
  const nothing = new Set<string>();
  const unresolved = resolve(unknownIn(evidence), {
    families: [...evidence.inventory.keys()].sort(byName),
    deployedBy: (service) => deployed.get(service) ?? nothing,
    minAgeDaysOf: (family) => policy.of(family).minAgeDays,
  });
  for (const reference of unresolved.references) push(references, reference.target.family, reference);
  return { references, rollouts, used, unresolved };
}

/** By the event history and what earlier nights saw, and by whatever other sources say of a time that is past. */
function lastUses(known: ReadonlyMap<number, number> | undefined, used: readonly PastUse[] = []) {
  const by = new Map(known);
  for (const { revision, at } of used)
    by.set(revision.number, Math.max(at, by.get(revision.number) ?? -Infinity));
  return by;
}

function namings(references: readonly Reference[], newest: number): Map<number, Reference[]> {
  const by = new Map<number, Reference[]>();
  for (const reference of references)
    push(by, reference.target.kind === 'floating' ? newest : reference.target.number, reference);
  return by;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
