// Decides what an unresolved reference holds: the families that it may resolve to, or the whole run where it may resolve to
// any family. A reference that can only mean a family's newest revision, or one known revision, holds nothing.
import { leaveOut } from '../domain/paste.ts';
import type { Evidence, Reference, UnresolvedReference } from '../domain/evidence.ts';
import { type Matcher, matcherOf, type Pattern, printPattern } from '../domain/pattern.ts';
import type { ReadProblem } from '../domain/problem.ts';
import { ageBoundary } from './rules/rule.ts';

export interface ResolveContext {
  /** Every family with an ACTIVE revision, in code point order. */
  readonly families: readonly string[];
  /** The families that a service (an ARN) references. */
  readonly deployedBy: (service: string) => ReadonlySet<string>;
  readonly minAgeDaysOf: (family: string) => number;
}

export interface ResolvedReferences {
  /** References that may resolve to any family. */
  readonly any: readonly UnresolvedReference[];
  /** The references that hold a family. */
  readonly holding: ReadonlyMap<string, readonly UnresolvedReference[]>;
  /** References to a known revision, or to the newest one of a family. They hold nothing. */
  readonly references: readonly Reference[];
}

/** Of references by way of services, only services that exist count. */
export function unresolvedIn({
  readings,
  missingServices,
}: Pick<Evidence, 'readings' | 'missingServices'>): UnresolvedReference[] {
  return allUnresolved(readings).flatMap((one): UnresolvedReference[] => {
    const { resolvesTo } = one;
    if (resolvesTo.kind !== 'services' || resolvesTo.services.length === 0) return [one];
    const services = resolvesTo.services.filter((service) => missingServices?.has(service) !== true);
    return services.length === 0 ? [] : [{ ...one, resolvesTo: { ...resolvesTo, services } }];
  });
}

/** References whose services are all deleted. They resolve to nothing and hold nothing. */
export function targetsDeletedServices({ readings, missingServices = new Set() }: Evidence): UnresolvedReference[] {
  return allUnresolved(readings).filter(
    ({ resolvesTo }) =>
      resolvesTo.kind === 'services' &&
      resolvesTo.services.length > 0 &&
      resolvesTo.services.every((service) => missingServices.has(service)),
  );
}

function allUnresolved(readings: Evidence['readings']): UnresolvedReference[] {
  return readings.flatMap(({ findings }) => findings).filter((finding) => finding.kind === 'unresolved');
}

export function resolveReferences(
  unresolved: readonly UnresolvedReference[],
  context: ResolveContext,
): ResolvedReferences {
  const any: UnresolvedReference[] = [];
  const holding = new Map<string, UnresolvedReference[]>();
  const references: Reference[] = [];
  const hold = (family: string, one: UnresolvedReference) => {
    const list = holding.get(family);
    if (list === undefined) holding.set(family, [one]);
    else list.push(one);
  };
  for (const one of unresolved) {
    const { resolvesTo } = one;
    if (resolvesTo.kind === 'services') {
      const { families, isWhole } = familiesOf(resolvesTo.services, context);
      if (!isWhole) any.push(one);
      for (const family of families) hold(family, one);
      continue;
    }
    const matcher = matcherOf(resolvesTo);
    if (matcher.isAny) any.push(one);
    else
      for (const family of startingLike(context.families, matcher)) {
        const fit = matcher.fit(family);
        if (fit === undefined) continue;
        const isSettled = one.registersFirst === true && context.minAgeDaysOf(family) >= REDRIVABLE_DAYS;
        if (fit.isOpen && !isSettled) hold(family, one);
        if (fit.isFloating || isSettled) references.push(referenceTo({ kind: 'floating', family }, one, resolvesTo));
        if (fit.number !== undefined)
          references.push(referenceTo({ kind: 'revision', family, number: fit.number }, one, resolvesTo));
      }
  }
  return { any, holding, references };
}

/** A service without references does not show what it will be given. */
function familiesOf(services: readonly string[], { deployedBy }: Pick<ResolveContext, 'deployedBy'>) {
  const all = services.map(deployedBy);
  const isWhole = all.length > 0 && all.every(({ size }) => size > 0);
  return { families: new Set(all.flatMap((families) => [...families])), isWhole };
}

/** A failed execution can be redriven for fourteen days, with the revision that its state machine had registered. The
 *  fifteenth is for clock differences. The rule `min-age` keeps younger revisions.
 *  https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html */
const REDRIVABLE_DAYS = 15;

/** The families that start like the pattern, by binary search: an account has a hundred thousand families, and hundreds of
 *  patterns. */
function* startingLike(families: readonly string[], { begins }: Matcher): Generator<string> {
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
  target: Reference['target'],
  { source, referrer }: UnresolvedReference,
  pattern: Pattern,
): Reference {
  return { kind: 'reference', source, referrer, relation: 'starts', target, computed: printPattern(pattern) };
}

export function mayResolveTo(
  { resolvesTo }: UnresolvedReference,
  family: string,
  deployedBy: (service: string) => ReadonlySet<string>,
): boolean {
  if (resolvesTo.kind === 'pattern') return matcherOf(resolvesTo).fit(family) !== undefined;
  const { families, isWhole } = familiesOf(resolvesTo.services, { deployedBy });
  return !isWhole || families.has(family);
}

/** Whether usage is known for all these days. Then each use by an unresolved reference is known as well. */
export function isUsageCovered({ usage, asOf }: Evidence, usedWithinDays: number): boolean {
  return usedWithinDays > 0 && usage !== undefined && usage.coveredSince <= ageBoundary(asOf, usedWithinDays);
}

export function holdProblem({ source, referrer, description }: UnresolvedReference): ReadProblem {
  return {
    part: source,
    kind: 'unresolved',
    operation: `resolving what ${referrer} references`,
    reason: `it ${description}, and may resolve to any family`,
    remedy: `Let it reference a family without a revision. Or accept it, either with unresolvedReferences: report, which takes effect once usage is known for all of usedWithinDays, or by leaving it out: \`${leaveOut(referrer)}\``,
  };
}
