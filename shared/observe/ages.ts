// Reads when candidates were registered, as far as dates decide. The newest revision of each family that may be retired comes
// first, since its age decides whether the family's last revisions are candidates.
import { type Ages, type Evidence, mergeReadings, type Reading } from '../domain/evidence.ts';
import { candidatesWithoutAge, retirementCandidates } from './ages-wanted.ts';
import type { Policy } from '../plan/policy.ts';
import { ageBoundary } from '../plan/rules/rule.ts';
import { readAges } from '../read/ages.ts';
import { readNewest } from '../read/newest.ts';
import type { ReadContext } from '../sources/common/reader.ts';

export interface AgedEvidence {
  readonly evidence: Evidence;
  /** Some ages were not read, since the cap was full. */
  readonly isUnfinished: boolean;
}

/** Reads once in a run, since dates do not change. */
export async function readAgesOfCandidates(
  reader: ReadContext,
  read: Evidence,
  policy: Policy,
  progress: (reading: Reading) => void,
): Promise<AgedEvidence> {
  const { memory } = reader;
  if (memory.ages !== undefined) {
    const { ages } = memory;
    return { evidence: { ...read, ages }, isUnfinished: isUnfinished({ ...read, ages }, policy) };
  }
  const boundary = (family: string) => ageBoundary(read.asOf, policy.of(family).minAgeDays);
  const tooYoung = ageBoundary(read.asOf, policy.retireFamiliesAfterDays);
  const families = retirementCandidates(read, policy);
  const dated =
    families.size === 0
      ? undefined
      : await readNewest(reader, { families, boundary: tooYoung, cap: policy.maxDeregistrations });
  const known = new Map<string, Ages>();
  const retired = new Set<string>();
  let freed = 0;
  for (const [family, { newestAt = Infinity, byAws }] of dated?.newest ?? []) {
    // ECS issues numbers in order: if the newest revision is old, all are.
    const isOld = byAws === undefined && newestAt < boundary(family);
    const { newest = 0, frees = 0 } = families.get(family) ?? {};
    if (byAws === undefined && newestAt < tooYoung) {
      retired.add(family);
      freed += frees;
    }
    known.set(family, {
      oldUpto: isOld ? newest : 0,
      youngFrom: Infinity,
      newestAt,
      ...(byAws === undefined ? {} : { byAws }),
    });
  }
  const candidates = candidatesWithoutAge({ ...read, ages: known }, policy);
  const unknown = new Map([...candidates].filter(([family]) => !isSettled(known.get(family))));
  const asked = await readAges(reader, {
    candidates: unknown,
    boundary,
    cap: Math.max(0, policy.maxDeregistrations - freed),
    latest: (family) => ({
      keep: retired.has(family) ? 0 : policy.of(family).keepLatest,
      active: read.inventory.get(family) ?? [],
    }),
  });
  const ages = new Map(known);
  for (const [family, one] of asked.ages) {
    const newestAt = known.get(family)?.newestAt;
    ages.set(family, newestAt === undefined ? one : { ...one, newestAt });
  }
  const reading = dated === undefined ? asked.reading : mergeReadings(dated.reading, asked.reading);
  if (reading.problems.length === 0) memory.ages = ages;
  progress(reading);
  const evidence = { ...read, ages, readings: [...read.readings, reading] };
  const isCut = dated !== undefined && dated.newest.size < families.size;
  return { evidence, isUnfinished: isCut || asked.ages.size < unknown.size };
}

/** Whether the newest revision decides for the whole family. */
function isSettled(ages: Ages | undefined): boolean {
  return ages !== undefined && (ages.byAws !== undefined || ages.oldUpto > 0);
}

function isUnfinished(evidence: Evidence, policy: Policy): boolean {
  const { ages } = evidence;
  if ([...retirementCandidates(evidence, policy).keys()].some((family) => ages.get(family)?.newestAt === undefined))
    return true;
  return [...candidatesWithoutAge(evidence, policy).keys()].some((family) => !ages.has(family));
}
