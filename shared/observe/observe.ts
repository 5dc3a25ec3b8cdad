// Observes the account: reads evidence and makes a plan of it. A dry run, a run that deregisters and `explain` all start
// here, so that they agree about every revision.
import { type Evidence, mergeReadings, problemsIn, type Reading } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { decide } from '../plan/decide.ts';
import type { Policy } from '../plan/policy.ts';
import { type DanglingReference, danglingAmong, findSuspects, targetName } from '../domain/dangling.ts';
import type { Plan } from '../plan/verdict.ts';
import { ageBoundary } from '../plan/rules/rule.ts';
import { readAges } from '../read/ages.ts';
import { readAgain, readReferences } from '../read/evidence.ts';
import { readInactive } from '../read/inventory.ts';
import { readRegistrars } from '../read/registrars.ts';
import { readStatuses } from '../read/revision-statuses.ts';
import { Memory } from '../sources/common/memory.ts';
import type { ReadContext } from '../sources/common/reader.ts';
import type { StateError } from '../state/store.ts';
import { readAgesOfCandidates } from './ages.ts';
import { type ObserveContext, policyFrom, readerFor, readingPlan } from './context.ts';
import { readWithState } from './with-state.ts';

export interface Observation {
  readonly evidence: Evidence;
  readonly plan: Plan;
  /** Some ages were not read, since the cap was full. */
  readonly agesUnfinished: boolean;
  readonly danglingReferences: readonly DanglingReference[];
  /** Facts that a later reading of this run need not read again. */
  readonly memory: Memory;
  /** Failures to save facts for the next run. */
  readonly unsaved: readonly StateError[];
  /** Damage in the memory of earlier runs. The damaged parts were read again. */
  readonly damage: StateError | undefined;
}

/** The account as one run sees it. */
export class Observer {
  readonly target: Target;
  readonly policy: Policy;
  readonly #context: ObserveContext;

  constructor(target: Target, context: ObserveContext) {
    this.target = target;
    this.policy = policyFrom(context.settings);
    this.#context = context;
  }

  /** @param carried what earlier steps of this run have read */
  async observe(carried?: Memory): Promise<Observation> {
    const { policy } = this;
    const { onReading } = this.#context;
    const { evidence: kept, memory, reader, save, damage } = await readWithState(this.target, this.#context, carried);
    const { evidence: read, danglingReferences } = await findDanglingReferences(kept, reader, onReading);
    const common = { danglingReferences, memory, damage };
    // Once the run is held, no age changes anything.
    if (problemsIn(read).length > 0) {
      const unsaved = await save();
      return { ...common, evidence: read, plan: decide(read, policy), agesUnfinished: false, unsaved };
    }
    const decided = await decideWithDates(reader, read, policy, onReading);
    // Saved last, so that the next run need not read these dates again.
    const unsaved = await save();
    return { ...common, ...decided, unsaved };
  }

  /** Reads again what is too old (`stale`) or quick to read (`all`), and decides anew. */
  async observeAgain(
    { evidence: last, memory }: Pick<Observation, 'evidence' | 'memory'>,
    extent: 'stale' | 'all',
  ): Promise<Pick<Observation, 'evidence' | 'plan'>> {
    const evidence = await readAgain(this.#reader(memory), readingPlan(this.#context), last, extent);
    return { evidence, plan: decide(evidence, this.policy) };
  }

  /** Reads the ages of all ACTIVE revisions of one family, in a few calls. A plan reads them only where they decide.
   *  @returns nothing where they could not be read */
  async readAgesOf(family: string, { evidence, memory }: Pick<Observation, 'evidence' | 'memory'>) {
    const { ages, reading } = await readAges(this.#reader(memory), {
      candidates: new Map([[family, evidence.inventory.get(family) ?? []]]),
      boundary: (one) => ageBoundary(evidence.asOf, this.policy.of(one).minAgeDays),
      cap: 1,
    });
    return reading.problems.length === 0 ? ages.get(family) : undefined;
  }

  /** Reads all references, or those of some parts, without a plan. */
  readReferences(memory = new Memory(), parts?: ReadonlySet<string>): Promise<Reading[]> {
    return readReferences(this.#reader(memory), readingPlan(this.#context), parts);
  }

  /** Lists INACTIVE revisions. */
  async readInactive(): ReturnType<typeof readInactive> {
    const read = await readInactive(this.#reader());
    this.#context.onReading(read.reading);
    return read;
  }

  /** @param names as `web:7` */
  readStatuses(names: readonly string[]): ReturnType<typeof readStatuses> {
    return readStatuses(this.#reader(), names, names.length);
  }

  #reader(memory = new Memory()): ReadContext {
    return readerFor(this.target, this.#context, memory);
  }
}

/** Reads the dates and registrars that this policy needs, and decides. */
export async function decideWithDates(
  reader: ReadContext,
  read: Evidence,
  policy: Policy,
  onReading: ObserveContext['onReading'],
): Promise<Pick<Observation, 'evidence' | 'plan' | 'agesUnfinished'>> {
  const aged = await readAgesOfCandidates(reader, read, policy, onReading);
  const evidence = await readRegistrarsOfPlan(aged.evidence, reader, policy, onReading);
  return { evidence, plan: decide(evidence, policy), agesUnfinished: aged.isUnfinished };
}

async function findDanglingReferences(
  read: Evidence,
  reader: ReadContext,
  progress: ObserveContext['onReading'],
): Promise<Pick<Observation, 'evidence' | 'danglingReferences'>> {
  const suspects = findSuspects(read);
  if (suspects.length === 0) return { evidence: read, danglingReferences: [] };
  const { statuses, reading } = await readStatuses(reader, suspects.map(targetName));
  progress(reading);
  return {
    evidence: { ...read, readings: [...read.readings, reading] },
    danglingReferences: danglingAmong(suspects, statuses, read),
  };
}

/** Calls beyond the cap, as many as reading ages may take. The final check asks about the rest. */
const EXTRA_CALLS = 1_000;

/** Reads who registered the revisions of the plan, where the settings protect by that. Each protected revision makes room
 *  for another, until the plan has none. */
async function readRegistrarsOfPlan(
  evidence: Evidence,
  reader: ReadContext,
  policy: Policy,
  progress: ObserveContext['onReading'],
): Promise<Evidence> {
  if (policy.protectRegisteredBy.length === 0) return evidence;
  let seen: Pick<Evidence, 'registeredBy' | 'readings'> = evidence;
  for (let left = policy.maxDeregistrations + EXTRA_CALLS; left > 0;) {
    const { registeredBy: known, readings } = seen;
    const { toDeregister } = decide({ ...evidence, ...seen }, policy);
    const wanted = toDeregister.filter(({ family, number }) => known?.get(family)?.has(number) !== true);
    if (wanted.length === 0) break;
    const { registeredBy, reading } = await readRegistrars(reader, wanted.slice(0, left), known);
    progress(reading);
    left -= Math.min(left, wanted.length);
    seen = { registeredBy, readings: withReading(readings, reading) };
    if (reading.problems.length > 0) break;
  }
  return { ...evidence, ...seen };
}

function withReading(readings: readonly Reading[], reading: Reading): Reading[] {
  const before = readings.find(({ part }) => part === reading.part);
  const others = readings.filter((one) => one !== before);
  return [...others, before === undefined ? reading : mergeReadings(before, reading)];
}
