// Reads when revisions were registered, in as few calls as possible. ListTaskDefinitions has no dates, and a call for
// each revision would starve deployments. Numbers are issued in order, so bisection finds the age boundary of a family,
// and only within tonight's cap. The date of a revision is read again before it is deregistered.
import { ecsReader } from '../aws/ecs.ts';
import type { Ages } from '../domain/evidence.ts';
import { awsRegistrar } from '../domain/registrar.ts';
import { clipRanges, countBelow, isAmong, numberAt, type Ranges, sizeOf } from '../domain/revision.ts';
import { Incomplete } from '../sources/common/incomplete.ts';
import { readPart } from '../sources/common/read-part.ts';
import type { ReadContext } from '../sources/common/reader.ts';
import { readRegistration } from '../sources/common/read-registration.ts';

/** Calls to measure the backlog, however full the cap is: a minute and a half at half of the published 20 a second. */
const CALLS_FOR_THE_BACKLOG = 1000;

export interface AgesWanted {
  /** The revisions of each family that only their age can keep. */
  readonly candidates: ReadonlyMap<string, Ranges>;
  /** Milliseconds since the epoch: a revision registered at or after it is young. */
  readonly boundary: (family: string) => number;
  readonly cap: number;
  /** How many of the old revisions are kept, of all ACTIVE ones. */
  readonly latest?: (family: string) => { readonly keep: number; readonly active: Ranges };
}

export async function readAges(context: ReadContext, { candidates, boundary, cap, latest }: AgesWanted) {
  const ages = new Map<string, Ages>();
  const reading = await readPart(context, { part: 'ages', isSearched: false }, async function* (tally) {
    const client = ecsReader(context.aws, tally);
    let old = 0;
    for (const [family, ranges] of candidates) {
      if (old >= cap && tally.calls >= CALLS_FOR_THE_BACKLOG) return;
      let byAws: string | undefined;
      const isOld = async (number: number) => {
        // Families that an AWS service registers are kept, so no further call is needed.
        if (byAws !== undefined) return false;
        const registered = await readRegistration(context.memory, client, { family, number });
        byAws = awsRegistrar(registered.by);
        return byAws === undefined && registered.at < boundary(family);
      };
      // Dates from earlier nights narrow the search before the first call.
      const known = Array.from(context.memory.registrationsOf(family))
        .filter(([, { by }]) => awsRegistrar(by) === undefined)
        .map(([number, { at }]) => ({ number, passes: at < boundary(family) }));
      const search = { test: isOld, known, outOfTime: context.outOfTime };
      const count = await countWhile(ranges, search);
      const [oldest, youngest] = [numberAt(ranges, count - 1) ?? 0, numberAt(ranges, count) ?? Infinity];
      const { keep, active } = latest?.(family) ?? { keep: 0, active: [] };
      // Which of the old ones are the newest N depends on all revisions: on those between the two, often on the newest
      // of the family.
      const between: Ranges = count === 0 ? [] : clipRanges(active, oldest + 1, youngest - 1);
      const more = await countFromNewest(between, search);
      if (byAws !== undefined) ages.set(family, { oldUpto: 0, youngFrom: Infinity, byAws });
      else {
        const oldUpto = numberAt(between, more - 1) ?? oldest;
        ages.set(family, { oldUpto, youngFrom: numberAt(between, more) ?? youngest });
        const allOld = clipRanges(active, 0, oldUpto);
        const stays = keep === 0 ? undefined : numberAt(allOld, Math.max(0, sizeOf(allOld) - keep));
        old += Math.min(count, countBelow(ranges, stays ?? Infinity));
      }
      yield [];
    }
  });
  return { ages, reading };
}

interface Search {
  readonly test: (number: number) => Promise<boolean>;
  /** Results of the test that take no call, also for numbers outside the list. */
  readonly known: readonly { readonly number: number; readonly passes: boolean }[];
  readonly outOfTime: () => boolean;
}

/** Counts how many at the start of an ascending list pass a test that fails for all that follow. It asks the first
 *  one first: on most nights it is young, and one call settles the family. */
async function countWhile(ranges: Ranges, { test, known: without, outOfTime }: Search): Promise<number> {
  const listed = without.filter(({ number }) => isAmong(number, ranges));
  const failing = listed.filter(({ passes }) => !passes).map(({ number }) => countBelow(ranges, number));
  let unknown = failing.reduce((least, count) => Math.min(least, count), sizeOf(ranges));
  const passing = listed.filter(({ passes }) => passes).map(({ number }) => countBelow(ranges, number) + 1);
  let known = passing.reduce((most, count) => (count <= unknown ? Math.max(most, count) : most), 0);
  for (let probe = known; known < unknown; probe = Math.floor((known + unknown) / 2)) {
    if (outOfTime()) throw new Incomplete('the run ran out of time before it had read the ages');
    const number = numberAt(ranges, probe);
    if (number === undefined) break;
    if (await test(number)) known = probe + 1;
    else unknown = probe;
  }
  return known;
}

/** The same count where usually all or none are old: it asks the newest first. */
async function countFromNewest(ranges: Ranges, search: Search): Promise<number> {
  const newest = ranges.at(-1)?.upto;
  if (newest === undefined) return 0;
  return (await search.test(newest)) ? sizeOf(ranges) : countWhile(clipRanges(ranges, 0, newest - 1), search);
}
