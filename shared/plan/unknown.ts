// What an unresolved reference holds. The families that it can resolve to stay as they are; the run is held where it can
// resolve to any family, unless the settings accept it and usage covers for it. A family whose newest revision alone can be
// meant, or a revision that the known parts spell, is referenced and holds nothing.
import { leaveOut } from '../domain/paste.ts';
import type { Evidence, Fault, Reference, Unknown } from '../domain/evidence.ts';
import { type Matcher, matcherOf, type Pattern, printPattern } from '../domain/pattern.ts';

const DAY_MS = 86_400_000;

export interface UnknownPolicy {
  readonly usedWithinDays: number;
  /** What a reference that can resolve to any family does: hold the run, or stand in the report. */
  readonly unresolvedReferences: 'hold' | 'report';
}

export interface Account {
  /** Every family with an ACTIVE revision, by name in code point order. */
  readonly families: readonly string[];
  /** The families that a service (an ARN) names. */
  readonly deployedBy: (service: string) => ReadonlySet<string>;
  readonly minAgeDaysOf: (family: string) => number;
}

export interface Resolved {
  /** What can resolve to any family. */
  readonly any: readonly Unknown[];
  /** What holds a family. */
  readonly holding: ReadonlyMap<string, readonly Unknown[]>;
  /** What may come out, and holds nothing: a family's newest revision, or one that is spelled. */
  readonly references: readonly Reference[];
}

/** Of what is deployed to services, only those that exist count. */
export function unknownIn({
  readings,
  missingServices,
}: Pick<Evidence, 'readings' | 'missingServices'>): Unknown[] {
  return allUnknown(readings).flatMap((one): Unknown[] => {
    const { means } = one;
    if (means.kind !== 'services' || means.services.length === 0) return [one];
    const services = means.services.filter((service) => missingServices?.has(service) !== true);
    return services.length === 0 ? [] : [{ ...one, means: { ...means, services } }];
  });
}

/** What is deployed to services none of which exists any more: nothing can come of it, so it holds nothing. */
export function leftOver({ readings, missingServices = new Set() }: Evidence): Unknown[] {
  return allUnknown(readings).filter(
    ({ means }) =>
      means.kind === 'services' &&
      means.services.length > 0 &&
      means.services.every((service) => missingServices.has(service)),
  );
}

function allUnknown(readings: Evidence['readings']): Unknown[] {
  return readings.flatMap(({ findings }) => findings).filter((finding) => finding.kind === 'unknown');
}

export function resolve(unknowns: readonly Unknown[], account: Account): Resolved {
  const any: Unknown[] = [];
  const holding = new Map<string, Unknown[]>();
  const references: Reference[] = [];
  const hold = (family: string, one: Unknown) => {
    const list = holding.get(family);
    if (list === undefined) holding.set(family, [one]);
    else list.push(one);
  };
  for (const one of unknowns) {
    const { means } = one;
    if (means.kind === 'services') {
      const { families, isWhole } = familiesOf(means.services, account);
      if (!isWhole) any.push(one);
      for (const family of families) hold(family, one);
      continue;
    }
    const matcher = matcherOf(means);
    if (matcher.isAny) any.push(one);
    else
      for (const family of within(account.families, matcher)) {
        const fit = matcher.fit(family);
        if (fit === undefined) continue;
        const isSettled = one.registersFirst === true && account.minAgeDaysOf(family) >= REDRIVABLE_DAYS;
        if (fit.isOpen && !isSettled) hold(family, one);
        if (fit.isFloating || isSettled)
          references.push(referenceTo({ kind: 'floating', family }, one, means));
        if (fit.number !== undefined)
          references.push(referenceTo({ kind: 'revision', family, number: fit.number }, one, means));
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

function referenceTo(what: Reference['what'], { source, who }: Unknown, pattern: Pattern): Reference {
  return { kind: 'reference', source, who, use: 'starts', what, computed: printPattern(pattern) };
}

/** Whether it can resolve to this family, and so to its newest revision. */
export function couldMean(
  { means }: Unknown,
  family: string,
  deployedBy: (service: string) => ReadonlySet<string>,
): boolean {
  if (means.kind === 'pattern') return matcherOf(means).fit(family) !== undefined;
  const { families, isWhole } = familiesOf(means.services, { deployedBy });
  return !isWhole || families.has(family);
}

/** Whether what was really used is known for the whole of the days, so that whoever starts something by an unknown name
 *  has shown what. */
export function isUsageCovered({ usage, asOf }: Evidence, usedWithinDays: number): boolean {
  return usedWithinDays > 0 && usage !== undefined && usage.coveredSince <= asOf - usedWithinDays * DAY_MS;
}

/** As the cause of a hold, in the words that every other cause has. */
export function faultOf({ source, who, says }: Unknown): Fault {
  return {
    part: source,
    kind: 'unknown',
    doing: `resolving what ${who} references`,
    said: `it ${says}, and may resolve to any family`,
    next: `Let it name a family without a revision. Or accept it: with unresolvedReferences: report, which is heeded once usage is known for all of usedWithinDays, or by leaving it out: \`${leaveOut(who)}\``,
  };
}
