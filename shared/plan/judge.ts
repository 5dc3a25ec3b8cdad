// Asks every rule about every ACTIVE revision.
import { isDeepStrictEqual } from 'node:util';
import type { Evidence, PastUse, Reference, Rollout, UnresolvedReference } from '../domain/evidence.ts';
import { byName, clipRanges, type Range, type Ranges, sizeOf } from '../domain/revision.ts';
import type { Policy } from './policy.ts';
import { type FamilyState, isRetired } from './retire.ts';
import { type FamilyEvidence, oldUptoOf, type Subject } from './rules/rule.ts';
import { type Reason, rules } from './rules/rules.ts';
import { type ResolvedReferences, resolveReferences, unresolvedIn } from './unresolved.ts';

export interface JudgedFamily {
  readonly family: string;
  readonly newest: number;
  /** Unresolved references that hold it. */
  readonly unresolved: readonly UnresolvedReference[];
  readonly isRetired: boolean;
  /** Neighbours with the same reasons. */
  readonly spans: readonly { readonly ranges: Ranges; readonly reasons: readonly Reason[] }[];
}

export interface FindingsByFamily {
  readonly references: ReadonlyMap<string, readonly Reference[]>;
  readonly rollouts: ReadonlyMap<string, readonly { readonly rollout: Rollout; readonly lowest: number }[]>;
  readonly used: ReadonlyMap<string, readonly PastUse[]>;
  readonly unresolved: ResolvedReferences;
}

export function judgeFamilies(evidence: Evidence, policy: Policy, found: FindingsByFamily): JudgedFamily[] {
  return [...evidence.inventory]
    .filter(([, ranges]) => ranges.length > 0)
    .sort(([a], [b]) => byName(a, b))
    .map(([family, active]) => {
      const newest = newestOf(active);
      const state = familyState(family, active, evidence, policy, found);
      const retired = isRetired(state);
      const known: FamilyEvidence = {
        ...state,
        referencesByNumber: referencesByNumber(state.references, newest),
        tagged: evidence.tagged.get(family) ?? new Map(),
        isRetired: retired,
        registeredBy: evidence.registeredBy?.get(family) ?? new Map(),
        protectRegisteredBy: policy.protectRegisteredBy,
      };
      const unresolved = found.unresolved.holding.get(family) ?? [];
      return { family, newest, unresolved, isRetired: retired, spans: spansOf(active, known) };
    });
}

function newestOf(active: Ranges): number {
  return active.at(-1)?.upto ?? 0;
}

export function familyState(
  family: string,
  active: Ranges,
  evidence: Evidence,
  policy: Policy,
  { references, rollouts, used, unresolved }: FindingsByFamily,
): FamilyState {
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
    lastUsed: latestUses(evidence.usage?.lastUsed.get(family), used.get(family)),
    usageSince: evidence.usage?.coveredSince,
  };
}

/** Asks the rules once for each section between two changes, since a family may have a million revisions. */
function spansOf(active: Ranges, known: FamilyEvidence): JudgedFamily['spans'] {
  const spans: { readonly ranges: Range[]; readonly reasons: readonly Reason[] }[] = [];
  const oldUpto = oldUptoOf(known);
  let rank = sizeOf(active);
  let old = sizeOf(clipRanges(active, 0, oldUpto));
  for (const section of sectionsOf(active, known)) {
    const number = section[0]?.from ?? 0;
    const ranks = { rank, oldRank: number <= oldUpto ? old : undefined };
    const reasons = reasonsFor({ family: known.family, number, ...ranks }, known);
    const size = sizeOf(section);
    rank -= size;
    old -= size;
    const last = spans.at(-1);
    // The text alone does not make reasons the same: a service may reference two neighbours in the same words.
    if (last !== undefined && isDeepStrictEqual(last.reasons, reasons)) append(last.ranges, section);
    else spans.push({ ranges: section, reasons });
  }
  return spans;
}

/** The ACTIVE revisions between each two changes of an answer, ascending. */
function* sectionsOf(active: Ranges, known: FamilyEvidence): Generator<Range[], void> {
  const changes = new Float64Array(new Set(rules.flatMap((rule) => [...rule.changesAt(known)]))).sort();
  let next = 0;
  let section: Range[] = [];
  for (const { from, upto } of active)
    for (let start = from; start <= upto;) {
      for (; (changes[next] ?? Infinity) <= start; next++) {
        if (section.length > 0) yield section;
        section = [];
      }
      const end = Math.min(upto, (changes[next] ?? Infinity) - 1);
      section.push({ from: start, upto: end });
      start = end + 1;
    }
  if (section.length > 0) yield section;
}

function append(ranges: Range[], [first, ...more]: readonly Range[]): void {
  const last = ranges.at(-1);
  if (first === undefined) return;
  if (last?.upto === first.from - 1) ranges.splice(-1, 1, { from: last.from, upto: first.upto });
  else ranges.push(first);
  for (const range of more) ranges.push(range);
}

function reasonsFor(revision: Omit<Subject, 'kept'>, known: FamilyEvidence): Reason[] {
  const reasons: Reason[] = [];
  for (const rule of rules) {
    const reason = rule.why({ ...revision, kept: reasons.length > 0 }, known);
    if (reason !== undefined) reasons.push(reason);
  }
  return reasons;
}

export function isUnreadAge(reason: Reason): boolean {
  return 'unread' in reason;
}

/** Groups all findings in one walk: an account has thousands of families and of findings. */
export function groupByFamily(evidence: Evidence, policy: Policy): FindingsByFamily {
  const references = new Map<string, Reference[]>();
  const rollouts = new Map<string, { rollout: Rollout; lowest: number }[]>();
  const used = new Map<string, PastUse[]>();
  const deployed = new Map<string, Set<string>>();
  for (const finding of evidence.readings.flatMap(({ findings }) => findings)) {
    if (finding.kind === 'reference') {
      push(references, finding.target.family, finding);
      if (finding.source === 'services')
        deployed.set(finding.referrer, (deployed.get(finding.referrer) ?? new Set()).add(finding.target.family));
    } else if (finding.kind === 'rollout')
      for (const { family, number } of finding.lowest) push(rollouts, family, { rollout: finding, lowest: number });
    else if (finding.kind === 'used') push(used, finding.revision.family, finding);
  }
  const nothing = new Set<string>();
  const unresolved = resolveReferences(unresolvedIn(evidence), {
    families: [...evidence.inventory.keys()].sort(byName),
    deployedBy: (service) => deployed.get(service) ?? nothing,
    minAgeDaysOf: (family) => policy.of(family).minAgeDays,
  });
  for (const reference of unresolved.references) push(references, reference.target.family, reference);
  return { references, rollouts, used, unresolved };
}

/** The latest use of each revision, from CloudTrail, earlier runs and all other sources. */
function latestUses(known: ReadonlyMap<number, number> | undefined, used: readonly PastUse[] = []) {
  const latest = new Map(known);
  for (const { revision, at } of used)
    latest.set(revision.number, Math.max(at, latest.get(revision.number) ?? -Infinity));
  return latest;
}

function referencesByNumber(references: readonly Reference[], newest: number): Map<number, Reference[]> {
  const byNumber = new Map<number, Reference[]>();
  for (const reference of references)
    push(byNumber, reference.target.kind === 'floating' ? newest : reference.target.number, reference);
  return byNumber;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
