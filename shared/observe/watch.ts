// Keeps the evidence fresh while revisions go, and remembers what any reading of this run has had against one of them:
// only what every decision let go may go, and whoever names what this run took stops it.
import type { Objection } from '../apply/deregister.ts';
import type { Stop } from '../apply/results.ts';
import type { Evidence, Reading, Reference } from '../domain/evidence.ts';
import { isFresh } from '../read/freshness.ts';
import { type Observation, observeAgain, policyFrom, type ObserveContext } from './observe.ts';
import { obstaclesOf } from '../plan/decide.ts';
import { uniqueReferences } from '../plan/stranded.ts';
import { type Plan, type Verdict, verdictsOf } from '../plan/verdict.ts';
import { nameOf, type Revision, type Target } from '../domain/revision.ts';

export class Watch {
  readonly #target: Target;
  readonly #surroundings: ObserveContext;
  /** What may still go, and why the rest may not any more. */
  readonly #objections = new Map<string, string>();
  readonly #going: readonly Revision[];
  readonly #plan: Plan;
  #evidence: Evidence;
  readonly #memory: Observation['memory'];
  #looked = false;
  #stop: Stop | undefined;
  #stranded: readonly Reference[] = [];

  constructor(target: Target, surroundings: ObserveContext, { evidence, plan, memory }: Observation) {
    this.#target = target;
    this.#surroundings = surroundings;
    this.#going = plan.toDeregister;
    this.#plan = plan;
    this.#evidence = evidence;
    this.#memory = memory;
  }

  /** Who names what this run took, as far as any reading has seen. */
  get stranded(): readonly Reference[] {
    return this.#stranded;
  }

  /** What any look of this watch has had against one of them, reached or not. */
  get kept(): { readonly revision: Revision; readonly reason: string }[] {
    return this.#going.flatMap((revision) => {
      const reason = this.#objections.get(nameOf(revision));
      return reason === undefined ? [] : [{ revision, reason }];
    });
  }

  /** What the last look has read. */
  get evidence(): Evidence {
    return this.#evidence;
  }

  isFresh(): boolean {
    return isFresh(this.#evidence, this.#surroundings.clock);
  }

  /** What stands against this revision now, or against going on at all. Before the first one goes everything that is
   *  quickly read is read a second time: a list that shifts between two of its pages, or a reference that moves against
   *  the order of reading (from a rule to a schedule, say, while both are read), can hide from one reading, hardly from
   *  two. */
  async objections(revision: Revision, taken: readonly Revision[]): Promise<Objection | undefined> {
    if (!this.#looked || !this.isFresh()) await this.look(taken, this.#looked ? 'stale' : 'all');
    if (this.#stop !== undefined) return { stop: this.#stop };
    const keep = this.#objections.get(nameOf(revision));
    return keep === undefined ? undefined : { keep };
  }

  /** Reads services and tasks, and what else is too old, decides anew and compares.
   *  @param extent `all` reads whatever is quickly read as well, however young: nobody looks after the last look */
  async look(taken: readonly Revision[], extent: 'stale' | 'all' = 'stale'): Promise<Stop | undefined> {
    const last = { evidence: this.#evidence, memory: this.#memory };
    const { evidence, plan } = await observeAgain(this.#target, this.#surroundings, last, extent);
    this.#evidence = evidence;
    this.#looked = true;
    const verdicts = verdictsOf(plan);
    const alive = this.#noLongerRetired(plan, evidence);
    for (const revision of this.#going) {
      const verdict = verdicts(revision);
      // A hold of the whole run says nothing of this one, and stops everything below.
      const reason =
        plan.hold === undefined || verdict?.verdict === 'keep'
          ? (alive.get(revision.family) ?? objectionTo(verdict))
          : undefined;
      if (reason !== undefined) this.#objections.set(nameOf(revision), reason);
    }
    this.#stranded = referencesTo(evidence.readings, taken, evidence.inventory);
    this.#stop = lateReferenceStop(this.#stranded) ?? heldStop(plan);
    return this.#stop;
  }

  /** Why, for each family that the plan of this watch retires and this one does not. */
  #noLongerRetired(plan: Plan, evidence: Evidence): Map<string, string> {
    const families = retiredOnlyIn(this.#plan, plan);
    if (families.size === 0) return new Map();
    const obstacles = obstaclesOf(families, evidence, policyFrom(this.#surroundings.settings));
    return new Map(
      Array.from(obstacles, ([family, [first]]) => [
        family,
        `its family is not retired any more: ${first?.text ?? 'something has changed'}`,
      ]),
    );
  }
}

/** The families that one plan retires and a later one does not: whatever is left of them stays. */
export function retiredOnlyIn(first: Plan, later: Plan): Set<string> {
  const still = retiredIn(later);
  return new Set([...retiredIn(first)].filter((family) => !still.has(family)));
}

export function retiredIn({ families }: Plan): Set<string> {
  return new Set(families.filter(({ isRetired }) => isRetired === true).map(({ family }) => family));
}

/** What a decision has against a revision that an earlier one let go. */
export function objectionTo(verdict: Verdict | undefined): string | undefined {
  if (verdict?.verdict === 'keep') return verdict.reasons[0].text;
  return verdict?.verdict === 'hold' ? 'it may be referenced dynamically' : undefined;
}

/** Who names one of these, or a family of which the newest is among them, so that its name resolves to nothing any more.
 *  @param inventory where that is asked: what was ACTIVE, with or without these */
export function referencesTo(
  readings: readonly Pick<Reading, 'findings'>[],
  taken: readonly Revision[],
  inventory?: Evidence['inventory'],
): Reference[] {
  const names = new Set(taken.map(nameOf));
  const lost = inventory === undefined ? new Map<string, number>() : newestLost(taken, inventory);
  const references = readings
    .flatMap(({ findings }) => findings)
    .filter((finding) => finding.kind === 'reference')
    .flatMap((finding): Reference[] => {
      const { target } = finding;
      if (target.kind === 'revision') return names.has(nameOf(target)) ? [finding] : [];
      const number = lost.get(target.family);
      return number === undefined
        ? []
        : [{ ...finding, target: { kind: 'revision', family: target.family, number } }];
    });
  return uniqueReferences(references);
}

/** The newest of each family of which nothing is left. */
function newestLost(taken: readonly Revision[], inventory: Evidence['inventory']): Map<string, number> {
  const newest = new Map<string, number>();
  for (const { family, number } of taken) newest.set(family, Math.max(number, newest.get(family) ?? 0));
  for (const [family, number] of newest)
    if ((inventory.get(family)?.at(-1)?.upto ?? 0) > number) newest.delete(family);
  return newest;
}

/** AWS enforces INACTIVE up to ten minutes late, so somebody may take up what went a moment ago. It runs on, but it was
 *  not meant to go: something names revisions faster than it can be read, and nothing more may go tonight. */
export function lateReferenceStop([first]: readonly Reference[]): Stop | undefined {
  if (first?.target.kind !== 'revision') return undefined;
  const reason = `${first.referrer} ${first.relation} ${nameOf(first.target)}, which this run has deregistered`;
  return {
    by: 'abort',
    reason,
    remedy: 'Register that revision again and point its user to the new number.',
  };
}

function heldStop({ hold }: Plan): Stop | undefined {
  const fault = hold?.problems[0];
  return fault === undefined
    ? undefined
    : { by: 'hold', reason: `${fault.operation}: ${fault.reason}`, remedy: fault.remedy };
}
