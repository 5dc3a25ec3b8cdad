// Explains a family: the plan of its revisions, the references to it without a revision, and the settings that apply.
import type { Reference, UnresolvedReference } from '../domain/evidence.ts';
import type { Caller, Target } from '../domain/revision.ts';
import type { FamilyPlan, Plan } from '../plan/verdict.ts';
import type { FamilyPolicy } from '../settings/policy.ts';
import { overrideOf, policyOf } from '../settings/policy.ts';
import { retirementObstacles } from './ages-wanted.ts';
import type { ObserveContext } from './context.ts';
import type { Retirement } from './explanation.ts';
import { Observer } from './observe.ts';

export interface FamilyExplanation {
  readonly family: string;
  readonly target: Target;
  readonly caller: Caller;
  /** The state store, for commands. */
  readonly where: string | undefined;
  readonly plan: FamilyPlan;
  readonly hold: Plan['hold'];
  /** Unresolved references that may resolve to it. */
  readonly unresolved: readonly UnresolvedReference[];
  /** References to the family without a revision. */
  readonly floating: readonly Reference[];
  readonly policy: FamilyPolicy & {
    readonly usedWithinDays: number;
    /** The override that gives its numbers; absent where the settings above it do. */
    readonly override?: { readonly at: number; readonly families: string } | undefined;
  };
  readonly cap: number;
  /** Absent where no family is ever retired. */
  readonly retirement?: Retirement | undefined;
  readonly unread: readonly { readonly name: string; readonly reason: string }[];
}

/** Nothing where the family has no ACTIVE revision. Writes nothing to the state store. */
export async function explainFamily(
  family: string,
  target: Target,
  context: ObserveContext,
): Promise<Omit<FamilyExplanation, 'unread'> | undefined> {
  const { stateAccess, settings, aws } = context;
  const readOnly = stateAccess === undefined ? undefined : { ...stateAccess, writes: false };
  const observer = new Observer(target, { ...context, stateAccess: readOnly });
  const { evidence, plan } = await observer.observe();
  const own = plan.families.find((one) => one.family === family);
  if (own === undefined) return undefined;
  const floating = evidence.readings
    .flatMap(({ findings }) => findings)
    .filter((finding) => finding.kind === 'reference')
    .filter((one) => one.target.kind === 'floating' && one.target.family === family);
  return {
    family,
    target,
    caller: aws.caller,
    where: stateAccess?.state.where,
    plan: own,
    hold: plan.hold,
    unresolved: own.unresolved,
    floating,
    policy: {
      ...policyOf(family, settings),
      usedWithinDays: settings.usedWithinDays,
      override: overrideOf(family, settings),
    },
    cap: settings.maxDeregistrations,
    ...(plan.retiredSince === undefined
      ? {}
      : {
          retirement: {
            days: settings.retireFamiliesAfterDays,
            since: plan.retiredSince,
            obstacles: retirementObstacles(new Set([family]), evidence, observer.policy).get(family) ?? [],
          },
        }),
  };
}
