// Reads the account in waves, in the direction in which references travel, so a reference that moves during the reading
// is found where it arrives. A wave begins when the previous one has ended; its sources are read concurrently.
import { DAY_MS } from '../domain/time.ts';
import type { ReadProblem } from '../domain/problem.ts';
import { momentOf, msSince } from '../domain/clock.ts';
import type { Evidence, Finding, Reading } from '../domain/evidence.ts';
import { CredentialsRefused } from './credentials-refused.ts';
import { isTooSlow, quickParts, soonStaleParts } from './freshness.ts';
import { revisionsInUse } from '../sources/common/revisions-in-use.ts';
import { sizeOf } from '../domain/revision.ts';
import { readInventory } from './inventory.ts';
import { readPart } from '../sources/common/read-part.ts';
import type { ReadContext } from '../sources/common/reader.ts';
import { type Source, sources } from '../sources/readers.ts';
import { readTags } from './tags.ts';
import { readUsage, type UsagePlan } from './usage/usage.ts';

export interface ReadingPlan {
  readonly protectTags: readonly string[];
  /** Names of sources and parts, or ARNs of members, that the settings leave out. */
  readonly without: readonly string[];
  /** Absent where the settings leave usage out. */
  readonly usage?: UsagePlan | undefined;
  readonly progress: (reading: Reading) => void;
}

const waves = ['starters', 'services', 'deployments', 'tasks'] as const;

/** Reads everything except ages, which are read only where they decide. */
export async function readEvidence(context: ReadContext, plan: ReadingPlan): Promise<Evidence> {
  const { inventory, reading } = await readInventoryOnce(context);
  plan.progress(reading);
  const refused = reading.problems.find(({ kind }) => kind === 'credentials');
  if (refused !== undefined && reading.items === 0) throw new CredentialsRefused(refused);
  const tags = plan.without.includes('tags') ? Promise.resolve(undefined) : readTags(context, plan.protectTags);
  const history = plan.usage === undefined ? undefined : readUsage(context, plan.usage);
  const readings = [reading, ...(await readWave(context, plan, 'starters'))];
  readings.push(...(await readServicesAndHistory(context, plan)), ...(await readWave(context, plan, 'tasks')));
  const [known, used] = await Promise.all([tags, history]);
  if (known !== undefined) {
    plan.progress(known.reading);
    readings.splice(1, 0, known.reading);
  }
  if (used !== undefined) {
    plan.progress(used.reading);
    readings.push(used.reading);
  }
  readings.push(...(await readDefinitions(context, plan, { readings, inventory, usage: used?.usage })));
  const tagged = known?.tagged ?? new Map<string, Map<number, string>>();
  return withTimeoutProblem({
    asOf: context.aws.asOf(),
    inventory,
    tagged,
    ages: new Map(),
    usage: used?.usage,
    missingServices: context.memory.missingServices,
    readings,
  });
}

/** Once a run: newer revisions are never touched. Listing thousands of families takes minutes, and a run may take
 *  several invocations. */
async function readInventoryOnce(context: ReadContext): ReturnType<typeof readInventory> {
  const { memory, clock } = context;
  if (memory.inventory !== undefined) {
    const reading = { part: 'inventory', began: momentOf(clock), tookMs: 0, calls: 0, throttled: 0 };
    const items = memory.inventory.values().reduce((sum, ranges) => sum + sizeOf(ranges), 0);
    return { inventory: new Map(memory.inventory), reading: { ...reading, items, findings: [], problems: [] } };
  }
  const read = await readInventory(context);
  if (read.reading.problems.length === 0) memory.inventory = read.inventory;
  return read;
}

/** Reads all sources, or only those in `wanted`, for a caller that shows references and decides nothing. */
export async function readReferences(
  context: ReadContext,
  plan: ReadingPlan,
  wanted?: ReadonlySet<string>,
): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (const wave of waves)
    readings.push(...(await readWave(context, plan, wave, (name) => wanted?.has(name) ?? true)));
  readings.push(...(await readDefinitions(context, plan, { readings })));
  return readings;
}

/** The last wave: the definitions of all revisions that these readings show to be in use. */
async function readDefinitions(
  context: ReadContext,
  plan: ReadingPlan,
  { readings, inventory, usage }: Pick<Evidence, 'readings'> & Partial<Pick<Evidence, 'inventory' | 'usage'>>,
): Promise<Reading[]> {
  const { memory, aws, usedWithinDays } = context;
  memory.inUse = revisionsInUse({
    findings: readings.filter(({ part }) => part !== 'definitions').flatMap(({ findings }) => findings),
    inventory,
    lastUsed: usage?.lastUsed,
    usedSince: usedWithinDays === 0 ? Infinity : aws.asOf() - usedWithinDays * DAY_MS,
  });
  return readWave(context, plan, 'definitions');
}

/** Reads services and tasks again, and before them the parts that have grown too old; at the end of a run, also the
 *  parts that are quick to read. */
export async function readAgain(
  context: ReadContext,
  plan: ReadingPlan,
  last: Evidence,
  extent: 'stale' | 'all',
): Promise<Evidence> {
  const stale = new Set([...soonStaleParts(last, context.clock), ...(extent === 'all' ? quickParts(last) : [])]);
  const fresh: Reading[] = [];
  let { tagged } = last;
  if (stale.has('tags')) {
    const known = await readTags(context, plan.protectTags);
    fresh.push(known.reading);
    tagged = known.tagged;
  }
  for (const wave of waves)
    fresh.push(...(await readWave(context, plan, wave, (name) => wave !== 'starters' || stale.has(name))));
  const kept = last.readings.filter(({ part }) => part !== 'definitions' && !fresh.some((one) => one.part === part));
  const readings = [...kept, ...fresh];
  readings.push(...(await readDefinitions(context, plan, { ...last, readings })));
  const { missingServices } = context.memory;
  return withTimeoutProblem({ ...last, tagged, missingServices, readings });
}

/** The history of thousands of services takes longer to read than the services may be old. It is remembered where a
 *  service has not changed, so a second reading of both is quick, and the tasks follow that one. */
const LONG_MS = 60_000;

async function readServicesAndHistory(context: ReadContext, plan: ReadingPlan): Promise<Reading[]> {
  const began = momentOf(context.clock);
  const services = await readWave(context, plan, 'services');
  const history = await readWave(context, plan, 'deployments');
  const first = [...services, ...history];
  if (msSince(began, context.clock) <= LONG_MS || history.every(({ calls }) => calls === 0)) return first;
  const second = [...(await readWave(context, plan, 'services')), ...(await readWave(context, plan, 'deployments'))];
  return second.map((reading) =>
    mergeReadings(
      first.find(({ part }) => part === reading.part),
      reading,
    ),
  );
}

/** References of either reading count. The age is that of the second one. */
function mergeReadings(first: Reading | undefined, second: Reading): Reading {
  if (first === undefined) return second;
  return {
    ...second,
    calls: first.calls + second.calls,
    throttled: first.throttled + second.throttled,
    findings: [...first.findings, ...second.findings],
    problems: [...first.problems, ...second.problems],
  };
}

/** An account that takes more than five minutes to read is older than any precondition allows once it is known. */
function withTimeoutProblem(evidence: Evidence): Evidence {
  if (!isTooSlow(evidence)) return evidence;
  const readings = evidence.readings.map((reading): Reading => {
    if (reading.part !== 'tasks') return reading;
    const fault: ReadProblem = {
      part: 'tasks',
      kind: 'incomplete',
      operation: 'reading services and tasks',
      reason: 'it took more than five minutes, so they may have changed before the end',
      remedy:
        'Raise `share`, or have AWS raise the quotas of service-read and cluster-resource-read and say so under `quotas`.',
    };
    return { ...reading, problems: [...reading.problems, fault] };
  });
  return { ...evidence, readings };
}

async function readWave(
  context: ReadContext,
  plan: ReadingPlan,
  wave: Source['wave'],
  wanted: (name: string) => boolean = () => true,
): Promise<Reading[]> {
  const members = sources.filter(
    ({ name, wave: of, optional, setting }) =>
      of === wave &&
      !(optional && plan.without.includes(name)) &&
      (setting === undefined || (context[setting] ?? []).length > 0) &&
      wanted(name),
  );
  return Promise.all(
    members.map(async (source) => {
      const without = source.optional ? `without: [${source.name}]` : undefined;
      const read = await readPart(context, { part: source.name, without, isSearched: true }, (tally) =>
        source.read(context, tally),
      );
      const reading = { ...read, findings: withoutEnded(read.findings, context.aws.asOf()) };
      plan.progress(reading);
      return reading;
    }),
  );
}

/** Without the findings of members that can start nothing any more. Members are remembered by the date of their last
 *  change, so the clock decides at each reading.
 *  @param now milliseconds since the epoch, by the slower of the local clock and AWS's */
function withoutEnded(findings: readonly Finding[], now: number): readonly Finding[] {
  const ends = findings.filter((finding) => finding.kind === 'ends');
  if (ends.length === 0) return findings;
  const over = new Set(ends.filter(({ at }) => now > at).map(({ referrer }) => referrer));
  return findings.filter(({ kind, referrer }) => kind !== 'ends' && !over.has(referrer));
}
