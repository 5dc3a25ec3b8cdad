// Explains one revision: the same evidence and plan as a run, with the dates that a plan reads only where they decide.
import { ecsReader } from '../aws/ecs.ts';
import type { Aws } from '../aws/connect.ts';
import { Tally } from '../aws/tally.ts';
import { findChains } from '../domain/chain.ts';
import { type Evidence, problemsIn } from '../domain/evidence.ts';
import { awsRegistrar } from '../domain/registrar.ts';
import { arnOf, nameOf, type Revision, type Target } from '../domain/revision.ts';
import { decide } from '../plan/decide.ts';
import { retirementObstacles, retirementCandidates } from './ages-wanted.ts';
import type { Policy } from '../plan/policy.ts';
import { ageBoundary } from '../plan/rules/rule.ts';
import { verdictsOf } from '../plan/verdict.ts';
import { describeTaskDefinition } from '../read/describe.ts';
import type { Explanation } from './explanation.ts';
import type { ObserveContext } from './context.ts';
import { findLastUse } from './last-use.ts';
import { type Observation, Observer } from './observe.ts';

/** Nothing where there is no such revision. Writes nothing to the state store.
 *  @throws what the SDK throws when the revision cannot be described */
export async function explainRevision(
  revision: Revision,
  target: Target,
  context: ObserveContext,
): Promise<Omit<Explanation, 'unread'> | undefined> {
  const description = await describeTaskDefinition(ecsReader(context.aws, new Tally()), nameOf(revision));
  if (description === undefined) return undefined;
  const { stateAccess } = context;
  const readOnly = stateAccess === undefined ? undefined : { ...stateAccess, writes: false };
  const observer = new Observer(target, { ...context, stateAccess: readOnly });
  const { policy } = observer;
  const observed = await observer.observe();
  const { evidence } = observed;
  const aged = await withNewest(
    withAge(await withAgesOf(revision.family, observed, observer), revision, description, policy),
    revision,
    description,
    policy,
    context.aws,
  );
  const plan = decide(aged, policy);
  const all = evidence.readings.flatMap(({ findings }) => findings).filter((finding) => finding.kind === 'reference');
  const references = all.filter(({ target }) => target.kind === 'revision' && nameOf(target) === nameOf(revision));
  return {
    revision,
    arn: arnOf(revision, target),
    protectTags: policy.protectTags,
    verdict: verdictsOf(plan)(revision),
    hold: plan.hold,
    unresolved: plan.families.find(({ family }) => family === revision.family)?.unresolved ?? [],
    references,
    chains: findChains(revision, all, (family) => evidence.inventory.get(family)?.at(-1)?.upto),
    limits: {
      ...policy.of(revision.family),
      usedWithinDays: policy.usedWithinDays,
      usedSince: ageBoundary(evidence.asOf, policy.usedWithinDays),
    },
    readings: evidence.readings,
    ...(plan.retiredSince === undefined
      ? {}
      : {
          retirement: {
            days: policy.retireFamiliesAfterDays,
            since: plan.retiredSince,
            obstacles: retirementObstacles(new Set([revision.family]), aged, policy).get(revision.family) ?? [],
          },
        }),
    lastCall: evidence.usage?.lastCalls?.get(revision.family)?.get(revision.number),
    lastUse: findLastUse(revision, evidence),
    ...description,
  };
}

/** How many newer revisions are old decides whether `keep-latest` keeps it. */
async function withAgesOf(family: string, observed: Observation, observer: Observer): Promise<Evidence> {
  const { evidence } = observed;
  if (observer.policy.of(family).minAgeDays === 0 || problemsIn(evidence).length > 0) return evidence;
  const ages = await observer.readAgesOf(family, observed);
  if (ages === undefined) return evidence;
  return { ...evidence, ages: new Map(evidence.ages).set(family, { ...evidence.ages.get(family), ...ages }) };
}

function withAge(
  evidence: Evidence,
  { family, number }: Revision,
  { registeredAt, registeredBy }: Pick<Explanation, 'registeredAt' | 'registeredBy'>,
  policy: Policy,
): Evidence {
  const known = evidence.ages.get(family) ?? { oldUpto: 0, youngFrom: Infinity };
  const { oldUpto, youngFrom, byAws = awsRegistrar(registeredBy), newestAt } = known;
  const isOld = registeredAt !== undefined && registeredAt < ageBoundary(evidence.asOf, policy.of(family).minAgeDays);
  const ages = isOld
    ? { oldUpto: Math.max(oldUpto, number), youngFrom }
    : { oldUpto, youngFrom: Math.min(youngFrom, number) };
  const by = byAws === undefined ? {} : { byAws };
  const at = newestAt === undefined ? {} : { newestAt };
  return { ...evidence, ages: new Map(evidence.ages).set(family, { ...ages, ...by, ...at }) };
}

/** Reads the date of the family's newest revision, which a plan reads only as far as the cap reaches. */
async function withNewest(
  evidence: Evidence,
  { family, number }: Revision,
  description: Pick<Explanation, 'registeredAt'>,
  policy: Policy,
  aws: Aws,
): Promise<Evidence> {
  const wanted = retirementCandidates(evidence, policy).get(family);
  const known = evidence.ages.get(family) ?? { oldUpto: 0, youngFrom: Infinity };
  if (wanted === undefined || known.newestAt !== undefined) return evidence;
  const { newest } = wanted;
  const described =
    newest === number
      ? description
      : await describeTaskDefinition(ecsReader(aws, new Tally()), nameOf({ family, number: newest }));
  const newestAt = described?.registeredAt ?? Infinity;
  const isOld = newestAt < ageBoundary(evidence.asOf, policy.of(family).minAgeDays);
  const ages = { ...known, oldUpto: isOld ? newest : known.oldUpto, newestAt };
  return { ...evidence, ages: new Map(evidence.ages).set(family, ages) };
}
