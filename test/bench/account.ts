// An account of a stated size for the benchmark, the same for the same seed, and beside it what is true of it: the fewest
// calls are worked out from these plain numbers, never from what the product found.
import type { AccountFile } from '../../sandbox/account-file.ts';
import { ACCOUNT, daysBefore, NOW, REGION, revisionArn, TOPIC } from '../support/account.ts';
import { membersFor } from './members.ts';
import type { FamilyTruth, Truth } from './truth.ts';

export const sizes = {
  small: { families: 20, revisions: 30 },
  medium: { families: 300, revisions: 80 },
  large: { families: 5_000, revisions: 100 },
} as const;
export type SizeName = keyof typeof sizes;
export const sizeNames = ['small', 'medium', 'large'] as const satisfies readonly SizeName[];

export interface Size {
  readonly families: number;
  readonly revisions: number;
}

export interface BenchAccount {
  readonly file: AccountFile;
  readonly truth: Truth;
}

/** The key that a run with default settings asks for. */
const PROTECT_TAG = 'ecs-revision-pruner:keep';
/** A cluster for so many families, and three at least. */
const FAMILIES_PER_CLUSTER = 100;

export function accountOf({ families, revisions }: Size, seed = 1): BenchAccount {
  const draw = seeded(seed);
  const clusters = Array.from({ length: Math.max(3, Math.round(families / FAMILIES_PER_CLUSTER)) }, (_, n) => ({
    name: `cluster-${n + 1}`,
    services: 0,
    running: 0,
    stopped: 0,
  }));
  const file = {
    taskDefinitions: [] as NonNullable<AccountFile['taskDefinitions']>[number][],
    services: [] as NonNullable<AccountFile['services']>[number][],
    tasks: [] as NonNullable<AccountFile['tasks']>[number][],
  };
  const others = new Map<string, object[]>();
  let tagged = 0;
  const truths = Array.from({ length: families }, (_, index): FamilyTruth => {
    const family = `family-${String(index + 1).padStart(4, '0')}`;
    const cluster = clusters[index % clusters.length] ?? { name: '', services: 0, running: 0, stopped: 0 };
    // From one deployment in five hours to one in twelve days, so that the age boundary lies anywhere, or nowhere.
    const everyDays = 0.2 + draw() * draw() * 11.8;
    const newestDays = draw() * 10;
    const kept = new Set<number>();
    const inUse = new Set([revisions]);
    const keep = (number: number) => {
      kept.add(number);
      inUse.add(number);
      return revisionArn(`${family}:${number}`);
    };
    const entry = {
      family,
      registeredEveryDays: everyDays,
      containerDefinitions: [{ name: 'app', image: 'app:1', memory: 128, essential: true }],
    };
    // One family in fifty has a tagged revision.
    const taggedNumber = draw() < 0.02 ? between(draw, 1, revisions - 1) : undefined;
    for (const [from, upto, tags] of segments(revisions, taggedNumber)) {
      const registeredAt = daysBefore(newestDays + (revisions - upto) * everyDays);
      file.taskDefinitions.push({
        ...entry,
        revisions: `${from}-${upto}`,
        registeredAt,
        ...(tags ? { tags: [{ key: PROTECT_TAG, value: 'yes' }] } : {}),
      });
    }
    if (taggedNumber !== undefined) {
      kept.add(taggedNumber);
      tagged++;
    }
    // Four families in five run as a service, some of them a few revisions behind.
    if (draw() < 0.8) {
      const taskDefinition = keep(revisions - (draw() < 0.2 ? between(draw, 1, 12) : 0));
      cluster.services++;
      file.services.push({
        serviceArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:service/${cluster.name}/${family}`,
        taskDefinition,
        desiredCount: 2,
        runningCount: 2,
      });
      for (const _ of [1, 2]) file.tasks.push(task(cluster.name, file.tasks.length, taskDefinition));
      cluster.running += 2;
    }
    // One in ten has a job that an operator started from an old revision. Half of these have ended.
    if (draw() < 0.1) {
      const isOver = draw() < 0.5;
      file.tasks.push({
        ...task(cluster.name, file.tasks.length, keep(between(draw, 1, revisions))),
        lastStatus: isOver ? 'STOPPED' : 'RUNNING',
      });
      if (isOver) cluster.stopped++;
      else cluster.running++;
    }
    for (const { list, what, number } of membersFor(index, family, revisions)) {
      others.set(list, [...(others.get(list) ?? []), what]);
      kept.add(number);
      inUse.add(number);
    }
    return {
      family,
      revisions,
      ageDays: (number) => newestDays + (revisions - number) * everyDays,
      kept,
      inUse,
    };
  });
  // Which lists there are depends on the sources; the sandbox checks them against the SDK's schemas.
  const lists: object = Object.fromEntries(others);
  return {
    file: {
      ...lists,
      account: ACCOUNT,
      region: REGION,
      now: NOW,
      ...file,
      clusters: clusters.map(({ name }) => ({ clusterName: name })),
      topics: [{ TopicArn: TOPIC }],
    },
    truth: {
      families: truths,
      clusters,
      tagged,
      members: {
        services: file.services.length,
        ...Object.fromEntries(Array.from(others, ([list, members]) => [list, members.length])),
      },
    },
  };
}

/** One entry for all, or three where one in the middle has a tag. */
function segments(revisions: number, tagged: number | undefined): [from: number, upto: number, tags: boolean][] {
  if (tagged === undefined) return [[1, revisions, false]];
  const all: [number, number, boolean][] = [
    [1, tagged - 1, false],
    [tagged, tagged, true],
    [tagged + 1, revisions, false],
  ];
  return all.filter(([from, upto]) => from <= upto);
}

function task(cluster: string, index: number, taskDefinitionArn: string) {
  const id = String(index + 1).padStart(32, '0');
  return {
    taskArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task/${cluster}/${id}`,
    taskDefinitionArn,
    lastStatus: 'RUNNING',
  };
}

function between(draw: () => number, from: number, upto: number): number {
  return from + Math.floor(draw() * (upto - from + 1));
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32, by its published constants). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
