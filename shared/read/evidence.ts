// One reading of the account, in waves: in the direction in which a naming travels, so that a reference which moves while
// we read is met in the place that it moves to. A wave begins when the one before has ended; within it sources are read
// side by side.
import type { ReadProblem } from '../domain/problem.ts';
import { momentOf, msSince } from '../domain/clock.ts';
import type { Evidence, Reading } from '../domain/evidence.ts';
import { isTooSlow, quickParts, soonStaleParts } from './freshness.ts';
import { revisionsInUse } from '../sources/common/revisions-in-use.ts';
import { sizeOf } from '../domain/revision.ts';
import { withoutEnded } from './ended.ts';
import { readInventory } from './inventory.ts';
import { readPart } from '../sources/common/read-part.ts';
import type { ReadContext } from '../sources/common/reader.ts';
import { type Source, sources } from '../sources/readers.ts';
import { readTags } from './tags.ts';
import { readUsage, type UsagePlan } from './usage/usage.ts';

export interface ReadingPlan {
  readonly protectTags: readonly string[];
  /** Names of sources and parts, or members' ARNs, that the settings leave out. */
  readonly without: readonly string[];
  /** Absent where the settings leave usage out. */
  readonly usage?: UsagePlan | undefined;
  readonly progress: (reading: Reading) => void;
}

const waves = ['starters', 'services', 'deployments', 'tasks'] as const;

/** AWS does not accept who we are in this Region, and nothing has been read: that is no account with something unreadable
 *  in it, but no account at all. */
export class CredentialsRefused extends Error {
  override readonly name = 'Refused';
  readonly problem: ReadProblem;
  constructor(fault: ReadProblem) {
    super(`${fault.operation}: ${fault.reason}`);
    this.problem = fault;
  }
}

/** Everything but ages, which are asked for only where they decide. */
export async function readEvidence(context: ReadContext, plan: ReadingPlan): Promise<Evidence> {
  const { inventory, reading } = await readInventoryOnce(context);
  plan.progress(reading);
  const refused = reading.problems.find(({ kind }) => kind === 'credentials');
  if (refused !== undefined && reading.items === 0) throw new CredentialsRefused(refused);
  const tags = plan.without.includes('tags')
    ? Promise.resolve(undefined)
    : readTags(context, plan.protectTags);
  const history = plan.usage === undefined ? undefined : readUsage(context, plan.usage);
  const readings = [reading, ...(await readWave(context, plan, 'starters'))];
  readings.push(
    ...(await readServicesAndHistory(context, plan)),
    ...(await readWave(context, plan, 'tasks')),
  );
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

/** Once a run: what is newer is never touched. A listing of thousands of families takes minutes, and a run may take several
 *  invocations. */
async function readInventoryOnce(context: ReadContext): ReturnType<typeof readInventory> {
  const { memory, clock } = context;
  if (memory.inventory !== undefined) {
    const reading = { part: 'inventory', began: momentOf(clock), tookMs: 0, calls: 0, throttled: 0 };
    const items = memory.inventory.values().reduce((sum, ranges) => sum + sizeOf(ranges), 0);
    return {
      inventory: new Map(memory.inventory),
      reading: { ...reading, items, findings: [], problems: [] },
    };
  }
  const read = await readInventory(context);
  if (read.reading.problems.length === 0) memory.inventory = read.inventory;
  return read;
}

/** Everything that can name a revision, or of that only these parts: for who asks what is named now, and decides nothing. */
export async function readUses(
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

const DAY_MS = 86_400_000;

/** The last wave: the definitions of all that these readings show to be in use. */
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

/** Services and tasks once more, and before them whatever else has grown too old; or, for the last look of a run, whatever
 *  else is quickly read. */
export async function readAgain(
  context: ReadContext,
  plan: ReadingPlan,
  last: Evidence,
  extent: 'stale' | 'all',
): Promise<Evidence> {
  const stale = new Set([
    ...soonStaleParts(last, context.clock),
    ...(extent === 'all' ? quickParts(last) : []),
  ]);
  const fresh: Reading[] = [];
  let { tagged } = last;
  if (stale.has('tags')) {
    const known = await readTags(context, plan.protectTags);
    fresh.push(known.reading);
    tagged = known.tagged;
  }
  for (const wave of waves)
    fresh.push(...(await readWave(context, plan, wave, (name) => wave !== 'starters' || stale.has(name))));
  const kept = last.readings.filter(
    ({ part }) => part !== 'definitions' && !fresh.some((one) => one.part === part),
  );
  const readings = [...kept, ...fresh];
  readings.push(...(await readDefinitions(context, plan, { ...last, readings })));
  const { missingServices } = context.memory;
  return withTimeoutProblem({ ...last, tagged, missingServices, readings });
}

/** The history of thousands of services takes longer to read than their state may be old. It is remembered where a service
 *  has not changed, so that a second reading of both is quick, and the tasks follow on that one. */
const LONG_MS = 60_000;

async function readServicesAndHistory(context: ReadContext, plan: ReadingPlan): Promise<Reading[]> {
  const began = momentOf(context.clock);
  const services = await readWave(context, plan, 'services');
  const history = await readWave(context, plan, 'deployments');
  const first = [...services, ...history];
  if (msSince(began, context.clock) <= LONG_MS || history.every(({ calls }) => calls === 0)) return first;
  const second = [
    ...(await readWave(context, plan, 'services')),
    ...(await readWave(context, plan, 'deployments')),
  ];
  return second.map((reading) =>
    mergeReadings(
      first.find(({ part }) => part === reading.part),
      reading,
    ),
  );
}

/** What either reading has named stays named; the age is the later one's. */
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

/** An account that cannot be read in five minutes is older than any guard allows as soon as it is known. */
function withTimeoutProblem(evidence: Evidence): Evidence {
  if (!isTooSlow(evidence)) return evidence;
  const readings = evidence.readings.map((reading): Reading => {
    if (reading.part !== 'tasks') return reading;
    const fault: ReadProblem = {
      part: 'tasks',
      kind: 'incomplete',
      operation: 'reading services and tasks',
      reason: 'it took more than five minutes, so that they had changed before they were known',
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
      const read = await readPart(context, { part: source.name, without, heard: true }, (tally) =>
        source.read(context, tally),
      );
      const reading = { ...read, findings: withoutEnded(read.findings, context.aws.asOf()) };
      plan.progress(reading);
      return reading;
    }),
  );
}
