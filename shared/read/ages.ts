// When revisions were registered, for as few calls as possible. ListTaskDefinitions tells no dates and a call a revision
// would starve deployments, but numbers are issued in order: the boundary in a family is found by bisection, and only
// where tonight's cap can reach. Before a revision goes its own date is read once more. The same answers tell who registered
// a revision, and where that was an AWS service the family is left alone.
import type { Ages, Reading } from '../domain/evidence.ts';
import { awsRegistrar } from '../domain/registrar.ts';
import { numbersIn, type Ranges } from '../domain/revision.ts';
import { Incomplete } from '../sources/common/incomplete.ts';
import { readPart } from '../sources/common/read-part.ts';
import type { ReadContext } from '../sources/common/reader.ts';
import { readRegistration } from '../sources/common/read-registration.ts';

/** However full the cap is already, this many calls are spent on finding out how large the backlog is: at half share of
 *  the published 20 a second, a minute and a half. */
const CALLS_FOR_THE_BACKLOG = 1000;

export interface AgesWanted {
  /** The numbers of each family that nothing but their age can keep, ascending. */
  readonly candidates: ReadonlyMap<string, readonly number[]>;
  /** Milliseconds since the epoch: registered at or after it is young. */
  readonly boundary: (family: string) => number;
  readonly cap: number;
  /** So many of the old ones stay, of all that are ACTIVE; nothing where none do. */
  readonly latest?: (family: string) => { readonly keep: number; readonly active: Ranges };
}

export async function readAges(
  context: ReadContext,
  { candidates, boundary, cap, latest }: AgesWanted,
): Promise<{ ages: Map<string, Ages>; reading: Reading }> {
  const ages = new Map<string, Ages>();
  const reading = await readPart(context, { part: 'ages', heard: false }, async function* (tally) {
    const client = context.aws.ecs(tally);
    let old = 0;
    for (const [family, numbers] of candidates) {
      if (old >= cap && tally.calls >= CALLS_FOR_THE_BACKLOG) return;
      let byAws: string | undefined;
      const isOld = async (number: number) => {
        // What an AWS service registers is not ours to judge: no further question, and nothing of it goes.
        if (byAws !== undefined) return false;
        const registered = await readRegistration(context.memory, client, { family, number });
        byAws = awsRegistrar(registered.by);
        return byAws === undefined && registered.at < boundary(family);
      };
      // What an earlier night has asked about narrows the search before anything is asked.
      const known = (number: number) => {
        const registered = context.memory.registration({ family, number });
        if (registered === undefined || awsRegistrar(registered.by) !== undefined) return undefined;
        return registered.at < boundary(family);
      };
      const search = { test: isOld, known, outOfTime: context.outOfTime };
      const count = await countWhile(numbers, search);
      const [oldest, youngest] = [numbers[count - 1] ?? 0, numbers[count] ?? Infinity];
      const { keep, active } = latest?.(family) ?? { keep: 0, active: [] };
      // Which of the old ones are the newest N is told by all revisions: those between the two, often the newest of the family.
      const between = count === 0 ? [] : numbersBetween(active, oldest, youngest);
      const more = await countFromNewest(between, search);
      if (byAws !== undefined) ages.set(family, { oldUpto: 0, youngFrom: Infinity, byAws });
      else {
        const oldUpto = between[more - 1] ?? oldest;
        ages.set(family, { oldUpto, youngFrom: between[more] ?? youngest });
        const stay = keep === 0 ? [] : numbersBetween(active, 0, oldUpto + 1).slice(-keep);
        old += numbers.slice(0, count).filter((number) => number < (stay[0] ?? Infinity)).length;
      }
      yield [];
    }
  });
  return { ages, reading };
}

interface Search {
  readonly test: (number: number) => Promise<boolean>;
  /** What the test would say, where that takes no call. */
  readonly known: (number: number) => boolean | undefined;
  readonly outOfTime: () => boolean;
}

/** How many from the start of an ascending list satisfy a test that, once failed, fails for the rest. The first is asked
 *  first: on most nights it is young, and one call settles the family. */
async function countWhile(
  numbers: readonly number[],
  { test, known: without, outOfTime }: Search,
): Promise<number> {
  const answers = numbers.map(without);
  const young = answers.indexOf(false);
  let unknown = young === -1 ? numbers.length : young;
  let known = unknown === 0 ? 0 : answers.lastIndexOf(true, unknown - 1) + 1;
  for (let probe = known; known < unknown; probe = Math.floor((known + unknown) / 2)) {
    if (outOfTime()) throw new Incomplete('the run ran out of time before it had read the ages');
    const number = numbers[probe];
    if (number === undefined) break;
    if (await test(number)) known = probe + 1;
    else unknown = probe;
  }
  return known;
}

/** The same count, where most often all or none are old: the newest is asked first. */
async function countFromNewest(numbers: readonly number[], search: Search): Promise<number> {
  const newest = numbers.at(-1);
  if (newest === undefined) return 0;
  return (await search.test(newest)) ? numbers.length : countWhile(numbers.slice(0, -1), search);
}

/** Above the one and below the other, ascending. */
function numbersBetween(active: Ranges, above: number, below: number): number[] {
  const inside = active.map(({ from, upto }) => ({
    from: Math.max(from, above + 1),
    upto: Math.min(upto, below - 1),
  }));
  return [...numbersIn(inside.filter(({ from, upto }) => from <= upto))];
}
