// Builds the matrix of faults: every part that a run reads and each of its calls, recorded from a real reading. A new
// source in the list is included automatically.
import { Pacer } from '../../shared/aws/pacer.ts';
import { Tally } from '../../shared/aws/tally.ts';
import { revisionsInUse } from '../../shared/sources/common/revisions-in-use.ts';
import { readInventory } from '../../shared/read/inventory.ts';
import { Memory } from '../../shared/sources/common/memory.ts';
import { readPart } from '../../shared/sources/common/read-part.ts';
import type { ReadContext } from '../../shared/sources/common/reader.ts';
import type { Finding } from '../../shared/domain/evidence.ts';
import { sources } from '../../shared/sources/readers.ts';
import { searchPlace } from '../../shared/domain/search-place.ts';
import type { Report } from '../../shared/report/model/report.ts';
import type { Fault, FaultKind } from '../../sandbox/faults.ts';
import { query } from '../../sandbox/protocols/query.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { services } from '../../sandbox/services.ts';
import { TestClock } from '../support/clock.ts';
import { aNight, connectTo, type Night } from '../support/night.ts';
import { specimenOf } from '../support/specimens.ts';
import { accountFor } from './accounts.ts';

export interface Made {
  /** A source's name, or `inventory`, `tags`, `ages`. */
  readonly part: string;
  readonly operation: string;
  /** `ecs:ListTasks` */
  readonly permission: string;
  /** The number of these calls by other parts before this part begins. */
  readonly before: number;
  readonly count: number;
  /** Whether a call asked for another page. */
  readonly pages: boolean;
  /** Whether a call asks for several items, which can appear under `failures`. */
  readonly batch: boolean;
  readonly optional: boolean;
  /** Whether the sandbox can add unknown members to the answer: in JSON, but not in the XML of the Query protocol. */
  readonly extensible: boolean;
}

/** One item a page, because a second page is needed. */
export const pageSize = 1;
export const settingsFor = ({ part }: Pick<Made, 'part'>) => ({
  keepLatest: 1,
  search: specimenOf(part)?.search ?? [],
  // The definitions in use are described by the same call, and before the ages.
  without: part === 'ages' ? ['definitions'] : [],
});

const waves = ['starters', 'services', 'deployments', 'tasks', 'definitions'] as const;

/** Every call of every part. */
export const made: readonly Made[] = await callsOfAll();

/** One after the other, because the environment directs the SDK to one sandbox. */
async function callsOfAll(): Promise<Made[]> {
  const found = ofOtherParts();
  for (const { name } of sources) found.push(...(await callsOf(name)));
  return found;
}

function ofOtherParts(): Made[] {
  const more = { before: 0, count: 2, batch: false };
  const ecs = (part: string, operation: string, pages: boolean): Made => ({
    part,
    operation,
    permission: `ecs:${operation}`,
    pages,
    optional: false,
    extensible: true,
    ...more,
  });
  return [
    ecs('inventory', 'ListTaskDefinitions', true),
    { ...ecs('tags', 'GetResources', true), permission: 'tag:GetResources', optional: true },
    ecs('ages', 'DescribeTaskDefinition', false),
  ];
}

/** The calls of one source in its account, with the number of the same calls before it. */
async function callsOf(part: string): Promise<Made[]> {
  const clock = new TestClock();
  const sandbox = await startSandbox({ account: accountFor(part).file(), clock, pageSize, quotas: 'none' });
  const aws = connectTo(sandbox, clock, new Pacer(clock, 1));
  const { account, region, partition } = await aws.target(new Tally());
  const reader: ReadContext = {
    aws,
    target: { account, region, partition },
    clock,
    outOfTime: () => false,
    usedWithinDays: 30,
    leftOut: () => false,
    memory: new Memory(),
    search: settingsFor({ part }).search.map(searchPlace),
  };
  const before = new Map<string, number>();
  const found: Made[] = [];
  const findings: Finding[] = [];
  for (const wave of waves) {
    if (wave === 'definitions') {
      const { inventory } = await readInventory(reader);
      reader.memory.inventory = inventory;
      reader.memory.inUse = revisionsInUse({ findings, inventory, usedSince: Infinity });
    }
    const ofWave = new Map<string, number>();
    for (const source of sources.filter((one) => one.wave === wave)) {
      sandbox.calls.clear();
      const reading = await readPart(reader, { part: source.name, isSearched: true }, (tally) =>
        source.read(reader, tally),
      );
      findings.push(...reading.findings);
      for (const [operation, calls] of Map.groupBy(sandbox.calls.list(), (call) => call.operation)) {
        const inputs = calls.map(({ input }) => Object.entries(input));
        const service = services.find(({ name }) => name === calls[0]?.service);
        const iam = service?.iam ?? '';
        ofWave.set(operation, (ofWave.get(operation) ?? 0) + calls.length);
        if (source.name !== part) continue;
        found.push({
          part,
          operation,
          permission: `${iam}:${service?.operations[operation]?.permission ?? operation}`,
          before: before.get(operation) ?? 0,
          count: calls.length,
          pages: inputs.some((input) => input.some(([key, value]) => /token$/i.test(key) && value !== undefined)),
          batch: iam === 'ecs' && inputs.some((input) => input.some(([, value]) => Array.isArray(value))),
          optional: source.optional,
          // An object has no members.
          extensible: service?.protocol !== query && operation !== 'GetObject',
        });
      }
    }
    for (const [operation, count] of ofWave) before.set(operation, (before.get(operation) ?? 0) + count);
  }
  aws.close();
  await sandbox.close();
  return found;
}

/** The call of a part that a fault affects. */
export const positions = [
  { position: 'its first call', skip: 0 },
  { position: 'its second call', skip: 1 },
] as const;

/** The calls that have such a position. */
export function at(skip: number): readonly Made[] {
  return made.filter(({ count }) => count > skip);
}

export async function aNightFor({ part }: Made, requestTimeoutMs?: number): Promise<Night> {
  return aNight(accountFor(part), {
    pageSize,
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
  });
}

/** A run with this fault from this call on. */
export async function nightWith(
  call: Made,
  skip: number,
  strike: FaultKind & Pick<Fault, 'times'>,
): Promise<{ night: Night; report: Report }> {
  const night = await aNightFor(call);
  night.sandbox.faults.add({ operation: call.operation, skip: call.before + skip, ...strike });
  return { night, report: await night.prune(settingsFor(call)) };
}
