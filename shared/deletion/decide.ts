// What stands against deleting a revision for good, long after a run has deregistered it. It is judged as if it were still
// ACTIVE: whatever would keep it then keeps it from deletion. Pure, as all of deciding is.
import type { ReadProblem } from '../domain/problem.ts';
import type { Evidence, UnresolvedReference } from '../domain/evidence.ts';
import { protectingTag, type Tag } from '../domain/protect-tag.ts';
import { nameOf, numbersIn, rangesOf, type Revision } from '../domain/revision.ts';
import { decide } from '../plan/decide.ts';
import type { Policy } from '../plan/policy.ts';
import { shortName } from '../plan/rules/referenced.ts';
import { ageBoundary, day } from '../plan/rules/rule.ts';
import { type FamilyPlan, type Verdict, verdictsOf } from '../plan/verdict.ts';

/** What the account has against deleting some revisions: one cause against all of them, or one against each, by name. */
export type Against = { readonly holds: ReadProblem } | { readonly keeps: ReadonlyMap<string, string> };

export function againstDeleting(revisions: readonly Revision[], evidence: Evidence, policy: Policy): Against {
  const families = Map.groupBy(revisions, ({ family }) => family);
  const inventory = new Map(
    Array.from(families, ([family, some]) => {
      const active = numbersIn(evidence.inventory.get(family) ?? []);
      return [family, rangesOf([...active, ...some.map(({ number }) => number)])];
    }),
  );
  // How old it is was asked when it was deregistered.
  const of = (family: string) => ({ ...policy.of(family), minAgeDays: 0 });
  // Whether it is the newest keeps nothing here.
  const plan = decide({ ...evidence, inventory }, { ...policy, of, retireFamiliesAfterDays: 0 });
  if (plan.hold !== undefined) return { holds: plan.hold.problems[0] };
  const unknown = new Map(
    plan.families.map((one) => [one.family, one.unresolved.find(isOfOldRevisions) ?? plan.accepted[0]]),
  );
  const moving = rolloutsIn(evidence);
  const wanted = new Map(
    plan.families
      .filter(({ family }) => !evidence.inventory.has(family))
      .map((one) => [one.family, floatingTo(one)] as const),
  );
  const verdicts = verdictsOf(plan);
  const against = (revision: Revision): string | undefined => {
    const [something, service] = [unknown.get(revision.family), moving.get(revision.family)];
    if (something !== undefined) return `${shortName(something.referrer)} ${something.description}`;
    if (service !== undefined) return `${shortName(service)} is in a deployment of its family`;
    return keptBy(verdicts(revision)) ?? wanted.get(revision.family);
  };
  return {
    keeps: new Map(
      revisions.flatMap((revision) => {
        const reason = against(revision);
        return reason === undefined ? [] : [[nameOf(revision), reason] as const];
      }),
    ),
  };
}

/** What is registered by who runs it has a new number each time, and what is deleted went long before. */
function isOfOldRevisions({ registersFirst }: UnresolvedReference): boolean {
  return registersFirst !== true;
}

/** Who names a family without a revision, of which none is ACTIVE: whichever was meant, it is not deleted. */
function floatingTo({ spans }: FamilyPlan): string | undefined {
  const reasons = spans.flatMap(({ verdict }) => (verdict.verdict === 'keep' ? verdict.reasons : []));
  return reasons
    .filter((reason) => reason.rule === 'referenced')
    .find(({ by }) => by.some(({ target }) => target.kind === 'floating'))?.text;
}

/** All reasons but that it would be among the newest: it is INACTIVE, and a name without a revision cannot mean it. */
function keptBy(verdict: Verdict | undefined): string | undefined {
  if (verdict?.verdict !== 'keep') return verdict === undefined ? 'nothing is known of it' : undefined;
  return verdict.reasons.find(({ rule }) => rule !== 'newest' && rule !== 'keep-latest')?.text;
}

function rolloutsIn({ readings }: Evidence): Map<string, string> {
  const findings = readings.flatMap((reading) => reading.findings);
  return new Map(
    findings
      .filter((finding) => finding.kind === 'rollout')
      .flatMap(({ referrer, lowest }) => lowest.map(({ family }) => [family, referrer] as const)),
  );
}

/** One revision just before it is to be deleted, as AWS has it and as the journal does. */
export interface Remains {
  readonly status: string;
  /** Milliseconds since the epoch; NaN where that cannot be read. */
  readonly deregisteredAt: number;
  readonly tags: readonly Tag[];
  /** When its entry was written; nothing where the journal has none. */
  readonly journaledAt: number | undefined;
  /** A run may have deregistered it, or anybody (deleteScope: all): then when its entry was written tells nothing. */
  readonly by: 'run' | 'anybody';
  /** What registering the entry again would not bring back, in words. */
  readonly lost: string | undefined;
}

/** Our clock and AWS's may differ by as much as AWS accepts a signature. */
const BEFORE_MS = 15 * 60_000;
/** The entry is written just before the call, which may be tried some times. */
const AFTER_MS = 60 * 60_000;

/** Why it stays; nothing where it may be deleted. */
export function deletionBlocker(
  { status, deregisteredAt, tags, journaledAt, by, lost }: Remains,
  {
    asOf,
    days,
    protectTags,
  }: { readonly asOf: number; readonly days: number; readonly protectTags: readonly string[] },
): string | undefined {
  const boundary = ageBoundary(asOf, days);
  if (status !== 'INACTIVE') return `its status is ${status}`;
  if (Number.isNaN(deregisteredAt)) return 'when it was deregistered could not be read';
  if (deregisteredAt >= boundary) return `deregistered since ${day(boundary)}`;
  if (by === 'run' && journaledAt === undefined) return 'the journal has no entry of it';
  const isOurs =
    journaledAt !== undefined &&
    deregisteredAt >= journaledAt - BEFORE_MS &&
    deregisteredAt <= journaledAt + AFTER_MS;
  if (by === 'run' && !isOurs) return 'it was not deregistered when the journal says, so not by a run';
  const tag = protectingTag(protectTags, tags);
  if (tag !== undefined) return `tagged ${tag}`;
  return lost;
}
