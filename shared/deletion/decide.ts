// Decides whether a revision may be deleted for good, long after it was deregistered. It is judged as if it were ACTIVE:
// whatever would keep it then prevents its deletion. Pure.
import type { ReadProblem } from '../domain/problem.ts';
import type { Evidence, UnresolvedReference } from '../domain/evidence.ts';
import { protectingTag, type Tag } from '../domain/protect-tag.ts';
import { nameOf, numbersIn, rangesOf, type Revision } from '../domain/revision.ts';
import { decide } from '../plan/decide.ts';
import type { Policy } from '../plan/policy.ts';
import { shortName } from '../plan/rules/referenced.ts';
import { ageBoundary, day } from '../plan/rules/rule.ts';
import { type FamilyPlan, type Verdict, verdictsOf } from '../plan/verdict.ts';

/** A hold of all deletions, or the revisions to keep with the reason, by name. */
export type DeletionVerdicts = { readonly hold: ReadProblem } | { readonly keep: ReadonlyMap<string, string> };

export function decideDeletions(revisions: readonly Revision[], evidence: Evidence, policy: Policy): DeletionVerdicts {
  const families = Map.groupBy(revisions, ({ family }) => family);
  const inventory = new Map(
    Array.from(families, ([family, some]) => {
      const active = numbersIn(evidence.inventory.get(family) ?? []);
      return [family, rangesOf([...active, ...some.map(({ number }) => number)])];
    }),
  );
  // Its age was checked when it was deregistered.
  const of = (family: string) => ({ ...policy.of(family), minAgeDays: 0 });
  // The rules for the newest revisions do not apply to INACTIVE ones.
  const plan = decide({ ...evidence, inventory }, { ...policy, of, retireFamiliesAfterDays: 0 });
  if (plan.hold !== undefined) return { hold: plan.hold.problems[0] };
  const unresolved = new Map(
    plan.families.map((one) => [one.family, one.unresolved.find(isOfOldRevisions) ?? plan.accepted[0]]),
  );
  const deploying = rolloutsIn(evidence);
  const floating = new Map(
    plan.families
      .filter(({ family }) => !evidence.inventory.has(family))
      .map((one) => [one.family, floatingTo(one)] as const),
  );
  const verdicts = verdictsOf(plan);
  const blockerOf = (revision: Revision): string | undefined => {
    const [open, service] = [unresolved.get(revision.family), deploying.get(revision.family)];
    if (open !== undefined) return `${shortName(open.referrer)} ${open.description}`;
    if (service !== undefined) return `${shortName(service)} is in a deployment of its family`;
    return keptBy(verdicts(revision)) ?? floating.get(revision.family);
  };
  return {
    keep: new Map(
      revisions.flatMap((revision) => {
        const reason = blockerOf(revision);
        return reason === undefined ? [] : [[nameOf(revision), reason] as const];
      }),
    ),
  };
}

/** A referrer that registers a revision before each run never runs an old one. */
function isOfOldRevisions({ registersFirst }: UnresolvedReference): boolean {
  return registersFirst !== true;
}

/** A floating reference to a family without ACTIVE revisions: any of them may be meant. */
function floatingTo({ spans }: FamilyPlan): string | undefined {
  const reasons = spans.flatMap(({ verdict }) => (verdict.verdict === 'keep' ? verdict.reasons : []));
  return reasons
    .filter((reason) => reason.rule === 'referenced')
    .find(({ by }) => by.some(({ target }) => target.kind === 'floating'))?.text;
}

/** Any reason but being among the newest: a floating reference cannot mean an INACTIVE revision. */
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

/** A revision just before its deletion, in AWS and in the journal. */
export interface RevisionState {
  readonly status: string;
  /** Milliseconds since the epoch; NaN where that cannot be read. */
  readonly deregisteredAt: number;
  readonly tags: readonly Tag[];
  /** When its journal entry was written, if there is one. */
  readonly journaledAt: number | undefined;
  /** With `anyone` (deleteScope: all) the time of the journal entry proves nothing. */
  readonly by: 'run' | 'anyone';
  /** The parts of the definition that the journal entry would not restore. */
  readonly loss: string | undefined;
}

/** AWS accepts signatures within this clock difference. */
const BEFORE_MS = 15 * 60_000;
/** The entry is written just before the call, which may be repeated. */
const AFTER_MS = 60 * 60_000;

/** Why a revision must stay; nothing where it may be deleted. */
export function deletionBlocker(
  { status, deregisteredAt, tags, journaledAt, by, loss }: RevisionState,
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
  if (by === 'run' && journaledAt === undefined) return 'the journal has no entry for it';
  const isOurs =
    journaledAt !== undefined && deregisteredAt >= journaledAt - BEFORE_MS && deregisteredAt <= journaledAt + AFTER_MS;
  if (by === 'run' && !isOurs) return 'it was not deregistered at the time in the journal, so not by a run';
  const tag = protectingTag(protectTags, tags);
  if (tag !== undefined) return `tagged ${tag}`;
  return loss;
}
