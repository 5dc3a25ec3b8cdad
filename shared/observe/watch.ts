// Keeps the evidence fresh while revisions are deregistered. Remembers what any reading of this run had against a
// revision: only what every decision allows is deregistered, and a late reference stops the run.
import type { Objection } from '../apply/deregister.ts';
import { type KeptRevision, type Stop, stopBy } from '../domain/apply-results.ts';
import type { Clock } from '../domain/clock.ts';
import type { Evidence, Reading, Reference } from '../domain/evidence.ts';
import { nameOf, type Revision } from '../domain/revision.ts';
import { retirementObstacles } from './ages-wanted.ts';
import { uniqueReferences } from '../domain/dangling.ts';
import { limitOf, objectionIn, retiredOnlyIn } from '../plan/limit.ts';
import { type Plan, verdictsOf } from '../plan/verdict.ts';
import { isFresh } from '../read/freshness.ts';
import type { Observation, Observer } from './observe.ts';

export class Watch {
  readonly #observer: Observer;
  readonly #clock: Clock;
  readonly #plan: Plan;
  readonly #memory: Observation['memory'];
  /** Why a revision of the plan must stay, by its name. */
  readonly #objections = new Map<string, string>();
  #evidence: Evidence;
  #hasLooked = false;
  #stop: Stop | undefined;
  #lateReferences: readonly Reference[] = [];

  constructor(observer: Observer, clock: Clock, { evidence, plan, memory }: Observation) {
    this.#observer = observer;
    this.#clock = clock;
    this.#plan = plan;
    this.#evidence = evidence;
    this.#memory = memory;
  }

  get lateReferences(): readonly Reference[] {
    return this.#lateReferences;
  }

  /** The revisions of the plan that any reading objected to, whether the run came to them or not. */
  get kept(): KeptRevision[] {
    return this.#plan.toDeregister.flatMap((revision) => {
      const reason = this.#objections.get(nameOf(revision));
      return reason === undefined ? [] : [{ revision, reason }];
    });
  }

  /** As of the latest reading. */
  get evidence(): Evidence {
    return this.#evidence;
  }

  isFresh(): boolean {
    return isFresh(this.#evidence, this.#clock);
  }

  /** Returns the present reason to keep this revision, or to stop the whole run. Before the first deregistration all that
   *  is quick to read is read a second time. A list that shifts between two pages, or a reference that moves against the
   *  order of reading (from a rule to a schedule, while both are read), can hide from one reading, but hardly from two. */
  async objectionTo(revision: Revision, deregistered: readonly Revision[]): Promise<Objection | undefined> {
    if (!this.#hasLooked || !this.isFresh()) await this.look(deregistered, this.#hasLooked ? 'stale' : 'all');
    if (this.#stop !== undefined) return { stop: this.#stop };
    const keep = this.#objections.get(nameOf(revision));
    return keep === undefined ? undefined : { keep };
  }

  /** Reads services, tasks and what is too old again, and decides anew.
   *  @param extent `all` also reads what is quick to read, however young */
  async look(deregistered: readonly Revision[], extent: 'stale' | 'all' = 'stale'): Promise<Stop | undefined> {
    const last = { evidence: this.#evidence, memory: this.#memory };
    const { evidence, plan } = await this.#observer.observeAgain(last, extent);
    this.#evidence = evidence;
    this.#hasLooked = true;
    const verdicts = verdictsOf(plan);
    const alive = this.#noLongerRetired(plan, evidence);
    for (const revision of this.#plan.toDeregister) {
      const verdict = verdicts(revision);
      // A hold of the whole run says nothing about one revision. It stops the run below.
      if (plan.hold !== undefined && verdict?.verdict !== 'keep') continue;
      const reason = alive.get(revision.family) ?? objectionIn(verdict);
      if (reason !== undefined) this.#objections.set(nameOf(revision), reason);
    }
    this.#lateReferences = referencesTo(evidence.readings, deregistered, evidence.inventory);
    this.#stop = lateReferenceStop(this.#lateReferences) ?? holdStop(plan);
    return this.#stop;
  }

  /** Why a family that the plan retires is not retired any more. */
  #noLongerRetired(plan: Plan, evidence: Evidence): Map<string, string> {
    const families = retiredOnlyIn(limitOf(this.#plan), plan);
    if (families.size === 0) return new Map();
    const obstacles = retirementObstacles(families, evidence, this.#observer.policy);
    return new Map(
      Array.from(obstacles, ([family, [first]]) => [
        family,
        `its family is not retired any more: ${first?.text ?? 'something has changed'}`,
      ]),
    );
  }
}

/** References to these revisions, and floating references to a family whose newest revision is among them: ECS cannot
 *  resolve those any more.
 *  @param inventory the ACTIVE revisions, with or without these; absent where floating references do not matter */
export function referencesTo(
  readings: readonly Pick<Reading, 'findings'>[],
  revisions: readonly Revision[],
  inventory?: Evidence['inventory'],
): Reference[] {
  const names = new Set(revisions.map(nameOf));
  const emptied = inventory === undefined ? new Map<string, number>() : emptiedFamilies(revisions, inventory);
  const references = readings
    .flatMap(({ findings }) => findings)
    .filter((finding) => finding.kind === 'reference')
    .flatMap((finding): Reference[] => {
      const { target } = finding;
      if (target.kind === 'revision') return names.has(nameOf(target)) ? [finding] : [];
      const number = emptied.get(target.family);
      return number === undefined ? [] : [{ ...finding, target: { kind: 'revision', family: target.family, number } }];
    });
  return uniqueReferences(references);
}

/** The families without ACTIVE revisions, each with its newest number. */
function emptiedFamilies(revisions: readonly Revision[], inventory: Evidence['inventory']): Map<string, number> {
  const newest = new Map<string, number>();
  for (const { family, number } of revisions) newest.set(family, Math.max(number, newest.get(family) ?? 0));
  for (const [family, number] of newest) if ((inventory.get(family)?.at(-1)?.upto ?? 0) > number) newest.delete(family);
  return newest;
}

/** AWS enforces INACTIVE up to ten minutes late, so that a revision may come into use just after it was deregistered. The
 *  user keeps running, but references appear faster than they can be read: the run aborts. */
export function lateReferenceStop([first]: readonly Reference[]): Stop | undefined {
  if (first?.target.kind !== 'revision') return undefined;
  return {
    by: 'abort',
    reason: `${first.referrer} ${first.relation} ${nameOf(first.target)}, which this run has deregistered`,
    remedy: 'Register that revision again and point its user to the new number.',
  };
}

export function holdStop({ hold }: Plan): Stop | undefined {
  return hold && stopBy(hold.problems[0]);
}
