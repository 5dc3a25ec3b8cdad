// The fewest calls with which the answer can be had and the guards be kept, by operation, worked out from what is true of
// the account. Each function is one line of the derivation; a new source adds its own. A call that no line here
// accounts for makes the benchmark fail.
import { readingAgain, readingFirst, usage } from './members.ts';
import type { Calls, ClusterTruth, FamilyTruth, Truth } from './truth.ts';

/** The policy and the pace of the measured runs: the product's defaults. */
export interface Terms {
  readonly keepLatest: number;
  readonly minAgeDays: number;
  readonly cap: number;
  readonly share: number;
  readonly writeShare: number;
}
export const terms: Terms = { keepLatest: 5, minAgeDays: 30, cap: 300, share: 0.5, writeShare: 0.25 };

/** The largest page, and the most that one describe takes. */
const PAGE = 100;
const SERVICES_PER_DESCRIBE = 10;
const TASKS_PER_DESCRIBE = 100;
/** Once tonight's cap is full, this many calls at most are spent on how large the rest is. */
const CALLS_FOR_THE_BACKLOG = 1_000;
/** The allowed age of services and tasks at a deregistration. */
const LIVE_SECONDS = 60;
/** The allowed age of all other sources. */
const OTHER_SECONDS = 300;

export interface Fewest {
  readonly calls: Calls;
  /** The number of deregistered revisions. */
  readonly going: number;
}

export function fewest(truth: Truth, given: Terms, prunes: boolean): Fewest {
  const once = [
    identity,
    publishing,
    inventory(truth),
    tags(truth),
    live(truth),
    usage,
    ...readingFirst(truth.members),
    ...servicesOnceMore(truth, given),
  ];
  const definitions = definitionsInUse(truth);
  const { probes, old } = ages(truth, given);
  const going = Math.min(old, given.cap);
  const describes = definitions + probes;
  const looks = prunes ? [...again(truth, { going, describes }, given), ...lastLooks(going, given)] : [];
  return { calls: sum([...once, { DescribeTaskDefinition: describes }, ...looks]), going };
}

/** Who calls, in which account, and the report. */
const identity = { GetCallerIdentity: 1, ListAccountAliases: 1 };
const publishing = { Publish: 1 };

/** One listing for the account. */
function inventory({ families }: Truth): Calls {
  return { ListTaskDefinitions: pages(families.reduce((all, { revisions }) => all + revisions, 0)) };
}

/** One query for the account. */
function tags({ tagged }: Truth): Calls {
  return { GetResources: pages(tagged) };
}

/** One reading of services and tasks. Clusters are listed for the services, for the tasks that run and for those that have
 *  stopped: one that was made in between may hold what has moved there. */
function live({ clusters }: Truth): Calls {
  const each = (count: (cluster: ClusterTruth) => number) => clusters.reduce((all, one) => all + count(one), 0);
  return {
    ListClusters: 3 * pages(clusters.length),
    ListServices: each(({ services }) => pages(services)),
    DescribeServices: each(({ services }) => Math.ceil(services / SERVICES_PER_DESCRIBE)),
    ListTasks: each(({ running, stopped }) => pages(running) + pages(stopped)),
    DescribeTasks: each(
      ({ running, stopped }) => Math.ceil(running / TASKS_PER_DESCRIBE) + Math.ceil(stopped / TASKS_PER_DESCRIBE),
    ),
  };
}

/** The history of thousands of services takes longer to read than their state may be old: the tasks follow on a second reading
 *  of the services then. */
function servicesOnceMore(truth: Truth, { share }: Terms): Calls[] {
  const { ListServices = 0, DescribeServices = 0 } = live(truth);
  const seconds =
    (ListServices + DescribeServices - 50) / (20 * share) + ((truth.members['services'] ?? 0) - 25) / (20 * share);
  return seconds > LIVE_SECONDS ? [{ ListClusters: pages(truth.clusters.length), ListServices, DescribeServices }] : [];
}

/** The definition of each revision in use is described once; what was described is known, with its date, and remembered over
 *  nights. No definition here references another. */
function definitionsInUse({ families }: Truth): number {
  return families.reduce((all, { inUse }) => all + inUse.size, 0);
}

/** Ages matter only for what nothing else keeps. Where the oldest of n such revisions is young, its date settles the family.
 *  Otherwise the boundary lies in one of n + 1 places, and each date tells which half of them is left. Families are settled
 *  in turn until the cap is full and the backlog has had its calls. */
function ages({ families }: Truth, given: Terms): { probes: number; old: number } {
  let [probes, old] = [0, 0];
  for (const family of families) {
    if (old >= given.cap && probes >= CALLS_FOR_THE_BACKLOG) break;
    const candidates = candidatesOf(family, given);
    const isOld = (number: number) => family.ageDays(number) > given.minAgeDays;
    const oldHere = candidates.filter(isOld);
    probes += oldHere.length === 0 ? Math.min(1, candidates.length) : Math.ceil(Math.log2(candidates.length + 1));
    if (oldHere.length === 0) continue;
    const all = Array.from({ length: family.revisions }, (_, index) => index + 1);
    const nextYoung = candidates.find((number) => !isOld(number)) ?? Infinity;
    const between = all.filter((number) => number > (oldHere.at(-1) ?? 0) && number < nextYoung);
    probes += mostForTheNewest(between, isOld);
    const [stays = Infinity] = all.filter(isOld).slice(-given.keepLatest);
    old += oldHere.filter((number) => number < stays).length;
  }
  return { probes, old };
}

/** Which of the old ones are the newest N is told by the newest of the family, whose date is known with its definition. Where
 *  it is young, one date more tells that all are, and a bisection where some are not. */
function mostForTheNewest(between: readonly number[], isOld: (number: number) => boolean): number {
  const newest = between.at(-1);
  if (newest === undefined || isOld(newest) || between.length === 1) return 0;
  return between.some(isOld) ? Math.ceil(Math.log2(between.length)) : 1;
}

function candidatesOf({ revisions, kept }: FamilyTruth, { keepLatest }: Terms): number[] {
  return Array.from({ length: Math.max(0, revisions - keepLatest) }, (_, index) => index + 1).filter(
    (number) => !kept.has(number),
  );
}

/** Services and tasks are read a second time before the first revision goes, once more at the end, and in between whenever
 *  the last reading has grown too old: it may be a minute old, or twice what it took, and has used up what it took when it
 *  is known. Everything else is read again when five minutes are over. How long it all takes is the write bucket's doing: nothing
 *  of its burst, and the share of its refill. */
function again(
  truth: Truth,
  { going, describes }: { going: number; describes: number },
  { share, writeShare }: Terms,
): Calls[] {
  if (going === 0) return [];
  const writeSeconds = Math.max(0, going - 1) / writeShare;
  const readSeconds = paceSeconds(live(truth), share);
  const between = Math.floor(writeSeconds / (Math.max(LIVE_SECONDS, 2 * readSeconds) - readSeconds));
  // Definitions and ages are read after everything else, which grows older meanwhile.
  const ageSeconds = Math.max(0, describes - 25) / (20 * share);
  const others = Math.floor((ageSeconds + writeSeconds + between * readSeconds) / OTHER_SECONDS);
  const times = (count: number, of: readonly Calls[]) => Array.from({ length: count }, () => of).flat();
  return [
    ...times(2 + between, [live(truth)]),
    ...times(others, [tags(truth)]),
    // The look before the first revision and the last look read what starts things as well.
    ...times(others + 2, readingAgain(truth.members)),
  ];
}

/** Services, then tasks, each as fast as the slowest of its buckets lets it be. */
function paceSeconds(calls: Calls, share: number): number {
  const of = (...operations: string[]) => operations.reduce((all, name) => all + (calls[name] ?? 0), 0);
  const seconds = (count: number, burst: number) => Math.max(0, count - burst / 2) / (20 * share);
  return seconds(of('ListServices', 'DescribeServices'), 100) + seconds(of('ListTasks', 'DescribeTasks'), 100);
}

/** Just before a revision goes it is described, and its family is listed newest first until N are seen; then it goes. */
function lastLooks(going: number, { keepLatest }: Terms): Calls[] {
  return [
    {
      DescribeTaskDefinition: going,
      ListTaskDefinitions: going * pages(keepLatest),
      DeregisterTaskDefinition: going,
    },
  ];
}

/** A list is asked for once also when nothing is in it. */
function pages(items: number): number {
  return Math.max(1, Math.ceil(items / PAGE));
}

function sum(parts: readonly Calls[]): Calls {
  const all: Record<string, number> = {};
  for (const [operation, count] of parts.flatMap((part) => Object.entries(part)))
    all[operation] = (all[operation] ?? 0) + count;
  return all;
}
