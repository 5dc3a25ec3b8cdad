// What an unresolved reference holds. The families that it can resolve to stay as they are; the run is held where it can
// resolve to any family, unless the settings accept it and usage covers for it. A family whose newest revision alone can be
// meant, or a revision that the known parts spell, is referenced and holds nothing.
import type { ReadProblem } from '../domain/problem.ts';
import { leaveOut } from '../domain/paste.ts';
import type { Evidence, Reference, UnresolvedReference } from '../domain/evidence.ts';
import { type Matcher, matcherOf, type Pattern, printPattern } from '../domain/pattern.ts';

const DAY_MS = 86_400_000;

export interface Account {
  /** Every family with an ACTIVE revision, by name in code point order. */
  readonly families: readonly string[];
  /** The families that a service (an ARN) names. */
  readonly deployedBy: (service: string) => ReadonlySet<string>;
  readonly minAgeDaysOf: (family: string) => number;
}

export interface Resolved {
  /** What can resolve to any family. */
  readonly any: readonly UnresolvedReference[];
  /** What holds a family. */
  readonly holding: ReadonlyMap<string, readonly UnresolvedReference[]>;
  /** What may come out, and holds nothing: a family's newest revision, or one that is spelled. */
  readonly references: readonly Reference[];
}

/** Of what is deployed to services, only those that exist count. */
export function unknownIn({
  readings,
  missingServices,
}: Pick<Evidence, 'readings' | 'missingServices'>): UnresolvedReference[] {
  return allUnknown(readings).flatMap((one): UnresolvedReference[] => {
    const { resolvesTo } = one;
    if (resolvesTo.kind !== 'services' || resolvesTo.services.length === 0) return [one];
    const services = resolvesTo.services.filter((service) => missingServices?.has(service) !== true);
    return services.length === 0 ? [] : [{ ...one, resolvesTo: { ...resolvesTo, services } }];
  });
}

/** What is deployed to services none of which exists any more: nothing can come of it, so it holds nothing. */
export function leftOver({ readings, missingServices = new Set() }: Evidence): UnresolvedReference[] {
  return allUnknown(readings).filter(
    ({ resolvesTo }) =>
      resolvesTo.kind === 'services' &&
      resolvesTo.services.length > 0 &&
      resolvesTo.services.every((service) => missingServices.has(service)),
  );
}

function allUnknown(readings: Evidence['readings']): UnresolvedReference[] {
  return readings.flatMap(({ findings }) => findings).filter((finding) => finding.kind === 'unresolved');
}

export function resolve(unknowns: readonly UnresolvedReference[], account: Account): Resolved {
  const any: UnresolvedReference[] = [];
  const holding = new Map<string, UnresolvedReference[]>();
  const references: Reference[] = [];
  const hold = (family: string, one: UnresolvedReference) => {
    const list = holding.get(family);
    if (list === undefined) holding.set(family, [one]);
    else list.push(one);
  };
  for (const one of unknowns) {
    const { resolvesTo } = one;
    if (resolvesTo.kind === 'services') {
      const { families, isWhole } = familiesOf(resolvesTo.services, account);
      if (!isWhole) any.push(one);
      for (const family of families) hold(family, one);
      continue;
    }
    const matcher = matcherOf(resolvesTo);
    if (matcher.isAny) any.push(one);
    else
      for (const family of within(account.families, matcher)) {
        const fit = matcher.fit(family);
        if (fit === undefined) continue;
        const isSettled = one.registersFirst === true && account.minAgeDaysOf(family) >= REDRIVABLE_DAYS;
        if (fit.isOpen && !isSettled) hold(family, one);
        if (fit.isFloating || isSettled)
          references.push(referenceTo({ kind: 'floating', family }, one, resolvesTo));
        if (fit.number !== undefined)
          references.push(referenceTo({ kind: 'revision', family, number: fit.number }, one, resolvesTo));
      }
  }
  return { any, holding, references };
}

/** A service that names none tells nothing about what it will be given. */
function familiesOf(services: readonly string[], { deployedBy }: Pick<Account, 'deployedBy'>) {
  const all = services.map(deployedBy);
  const isWhole = all.length > 0 && all.every(({ size }) => size > 0);
  return { families: new Set(all.flatMap((families) => [...families])), isWhole };
}

/** A state that failed can be redriven for fourteen days with the revision that its machine had registered; and a day, since
 *  clocks differ. The rule `min-age` keeps what is younger than its own days.
 *  https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html */
const REDRIVABLE_DAYS = 15;

/** The families that begin as the pattern does: an account has a hundred thousand, and hundreds of patterns. */
function* within(families: readonly string[], { begins }: Matcher): Generator<string> {
  let [from, upto] = [0, families.length];
  while (from < upto) {
    const middle = (from + upto) >> 1;
    if ((families[middle] ?? '') < begins) from = middle + 1;
    else upto = middle;
  }
  for (let at = from; at < families.length; at++) {
    const family = families[at];
    if (family?.startsWith(begins) !== true) return;
    yield family;
  }
}

function referenceTo(
  what: Reference['target'],
  { source, referrer }: UnresolvedReference,
  pattern: Pattern,
): Reference {
  return {
    kind: 'reference',
    source,
    referrer,
    relation: 'starts',
    target: what,
    computed: printPattern(pattern),
  };
}

/** Whether it can resolve to this family, and so to its newest revision. */
export function couldMean(
  { resolvesTo }: UnresolvedReference,
  family: string,
  deployedBy: (service: string) => ReadonlySet<string>,
): boolean {
  if (resolvesTo.kind === 'pattern') return matcherOf(resolvesTo).fit(family) !== undefined;
  const { families, isWhole } = familiesOf(resolvesTo.services, { deployedBy });
  return !isWhole || families.has(family);
}

/** Whether what was really used is known for the whole of the days, so that whoever starts something by an unknown name
 *  has shown what. */
export function isUsageCovered({ usage, asOf }: Evidence, usedWithinDays: number): boolean {
  return usedWithinDays > 0 && usage !== undefined && usage.coveredSince <= asOf - usedWithinDays * DAY_MS;
}

/** As the cause of a hold, in the words that every other cause has. */
export function faultOf({ source, referrer, description }: UnresolvedReference): ReadProblem {
  return {
    part: source,
    kind: 'unresolved',
    operation: `resolving what ${referrer} references`,
    reason: `it ${description}, and may resolve to any family`,
    remedy: `Let it name a family without a revision. Or accept it: with unresolvedReferences: report, which is heeded once usage is known for all of usedWithinDays, or by leaving it out: \`${leaveOut(referrer)}\``,
  };
}
