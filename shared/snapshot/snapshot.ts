// A real account as an account file of the sandbox, by read calls only: what a policy is rehearsed on, offline. Its shape is
// that of AWS's own answers, redacted; whatever could not be read to its end makes no snapshot at all, since an account
// with a hole in it would let more go than the real one.
import {
  type Cluster,
  DescribeTaskDefinitionCommand,
  type Service,
  type Task,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Fault, Finding, Reading } from '../evidence.ts';
import { readInventory } from '../read/inventory.ts';
import { Incomplete, readPart, type Reader } from '../read/part.ts';
import { listClusters, membersOf } from '../read/sources/clusters.ts';
import { services } from '../read/sources/services.ts';
import { sources } from '../read/sources/sources.ts';
import { tasksIn } from '../read/sources/tasks.ts';
import { readTags } from '../read/tags.ts';
import { nameOf, numbersIn } from '../revision.ts';
import { describeFew, entriesOf, type Entry } from './ages.ts';
import { redacted } from './redact.ts';

export interface Snapshot {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** The moment at which the account was so. */
  readonly now: string;
  readonly taskDefinitions: readonly Entry[];
  readonly clusters: readonly Cluster[];
  readonly services: readonly Service[];
  readonly tasks: readonly Task[];
}

export interface Taken {
  readonly snapshot: Snapshot;
  readonly calls: number;
  /** What a person should know about it, a sentence each. */
  readonly notes: readonly string[];
}

export interface SnapshotOptions {
  readonly protectTag: string;
  /** Sources that the rehearsed settings leave out. */
  readonly without: readonly string[];
  /** Milliseconds since the epoch, by family: where the rehearsed policy's age boundary lies. */
  readonly boundary: (family: string) => number;
  /** Describe every revision instead of a few of each family. */
  readonly full: boolean;
  /** Beside the newest of each family, which is always described. */
  readonly mostDescribes?: number;
  readonly progress: (reading: Reading) => void;
}

/** A part that could not be read to its end. */
export class NoSnapshot extends Error {
  override readonly name = 'NoSnapshot';
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(`${fault.doing}: ${fault.said}`);
    this.fault = fault;
  }
}

/** Over eight minutes at half of the published rate. */
const MOST_DESCRIBES = 5_000;

/** @throws NoSnapshot */
export async function takeSnapshot(reader: Reader, options: SnapshotOptions): Promise<Taken> {
  const { protectTag, without, progress } = options;
  const readings: Reading[] = [];
  const read = <Part extends { readonly reading: Reading }>(part: Part): Part => {
    progress(part.reading);
    const [fault] = part.reading.faults;
    if (fault !== undefined) throw new NoSnapshot(fault);
    readings.push(part.reading);
    return part;
  };
  const { inventory } = read(await readInventory(reader));
  const { tagged } = read(await readTags(reader, protectTag));
  const starting = read(await readOthers(reader, 'starters', without));
  const running = read(await readClusters(reader));
  const serving = read({
    reading: await readPart(reader, { part: services.name, heard: true }, (tally) =>
      services.read(reader, tally),
    ),
  });
  const history = read(await readOthers(reader, 'deployments', without));
  const tasks = read(await readTasks(reader, running.clusters));
  const others = [...starting.findings, ...history.findings];
  const families = [...inventory].map(([family, ranges]) => ({
    family,
    numbers: [...numbersIn(ranges)],
    tagged: new Set([...(tagged.get(family) ?? []), ...numbersNamed(family, numbersIn(ranges), others)]),
    protectTag,
  }));
  const definitions = read(await readDefinitions(reader, families, options));
  const snapshot: Snapshot = {
    ...reader.target,
    now: new Date(reader.aws.asOf()).toISOString(),
    taskDefinitions: families.flatMap((family) =>
      entriesOf(family, definitions.of.get(family.family) ?? new Map()),
    ),
    clusters: running.clusters.map((clusterArn) => ({ clusterArn })),
    services: [...reader.memory.services.values()].map((service) => redacted({ ...service, events: [] })),
    tasks: tasks.tasks.map((task) => redacted({ ...task, containers: [], attachments: [], attributes: [] })),
  };
  const unknown = serving.reading.findings.filter(
    (finding) => finding.kind === 'reference' && finding.use === 'names',
  );
  return {
    snapshot,
    calls: readings.reduce((sum, { calls }) => sum + calls, 0),
    notes: [
      ...(definitions.estimated === 0
        ? []
        : [
            `The ages of ${definitions.estimated} families were not asked for: their revisions are as young as the newest. Use --full to describe all.`,
          ]),
      ...(others.length === 0
        ? []
        : [
            'What other sources than services and tasks name carries the protecting tag instead: it stays, for that reason.',
          ]),
      ...(others.some(({ kind }) => kind === 'unknown')
        ? [
            'Something computes at run time which task definition it starts. Families that it can be told to mean carry the tag; a real run may be held.',
          ]
        : []),
      ...(unknown.length === 0
        ? []
        : [`${unknown.length} references stand in fields that this version does not know, and are missing.`]),
    ],
  };
}

interface Wanted {
  readonly family: string;
  readonly numbers: readonly number[];
}

async function readDefinitions(
  reader: Reader,
  families: readonly Wanted[],
  { boundary, full, mostDescribes = MOST_DESCRIBES }: SnapshotOptions,
) {
  const of = new Map<string, ReadonlyMap<number, TaskDefinition>>();
  let estimated = 0;
  const reading = await readPart(reader, { part: 'task definitions', heard: false }, async function* (tally) {
    const client = reader.aws.ecs(tally);
    const describe = async (family: string, number: number): Promise<TaskDefinition> => {
      const command = new DescribeTaskDefinitionCommand({ taskDefinition: nameOf({ family, number }) });
      const { taskDefinition } = await client.send(command);
      if (taskDefinition === undefined) throw new Incomplete('the answer describes nothing');
      return taskDefinition;
    };
    for (const [index, { family, numbers }] of families.entries()) {
      const isSpent = !full && tally.calls - index >= mostDescribes;
      if (isSpent && numbers.length > 1) estimated++;
      const wanted = full ? numbers : numbers.slice(-1);
      of.set(
        family,
        full || isSpent
          ? new Map(await eachOf(wanted, (number) => describe(family, number)))
          : await describeFew(numbers, boundary(family), (number) => describe(family, number)),
      );
      yield [];
    }
  });
  return { of, estimated, reading };
}

async function eachOf<Value>(
  numbers: readonly number[],
  get: (number: number) => Promise<Value>,
): Promise<[number, Value][]> {
  const found: [number, Value][] = [];
  for (const number of numbers) found.push([number, await get(number)]);
  return found;
}

async function readClusters(reader: Reader) {
  let clusters: string[] = [];
  const reading = await readPart(reader, { part: 'clusters', heard: false }, async function* (tally) {
    clusters = [...(await listClusters(reader, reader.aws.ecs(tally)))];
    yield* clusters.map(() => []);
  });
  return { clusters, reading };
}

async function readTasks(reader: Reader, clusters: readonly string[]) {
  const tasks = new Map<string, Task>();
  const reading = await readPart(reader, { part: 'tasks', heard: false }, async function* (tally) {
    const client = reader.aws.ecs(tally);
    for (const desiredStatus of ['RUNNING', 'STOPPED'] as const)
      for (const cluster of clusters)
        for await (const task of membersOf(
          client,
          cluster,
          tasksIn(reader, client, cluster, desiredStatus),
        )) {
          tasks.set(task.taskArn ?? '', task);
          yield [];
        }
  });
  return { tasks: [...tasks.values()], reading };
}

/** What starts things, and what services would fall back on. An account file could hold them as they are; what they name is
 *  marked instead, so that every source is in a snapshot on the day on which it is read. */
async function readOthers(reader: Reader, wave: 'starters' | 'deployments', without: readonly string[]) {
  const findings: Finding[] = [];
  const members = sources.filter((source) => source.wave === wave && !without.includes(source.name));
  const readings = await Promise.all(
    members.map(({ name, read }) =>
      readPart(reader, { part: name, heard: true }, (tally) => read(reader, tally)),
    ),
  );
  for (const reading of readings) findings.push(...reading.findings);
  const of = (count: (reading: Reading) => number) => readings.reduce((sum, one) => sum + count(one), 0);
  const reading: Reading = {
    part: wave,
    began: { wall: reader.clock.now(), monotonic: reader.clock.monotonic() },
    tookMs: 0,
    calls: of(({ calls }) => calls),
    throttled: of(({ throttled }) => throttled),
    items: of(({ items }) => items),
    findings,
    faults: readings.flatMap(({ faults }) => faults),
  };
  return { findings, reading };
}

/** The revisions of a family that these name, or could mean. */
function numbersNamed(family: string, numbers: Iterable<number>, findings: readonly Finding[]): number[] {
  const all = [...numbers];
  return findings.flatMap((finding): readonly number[] => {
    switch (finding.kind) {
      case 'reference':
        return finding.what.kind === 'revision' && finding.what.family === family
          ? [finding.what.number]
          : [];
      case 'used':
        return finding.what.family === family ? [finding.what.number] : [];
      case 'rollout': {
        const from = finding.lowest.find((one) => one.family === family)?.number ?? Infinity;
        return all.filter((number) => number >= from);
      }
      case 'unknown': {
        const { means } = finding;
        const isMeant =
          (means.kind === 'family' && means.family === family) ||
          (means.kind === 'prefix' && family.startsWith(means.prefix));
        return isMeant ? all : [];
      }
    }
  });
}
